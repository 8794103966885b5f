"""One history after the other in virtual time, and all of them beside each other in production."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from support.histories import Deed, History
from support.production import Opened, Production
from vigie.decider import Core, Refused
from vigie.simulation import Recorded, Simulation

Refusals = tuple[str | None, ...]
"""Of each deed, the error it was refused with."""


class Simulated(NamedTuple):
    """What virtual time made of a history."""

    ticket: UUID
    log: Sequence[Recorded]
    refusals: Refusals


def simulate(history: History, cores: Sequence[Core[Any, Any, Any]], until: datetime) -> Simulated:
    """``history`` in virtual time."""
    simulation = Simulation(cores)
    ticket = simulation.request(history.request, history.opened, history.contract)
    is_open = simulation.is_open(ticket)
    refusals = tuple(_refusal(simulation, ticket, deed) for deed in history.deeds) if is_open else ()
    simulation.run(until)
    return Simulated(ticket, simulation.log, refusals)


def _refusal(simulation: Simulation, ticket: UUID, deed: Deed) -> str | None:
    try:
        simulation.act(ticket, deed.do, deed.at, **deed.fields)
    except Refused as refused:
        return refused.name
    return None


@dataclass
class Played:
    """A history on its way through production."""

    history: History
    opened: Opened | None = None
    submitted: UUID | None = None
    """What a request on the topic will become."""
    refusals: list[str | None] = field(default_factory=list)


async def play(histories: Sequence[History], production: Production, until: datetime) -> Mapping[str, Played]:
    """``histories`` in production, by their subjects: instant after instant, steps and wake-ups, till ``until``."""
    played = [Played(history) for history in histories]
    agenda = deque(_agenda(played))
    while True:
        due = await production.unrest.next_due()
        instants = [instant for instant in (due, agenda[0][0] if agenda else None) if instant is not None]
        if not instants or min(instants) > until:
            break
        production.clock.at = min(instants)
        if agenda and agenda[0][0] == production.clock.at:
            await _take_all(agenda.popleft()[1], production)
        await production.settled()
    production.clock.at = until
    return {one.history.subject: one for one in played}


Steps = list[tuple[Played, Deed | None]]
"""A deed, or (None) the request that comes before them all."""


def _agenda(played: Sequence[Played]) -> Iterator[tuple[datetime, list[Steps]]]:
    """Each instant at which anybody does anything, with its rounds: in a round each ticket has one step."""
    steps: list[tuple[datetime, int, Played, Deed | None]] = [(one.history.opened, 0, one, None) for one in played]
    steps += [(deed.at, place, one, deed) for one in played for place, deed in enumerate(one.history.deeds, 1)]
    for at, together in groupby(sorted(steps, key=lambda step: step[:2]), key=lambda step: step[0]):
        rounds: list[Steps] = []
        taken: dict[str, int] = {}
        for _, _, one, deed in together:
            turn = taken[one.history.subject] = taken.get(one.history.subject, -1) + 1
            if turn == len(rounds):
                rounds.append([])
            rounds[turn].append((one, deed))
        yield at, rounds


async def _take_all(rounds: Sequence[Steps], production: Production) -> None:
    """The steps of one instant come before its wake-ups, and each step's effects before the ticket's next step."""
    with production.steps_first():
        for steps in rounds:
            await asyncio.gather(*(_take(one, deed, production) for one, deed in steps))
            await production.settled()
            await asyncio.gather(*(_look_up(one, production) for one, deed in steps if deed is None))


async def _take(one: Played, deed: Deed | None, production: Production) -> None:
    request = one.history.request
    if deed is not None:
        if one.opened is not None:
            one.refusals.append(await production.act(one.opened, deed.do, dict(deed.fields)))
    elif one.history.via == "http":
        one.opened = await production.open_by_http(request)
    else:
        one.submitted = await production.submit(request)


async def _look_up(one: Played, production: Production) -> None:
    if one.submitted is not None:
        one.opened = await production.opened(one.submitted)
