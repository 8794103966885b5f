"""A run made by hand: one ticket, missed by twenty minutes, one level called and stood down, four mails.

```
21:00 opened (high)   21:30 missed   21:45 N1   21:50 taken in charge, N1 stands down   22:30 resolved, in time
```
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from support.chaos.recording import Mail, Reading, Record, Recording, Stored, Wanted
from vigie.io.hashing import Hashed, hash_event

TICKET = "0198c2a4-0000-7000-8000-000000000001"
TOPIC = {
    "intake": "vigie.tickets.v1",
    "sla-timer": "vigie.sla.v1",
    "escalation": "vigie.escalations.v1",
    "notifier": "vigie.notifications.v1",
}
CATEGORY = {"intake": "ticket", "sla-timer": "promises", "escalation": "escalation", "notifier": "mail"}
LATER = timedelta(seconds=2)
JEANNE, N1 = "chaos-000001@acme.example", "n1@serveurcom.example"


def at(text: str) -> datetime:
    """``21:30`` of that night, UTC."""
    return datetime.fromisoformat(f"2026-03-23T{text}:00+00:00")


class Story:
    """A recording that grows event by event."""

    def __init__(self) -> None:
        self.run = Recording()
        self._versions: dict[str, int] = {}
        self._hashes: dict[str, bytes] = {}

    def say(self, service: str, name: str, when: datetime, *, cause: str | None = None, **data: Any) -> str:
        """An event, stored and published; its id. ``cause``: that of the event that it follows from."""
        stream = f"{CATEGORY[service]}-{TICKET}"
        version = self._versions[stream] = self._versions.get(stream, 0) + 1
        event_id = str(uuid5(UUID(TICKET), f"{stream} {version}"))
        personal = json.dumps(data.pop("personal")).encode() if "personal" in data else None
        stored = Stored(
            service=service,
            stream=stream,
            version=version,
            event_id=event_id,
            type=f"vigie.{name}.v1",
            schema_version=1,
            occurred_at=when,
            recorded_at=when + LATER,
            actor="service:test",
            causation=cause or event_id,
            correlation=TICKET,
            facts=json.dumps({"ticket_id": TICKET, **data}).encode(),
            personal=personal,
            personal_hash=None if personal is None else sha256(personal).digest(),
            hash=b"",
        )
        self._hashes[stream] = hash_of(self._hashes.get(stream, bytes(32)), stored)
        self.run.stored.append(replace(stored, hash=self._hashes[stream]))
        self.run.records.append(published(self.run.stored[-1], len(self.run.records)))
        return event_id

    def mail(self, about: str, recipient: str, when: datetime, taken_at: float) -> None:
        """A mail about an event: written, attempted, sent."""
        message_id = f"{about[:13]}@vigie.example"
        about_mail: dict[str, Any] = {"message_id": message_id, "notification_id": about}
        self.say(
            "notifier", "NotificationRequested", when, about=about, personal={"recipient": recipient}, **about_mail
        )
        self.say("notifier", "NotificationAttempted", when, attempt=1, **about_mail)
        self.say("notifier", "NotificationSent", when, attempt=1, **about_mail)
        self.run.mails.append(Mail(message_id, recipient, sha256(message_id.encode()).hexdigest(), taken_at, True))


def whole_story() -> Recording:
    """The run that the module tells of, as it must be."""
    story = Story()
    opened = story.say(
        "intake", "TicketOpened", at("21:00"), priority="high", number="T-1", personal={"subject": "Panne chaos-000001"}
    )
    story.say("sla-timer", "FactLearned", at("21:00"), fact="opened")
    story.say("sla-timer", "ClockStarted", at("21:00"), clock="take_charge")
    story.say("sla-timer", "ClockStarted", at("21:00"), clock="resolution")
    due = "2026-03-23T21:30:00Z"
    story.say("sla-timer", "DeadlineMissed", at("21:30"), clock="take_charge", due_at=due, missed_at=due)
    late = story.say("sla-timer", "OverrunReached", at("21:45"), clock="take_charge", level="N1")
    raised = story.say("escalation", "EscalationRaised", at("21:45"), cause=late, clock="take_charge", level="N1")
    story.say("intake", "TicketTakenInCharge", at("21:50"), taken_by="chaos-000002")
    story.say("sla-timer", "FactLearned", at("21:50"), fact="taken_in_charge")
    story.say("sla-timer", "ClockMet", at("21:50"), clock="take_charge", late=True)
    over = story.say("escalation", "EscalationStoodDown", at("21:50"), clock="take_charge", levels=["N1"])
    resolved = story.say("intake", "TicketResolved", at("22:30"), personal={"text": "chaos-000003"})
    story.say("sla-timer", "FactLearned", at("22:30"), fact="resolved")
    story.say("sla-timer", "ClockMet", at("22:30"), clock="resolution", late=False)
    story.mail(opened, JEANNE, at("21:00"), taken_at=10.0)
    story.mail(raised, N1, at("21:45"), taken_at=20.0)
    story.mail(over, N1, at("21:50"), taken_at=30.0)
    story.mail(resolved, JEANNE, at("22:30"), taken_at=40.0)
    run = story.run
    run.accepted = [
        Wanted("chaos-000001", "TicketOpened", TICKET),
        Wanted("chaos-000002", "TicketTakenInCharge", TICKET),
        Wanted("chaos-000003", "TicketResolved", TICKET),
    ]
    run.poison = ["chaos-000004"]
    run.dead_letters = [("intake", "chaos-000004 { (header ce_id is null)")]
    run.records.append(Record("vigie.intake.dlq.v1", 0, 0, None, (), b"chaos-000004 {"))
    run.readings = [Reading("sla-timer", "vigie.tickets.v1", 5, committed=3, end=3)]
    run.unheard = {"sla-timer of intake": 0}
    run.left = {"notifier.outbox": 0}
    return run


def published(one: Stored, offset: int) -> Record:
    """The record of a stored event."""
    data = json.loads(one.facts) | ({} if one.personal is None else {"personal": json.loads(one.personal)})
    attributes = {
        "ce_id": one.event_id,
        "ce_type": one.type,
        "ce_subject": one.correlation,
        "ce_stream": one.stream,
        "ce_sequence": str(one.version),
        "ce_time": _iso(one.occurred_at),
        "ce_recordedtime": _iso(one.recorded_at),
        "ce_hash": one.hash.hex(),
    }
    headers = tuple((name, text.encode()) for name, text in attributes.items())
    return Record(TOPIC[one.service], 5, offset, TICKET.encode(), headers, json.dumps(data).encode())


def hash_of(previous: bytes, one: Stored) -> bytes:
    """As the library computes it: if the model read the documents wrongly, the whole story would be red."""
    return hash_event(
        previous,
        Hashed(
            stream=one.stream,
            version=one.version,
            event_id=UUID(one.event_id),
            type=one.type,
            schema_version=one.schema_version,
            occurred_at=one.occurred_at,
            recorded_at=one.recorded_at,
            actor=one.actor,
            causation=one.causation,
            correlation=one.correlation,
            facts=one.facts,
            personal_hash=one.personal_hash,
        ),
    )


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
