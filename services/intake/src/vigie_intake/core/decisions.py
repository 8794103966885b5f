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
    TicketQualified,
    TicketReopened,
    TicketResolved,
    TicketTakenInCharge,
    words,
)
from vigie.decider import Wake
from vigie.policy import Policies, Policy
from vigie_intake.core import bugs, pairs, pricing, refusals, visits, workshop
from vigie_intake.core.attachments import attach
from vigie_intake.core.calls import count_call, hear_call
from vigie_intake.core.closing import (
    after_asking,
    after_attempt,
    after_intervention,
    reopen_for_files,
    reopen_for_reply,
)
from vigie_intake.core.commands import (
    AcceptPrice,
    AddAttachment,
    AgentAction,
    AgreeClosed,
    ArriveOnSite,
    AskCustomer,
    Assign,
    AttemptContact,
    Close,
    CountCall,
    CustomerReply,
    DeclareBug,
    DeliverFix,
    EndIntervention,
    Escalate,
    FinishRepair,
    HearCall,
    HearMessage,
    Link,
    LogWork,
    Merge,
    Note,
    OnCallMessage,
    OpenTicket,
    OrderExchange,
    OrderRepair,
    PlanOnSite,
    ProposePrice,
    ProvideWorkaround,
    Qualify,
    ReceiveFiles,
    RefuseMessage,
    RefuseRequest,
    Reopen,
    Reply,
    Resolve,
    SetPriority,
    TakeCharge,
    TakeDuplicate,
    TakeLink,
    TakeUp,
    TicketAction,
    TicketCommand,
    Work,
)
from vigie_intake.core.levels import escalate, next_level, take_up
from vigie_intake.core.messages import follow_message, refuse_message
from vigie_intake.core.on_call import hear_message
from vigie_intake.core.opening import check_kind, check_priority, known, open_ticket, refuse_request
from vigie_intake.core.pricing import check_price
from vigie_intake.core.states import (
    Closed,
    Duplicate,
    Live,
    NoTicket,
    NotOpened,
    Open,
    QueuedCall,
    Resolved,
    State,
    Ticket,
    Waiting,
)
from vigie_intake.core.waking import wake

Events = tuple[IntakeEvent, ...]


def decisions(policies: Policies) -> Callable[[State, TicketCommand | Wake], Events]:
    """``decide`` for desks that follow ``policies``."""

    def decide(state: State, command: TicketCommand | Wake) -> Events:
        match command:
            case Wake(at=at):
                return wake(state, at, policy_of)
            case OpenTicket():
                if not isinstance(state, NotOpened | QueuedCall):
                    return ()
                return open_ticket(command, in_force(command, policies))
            case RefuseRequest():
                return refuse_request(command) if isinstance(state, NotOpened) else ()
            case RefuseMessage():
                return refuse_message(command) if isinstance(state, NotOpened) else ()
            case HearMessage():
                return follow_message(state, command, policies, policy_of, act)
            case HearCall():
                policy = policies.at(command.call.desk, command.at)
                return tuple(hear_call(command, policy)) if isinstance(state, NotOpened) else ()
            case CountCall():
                policy = policies.at(command.call.desk, command.at)
                return tuple(count_call(command, policy)) if isinstance(state, NotOpened) else ()
            case _:
                return _act(state, command, policy_of)

    def act(state: State, command: TicketAction) -> Events:
        return _act(state, command, policy_of)

    def policy_of(ticket: Ticket) -> Policy:
        return policies.version(ticket.policy, ticket.policy_version)

    return decide


def _act(state: State, command: TicketAction, policy_of: Callable[[Ticket], Policy]) -> Events:
    if isinstance(state, NoTicket):
        raise refusals.TicketUnknown
    if isinstance(command, TakeDuplicate | TakeLink):
        return pairs.take_half(state, command)
    if isinstance(state, Duplicate):
        return pairs.of_duplicate(state, command)
    policy = policy_of(state.ticket)
    if isinstance(command, OnCallMessage):
        return hear_message(state, command, policy)
    if isinstance(command, Reopen):
        return _reopen(state, command)
    if isinstance(command, AddAttachment):
        return attach(state, command)
    if isinstance(state, Closed):
        if isinstance(command, Close | AgreeClosed):
            return ()
        if isinstance(command, ReceiveFiles):
            return reopen_for_files(state, command.at)
        if isinstance(command, CustomerReply):
            return reopen_for_reply(state, command.at, command.text)
        raise refusals.TicketClosed(state.ticket.id)
    return _work(state, command, policy)


