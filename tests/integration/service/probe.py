"""A service of one rule, to see what all services share: somebody knocks, and a minute later it rings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID

from pydantic import BaseModel

from vigie.contracts.event import Event, TicketEvent
from vigie.contracts.instants import Instant
from vigie.decider import Core, Decider, Reaction, Received, Wake
from vigie.io.service import Parts

KNOCK = "test.Knock.v1"


class KnockRequest(BaseModel):
    at: Instant


class Knocked(TicketEvent, at="knocked_at"):
    knocked_at: Instant


class Rang(TicketEvent, at="rang_at"):
    rang_at: Instant


@dataclass(frozen=True)
class Knock:
    at: datetime
    door: UUID


@dataclass(frozen=True)
class Quiet:
    pass


@dataclass(frozen=True)
class Ringing:
    door: UUID
    due_at: datetime


@dataclass(frozen=True)
class Done:
    pass


Door = Quiet | Ringing | Done
Sound = Knocked | Rang
QUIET: Door = Quiet()


def decide(door: Door, command: Knock | Wake) -> tuple[Sound, ...]:
    match door, command:
        case Quiet(), Knock(at, key):
            return (Knocked(ticket_id=key, number="T-1", desk="probe", knocked_at=at),)
        case Ringing(key, due_at), Wake(at) if at >= due_at:
            return (Rang(ticket_id=key, number="T-1", desk="probe", rang_at=due_at),)
        case _:
            return ()


def evolve(_: Door, event: Sound) -> Door:
    match event:
        case Knocked():
            return Ringing(event.ticket_id, event.knocked_at + timedelta(minutes=1))
        case Rang():
            return Done()
        case _:
            assert_never(event)


def wake_at(door: Door) -> datetime | None:
    return door.due_at if isinstance(door, Ringing) else None


def react(received: Received) -> Reaction | None:
    if isinstance(received.event, KnockRequest):
        return Reaction(received.id, Knock(received.event.at, received.id))
    return None


def parts(hears: str, says: str) -> Parts:
    events: tuple[type[Event], ...] = (Knocked, Rang)
    core = Core(
        service="probe",
        category="door",
        topic=says,
        consumes=(hears,),
        decider=Decider(QUIET, decide, evolve, wake_at),
        events=events,
        react=react,
        readers={KNOCK: KnockRequest.model_validate_json},
    )
    return Parts(name="probe", make_core=lambda _: core)
