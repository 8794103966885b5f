"""What can be seen from outside of replicas that take turns: how long anybody waited, and who did what."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from support.chaos.model import TOPIC_OF
from support.chaos.recording import Record
from support.chaos.stand import REPLICAS, Stand


def silences(records: Iterable[Record], begun: float, ended: float) -> dict[str, float]:
    """For each service, the longest time between ``begun`` and ``ended`` (machine seconds since 1970) in which nothing
    was sent to its topic."""
    sent: defaultdict[str, list[float]] = defaultdict(list)
    for one in records:
        if begun <= one.timestamp <= ended:
            sent[one.topic].append(one.timestamp)
    return {
        service: max(later - earlier for earlier, later in pairwise([begun, *sorted(sent[topic]), ended]))
        for service, topic in TOPIC_OF.items()
    }


def delays(records: Sequence[Record], begun: float, ended: float) -> dict[str, float]:
    """For each service that follows another, the longest time from an event of between ``begun`` and ``ended`` until
    what it caused there was sent: what the people of one ticket waited, though others were served meanwhile."""
    services = {topic: service for service, topic in TOPIC_OF.items()}
    told = [one for one in records if one.topic in services]
    sent = {one.attributes["ce_id"]: (one.topic, one.timestamp) for one in told}
    longest: dict[str, float] = {}
    for one in told:
        topic, at = sent.get(one.attributes["ce_causationid"], (one.topic, 0.0))
        if topic != one.topic and begun <= at <= ended:
            service = services[one.topic]
            longest[service] = max(longest.get(service, 0.0), one.timestamp - at)
    return longest


def woken_by(stand: Stand, service: str) -> dict[tuple[str, str], set[str]]:
    """(stream, instant) → the replicas that woke it, or wanted to, by their logs."""
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for replica in REPLICAS:
        for line in stand.home.log(f"{service}-{replica}").read_text().splitlines():
            if '"wakeup"' in line:
                told = json.loads(line)
                if told["fate"] != "held":
                    found[told["stream"], told["due_at"]].add(replica)
    return found
