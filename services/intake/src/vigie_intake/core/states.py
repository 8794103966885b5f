"""What a ticket is, as far as a rule reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from vigie.commitments import Fact
from vigie.contracts.terms import ContractTerms
from vigie.contracts.tickets import Awaited, CloseReason, OtherTicket, Relation

Charge = Literal["nobody", "on_call", "taken"]
"""Whether somebody answers for a ticket: not yet; not since the on-call service was called; yes."""


Visit = Literal["none", "planned", "there"]
"""Whether somebody is to come to the customer, or is there."""


@dataclass(frozen=True, slots=True)
class NoPrice:
    """None was proposed yet."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """The customer has not agreed to it yet."""

    amount: Decimal


@dataclass(frozen=True, slots=True)
class Accepted:
    """The customer has agreed to it."""

    amount: Decimal | None
    """None: it was not told here."""


Price = NoPrice | Proposed | Accepted


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody's work on the ticket called a level, or somebody of a level answered (then ``by`` is who)."""

    level: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """What is known of a ticket whatever its state."""

    id: UUID
    number: str
    desk: str
    customer: str | None
    policy: str
    policy_version: int
    kind: str
    service: str | None
    contract: ContractTerms
    priority: str
    facts: tuple[Fact, ...]
    """What promises depend on, in the words of ``vigie.commitments``."""
    unlisted_since: datetime
    """When it was opened, reopened or last on a weekly list: the next list that it can be on is later."""
    weeks: int = 0
    """On how many weekly lists it has been."""
    news: Mapping[str, datetime] = field(default_factory=dict)
    """When the customer may last have heard of it, by the kind of news (news.py)."""
    qualified: bool = False
    version: int = 1
    """Of the stream: the order of facts that happened at one instant."""
    charge: Charge = "nobody"
    owner: str | None = None
    asked: tuple[Call, ...] = ()
    """Levels that somebody's work on the ticket called since it was opened or reopened."""
    taken_up: tuple[Call, ...] = ()
    attempts: tuple[datetime, ...] = ()
    """Failed ones to reach the customer, since they were last heard of."""
    visit: Visit = "none"
    price: Price = NoPrice()
    bug_declared: bool = False
    """And no fix of it delivered yet."""
    in_workshop: int = 0
    """Repairs that were ordered and are not finished."""
    duplicates: frozenset[UUID] = frozenset()
    """Tickets that were merged into this one."""
    links: frozenset[tuple[Relation, UUID | str]] = frozenset()
    """What it was linked to: tickets by their id, other systems' cases by their reference."""

    def about(self) -> dict[str, Any]:
        """The three members that every event of a ticket has."""
        return {"ticket_id": self.id, "number": self.number, "desk": self.desk}


@dataclass(frozen=True, slots=True)
class NotOpened:
    """Nothing was heard of it yet."""


@dataclass(frozen=True, slots=True)
class RefusedRequest:
    """The request, or a message about no ticket, was refused: no ticket will ever come of it."""


@dataclass(frozen=True, slots=True)
class QueuedCall:
    """A call that waits for a technician to make a ticket of it."""

    desk: str
    at: datetime
    """When somebody called."""


@dataclass(frozen=True, slots=True)
class EndedCall:
    """The caller hung up: no ticket will ever come of it."""


@dataclass(frozen=True, slots=True)
class Open:
    """The desk has the turn."""

    ticket: Ticket


@dataclass(frozen=True, slots=True)
class Waiting:
    """The customer has the turn."""

    ticket: Ticket
    awaiting: Awaited
    since: datetime
    """When they were last asked."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The desk holds the fault to be gone."""

    ticket: Ticket


@dataclass(frozen=True, slots=True)
class Closed:
    """Nothing more is expected of anybody."""

    ticket: Ticket
    reason: CloseReason


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Closed for good: another ticket goes on in its place."""

    ticket: Ticket
    of: OtherTicket


Live = Open | Waiting | Resolved
Opened = Live | Closed | Duplicate
NoTicket = NotOpened | RefusedRequest | QueuedCall | EndedCall
State = NoTicket | Opened
