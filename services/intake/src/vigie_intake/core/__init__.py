"""Intake's knowledge: how requests become tickets, and what may happen to a ticket."""

from __future__ import annotations

from typing import get_args

from vigie.contracts import topics
from vigie.contracts.requests import REQUEST_SUBMITTED, RequestSubmitted
from vigie.contracts.terms import ContractTerms
from vigie.contracts.tickets import IntakeEvent
from vigie.decider import Core, Decider, Reaction, Received
from vigie.policy import Policies
from vigie_intake.core.closing import closing_instants
from vigie_intake.core.commands import ACTIONS, OpenTicket, RefuseRequest, TicketCommand
from vigie_intake.core.decisions import decisions
from vigie_intake.core.evolution import evolve
from vigie_intake.core.opening import opening_instant
from vigie_intake.core.reading import InvalidRequest, read_request
from vigie_intake.core.states import NotOpened, State

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
            initial=NotOpened(), decide=decisions(policies), evolve=evolve, wake_at=closing_instants(policies)
        ),
        events=get_args(IntakeEvent),
        react=react,
        readers={REQUEST_SUBMITTED: read_request},
        actions=ACTIONS,
        numbers_tickets=True,
    )


def react(received: Received) -> Reaction | None:
    """A request becomes a ticket, or a refusal that its sender can read. Intake hears nothing else."""
    match received.event:
        case RequestSubmitted() as request:
            return Reaction(received.id, open_by_event(received, request))
        case InvalidRequest() as request:
            return Reaction(received.id, RefuseRequest(at=received.now, key=received.id, request=request))
        case _:
            return None


def open_by_event(received: Received, request: RequestSubmitted) -> OpenTicket:
    """The command for ``request``; ValueError when the shell gave no ticket number."""
    if received.serial is None:
        raise ValueError("a request needs a ticket number")
    return OpenTicket(
        at=opening_instant(request, received.now),
        now=received.now,
        key=received.id,
        number=received.serial,
        request=request,
        contract=received.contract or ContractTerms(),
    )
