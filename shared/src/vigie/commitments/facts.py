"""The facts that promises depend on: what happens to a ticket that may move a clock. All else about it moves none.

``at`` is the instant in the domain, UTC; ``sequence`` the version in the ticket's stream of the event that told the
fact, which puts facts of one instant in order. Together they order all facts of a ticket, however they arrive.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from vigie.contracts import tickets
from vigie.contracts.event import TicketEvent
from vigie.contracts.terms import ContractTerms


@dataclass(frozen=True, slots=True)
class Opened:
    """The ticket exists; the policy version that was in force then is the one that its promises follow for ever."""

    at: datetime
    sequence: int
    priority: str
    kind: str
    contract: ContractTerms
    policy: str
    policy_version: int


@dataclass(frozen=True, slots=True)
class TakenInCharge:
    """A technician answers for the ticket."""

    at: datetime
    sequence: int


@dataclass(frozen=True, slots=True)
class OnCallAccepted:
    """The on-call technician was told."""

    at: datetime
    sequence: int


@dataclass(frozen=True, slots=True)
class PriorityChanged:
    """The ticket has ``priority`` from now on."""

    at: datetime
    sequence: int
    priority: str


@dataclass(frozen=True, slots=True)
class Qualified:
    """The ticket is of ``kind`` from now on: it decides who is called, not what was promised."""

    at: datetime
    sequence: int
    kind: str


@dataclass(frozen=True, slots=True)
class CustomerAsked:
    """The customer has the turn, until they reply or the ticket is resolved or closed."""

    at: datetime
    sequence: int


@dataclass(frozen=True, slots=True)
class CustomerReplied:
    """The desk has the turn: the customer wrote, or sent the files."""

    at: datetime
    sequence: int


@dataclass(frozen=True, slots=True)
class ContactAttempted:
    """A technician tried to speak to the customer."""

    at: datetime
    sequence: int
    outcome: tickets.ContactOutcome


@dataclass(frozen=True, slots=True)
class OnSitePlanned:
    """Somebody will come to the customer."""

    at: datetime
    sequence: int


@dataclass(frozen=True, slots=True)
class ArrivedOnSite:
    """Somebody is at the customer's."""

    at: datetime
    sequence: int


@dataclass(frozen=True, slots=True)
class Resolved:
    """The desk holds the fault to be gone."""

    at: datetime
    sequence: int


@dataclass(frozen=True, slots=True)
class Closed:
    """Nothing more is expected of anybody."""

    at: datetime
    sequence: int


@dataclass(frozen=True, slots=True)
class Reopened:
    """The ticket is open again."""

    at: datetime
    sequence: int


Fact = (
    Opened
    | TakenInCharge
    | OnCallAccepted
    | PriorityChanged
    | Qualified
    | CustomerAsked
    | CustomerReplied
    | ContactAttempted
    | OnSitePlanned
    | ArrivedOnSite
    | Resolved
    | Closed
    | Reopened
)


Plain = (
    TakenInCharge
    | OnCallAccepted
    | CustomerAsked
    | CustomerReplied
    | OnSitePlanned
    | ArrivedOnSite
    | Resolved
    | Closed
    | Reopened
)
"""Facts of which nothing matters but when they happened."""

_PLAIN: Final[dict[type[TicketEvent], type[Plain]]] = {
    tickets.TicketTakenInCharge: TakenInCharge,
    tickets.OnCallAccepted: OnCallAccepted,
    tickets.CustomerAsked: CustomerAsked,
    tickets.CustomerReplied: CustomerReplied,
    tickets.FilesReceived: CustomerReplied,
    tickets.OnSitePlanned: OnSitePlanned,
    tickets.ArrivedOnSite: ArrivedOnSite,
    tickets.TicketResolved: Resolved,
    tickets.TicketClosed: Closed,
    tickets.TicketReopened: Reopened,
}


def fact_in(event: Any, sequence: int) -> Fact | None:
    """The fact that an event of the ticket, at version ``sequence`` of its stream, tells; None where it tells none."""
    plain = _PLAIN.get(type(event))
    if plain is not None:
        return plain(event.occurred_at, sequence)
    match event:
        case tickets.TicketOpened():
            return Opened(
                event.opened_at,
                sequence,
                event.priority,
                event.kind,
                event.contract,
                event.policy,
                event.policy_version,
            )
        case tickets.PriorityChanged():
            return PriorityChanged(event.changed_at, sequence, event.priority)
        case tickets.TicketQualified():
            return Qualified(event.qualified_at, sequence, event.kind)
        case tickets.ContactAttempted():
            return ContactAttempted(event.attempted_at, sequence, event.outcome)
        case _:
            return None
