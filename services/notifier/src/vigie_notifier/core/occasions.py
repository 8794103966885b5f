"""What each template is about, and when there is nothing to say after all.

A rule of a policy names an event type and a template. Some templates speak of one turn that such an event may take:
``intervention_unresolved`` has nothing to say of an intervention that solved the fault, whose closing is told anyway.
Then there is no mail, and no record of one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vigie.contracts.escalations import EscalationRaised, EscalationStoodDown
from vigie.contracts.event import Event
from vigie.contracts.tickets import (
    AgentReplied,
    BugDeclared,
    CallQueued,
    ContactAttempted,
    CustomerAsked,
    ExchangeOrdered,
    FixDelivered,
    InterventionEnded,
    MessageRefused,
    OnCallAccepted,
    OnCallRefused,
    OnSitePlanned,
    PriceAccepted,
    PriceProposed,
    RepairFinished,
    RepairOrdered,
    RequestRefused,
    TicketClosed,
    TicketListed,
    TicketOpened,
    TicketReopened,
    TicketResolved,
    TicketTakenInCharge,
    WorkaroundProvided,
)

SUBJECTS: Final[Mapping[str, type[Event]]] = {
    "ticket_opened": TicketOpened,
    "request_refused": RequestRefused,
    "message_refused": MessageRefused,
    "call_queued": CallQueued,
    "ticket_taken_in_charge": TicketTakenInCharge,
    "agent_replied": AgentReplied,
    "customer_asked": CustomerAsked,
    "contact_attempted": ContactAttempted,
    "intervention_unresolved": InterventionEnded,
    "on_site_planned": OnSitePlanned,
    "exchange_ordered": ExchangeOrdered,
    "repair_ordered": RepairOrdered,
    "repair_finished": RepairFinished,
    "bug_declared": BugDeclared,
    "workaround_provided": WorkaroundProvided,
    "fix_delivered": FixDelivered,
    "ticket_listed": TicketListed,
    "price_proposed": PriceProposed,
    "price_accepted": PriceAccepted,
    "on_call_accepted": OnCallAccepted,
    "on_call_refused": OnCallRefused,
    "ticket_resolved": TicketResolved,
    "ticket_closed": TicketClosed,
    "ticket_reopened": TicketReopened,
    "escalation_raised": EscalationRaised,
    "escalation_stood_down": EscalationStoodDown,
}
"""The event that each template speaks of. There are words for nothing else, whatever a policy says."""


def worth_telling(template: str, event: Event) -> bool:
    """Whether ``template`` has anything to say of ``event``, which is of its subject."""
    occasion = _OCCASIONS.get(template)
    return occasion is None or occasion(event)


def _not_reached(event: Event) -> bool:
    """Whoever was spoken to knows it."""
    return not (isinstance(event, ContactAttempted) and event.outcome == "reached")


def _unresolved(event: Event) -> bool:
    return isinstance(event, InterventionEnded) and event.outcome == "unresolved"


def _news_owed(event: Event) -> bool:
    """Whoever was told something since the list before knows that it goes on."""
    return isinstance(event, TicketListed) and event.news_owed


_OCCASIONS: Final[Mapping[str, Callable[[Event], bool]]] = {
    "contact_attempted": _not_reached,
    "intervention_unresolved": _unresolved,
    "ticket_listed": _news_owed,
}
