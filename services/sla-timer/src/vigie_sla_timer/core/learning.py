"""What sla-timer hears: the facts of a ticket, each as a command to learn it and as the event that says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypedDict
from uuid import UUID

from vigie.commitments import (
    ArrivedOnSite,
    Closed,
    ContactAttempted,
    CustomerAsked,
    CustomerReplied,
    Fact,
    OnCallAccepted,
    OnSitePlanned,
    Opened,
    Plain,
    PriorityChanged,
    Qualified,
    Reopened,
    Resolved,
    TakenInCharge,
    fact_in,
)
from vigie.contracts.sla import FactLearned, FactName
from vigie.contracts.terms import ContractTerms
from vigie.decider import Reaction, Received


class About(TypedDict):
    """What every event about a clock must say, as keyword arguments."""

    ticket_id: UUID
    number: str
    desk: str
    clock: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """Which ticket is spoken of."""

    ticket_id: UUID
    number: str
    desk: str

    def about(self, clock: str) -> About:
        """The members that an event about ``clock`` of this ticket begins with."""
        return About(ticket_id=self.ticket_id, number=self.number, desk=self.desk, clock=clock)


@dataclass(frozen=True, slots=True)
class Learn:
    """A fact about a ticket has been heard; ``event_id`` is the event that told it."""

    ticket: Ticket
    fact: Fact
    event_id: UUID

    @property
    def at(self) -> datetime:
        """When the fact happened."""
        return self.fact.at


def react(received: Received) -> Reaction | None:
    """Learn what the event tells, if any promise could depend on it."""
    fact = fact_in(received.event, received.sequence)
    if fact is None:
        return None
    event = received.event
    ticket = Ticket(event.ticket_id, event.number, event.desk)
    return Reaction(event.ticket_id, Learn(ticket, fact, received.id))


_PLAIN: Final[dict[FactName, type[Plain]]] = {
    "taken_in_charge": TakenInCharge,
    "on_call_accepted": OnCallAccepted,
    "customer_asked": CustomerAsked,
    "customer_replied": CustomerReplied,
    "on_site_planned": OnSitePlanned,
    "arrived_on_site": ArrivedOnSite,
    "resolved": Resolved,
    "closed": Closed,
    "reopened": Reopened,
}
_NAMES: Final[dict[type[Plain], FactName]] = {fact: name for name, fact in _PLAIN.items()}


def learned(learn: Learn) -> FactLearned:
    """The event that records what was heard, complete: the fact can be had back from it."""
    fact = learn.fact
    match fact:
        case Opened():
            return _learned(
                learn,
                "opened",
                priority=fact.priority,
                kind=fact.kind,
                contract=fact.contract,
                policy=fact.policy,
                policy_version=fact.policy_version,
            )
        case PriorityChanged(priority=priority):
            return _learned(learn, "priority_changed", priority=priority)
        case Qualified(kind=kind):
            return _learned(learn, "qualified", kind=kind)
        case ContactAttempted(outcome=outcome):
            return _learned(learn, "contact_attempted", outcome=outcome)
        case _:
            return _learned(learn, _NAMES[type(fact)])


def _learned(learn: Learn, name: FactName, **told: Any) -> FactLearned:
    return FactLearned(
        ticket_id=learn.ticket.ticket_id,
        number=learn.ticket.number,
        desk=learn.ticket.desk,
        fact=name,
        happened_at=learn.fact.at,
        event_id=learn.event_id,
        sequence=learn.fact.sequence,
        **told,
    )


def fact_of(event: FactLearned) -> Fact:
    """The fact that ``event`` records."""
    match event.fact:
        case "opened":
            return Opened(
                at=event.happened_at,
                sequence=event.sequence,
                priority=event.priority or "",
                kind=event.kind or "",
                contract=event.contract or ContractTerms(),
                policy=event.policy or "",
                policy_version=event.policy_version or 0,
            )
        case "priority_changed":
            return PriorityChanged(event.happened_at, event.sequence, event.priority or "")
        case "qualified":
            return Qualified(event.happened_at, event.sequence, event.kind or "")
        case "contact_attempted":
            return ContactAttempted(event.happened_at, event.sequence, event.outcome or "reached")
        case name:
            return _PLAIN[name](event.happened_at, event.sequence)
