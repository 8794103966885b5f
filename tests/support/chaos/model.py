"""What must be true after a run, whatever was done to it. Written against docs/ and the design, with none of our code.

Each invariant is a function from a recording to what it looked at and what it found wrong. ``judge`` asks them all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise

from support.chaos.promises import broken_promises, broken_rungs
from support.chaos.recording import Done, Mail, Record, Recording, Stored

TOPIC_OF = {
    "intake": "vigie.tickets.v1",
    "sla-timer": "vigie.sla.v1",
    "escalation": "vigie.escalations.v1",
    "notifier": "vigie.notifications.v1",
}
MAILED = {
    "TicketOpened": 1,
    "AgentReplied": 1,
    "TicketResolved": 1,
    "EscalationRaised": 1,
}
"""How many people a desk like Serveurcom writes to about an event; a level that stands down is told for itself."""
UNKNOWN_OUTCOME = ("notifier", "postgres", "smtp", "kafka", "clock")
"""What can fall between the mail server's acceptance and the commit that says so: faults of these targets."""


@dataclass
class Finding:
    """What an invariant looked at, and where it does not hold."""

    checked: int = 0
    violations: list[str] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=dict)
    """What is allowed, and worth knowing: repeats, retractions, second copies."""

    def hold(self, true: bool, otherwise: str) -> None:
        """Note one thing that was looked at."""
        self.checked += 1
        if not true:
            self.violations.append(otherwise)


def judge(run: Recording) -> dict[str, Finding]:
    """Every invariant's finding, by the invariant's name."""
    return {name: check(run) for name, check in INVARIANTS.items()}


def without_repeats(records: Iterable[Record]) -> list[Record]:
    """The records in order, byte-identical repeats left out."""
    seen: set[tuple[object, ...]] = set()
    kept = []
    for record in records:
        if record.content not in seen:
            seen.add(record.content)
            kept.append(record)
    return kept


def events_of(run: Recording, service: str) -> list[Record]:
    """What a service has said, in the order of each partition, repeats left out."""
    return without_repeats(one for one in run.records if one.topic == TOPIC_OF[service])


# ------------------------------------------------------------------------------------------------ what was accepted


def accepted_exist_once(run: Recording) -> Finding:
    """What was answered 201 or 200, or acknowledged by the broker, has happened once; and no ticket is nobody's."""
    finding = Finding()
    said: defaultdict[tuple[str, str], list[Record]] = defaultdict(list)
    tokens = {one.token for one in run.accepted}
    opened: list[Record] = []
    for record in events_of(run, "intake"):
        if record.name == "TicketOpened":
            opened.append(record)
        for token in tokens.intersection(_words(record)):
            said[record.name, token].append(record)
    for one in run.accepted:
        found = said[one.event, one.token]
        finding.hold(len(found) == 1, f"{one.token}: {one.event} happened {len(found)} times")
        if one.ticket is not None and len(found) == 1:
            ticket = found[0].attributes["ce_subject"]
            finding.hold(ticket == one.ticket, f"{one.token}: answered as {one.ticket}, it is {ticket}")
    for record in opened:
        ours = tokens.intersection(_words(record))
        finding.hold(len(ours) == 1, f"the ticket {record.attributes['ce_subject']} was wanted by nobody")
    return finding


def _words(record: Record) -> list[str]:
    return [word for word in (record.value or b"").decode().replace('"', " ").split() if word.startswith("chaos-")]


# ------------------------------------------------------------------------------------------------ topics and store


def streams_in_order(run: Recording) -> Finding:
    """On every topic the versions of each stream are 1, 2, 3 …, once byte-identical repeats are dropped."""
    finding = Finding()
    for service, topic in TOPIC_OF.items():
        every = [one for one in run.records if one.topic == topic]
        kept = events_of(run, service)
        finding.counted["repeats"] = finding.counted.get("repeats", 0) + len(every) - len(kept)
        streams: defaultdict[str, list[int]] = defaultdict(list)
        ids: Counter[str] = Counter()
        for record in kept:
            streams[record.attributes["ce_stream"]].append(record.version)
            ids[record.attributes["ce_id"]] += 1
        for stream, versions in streams.items():
            finding.hold(versions == list(range(1, len(versions) + 1)), f"{topic} {stream}: {versions}")
        for event_id, times in ids.items():
            finding.hold(times == 1, f"{topic}: {event_id} was published {times} times, differently")
    return finding


def published_as_stored(run: Recording) -> Finding:
    """What a service has stored is on its topic, and nothing else is."""
    finding = Finding()
    for service in TOPIC_OF:
        told = {one.attributes["ce_id"]: one for one in events_of(run, service)}
        kept = {one.event_id: one for one in run.stored if one.service == service and not _of_directory(one)}
        for event_id in told.keys() | kept.keys():
            finding.hold(
                event_id in told
                and event_id in kept
                and told[event_id].attributes["ce_hash"] == kept[event_id].hash.hex(),
                f"{service}: {event_id} is not on the topic as it is in the store",
            )
    return finding


def _of_directory(one: Stored) -> bool:
    return one.stream.startswith("customer-")


