"""A core small enough to reason about: sla-timer's name and events, a ledger's rules. For tests of the store.

A ticket must be opened first (`TicketOpened`), replies are counted (`CustomerReplied` → one `FactLearned` each), and
an hour after its last fact the stream says `ClockCancelled`. `RequestSubmitted` opens a ticket too. Words in a reply
make it misbehave: `crash` raises, `refuse` is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from vigie.contracts import topics
from vigie.contracts.envelope import Envelope, to_headers
from vigie.contracts.event import Event, encode, published
from vigie.contracts.requests import Contact
from vigie.contracts.sla import ClockCancelled, FactLearned
from vigie.contracts.terms import ContractTerms
from vigie.contracts.tickets import Asked, CustomerReplied, TicketOpened, Words
from vigie.decider import Core, Decider, Lacking, Reaction, Received, Refused, Wake
from vigie.io.partitioning import partition_of
from vigie.io.records import RawRecord

NOON = datetime(2026, 3, 23, 12, tzinfo=UTC)
QUIET = timedelta(hours=1)


class NotWelcome(Refused):
    """This reply is not welcome."""


@dataclass(frozen=True)
class Fact:
    """Something happened to the ticket."""

    at: datetime
    key: UUID
    name: str
    id: UUID
    sequence: int
    text: str = ""


@dataclass(frozen=True)
class Tally:
    """How many facts there were, and when the last one was."""

    facts: int = 0
    last_at: datetime | None = None
    key: UUID | None = None
    quiet: bool = False


def decide(tally: Tally, command: Fact | Wake) -> tuple[Event, ...]:
    if isinstance(command, Wake):
        assert tally.key is not None
        return (ClockCancelled(ticket_id=tally.key, number="T-1", desk="d", clock="quiet", cancelled_at=command.at),)
    if command.name != "opened" and tally.facts == 0:
        raise Lacking("TicketOpened")
    if "crash" in command.text:
        raise ZeroDivisionError("the reply says crash")
    if "refuse" in command.text:
        raise NotWelcome
    return (
        FactLearned(
            ticket_id=command.key,
            number="T-1",
            desk="d",
            fact="opened" if command.name == "opened" else "customer_replied",
            happened_at=command.at,
            event_id=command.id,
            sequence=command.sequence,
        ),
    )


def evolve(tally: Tally, event: Any) -> Tally:
    if isinstance(event, FactLearned):
        return Tally(tally.facts + 1, event.happened_at, event.ticket_id)
    return replace(tally, quiet=True)


def wake_at(tally: Tally) -> datetime | None:
    return None if tally.quiet or tally.last_at is None else tally.last_at + QUIET


def react(received: Received) -> Reaction | None:
    event = received.event
    match event:
        case TicketOpened():
            return _fact(received, event.ticket_id, "opened")
        case CustomerReplied():
            return _fact(received, event.ticket_id, "replied", event.personal.text if event.personal else "")
        case bytes():
            return _fact(received, received.id, "opened", event.decode())
        case _:
            return None


def _fact(received: Received, key: UUID, name: str, text: str = "") -> Reaction:
    return Reaction(key, Fact(received.occurred_at, key, name, received.id, received.sequence, text))


def _read(data: bytes) -> bytes:
    if not data.startswith(b"{"):
        raise ValueError("no object")
    return data


def tally_core(category: str = "promises") -> Core[Any, Any, Any]:
    decider: Decider[Any, Any, Any] = Decider(Tally(), decide, evolve, wake_at)
    return Core(
        service="sla-timer",
        category=category,
        topic=topics.SLA,
        consumes=(topics.TICKETS, topics.REQUESTS),
        decider=decider,
        events=(FactLearned, ClockCancelled),
        react=react,
        readers={"vigie.RequestSubmitted.v1": _read},
    )


class Ticket:
    """Somebody else's ticket: each method is its next event, as a record."""

    def __init__(self, key: UUID | None = None) -> None:
        self.key = key or uuid4()
        self.version = 0

    @property
    def stream(self) -> str:
        return f"promises-{self.key}"

    def opened(self, at: datetime = NOON) -> RawRecord:
        return self.record(
            TicketOpened(
                ticket_id=self.key,
                number="T-1",
                desk="d",
                opened_at=at,
                channel="api",
                customer=None,
                kind="technical",
                service=None,
                reason=None,
                priority="high",
                language="fr",
                contract=ContractTerms(),
                policy="d",
                policy_version=1,
                policy_hash="0",
                personal=Asked(contact=Contact(name="Jeanne", email="jeanne@acme.example"), subject="Panne"),
            )
        )

    def replied(self, text: str = "?", at: datetime = NOON, recorded_at: datetime | None = None) -> RawRecord:
        reply = CustomerReplied(ticket_id=self.key, number="T-1", desk="d", replied_at=at, personal=Words(text=text))
        return self.record(reply, recorded_at)

    def record(self, event: Event, recorded_at: datetime | None = None) -> RawRecord:
        """``recorded_at``: when intake wrote it down; left out, as it happened."""
        self.version += 1
        facts, personal = encode(event)
        envelope = Envelope(
            id=uuid4(),
            source="/vigie/intake",
            type=event.ce_type,
            subject=str(self.key),
            stream=f"ticket-{self.key}",
            sequence=self.version,
            occurred_at=event.occurred_at,
            recorded_at=recorded_at or event.occurred_at,
            actor="agent:amelie",
            correlation=str(self.key),
            causation=str(uuid4()),
            hash="0" * 64,
        )
        key = str(self.key).encode()
        headers: Iterable[tuple[str, bytes | None]] = to_headers(envelope)
        return RawRecord(
            topics.TICKETS, partition_of(key), self.version, 1, key, tuple(headers), published(facts, personal)
        )
