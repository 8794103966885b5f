"""A whole run: a deployment, its load, its faults, rest, and the model's judgement."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from support.chaos import collect
from support.chaos.faults import Fault, draw, inflict
from support.chaos.load import Load
from support.chaos.model import Finding, judge
from support.chaos.recording import Done, Recording
from support.chaos.stand import Stand, stand

BEGIN = "2026-03-23T22:00:00+01:00"
"""A Monday night, when the first mails and misses are due within minutes."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a run goes. Seconds are the machine's."""

    seed: int
    faults: int = 0
    speed: float = 120.0
    replicas: int = 1
    a_second: float = 2.5
    """Requests."""
    at_most: int = 120
    """Requests, however long the faults take: a slow machine shall not be given more to do."""
    warm_up: float = 5.0
    """Seconds of load before the first fault."""
    between: tuple[float, float] = (0.5, 3.0)
    rest_within: float = 120.0
    kinds: tuple[str, ...] | None = None
    script: tuple[Fault, ...] = ()
    """These faults, in place of drawn ones."""
    broken: dict[str, str] = field(default_factory=dict)
    """Service → defects, with commas."""


@dataclass
class Outcome:
    """What came of it."""

    plan: Plan
    recording: Recording
    findings: dict[str, Finding]
    answers: Counter[str]
    own_ends: dict[str, int]
    """How often a service ended by itself and was started again."""
    at_rest: bool
    seconds: float
    swallowed: dict[str, int]
    """Connections that hung for ever, by server."""

    @property
    def violations(self) -> dict[str, list[str]]:
        """The invariants that do not hold."""
        return {name: one.violations for name, one in self.findings.items() if one.violations}


async def run(plan: Plan, say: Callable[[str], None] = print) -> Outcome:
    """Carry out ``plan``."""
    began = time.monotonic()
    dice = random.Random(plan.seed)
    faults = list(plan.script) or draw(dice, plan.faults, plan.kinds)
    say(f"seed {plan.seed}: {len(faults)} faults of {len({one.kind for one in faults})} kinds")
    async with stand(BEGIN, plan.speed, plan.replicas, broken=plan.broken, say=say) as made:
        load = Load(made, random.Random(dice.random()))
        await load.open()
        try:
            recording = Recording(accepted=load.accepted, poison=load.poison)
            await _storm(made, load, plan, faults, recording, dice, say)
            say("the faults are over; everything is resolved")
            at_rest = await come_to_rest(made, load, plan.rest_within, say)
            await keep(made, recording)
        finally:
            await load.close()
        ends = {one.name: one.own_ends for one in made.processes.values() if one.own_ends}
        swallowed = {name: proxy.swallowed for name, proxy in made.proxies.items()}
    findings = await asyncio.to_thread(judge, recording)
    return Outcome(plan, recording, findings, load.answers, ends, at_rest, time.monotonic() - began, swallowed)


async def _storm(
    made: Stand,
    load: Load,
    plan: Plan,
    faults: list[Fault],
    recording: Recording,
    dice: random.Random,
    say: Callable[[str], None],
) -> None:
    """Load and faults at the same time; at the end nobody waits for an answer."""
    customers = asyncio.create_task(load.run(plan.a_second, plan.at_most))
    try:
        await asyncio.sleep(plan.warm_up)
        await load.spoil()
        for number, fault in enumerate(faults, 1):
            say(f"{number:3d}. {fault.kind}: {fault.target} {fault.seconds:g} s {fault.extent or ''}".rstrip())
            done: Done = await inflict(made, fault)
            recording.faults.append(done)
            if number % 10 == 0:
                await load.spoil()
            await asyncio.sleep(dice.uniform(*plan.between))
            if customers.done():
                customers.result()
    finally:
        customers.cancel()
        with suppress(asyncio.CancelledError):
            await customers
    await asyncio.gather(*(made.ready(one.name) for one in made.services()))
    async with asyncio.timeout(plan.rest_within):
        await load.finish()


async def come_to_rest(made: Stand, load: Load, within: float, say: Callable[[str], None] = print) -> bool:
    """Resolve everything, and wait until there is nothing left to do; False where that is too long."""
    limit = time.monotonic() + within
    told = time.monotonic()
    while time.monotonic() < limit:
        if waiting := await collect.open_tickets(made.database):
            await load.resolve(waiting)
        left = await missing(made)
        if not left:
            return True
        if time.monotonic() - told > 10:
            told = time.monotonic()
            say(f"… {left}")
        await asyncio.sleep(0.5)
    say(f"not at rest after {within:g} s: {await missing(made)}")
    return False


async def missing(made: Stand, *, but: tuple[str, ...] = ("no table",)) -> dict[str, int]:
    """What is still to be done, ``but`` for those tables: the wake-ups of tickets that nobody has resolved stay."""
    rows = await collect.left(made.database) | await collect.unheard(made.database)
    left = {name: count for name, count in rows.items() if count and not name.endswith(but)}
    if not left:
        readings = await asyncio.to_thread(collect.readings, made.kafka)
        behind = sum(one.end - one.committed for one in readings)
        left = {"records to be read": behind} if behind else {}
    return left


async def keep(made: Stand, recording: Recording) -> None:
    """Read all that there is into ``recording``."""
    recording.readings = await asyncio.to_thread(collect.readings, made.kafka)
    await collect.keep_store(recording, made.database)
    recording.records = await asyncio.to_thread(collect.records, made.kafka)
    recording.mails, recording.turned_away = list(made.sink.mails), list(made.sink.turned_away)