def chains_whole(run: Recording) -> Finding:
    """Every stream's hashes follow from its events: sha256(previous ‖ length-prefixed parts)."""
    finding = Finding()
    streams: defaultdict[tuple[str, str], list[Stored]] = defaultdict(list)
    for one in run.stored:
        streams[one.service, one.stream].append(one)
    for (service, stream), events in streams.items():
        previous = bytes(32)
        for number, one in enumerate(sorted(events, key=lambda event: event.version), 1):
            right = one.version == number and one.hash == sha256(previous + _hashed(one)).digest()
            finding.hold(right, f"{service} {stream}: the chain breaks at version {one.version}")
            if one.personal is not None:
                same = one.personal_hash == sha256(one.personal).digest()
                finding.hold(same, f"{service} {stream}: version {one.version} has other personal words")
            previous = one.hash
    return finding


def _hashed(one: Stored) -> bytes:
    instants = (when.replace(tzinfo=None).isoformat() + "Z" for when in (one.occurred_at, one.recorded_at))
    texts = (
        *(one.stream, str(one.version), one.event_id, one.type, str(one.schema_version)),
        *instants,
        *(one.actor, one.causation, one.correlation),
    )
    parts = [*(text.encode() for text in texts), one.facts, one.personal_hash or b""]
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def nothing_before_its_cause(run: Recording) -> Finding:
    """Nothing is recorded before it happened, nor before what caused it was recorded, whatever the clocks said."""
    finding = Finding()
    events = {one.event_id: one for one in run.stored}
    for one in run.stored:
        what = f"{one.service} {one.stream} version {one.version} ({one.type}), recorded {one.recorded_at}"
        finding.hold(one.recorded_at >= one.occurred_at, f"{what}: it happened {one.occurred_at}")
        cause = events.get(one.causation, one)
        finding.hold(one.recorded_at >= cause.recorded_at, f"{what}: its cause {cause.recorded_at}")
    return finding


# ------------------------------------------------------------------------------------------------ promises


def missed_once_in_time(run: Recording) -> Finding:
    """A deadline is missed at most once for a due instant, at that instant, and is never recorded before it."""
    finding = Finding()
    times: Counter[tuple[str, str, str]] = Counter()
    for record in events_of(run, "sla-timer"):
        if record.name not in ("DeadlineMissed", "OverrunReached"):
            continue
        who = f"{record.data['clock']} of {record.attributes['ce_subject']}"
        early = record.recorded_at < record.occurred_at
        finding.hold(not early, f"{record.name}: {who}, due {record.occurred_at}, recorded {record.recorded_at}")
        if record.name == "DeadlineMissed":
            due = record.data["due_at"]
            times[record.attributes["ce_subject"], record.data["clock"], due] += 1
            finding.hold(record.data["missed_at"] == due, f"{who} is due at {due}, missed at another instant")
    for (ticket, clock, due), count in times.items():
        finding.hold(count == 1, f"{clock} of {ticket}, due {due}, was missed {count} times")
    return finding


def promises_judged_rightly(run: Recording) -> Finding:
    """Every promise of the load is met or missed as arithmetic by hand says, once late news has been taken back."""
    finding = Finding()
    told = events_of(run, "sla-timer")
    for checked, wrong in broken_promises(events_of(run, "intake"), told):
        finding.hold(wrong is None, wrong or checked)
    finding.counted["misses"] = sum(one.name == "DeadlineMissed" for one in told)
    finding.counted["retracted"] = sum(one.name == "MissRetracted" for one in told)
    return finding


def rungs_once(run: Recording) -> Finding:
    """Every rung of every commitment is raised once if its time has come, at that time, and never otherwise."""
    finding = Finding()
    escalations = events_of(run, "escalation")
    early = 0
    for checked, wrong, before_the_news in broken_rungs(
        events_of(run, "intake"), events_of(run, "sla-timer"), escalations
    ):
        finding.hold(wrong is None, wrong or checked)
        early += before_the_news
    finding.counted["raised"] = sum(one.name == "EscalationRaised" for one in escalations)
    finding.counted["raised before the news came"] = early
    return finding


# ------------------------------------------------------------------------------------------------ mails


def mails_arrive(run: Recording) -> Finding:
    """Everybody who is to be told is told once: a mail was taken, or refused for good by a mail server that said so."""
    finding = Finding()
    said = events_of(run, "notifier")
    requested: defaultdict[str, list[Record]] = defaultdict(list)
    outcomes: defaultdict[str, list[str]] = defaultdict(list)
    for record in said:
        if record.name == "NotificationRequested":
            requested[record.data["about"]].append(record)
        elif record.name in ("NotificationSent", "NotificationFailed"):
            outcomes[record.data["message_id"]].append(record.name)
        elif record.name == "NotificationSkipped":
            finding.hold(False, f"a mail about {record.data['about']} was skipped: {record.data['reason']}")
    for event in (*events_of(run, "intake"), *events_of(run, "escalation")):
        wanted = len(event.data["levels"]) if event.name == "EscalationStoodDown" else MAILED.get(event.name, 0)
        written = len(requested[event.attributes["ce_id"]])
        finding.hold(written == wanted, f"{event.name} {event.attributes['ce_id']}: {written} mails, not {wanted}")
    taken = {mail.message_id for mail in run.mails}
    refused = {one.recipient for one in run.turned_away if 500 <= one.code < 600}
    for about in requested.values():
        for mail in about:
            finding.hold(*_arrived(mail, outcomes[mail.data["message_id"]], taken, refused))
    finding.counted["sent"] = sum(one == ["NotificationSent"] for one in outcomes.values())
    finding.counted["refused for good"] = sum(one == ["NotificationFailed"] for one in outcomes.values())
    return finding


