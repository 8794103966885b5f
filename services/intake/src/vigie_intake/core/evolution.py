"""What a ticket has become after each of its events. No rule is here: every event is believed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from vigie.commitments import fact_in
from vigie.contracts.tickets import (
    AfterOpening,
    AgentReplied,
    ArrivedOnSite,
    AttachmentAdded,
    BugDeclared,
    CallGivenUp,
    CallQueued,
    ContactAttempted,
    CustomerAsked,
    CustomerReplied,
    DuplicateMerged,
    EscalationRequested,
    EscalationTakenUp,
    ExchangeOrdered,
    FilesReceived,
    FixDelivered,
    IntakeEvent,
    InterventionEnded,
    MessageRefused,
    NoteAdded,
    OnCallAccepted,
    OnCallRefused,
    OnSitePlanned,
    PriceAccepted,
    PriceProposed,
    PriorityChanged,
    Relation,
    RepairFinished,
    RepairOrdered,
    RequestRefused,
    TicketAssigned,
    TicketClosed,
    TicketLinked,
    TicketListed,
    TicketOpened,
    TicketQualified,
    TicketReopened,
    TicketResolved,
    TicketTakenInCharge,
    WorkaroundProvided,
    WorkLogged,
)
from vigie_intake.core.news import with_news
from vigie_intake.core.states import (
    Accepted,
    Call,
    Closed,
    Duplicate,
    EndedCall,
    NoTicket,
    Open,
    Proposed,
    QueuedCall,
    RefusedRequest,
    Resolved,
    State,
    Ticket,
    Visit,
    Waiting,
)


def evolve(state: State, event: IntakeEvent) -> State:
    """``state`` after ``event``."""
    if isinstance(event, TicketOpened):
        return Open(_opened(event, version=2 if isinstance(state, QueuedCall) else 1))
    if isinstance(event, CallQueued):
        return QueuedCall(event.desk, event.queued_at)
    if isinstance(event, CallGivenUp):
        return EndedCall()
    if isinstance(event, RequestRefused):
        return RefusedRequest()
    if isinstance(state, NoTicket):
        if isinstance(event, MessageRefused):
            return RefusedRequest()
        raise TypeError(f"{type(event).__name__} happened to a ticket that was never opened")
    ticket = _ticket_after(_heard(state.ticket, event), event)
    match event:
        case TicketClosed(duplicate_of=other):
            return Closed(ticket, event.reason) if other is None else Duplicate(ticket, other)
        case TicketResolved():
            return Resolved(ticket)
        case TicketReopened():
            return Open(ticket)
        case CustomerAsked():
            return Waiting(ticket, event.awaiting, event.asked_at)
        case CustomerReplied() | FilesReceived() if isinstance(state, Waiting):
            return Open(ticket)
        case _:
            return replace(state, ticket=ticket)


def _opened(event: TicketOpened, version: int) -> Ticket:
    opened = fact_in(event, version)
    return Ticket(
        id=event.ticket_id,
        number=event.number,
        desk=event.desk,
        customer=event.customer,
        policy=event.policy,
        policy_version=event.policy_version,
        kind=event.kind,
        service=event.service,
        contract=event.contract,
        priority=event.priority,
        facts=() if opened is None else (opened,),
        unlisted_since=event.opened_at,
        news=with_news({}, event),
        version=version,
    )


def _heard(ticket: Ticket, event: AfterOpening) -> Ticket:
    version = ticket.version + 1
    fact = fact_in(event, version)
    facts = ticket.facts if fact is None else (*ticket.facts, fact)
    return replace(ticket, version=version, facts=facts, news=with_news(ticket.news, event))


def _ticket_after(ticket: Ticket, event: AfterOpening) -> Ticket:  # noqa: C901 - a table: one line for each event
    match event:
        case PriorityChanged():
            return replace(ticket, priority=event.priority)
        case TicketQualified():
            return replace(ticket, qualified=True, kind=event.kind, service=event.service)
        case TicketTakenInCharge():
            return replace(ticket, charge="taken", owner=event.taken_by)
        case TicketAssigned():
            return replace(ticket, owner=event.assigned_to)
        case OnCallAccepted():
            return replace(ticket, charge="on_call")
        case EscalationRequested():
            call = Call(event.level, event.requested_at, event.requested_by)
            return replace(ticket, asked=(*ticket.asked, call))
        case EscalationTakenUp():
            call = Call(event.level, event.taken_up_at, event.taken_up_by)
            return replace(ticket, taken_up=(*ticket.taken_up, call))
        case TicketReopened():
            visit, since = _still_to_come(ticket.visit), max(ticket.unlisted_since, event.reopened_at)
            return replace(ticket, asked=(), attempts=(), bug_declared=False, visit=visit, unlisted_since=since)
        case TicketListed():
            return replace(ticket, unlisted_since=event.listed_at, weeks=event.weeks)
        case TicketClosed():
            return replace(ticket, visit="none")
        case ContactAttempted(outcome="reached") | CustomerReplied() | FilesReceived():
            return replace(ticket, attempts=())
        case ContactAttempted():
            return replace(ticket, attempts=(*ticket.attempts, event.attempted_at))
        case InterventionEnded():
            visit = "none" if event.mode == "on_site" else ticket.visit
            return replace(_called(ticket, event.escalates_to, event.ended_at, event.ended_by), visit=visit)
        case OnSitePlanned():
            return replace(ticket, visit="planned")
        case ArrivedOnSite():
            return replace(ticket, visit="there")
        case BugDeclared():
            called = _called(ticket, event.escalates_to, event.declared_at, event.declared_by)
            return replace(called, bug_declared=True)
        case FixDelivered():
            return replace(ticket, bug_declared=False)
        case RepairOrdered():
            return replace(ticket, in_workshop=ticket.in_workshop + 1)
        case RepairFinished():
            return replace(ticket, in_workshop=max(ticket.in_workshop - 1, 0))
        case DuplicateMerged():
            return replace(ticket, duplicates=ticket.duplicates | {event.duplicate.ticket_id})
        case TicketLinked():
            return replace(ticket, links=ticket.links | {linked_to(event)})
        case PriceProposed():
            return replace(ticket, price=Proposed(event.amount))
        case PriceAccepted():
            return replace(ticket, price=Accepted(event.amount))
        case AgentReplied() | NoteAdded() | CustomerAsked() | ExchangeOrdered() | WorkaroundProvided() | WorkLogged():
            return ticket
        case AttachmentAdded() | OnCallRefused() | MessageRefused() | TicketResolved():
            return ticket
        case _:
            assert_never(event)


def linked_to(link: TicketLinked) -> tuple[Relation, UUID | str]:
    """What tells a link from the others of its ticket."""
    return link.relation, link.reference or "" if link.to is None else link.to.ticket_id


def _still_to_come(visit: Visit) -> Visit:
    """Whoever was there when the ticket was resolved has left."""
    return "none" if visit == "there" else visit


def _called(ticket: Ticket, level: str | None, at: datetime, by: str) -> Ticket:
    return ticket if level is None else replace(ticket, asked=(*ticket.asked, Call(level, at, by)))
