"""What a command makes of a ticket: events, nothing when it is a repeat, or a named refusal.

Written after the desk's procedure; the readings of it that are settled are values of the policy, or said here:
ending an intervention or resolving a ticket that nobody has taken takes it in charge at that instant; asking,
replying and trying to reach the customer do not; nothing else presupposes taking in charge.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from vigie.contracts.tickets import (
    AgentReplied,
    CloseReason,
    ContactAttempted,
    CustomerAsked,
    CustomerReplied,
    FilesReceived,
    IntakeEvent,
    InterventionEnded,
    NoteAdded,
    PriorityChanged,
    TicketAssigned,
    TicketClosed,
    TicketReopened,
    TicketResolved,
    TicketTakenInCharge,
    Words,
)
from vigie.decider import Wake
from vigie.policy import Policies, Policy
from vigie_intake.core import refusals
from vigie_intake.core.commands import (
    AgentAction,
    AgreeClosed,
    AskCustomer,
    Assign,
    AttemptContact,
    Close,
    CustomerReply,
    EndIntervention,
    Escalate,
    Note,
    OnCallMessage,
    OpenTicket,
    ReceiveFiles,
    RefuseRequest,
    Reopen,
    Reply,
    Resolve,
    SetPriority,
    TakeCharge,
    TakeUp,
    TicketAction,
    TicketCommand,
    Work,
)
from vigie_intake.core.levels import escalate, take_up
from vigie_intake.core.on_call import hear_message
from vigie_intake.core.opening import check_priority, known, open_ticket, refuse_request
from vigie_intake.core.states import Closed, Live, NotOpened, Open, RefusedRequest, Resolved, State, Ticket, Waiting

Events = tuple[IntakeEvent, ...]


def decisions(policies: Policies) -> Callable[[State, TicketCommand | Wake], Events]:
    """``decide`` for desks that follow ``policies``."""

    def decide(state: State, command: TicketCommand | Wake) -> Events:
        match command:
            case Wake():
                return ()
            case OpenTicket():
                return open_ticket(command, policy_of(command, policies)) if isinstance(state, NotOpened) else ()
            case RefuseRequest():
                return refuse_request(command) if isinstance(state, NotOpened) else ()
            case _:
                return _act(state, command, policies)

    return decide


def _act(state: State, command: TicketAction, policies: Policies) -> Events:
    if isinstance(state, NotOpened | RefusedRequest):
        raise refusals.TicketUnknown
    policy = policies.version(state.ticket.policy, state.ticket.policy_version)
    if isinstance(command, OnCallMessage):
        return hear_message(state, command, policy)
    if isinstance(command, Reopen):
        return _reopen(state, command)
    if isinstance(state, Closed):
        if isinstance(command, Close | AgreeClosed):
            return ()
        raise refusals.TicketClosed(state.ticket.id)
    return _work(state, command, policy)


def _work(state: Live, command: Work, policy: Policy) -> Events:  # noqa: C901 - a table: one line for each action
    ticket = state.ticket
    match command:
        case TakeCharge():
            return _taken(ticket, command)
        case Assign():
            return _assign(ticket, command)
        case Reply(at=at, agent=agent, text=text):
            return (AgentReplied(**ticket.about(), replied_at=at, replied_by=agent, personal=_words(text)),)
        case Note(at=at, agent=agent, text=text):
            return (NoteAdded(**ticket.about(), added_at=at, added_by=agent, personal=_words(text)),)
        case AskCustomer():
            return _ask(state, command)
        case CustomerReply(at=at, text=text):
            return (CustomerReplied(**ticket.about(), replied_at=at, personal=_words(text)),)
        case ReceiveFiles(at=at):
            return (FilesReceived(**ticket.about(), received_at=at),)
        case AttemptContact(at=at, agent=agent, outcome=outcome):
            return (ContactAttempted(**ticket.about(), attempted_at=at, attempted_by=agent, outcome=outcome),)
        case SetPriority():
            return _prioritise(ticket, command, policy)
        case Resolve():
            return _resolve(state, command)
        case Close():
            return _close(ticket, command, "solved")
        case AgreeClosed():
            return _close(ticket, command, "mutual_agreement")
        case Escalate():
            return escalate(ticket, command, policy)
        case TakeUp():
            return take_up(ticket, command, policy)
        case EndIntervention():
            return _end_intervention(ticket, command)
        case _:
            assert_never(command)


def _words(text: str | None) -> Words | None:
    return None if text is None else Words(text=text)


def _taken(ticket: Ticket, command: AgentAction) -> tuple[TicketTakenInCharge, ...]:
    """Nothing when somebody has, and the on-call service was not called since."""
    if ticket.charge == "taken":
        return ()
    return (TicketTakenInCharge(**ticket.about(), taken_at=command.at, taken_by=command.agent),)


def _assign(ticket: Ticket, command: Assign) -> Events:
    owner = command.to or command.agent
    if owner == ticket.owner:
        return ()
    return (TicketAssigned(**ticket.about(), assigned_at=command.at, assigned_to=owner, assigned_by=command.agent),)


def _ask(state: Live, command: AskCustomer) -> Events:
    """Asking again in silence is a repeat; asking again in words is a message that the customer must get."""
    if isinstance(state, Resolved):
        raise refusals.TicketResolved(state.ticket.id)
    if isinstance(state, Waiting) and state.awaiting == command.awaiting and command.text is None:
        return ()
    return (
        CustomerAsked(
            **state.ticket.about(),
            asked_at=command.at,
            asked_by=command.agent,
            awaiting=command.awaiting,
            personal=_words(command.text),
        ),
    )


def _prioritise(ticket: Ticket, command: SetPriority, policy: Policy) -> Events:
    priority = known(command.priority, policy.priorities, policy)
    if priority is None:
        raise refusals.Invalid(check_priority(command.priority, policy))
    if priority == ticket.priority:
        return ()
    return (
        PriorityChanged(
            **ticket.about(),
            changed_at=command.at,
            prioritised_by=command.agent,
            previous=ticket.priority,
            priority=priority,
        ),
    )


def _resolve(state: Live, command: Resolve) -> Events:
    if isinstance(state, Resolved):
        return ()
    ticket = state.ticket
    resolved = TicketResolved(
        **ticket.about(), resolved_at=command.at, resolved_by=command.agent, personal=_words(command.text)
    )
    return (*_taken(ticket, command), resolved)


def _end_intervention(ticket: Ticket, command: EndIntervention) -> Events:
    ended = InterventionEnded(
        **ticket.about(), ended_at=command.at, ended_by=command.agent, mode=command.mode, outcome=command.outcome
    )
    return (*_taken(ticket, command), ended)


def _close(ticket: Ticket, command: AgentAction, reason: CloseReason) -> Events:
    return (TicketClosed(**ticket.about(), closed_at=command.at, closed_by=command.agent, reason=reason),)


def _reopen(state: Live | Closed, command: Reopen) -> Events:
    match state:
        case Open() | Waiting():
            return ()
        case Resolved(ticket) | Closed(ticket):
            reason = command.reason or ("customer" if command.agent is None else "agent")
            return (TicketReopened(**ticket.about(), reopened_at=command.at, reopened_by=command.agent, reason=reason),)
        case _:
            assert_never(state)


def policy_of(command: OpenTicket, policies: Policies) -> Policy | None:
    """The policy that was in force at the desk when the customer asked."""
    return policies.at(command.request.desk, command.at)
