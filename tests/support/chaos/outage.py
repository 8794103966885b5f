"""What it is like when a server is away while customers keep coming, and how long it takes until all is well again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from support.chaos import run
from support.chaos.model import INVARIANTS
from support.chaos.recording import Done, Recording, Wanted
from support.chaos.rush import Answer, Rush
from support.chaos.stand import Stand

MAILS_A_SECOND = 20
"""So many at least, on a machine that has other work."""
BEFORE = 2.0
"""Seconds of load before the outage."""
AFTERWARDS = 1.0
"""Seconds for which new customers come once somebody was served again."""
NOT_DUE_YET = ("promises judged as arithmetic says", "each rung of each commitment once")
"""Invariants about deadlines that are hours away on a clock which is not faster than ours."""
OPEN = ("sla-timer.wakeups",)
"""What stays where tickets stay open."""
MAILS = {"notifier.outbox", "notifier.wakeups"}
"""What is left while mails are on their way."""


@dataclass
class Ground:
    """A deployment that several outages share, and all that was accepted since its start."""

    stand: Stand
    accepted: list[Wanted] = field(default_factory=list)
    poison: list[str] = field(default_factory=list)
    faults: list[Done] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    """Tokens of records and dead letters that are their own test's to judge."""

    async def drained(self, within: float) -> tuple[float, float]:
        """When nothing was left to do but mails, and when nothing at all, in monotonic seconds.

        AssertionError: something still is.
        """
        limit, told_at = time.monotonic() + within, None
        while left := await run.missing(self.stand, but=OPEN):
            if told_at is None and left.keys() <= MAILS:
                told_at = time.monotonic()
            assert time.monotonic() < limit, f"not drained within {within:g} s: {left}"
            await asyncio.sleep(0.3)
        return told_at or time.monotonic(), time.monotonic()

    async def violations(self) -> dict[str, list[str]]:
        """The invariants that do not hold, of all that has happened here so far."""
        recording = await self.recording()
        findings = {name: invariant(recording) for name, invariant in INVARIANTS.items() if name not in NOT_DUE_YET}
        return {name: one.violations[:10] for name, one in findings.items() if one.violations}

    async def recording(self) -> Recording:
        """All that there is."""
        recording = Recording(accepted=self.accepted, poison=self.poison, faults=self.faults)
        await run.keep(self.stand, recording)
        recording.left = {name: rows for name, rows in recording.left.items() if name not in OPEN}
        recording.records = [one for one in recording.records if not self._foreign(one.value or b"")]
        recording.dead_letters = [one for one in recording.dead_letters if not self._foreign(one[1].encode())]
        return recording

    def _foreign(self, text: bytes) -> bool:
        return any(token.encode() in text for token in self.foreign)


@dataclass(frozen=True)
class Outage:
    """Which server, and how it goes and comes back."""

    name: str
    target: str
    begin: Callable[[], Awaitable[None]]
    end: Callable[[], Awaitable[None]]
    aftermath: float = 0.0
    """Seconds for which it goes on to be felt."""


@dataclass(frozen=True)
class Endured:
    """What came of an outage. Instants are the machine's monotonic seconds."""

    rush: Rush
    begun: float
    ended: float
    served_at: float
    """When somebody who asked after the end was told yes."""
    told_at: float
    """When all services had heard and said everything, but for mails."""
    drained_at: float
    calm_at: float
    """When everybody had been told yes."""
    pids: tuple[dict[str, int], dict[str, int]]
    """Before and after."""

    def statuses(self, *, during: bool = False) -> set[int]:
        """What was answered; ``during``: to those who asked in the outage and were answered in it."""
        return {one.status for one in self.rush.answers if not during or self._during(one)}

    def refused(self) -> list[Answer]:
        return [one for one in self.rush.answers if one.status == 503]

    def slowest(self) -> float:
        """Seconds until the answer that took longest."""
        return max(one.took for one in self.rush.answers)

    def _during(self, one: Answer) -> bool:
        return one.asked_at >= self.begun and one.at <= self.ended

    def __str__(self) -> str:
        answers, counted = self.rush.answers, self.rush.counted
        asked = len(answers) + counted["by event"] + counted["sent twice"] + counted["hung up"]
        took = sorted(one.took for one in answers)
        began = min(one.asked_at for one in answers)
        meanwhile = max((one.took for one in answers if self._during(one)), default=0.0)
        half, most = 1000 * took[len(took) // 2], 1000 * took[int(len(took) * 0.99)]
        after = [f"{at - self.ended:.1f} s" for at in (self.served_at, self.calm_at, self.told_at, self.drained_at)]
        return (
            f"away for {self.ended - self.begun:.1f} s; {asked} requests in {self.calm_at - began:.1f} s "
            f"({len(answers)} answers by HTTP; {dict(counted)}); 503: {len(self.refused())}; answers took "
            f"{half:.0f} ms (half), {most:.0f} ms (99 of 100), {took[-1]:.2f} s (longest; in the outage "
            f"{meanwhile:.2f} s); after the end: "
            f"first 201 {after[0]}, everybody told yes {after[1]}, everything heard and told {after[2]}, "
            f"the last mail sent {after[3]}"
        )


async def endure(ground: Ground, outage: Outage, seconds: float, a_second: float, *, within: float) -> Endured:
    """Customers come, the server is away for ``seconds``, it is back, everybody is served and everything drains.

    Each of the last two takes at most ``within`` seconds, to which the mails' time is added, else an AssertionError."""
    stand, before = ground.stand, ground.stand.pids()
    rush = Rush(stand, outage.name, a_second, ground.accepted)
    coming = asyncio.create_task(rush.run())
    try:
        await asyncio.sleep(BEFORE)
        begun = time.monotonic()
        await outage.begin()
        await asyncio.sleep(seconds)
        await outage.end()
        ended = time.monotonic()
        ground.faults.append(Done(outage.name, outage.target, begun, ended + outage.aftermath))
        served_at = await _served(rush, ended, within)
        await asyncio.sleep(AFTERWARDS)
        rush.calm()
        async with asyncio.timeout(within + seconds):
            await coming
        calm_at = time.monotonic()
        told_at, drained_at = await ground.drained(within + len(rush.accepted) / MAILS_A_SECOND)
    finally:
        coming.cancel()
        await rush.close()
    return Endured(rush, begun, ended, served_at, told_at, drained_at, calm_at, (before, stand.pids()))


async def _served(rush: Rush, since: float, within: float) -> float:
    while True:
        served = [one.at for one in rush.answers if one.status == 201 and one.asked_at >= since]
        if served:
            return min(served)
        assert time.monotonic() < since + within, f"nobody was told yes within {within:g} s"
        await asyncio.sleep(0.02)