def _arrived(mail: Record, outcomes: list[str], taken: set[str], refused: set[str]) -> tuple[bool, str]:
    message_id = mail.data["message_id"]
    if outcomes == ["NotificationSent"]:
        return message_id in taken, f"{message_id} is said to be sent and was never taken"
    if outcomes == ["NotificationFailed"]:
        return mail.data["personal"]["recipient"] in refused, f"{message_id} was given up, and nobody had refused it"
    return False, f"{message_id} ended as {outcomes or 'nothing'}"


def copies_have_a_cause(run: Recording) -> Finding:
    """A second copy has the first's Message-ID and bytes, and something fell between acceptance and commit."""
    finding = Finding()
    attempts: Counter[str] = Counter()
    settled: set[str] = set()
    for record in events_of(run, "notifier"):
        if record.name == "NotificationAttempted":
            attempts[record.data["message_id"]] += 1
            again = record.data["message_id"] in settled
            finding.hold(not again, f"{record.data['message_id']} was attempted after its outcome was known")
        elif record.name in ("NotificationSent", "NotificationFailed"):
            settled.add(record.data["message_id"])
    copies: defaultdict[str, list[Mail]] = defaultdict(list)
    for mail in run.mails:
        copies[mail.message_id].append(mail)
    for message_id, mails in copies.items():
        known = len(mails) <= attempts[message_id]
        finding.hold(known, f"{message_id}: {len(mails)} copies of {attempts[message_id]} attempts")
        finding.hold(len({one.content for one in mails}) == 1, f"{message_id}: its copies differ")
        for first, second in pairwise(mails):
            finding.counted["second copies"] = finding.counted.get("second copies", 0) + 1
            caused = not first.acknowledged or _between(run.faults, first.taken_at, second.taken_at)
            finding.hold(caused, f"{message_id}: a second copy without a crash or a cut")
    finding.counted["mails"] = len(run.mails)
    return finding


def _between(faults: Iterable[Done], begin: float, end: float) -> bool:
    relevant = (fault for fault in faults if fault.target.startswith(UNKNOWN_OUTCOME))
    return any(fault.begun <= end and fault.ended >= begin for fault in relevant)


# ------------------------------------------------------------------------------------------------ at rest


def nothing_stuck(run: Recording) -> Finding:
    """Every group has read to the end of every partition, and every service has applied what it heard."""
    finding = Finding()
    for one in run.readings:
        read = one.committed == one.end
        finding.hold(read, f"{one.group}: {one.topic}-{one.partition} stands at {one.committed} of {one.end}")
    for who, missing in run.unheard.items():
        finding.hold(missing == 0, f"{who}: {missing} events were not applied")
    return finding


def nothing_left(run: Recording) -> Finding:
    """Nothing waits for ever: no outbox row, no parked record, no wake-up of a ticket that is done with."""
    finding = Finding()
    for what, rows in run.left.items():
        finding.hold(rows == 0, f"{what} still has {rows} rows")
    return finding


def dead_letters_have_a_cause(run: Recording) -> Finding:
    """What nobody can use is one dead letter, and nothing else is one."""
    finding = Finding()
    found: Counter[str] = Counter()
    for service, text in run.dead_letters:
        causes = [token for token in run.poison if token in text]
        finding.hold(len(causes) == 1, f"{service}: a dead letter without a cause: {text[:100]}")
        found.update(causes)
    told = without_repeats(one for one in run.records if one.topic.endswith(".dlq.v1"))
    for token in run.poison:
        finding.hold(found[token] == 1, f"{token} is {found[token]} dead letters")
        times = sum(token.encode() in (one.value or b"") for one in told)
        finding.hold(times == 1, f"{token} is on the dead letter topic {times} times")
    return finding


INVARIANTS: dict[str, Callable[[Recording], Finding]] = {
    "every accepted request exists once": accepted_exist_once,
    "versions gapless and in order on every topic": streams_in_order,
    "what is stored is published, and nothing else": published_as_stored,
    "hash chains whole": chains_whole,
    "nothing recorded before its cause": nothing_before_its_cause,
    "a miss once, never before its time": missed_once_in_time,
    "promises judged as arithmetic says": promises_judged_rightly,
    "each rung of each commitment once": rungs_once,
    "each mail at least once": mails_arrive,
    "a second copy only after a crash or a cut": copies_have_a_cause,
    "no partition stuck": nothing_stuck,
    "nothing parked or waiting for ever": nothing_left,
    "no dead letter without a cause": dead_letters_have_a_cause,
}
