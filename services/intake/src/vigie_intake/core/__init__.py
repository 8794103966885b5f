"""Intake's knowledge: how requests become tickets, and what may happen to a ticket."""

from __future__ import annotations

from datetime import datetime
from typing import get_args

from vigie.contracts import topics
from vigie.contracts.requests import (
    MESSAGES,
    REQUEST_SUBMITTED,
    CallAbandoned,
    CallReceived,
    FilesDelivered,
    Message,
    OnCallMessageLeft,
    ReplyReceived,
    RequestSubmitted,
    VoicemailLeft,
)
from vigie.contracts.terms import ContractTerms
from vigie.contracts.tickets import IntakeEvent
from vigie.decider import Core, Decider, Reaction, Received
from vigie.policy import Policies
from vigie_intake.core.commands import (
    ACTIONS,
    CountCall,
    HearCall,
    HearMessage,
    OpenTicket,
    RefuseMessage,
    RefuseRequest,
    TicketCommand,
)
from vigie_intake.core.decisions import decisions
from vigie_intake.core.evolution import evolve
from vigie_intake.core.opening import opening_instant
from vigie_intake.core.reading import InvalidMessage, InvalidRequest, addressee, message_reader, read_request
from vigie_intake.core.states import NotOpened, State
from vigie_intake.core.waking import waking_instants

__all__ = ["SERVICE", "core", "react"]

SERVICE = "intake"


def core(policies: Policies) -> Core[State, TicketCommand, IntakeEvent]:
    """Intake for the desks that ``policies`` describe."""
    return Core(
        service=SERVICE,
        category="ticket",
        topic=topics.TICKETS,
        consumes=(topics.REQUESTS,),
        decider=Decider(
            initial=NotOpened(), decide=decisions(policies), evolve=evolve, wake_at=waking_instants(policies)
        ),
        events=get_args(IntakeEvent),
        react=react,
        readers={REQUEST_SUBMITTED: read_request, **{ce_type: message_reader(ce_type) for ce_type in MESSAGES}},
        addressee=addressee,
        actions=ACTIONS,
        numbers_tickets=True,
    )


def react(received: Received) -> Reaction | None:
    """What came as an event becomes a command, wrong data one that tells its sender so. Intake hears nothing else."""
    now, key = received.now, received.id
    match received.event:
        case RequestSubmitted() as request:
            return Reaction(key, open_by_event(received, request))
        case InvalidRequest() as request:
            return Reaction(key, RefuseRequest(at=now, key=key, request=request))
        case ReplyReceived() | FilesDelivered() | OnCallMessageLeft() as message:
            return Reaction(
                received.about or key, HearMessage(_instant(message, now), now, key, message, received.contract)
            )
        case CallReceived() | VoicemailLeft() as call:
            return Reaction(key, HearCall(_instant(call, now), now, key, _number(received), call, received.caller))
        case CallAbandoned() as call:
            return Reaction(key, CountCall(_instant(call, now), now, key, call))
        case InvalidMessage() as message:
            return Reaction(key, RefuseMessage(now, key, message))
        case _:
            return None


def _instant(message: Message, now: datetime) -> datetime:
    """When it happened: what the channel says, but never after ``now``, when the message arrived."""
    return min(message.occurred_at or now, now)


def _number(received: Received) -> str:
    if received.serial is None:
        raise ValueError("a request needs a ticket number")
    return received.serial


def open_by_event(received: Received, request: RequestSubmitted) -> OpenTicket:
    """The command for ``request``; ValueError when the shell gave no ticket number."""
    return OpenTicket(
        at=opening_instant(request, received.now),
        now=received.now,
        key=received.id,
        number=_number(received),
        request=request,
        contract=received.contract or ContractTerms(),
    )
