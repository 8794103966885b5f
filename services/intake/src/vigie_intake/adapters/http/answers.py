"""What the API answers: tickets as they stand after a command, and as the view shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal, assert_never
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from vigie.contracts.event import Event
from vigie.contracts.requests import Contact
from vigie.contracts.tickets import Relation
from vigie_intake.core.states import Closed, Duplicate, Open, Opened, Resolved, Waiting

TicketState = Literal["open", "waiting", "resolved", "closed"]


class Answer(BaseModel):
    """Base of all answers. Their fields are told by their docstrings in the API's own documentation."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


def as_json(answer: Answer, headers: Mapping[str, str] | None = None, status: int = 200) -> Response:
    """``answer`` as it is sent: the model has judged it already, and FastAPI would judge it again."""
    return Response(answer.model_dump_json(), status, headers, "application/json")


class Happening(Answer):
    """An event that a command made happen: its name, its time, and its own facts."""

    model_config = ConfigDict(frozen=True, extra="allow")

    event: str = Field(examples=["TicketTakenInCharge"])
    at: datetime


class TicketNow(Answer):
    """A ticket after a command. ``version`` is its entity tag."""

    ticket_id: UUID
    number: str = Field(examples=["T-1042"])
    version: int = Field(examples=[2])
    state: TicketState
    desk: str = Field(examples=["serveurcom"])
    priority: str = Field(examples=["high"])
    kind: str = Field(examples=["technical"])
    owner: str | None = Field(examples=["amelie"])
    opened_at: datetime
    happened: tuple[Happening, ...] = ()
    """What the command made happen; nothing for a repeat."""


class PausedSpan(Answer):
    """A time in which a commitment waited."""

    start: datetime
    end: datetime | None
    """Null: it still waits."""


class Commitment(Answer):
    """A promise about the ticket, as it stands now. Seconds are open seconds of its calendar."""

    clock: str = Field(examples=["take_charge"])
    result: Literal["running", "paused", "missed", "met", "met_late", "cancelled"]
    started_at: datetime
    deadline: datetime | None
    """Null while it waits."""
    calendar: str = Field(examples=["hojo"])
    budget_seconds: int
    elapsed_seconds: int
    pauses: tuple[PausedSpan, ...]
    missed_at: datetime | None
    ended_at: datetime | None
    level: str | None
    """The highest level that was called for being late."""


class HistoryEntry(Answer):
    """An event about the ticket, of any of the four services."""

    event_id: UUID
    event: str = Field(examples=["DeadlineMissed"])
    service: str = Field(examples=["sla-timer"])
    version: int
    occurred_at: datetime
    """When it happened: the deadline, not the moment a machine got round to it."""
    recorded_at: datetime
    when: str = Field(examples=["Monday 23 March 2026 at 22:30 (Paris time)"])
    """``occurred_at`` as the desk's clocks showed it, in the language of the answer."""
    words: str = Field(examples=["Commitment “Taking in charge” missed: it was to be kept by Monday 23 March 2026 …"])
    """What happened, in one sentence; the desk's own names for priorities, kinds, levels and commitments."""
    actor: str = Field(examples=["service:sla-timer"])
    causation: str
    """What caused it: the id of an event, of a request or of a wake-up."""
    facts: dict[str, Any]
    personal: dict[str, Any] | None
    """What is about a person; null where there is nothing or it was erased."""


class TicketLine(Answer):
    """A ticket in a list."""

    ticket_id: UUID
    number: str
    version: int
    state: TicketState
    desk: str
    priority: str
    kind: str
    channel: str
    customer: str | None
    service: str | None
    reason: str | None
    owner: str | None
    opened_at: datetime
    changed_at: datetime
    level: str | None
    """The highest level that was called."""
    overdue: bool
    """Whether a commitment is missed and not kept since."""
    duplicate_of: str | None = Field(examples=["T-1017"])
    """The number of the ticket that goes on in its place; null: it is no duplicate."""
    subject: str | None


class TicketPage(Answer):
    """A page of tickets, newest first."""

    tickets: tuple[TicketLine, ...]
    next: str | None
    """The ``cursor`` of the next page; null on the last one."""


class LinkShown(Answer):
    """What a ticket has to do with: another one, or a case of another system."""

    relation: Relation
    """What the other is to this ticket."""
    to: str | None = Field(examples=["T-1017"])
    """The other ticket's number."""
    reference: str | None = Field(examples=["RD-2026-118"])
    """Under which another system keeps the case."""


class TicketWithHistory(TicketLine):
    """A ticket with its promises and all that happened to it."""

    contact: Contact | None
    description: str | None
    duplicates: tuple[str, ...] = Field(examples=[["T-1043"]])
    """The numbers of the tickets that were merged into it."""
    links: tuple[LinkShown, ...]
    commitments: tuple[Commitment, ...]
    history: tuple[HistoryEntry, ...]


def ticket_now(version: int, state: Opened, events: Iterable[Event]) -> TicketNow:
    """The answer to a command that left the ticket in ``state``."""
    ticket = state.ticket
    return TicketNow(
        ticket_id=ticket.id,
        number=ticket.number,
        version=version,
        state=state_name(state),
        desk=ticket.desk,
        priority=ticket.priority,
        kind=ticket.kind,
        owner=ticket.owner,
        opened_at=ticket.facts[0].at,
        happened=tuple(_happening(event) for event in events),
    )


def state_name(state: Opened) -> TicketState:
    """The state as the API calls it."""
    match state:
        case Open():
            return "open"
        case Waiting():
            return "waiting"
        case Resolved():
            return "resolved"
        case Closed() | Duplicate():
            return "closed"
        case _:
            assert_never(state)


_KNOWN_BY_THE_TICKET = {"ticket_id", "number", "desk", "personal"}


def _happening(event: Event) -> Happening:
    facts = event.model_dump(mode="json", exclude={*_KNOWN_BY_THE_TICKET, type(event).time_field})
    return Happening.model_validate({**facts, "event": type(event).__name__, "at": event.occurred_at})
