"""What is done to a deployment. Which faults, whom they hit and how long they last comes from one seed.

Every kind in turn, in an order drawn anew each time all have been: a run of N faults has as many kinds as it can.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from support.chaos.recording import Done
from support.chaos.sink import Mood
from support.chaos.stand import Stand

T = TypeVar("T")

SERVICES = ("intake", "sla-timer", "escalation", "notifier")
SESSION = 6.0
"""Seconds after which a group gives up a member that says nothing."""

GIVEN_UP = 45.0
"""Seconds after which nobody waits for an answer over a connection that hangs, nor for what was begun meanwhile:
aiokafka waits for 40, and does not know until then that its group has gone on without it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to be done."""

    kind: str
    target: str
    seconds: float
    """For how long, where it lasts."""
    extent: float = 0.0
    """By how much: seconds of a clock, of a delay."""


def draw(dice: random.Random, number: int, kinds: tuple[str, ...] | None = None) -> list[Fault]:
    """``number`` faults, of as many kinds as there are."""
    drawn: list[Fault] = []
    names = _turns(dice, kinds or tuple(KINDS))
    victims = _turns(dice, SERVICES)
    while len(drawn) < number:
        kind = next(names)
        drawn.append(KINDS[kind].draw(dice, kind, victims))
    return drawn


def _turns(dice: random.Random, among: tuple[T, ...]) -> Iterator[T]:
    """Each in turn, then all again in another order."""
    while True:
        yield from dice.sample(among, len(among))


async def inflict(stand: Stand, fault: Fault) -> Done:
    """Do it, and undo it again; when that was."""
    begun = time.monotonic()
    kind = KINDS[fault.kind]
    await kind.inflict(stand, fault)
    return Done(fault.kind, fault.target, begun, time.monotonic() + kind.aftermath)


# ------------------------------------------------------------------------------------------------ processes


async def _kill(stand: Stand, fault: Fault) -> None:
    await stand.kill(fault.target)
    await asyncio.sleep(1.0)


async def _restart(stand: Stand, fault: Fault) -> None:
    await stand.stop(fault.target)
    await asyncio.sleep(fault.seconds)
    await stand.start(fault.target)


async def _freeze(stand: Stand, fault: Fault) -> None:
    stand.freeze(fault.target)
    await asyncio.sleep(fault.seconds)
    stand.thaw(fault.target)


async def _replica(stand: Stand, fault: Fault) -> None:
    """The second replica joins where there is none, and leaves where there is one: partitions move, and back again."""
    if stand.processes[fault.target].wanted:
        await stand.stop(fault.target)
        await asyncio.sleep(fault.seconds)
        await stand.start(fault.target)
    else:
        await stand.start(fault.target)
        await stand.ready(fault.target)
        await asyncio.sleep(fault.seconds)
        await stand.stop(fault.target)


async def _kill_server(stand: Stand, fault: Fault) -> None:
    await stand.kill(fault.target, for_good=True)
    await asyncio.sleep(fault.seconds)
    await stand.start(fault.target)
    await stand.ready(fault.target)


# ------------------------------------------------------------------------------------------------ connections


async def _hang(stand: Stand, fault: Fault) -> None:
    stand.proxies[fault.target].hang()
    await asyncio.sleep(fault.seconds)
    await stand.proxies[fault.target].heal()


async def _cut(stand: Stand, fault: Fault) -> None:
    stand.proxies[fault.target].cut()
    await asyncio.sleep(1.0)


async def _slow(stand: Stand, fault: Fault) -> None:
    stand.proxies[fault.target].slow(fault.extent)
    await asyncio.sleep(fault.seconds)
    await stand.proxies[fault.target].heal()


async def _refuse(stand: Stand, fault: Fault) -> None:
    await stand.proxies[fault.target].refuse()
    stand.proxies[fault.target].cut()
    await asyncio.sleep(fault.seconds)
    await stand.proxies[fault.target].heal()


def _smtp(mood: Mood) -> Callable[[Stand, Fault], Awaitable[None]]:
    async def inflict(stand: Stand, fault: Fault) -> None:
        stand.sink.mood = mood
        await asyncio.sleep(fault.seconds)
        stand.sink.mood = "take"

    return inflict


# ------------------------------------------------------------------------------------------------ time


async def _step(stand: Stand, fault: Fault) -> None:
    stand.step_clock(fault.target.partition(" of ")[2] or None, fault.extent)
    await asyncio.sleep(fault.seconds)
    stand.step_clock(None, 0.0)


# ------------------------------------------------------------------------------------------------ the kinds

Inflict = Callable[[Stand, Fault], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault: how it is done, to whom (None: a service, in turn), for how long."""

    inflict: Inflict
    target: str | None
    seconds: tuple[float, float] = (0.0, 0.0)
    extent: tuple[float, ...] = (0.0,)
    aftermath: float = 0.0
    """Seconds for which it goes on to work after it is over: connections that were hung stay dead."""

    def draw(self, dice: random.Random, name: str, victims: Iterator[str]) -> Fault:
        target = self.target or f"{next(victims)}-1"
        if name == "a second replica moves":
            target = target.replace("-1", "-2")
        seconds, extent = round(dice.uniform(*self.seconds), 1), dice.choice(self.extent)
        return Fault(name, target, seconds, extent)


KINDS: dict[str, Kind] = {
    "service killed": Kind(_kill, None),
    "service stopped and started": Kind(_restart, None, (0.2, 2.0)),
    "service frozen": Kind(_freeze, None, (0.5, 3.0)),
    "service frozen beyond its session": Kind(_freeze, None, (SESSION + 2, SESSION + 6)),
    "a second replica moves": Kind(_replica, None, (1.0, 8.0)),
    "Kafka killed": Kind(_kill_server, "kafka", (0.2, 3.0)),
    "Kafka connections cut": Kind(_cut, "kafka"),
    "Kafka connections hang": Kind(_hang, "kafka", (2.0, 6.0), aftermath=GIVEN_UP),
    "PostgreSQL killed": Kind(_kill_server, "postgres", (0.2, 4.0)),
    "PostgreSQL connections cut": Kind(_cut, "postgres"),
    "PostgreSQL connections hang": Kind(_hang, "postgres", (2.0, 6.0), aftermath=GIVEN_UP),
    "PostgreSQL slow": Kind(_slow, "postgres", (2.0, 5.0), (0.02, 0.1)),
    "SMTP refuses connections": Kind(_refuse, "smtp", (1.0, 5.0)),
    "SMTP stalls": Kind(_smtp("stall"), "smtp", (2.0, 6.0)),
    "SMTP connections hang": Kind(_hang, "smtp", (1.0, 4.0), aftermath=GIVEN_UP),
    "SMTP answers 4xx": Kind(_smtp("defer"), "smtp", (1.0, 4.0)),
    "SMTP answers 4xx after the mail": Kind(_smtp("defer_late"), "smtp", (1.0, 4.0)),
    "SMTP answers 5xx": Kind(_smtp("refuse"), "smtp", (1.0, 3.0)),
    "SMTP cuts after the mail": Kind(_smtp("cut"), "smtp", (0.5, 3.0)),
    "clock steps forth and back": Kind(_step, "clock", (2.0, 6.0), (3.0, 10.0, 30.0)),
    "clock steps back and forth": Kind(_step, "clock", (2.0, 6.0), (-3.0, -10.0, -30.0)),
    "clock believed, then set back": Kind(_step, "clock", (11.0, 13.0), (-5.0, 5.0, 15.0)),
}
