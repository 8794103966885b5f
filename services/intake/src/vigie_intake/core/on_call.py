"""Messages left with the on-call service: what it covers, and what a message must say.

The answer is always an event.
"""

from __future__ import annotations

from vigie.contracts.tickets import LeftMessage, OnCallAccepted, OnCallRefusal, OnCallRefused
from vigie.policy import Policy
from vigie_intake.core.commands import OnCallMessage
from vigie_intake.core.states import Closed, Duplicate, Open, Opened, Resolved, Ticket, Waiting


def hear_message(
    state: Opened, command: OnCallMessage, policy: Policy, said: LeftMessage | None = None
) -> tuple[OnCallAccepted | OnCallRefused, ...]:
    """Accepted, or refused for the first reason that holds. ``said``: the message itself, where it is known.

    A second message while the first waits to be taken is told again: somebody rings a second time. It changes no clock.
    """
    ticket = state.ticket
    reason = _reason(state, command, policy)
    if reason is not None:
        return (OnCallRefused(**ticket.about(), refused_at=command.at, reason=reason, personal=said),)
    return (OnCallAccepted(**ticket.about(), accepted_at=command.at, personal=said),)


def refusal_without_ticket(command: OnCallMessage, policy: Policy) -> OnCallRefusal:
    """Why a message that names no ticket is refused: for the first reason that holds, at the latest that one."""
    return _reason(None, command, policy) or "ticket_number_missing"


def _reason(state: Opened | None, command: OnCallMessage, policy: Policy) -> OnCallRefusal | None:
    """``state``: None where the message names no ticket, of which there is nothing to say then."""
    on_call = policy.on_call
    if on_call is None:
        return "not_covered"
    if on_call.outside.is_open(command.at):
        return "within_working_hours"
    if (state is not None and not _conforms(state)) or _lacks("subject", command, policy):
        return "not_conforming"
    if _lacks("ticket_number", command, policy):
        return "ticket_number_missing"
    if _lacks("contact_details", command, policy):
        return "contact_details_missing"
    if state is not None and not _covers(state.ticket, command, policy):
        return "not_covered"
    return None


def _conforms(state: Opened) -> bool:
    """The ticket comes first: a message about one that nobody is working on any more is about no ticket."""
    match state:
        case Open() | Waiting():
            return True
        case Resolved() | Closed() | Duplicate():
            return False


def _lacks(detail: str, command: OnCallMessage, policy: Policy) -> bool:
    return policy.on_call is not None and detail in policy.on_call.requires and not getattr(command, detail)


def _covers(ticket: Ticket, command: OnCallMessage, policy: Policy) -> bool:
    on_call = policy.on_call
    if on_call is None or (on_call.contract is not None and not getattr(ticket.contract, on_call.contract)):
        return False
    service = command.service or ticket.service
    return service is None or not on_call.services or service in on_call.services
