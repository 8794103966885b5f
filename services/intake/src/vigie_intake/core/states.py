"""What a ticket is, as far as a rule reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from vigie.commitments import Fact
from vigie.contracts.terms import ContractTerms
from vigie.contracts.tickets import Awaited

Charge = Literal["nobody", "on_call", "taken"]
"""Whether somebody answers for a ticket: not yet; not since the on-call service was called; yes."""


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody asked for a level by hand, or somebody of a level answered (then ``by`` is who)."""

    level: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """What is known of a ticket whatever its state."""

    id: UUID
    number: str
    desk: str
    policy: str
    policy_version: int
    kind: str
    service: str | None
    contract: ContractTerms
    priority: str
    facts: tuple[Fact, ...]
    """What promises depend on, in the words of ``vigie.commitments``."""
    version: int = 1
    """Of the stream: the order of facts that happened at one instant."""
    charge: Charge = "nobody"
    owner: str | None = None
    asked: tuple[Call, ...] = ()
    """Levels asked for by hand since the ticket was opened or reopened."""
    taken_up: tuple[Call, ...] = ()

    def about(self) -> dict[str, Any]:
        """The three members that every event of a ticket has."""
        return {"ticket_id": self.id, "number": self.number, "desk": self.desk}


@dataclass(frozen=True, slots=True)
class NotOpened:
    """Nothing was heard of it yet."""


@dataclass(frozen=True, slots=True)
class RefusedRequest:
    """The request was refused: no ticket will ever come of it."""


@dataclass(frozen=True, slots=True)
class Open:
    """The desk has the turn."""

    ticket: Ticket


@dataclass(frozen=True, slots=True)
class Waiting:
    """The customer has the turn."""

    ticket: Ticket
    awaiting: Awaited


@dataclass(frozen=True, slots=True)
class Resolved:
    """The desk holds the fault to be gone."""

    ticket: Ticket


@dataclass(frozen=True, slots=True)
class Closed:
    """Nothing more is expected of anybody."""

    ticket: Ticket


Live = Open | Waiting | Resolved
Opened = Live | Closed
State = NotOpened | RefusedRequest | Opened