def _work(state: Live, command: Work, policy: Policy) -> Events:  # noqa: C901 - a table: one line for each action
    ticket = state.ticket
    check_price(ticket, command, policy)
    match command:
        case TakeCharge():
            return _taken(ticket, command)
        case Assign():
            return _assign(ticket, command)
        case Reply(at=at, agent=agent, text=text):
            return (AgentReplied(**ticket.about(), replied_at=at, replied_by=agent, personal=words(text)),)
        case Note(at=at, agent=agent, text=text):
            return (NoteAdded(**ticket.about(), added_at=at, added_by=agent, personal=words(text)),)
        case AskCustomer():
            return _ask(state, command, policy)
        case CustomerReply(at=at, text=text):
            return (CustomerReplied(**ticket.about(), replied_at=at, personal=words(text)),)
        case ReceiveFiles(at=at):
            return (FilesReceived(**ticket.about(), received_at=at),)
        case AttemptContact():
            return _attempt(ticket, command, policy)
        case Qualify():
            return _qualify(ticket, command, policy)
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
            return _end_intervention(ticket, command, policy)
        case PlanOnSite():
            return visits.plan(state, command)
        case ArriveOnSite():
            return visits.arrive(state, command)
        case OrderExchange():
            return visits.order_exchange(state, command)
        case OrderRepair():
            return workshop.order_repair(state, command)
        case FinishRepair():
            return workshop.finish_repair(ticket, command)
        case DeclareBug():
            return bugs.declare(ticket, command, policy)
        case ProvideWorkaround():
            return bugs.work_around(ticket, command)
        case DeliverFix():
            return bugs.deliver_fix(ticket, command)
        case ProposePrice():
            return pricing.propose(ticket, command)
        case AcceptPrice():
            return pricing.accept(ticket, command)
        case LogWork():
            return pricing.log_work(ticket, command, policy)
        case Merge():
            return pairs.merge(ticket, command)
        case Link():
            return pairs.link(ticket, command)
        case _:
            assert_never(command)


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


def _ask(state: Live, command: AskCustomer, policy: Policy) -> Events:
    """Asking again in silence is a repeat; asking again in words is a message that the customer must get."""
    if isinstance(state, Resolved):
        raise refusals.TicketResolved(state.ticket.id)
    if isinstance(state, Waiting) and state.awaiting == command.awaiting and command.text is None:
        return ()
    asked = CustomerAsked(
        **state.ticket.about(),
        asked_at=command.at,
        asked_by=command.agent,
        awaiting=command.awaiting,
        personal=words(command.text),
    )
    return (asked, *after_asking(state.ticket, asked, policy))


def _attempt(ticket: Ticket, command: AttemptContact, policy: Policy) -> Events:
    attempt = ContactAttempted(
        **ticket.about(), attempted_at=command.at, attempted_by=command.agent, outcome=command.outcome
    )
    return (attempt, *after_attempt(ticket, attempt, policy))


def _qualify(ticket: Ticket, command: Qualify, policy: Policy) -> Events:
    """Said once, also where it changes nothing: from then on the desk knows what it is about."""
    kind = known(command.kind or ticket.kind, policy.kinds, policy)
    if kind is None:
        raise refusals.Invalid(check_kind(command.kind, policy))
    service = command.service or ticket.service
    if ticket.qualified and (kind, service) == (ticket.kind, ticket.service):
        return ()
    return (
        TicketQualified(
            **ticket.about(),
            qualified_at=command.at,
            qualified_by=command.agent,
            previous_kind=ticket.kind,
            kind=kind,
            service=service,
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
        **ticket.about(), resolved_at=command.at, resolved_by=command.agent, personal=words(command.text)
    )
    return (*_taken(ticket, command), resolved)


def _end_intervention(ticket: Ticket, command: EndIntervention, policy: Policy) -> Events:
    ended = InterventionEnded(
        **ticket.about(),
        ended_at=command.at,
        ended_by=command.agent,
        mode=command.mode,
        outcome=command.outcome,
        escalates_to=next_level(ticket, policy) if command.outcome == "unresolved" else None,
    )
    return (*_taken(ticket, command), ended, *after_intervention(ticket, ended, policy))


def _close(ticket: Ticket, command: AgentAction, reason: CloseReason) -> Events:
    return (TicketClosed(**ticket.about(), closed_at=command.at, closed_by=command.agent, reason=reason),)


def _reopen(state: Live | Closed, command: Reopen) -> Events:
    match state:
        case Open() | Waiting():
            return ()
        case Resolved(ticket=ticket) | Closed(ticket=ticket):
            reason = command.reason or ("customer" if command.agent is None else "agent")
            return (TicketReopened(**ticket.about(), reopened_at=command.at, reopened_by=command.agent, reason=reason),)
        case _:
            assert_never(state)


def in_force(command: OpenTicket, policies: Policies) -> Policy | None:
    """The policy that was in force at the desk when the customer asked."""
    return policies.at(command.request.desk, command.at)
