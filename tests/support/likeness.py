"""What two records of one history have in common: events without the names that chance gave them.

An id becomes what it identifies: the ticket, an event by its place (``ticket#3``), anything else by the order in which
it is first spoken of in its stream. So a mail about the wrong event, or an effect of the wrong cause, is a difference,
although no id is compared. The ticket's number becomes ``T-0`` wherever it stands, also in the text of a mail.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any
from uuid import UUID

from support.librdkafka import Event as Published
from vigie.contracts.event import encode, published
from vigie.contracts.instants import iso
from vigie.simulation import Recorded

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_NUMBER = re.compile(r"\bT-[0-9]+\b|\bR-[0-9A-F]{8}\b")
"""Of a ticket, and of a request that was refused."""
_OUTCOMES = ("vigie.NotificationSent.v1", "vigie.NotificationDeferred.v1", "vigie.NotificationFailed.v1")
"""What the mail server answers. It is outside: its answers have no cause, and their own pace."""
_UPSTREAM = ("ticket", "promises", "escalation", "mail")
"""Who comes first when something goes wrong."""
_NOWHERE = "outside, or a wake-up"
_ABSENT = "(absent)"


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as either side has it, ids and all."""

    id: str
    causation: str
    stream: str
    sequence: int
    attributes: Mapping[str, str]
    """The other CloudEvents attributes, and the topic."""
    data: Mapping[str, Any]


def of_production(events: Iterable[Published]) -> list[Entry]:
    """Entries of records as they were read from the topics."""
    return [_of_record(event.topic, event.headers, event.data) for event in events]


def _of_record(topic: str, headers: Mapping[str, str], data: Mapping[str, Any]) -> Entry:
    attributes = {name: headers[f"ce_{name}"] for name in ("source", "type", "time", "subject", "correlationid")}
    return Entry(
        id=headers["ce_id"],
        causation=headers["ce_causationid"],
        stream=headers["ce_stream"],
        sequence=int(headers["ce_sequence"]),
        attributes={**attributes, "topic": topic},
        data=data,
    )


def of_simulation(ticket: UUID, log: Iterable[Recorded]) -> list[Entry]:
    """Entries of what a simulation of one ticket has recorded."""
    return [_of_recorded(str(ticket), one) for one in log]


def _of_recorded(ticket: str, one: Recorded) -> Entry:
    return Entry(
        id=str(one.id),
        causation=str(one.causation),
        stream=one.stream,
        sequence=one.version,
        attributes={
            "source": f"/vigie/{one.service}",
            "type": one.event.ce_type,
            "time": iso(one.event.occurred_at),
            "subject": ticket,
            "correlationid": ticket,
            "topic": one.topic,
        },
        data=json.loads(published(*encode(one.event))),
    )


Likeness = dict[str, list[dict[str, Any]]]
"""Stream category → its events, in order, without names."""


def likeness(ticket: UUID, entries: Iterable[Entry]) -> Likeness:
    """What ``entries``, all of one ticket, are apart from their names."""
    streams: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        streams[entry.stream].append(entry)
    ordered = {name: sorted(stream, key=lambda one: one.sequence) for name, stream in streams.items()}
    places = {one.id: _place(one) for stream in ordered.values() for one in stream}
    number = next(
        (str(one.data["number"]) for stream in ordered.values() for one in stream if "number" in one.data), ""
    )
    named = {str(ticket): "the ticket", **places}
    alike = {_category(name): _nameless(stream, named, places, number) for name, stream in sorted(ordered.items())}
    if "mail" in alike:
        alike["mail"] = _at_the_desks_pace(alike["mail"])
    return alike


def _category(stream: str) -> str:
    return stream.partition("-")[0]


def _place(entry: Entry) -> str:
    return f"{_category(entry.stream)}#{entry.sequence}"


def _nameless(
    stream: Sequence[Entry], named: Mapping[str, str], places: Mapping[str, str], number: str
) -> list[dict[str, Any]]:
    known = dict(named)

    def plain(value: Any) -> Any:
        match value:
            case str():
                text = _UUID.sub(lambda found: known.setdefault(found[0], f"name {len(known) - len(named)}"), value)
                return _NUMBER.sub(lambda found: "T-0" if found[0] == number else found[0], text)
            case dict():
                return {name: plain(member) for name, member in value.items()}
            case list():
                return [plain(member) for member in value]
            case _:
                return value

    return [
        {
            **plain(dict(one.attributes)),
            "sequence": one.sequence,
            "cause": _cause(one, places),
            "data": plain(dict(one.data)),
        }
        for one in stream
    ]


def _cause(entry: Entry, places: Mapping[str, str]) -> str:
    """The event that made it happen, if it was one. Nothing is caused by its own stream: there, the id is a command's
    (in production the first event has the id of the command, and the others are caused by that)."""
    place = places.get(entry.causation, _NOWHERE)
    return _NOWHERE if place.partition("#")[0] == _category(entry.stream) else place


def _at_the_desks_pace(mails: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each answer of the mail server right after the attempt it answers, wherever other mails had got to by then.

    Their sequence is then no longer theirs, so it is left out.
    """
    answers = {
        (one["data"]["notification_id"], one["data"]["attempt"]): one for one in mails if one["type"] in _OUTCOMES
    }
    placed: list[dict[str, Any]] = []
    for one in mails:
        if one["type"] in _OUTCOMES:
            continue
        placed.append(one)
        if one["type"] == "vigie.NotificationAttempted.v1":
            answer = answers.pop((one["data"]["notification_id"], one["data"]["attempt"]), None)
            placed += [answer] if answer is not None else []
    return [{name: value for name, value in one.items() if name != "sequence"} for one in [*placed, *answers.values()]]


def differences(production: Likeness, simulation: Likeness) -> Iterator[str]:
    """Of each stream the first event that differs, member by member."""
    for category in sorted({*production, *simulation}, key=_UPSTREAM.index):
        pairs = zip_longest(production.get(category, []), simulation.get(category, []))
        for index, (real, simulated) in enumerate(pairs, 1):
            if real != simulated:
                yield from (f"{category}, event {index}: {line}" for line in _told(real, simulated))
                break


def _told(real: Any, simulated: Any) -> Iterator[str]:
    if real is None or simulated is None:
        side, only = ("the simulation", simulated) if real is None else ("production", real)
        yield f"only {side} has {only['type']} {json.dumps(only['data'], ensure_ascii=False)[:300]}"
        return
    for path, one, other in _members("", real, simulated):
        yield f"{real['type']} {path}: production {one!r}, simulation {other!r}"


def _members(path: str, real: Any, simulated: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(real, dict) and isinstance(simulated, dict):
        for name in sorted({*real, *simulated}):
            yield from _members(f"{path}.{name}".lstrip("."), real.get(name, _ABSENT), simulated.get(name, _ABSENT))
    elif real != simulated:
        yield path, real, simulated
