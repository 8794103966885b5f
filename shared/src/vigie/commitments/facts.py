"""The facts that promises depend on: nine things that happen to a ticket. All else about it changes no clock.

``at`` is the instant in the domain, UTC; ``sequence`` the version in the ticket's stream of the event that told the
fact, which puts facts of one instant in order. Together they order all facts of a ticket, however they arrive.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vigie.contracts import tickets
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
    | CustomerAsked
    | CustomerReplied
    | Resolved
    | Closed
    | Reopened
)


def fact_in(event: Any, sequence: int) -> Fact | None:
    """The fact that an event of the ticket, at version ``sequence`` of its stream, tells; None where it tells none."""
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
        case tickets.TicketTakenInCharge():
            return TakenInCharge(event.taken_at, sequence)
        case tickets.OnCallAccepted():
            return OnCallAccepted(event.accepted_at, sequence)
        case tickets.PriorityChanged():
            return PriorityChanged(event.changed_at, sequence, event.priority)
        case tickets.CustomerAsked():
            return CustomerAsked(event.asked_at, sequence)
        case tickets.CustomerReplied():
            return CustomerReplied(event.replied_at, sequence)
        case tickets.FilesReceived():
            return CustomerReplied(event.received_at, sequence)
        case tickets.TicketResolved():
            return Resolved(event.resolved_at, sequence)
        case tickets.TicketClosed():
            return Closed(event.closed_at, sequence)
        case tickets.TicketReopened():
            return Reopened(event.reopened_at, sequence)
        case _:
            return None
