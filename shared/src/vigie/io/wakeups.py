"""Wakes streams when the instants they asked for have come.

Invariants, and what breaks without them:

- A stream is woken only by the replica that holds its ticket's partition, because only that one knows whether facts
  of the ticket are still unread.
- While they are (the consumer is *behind*), what is due waits: a promise that was kept in time would be recorded as
  missed, and taken back. It waits at most 30 s, and says so: a stuck topic must not silence the deadlines.
- While the machine's wall clock is being set, nothing is due.
- Nothing is locked here: the engine locks the stream, reads its wake-up row again and decides.

A service's wake-ups have the partitions of its tickets' keys, whatever it reads. Intake reads requests, whose keys
are not tickets: there, who holds partition 7 of the requests owns partition 7 of the wake-ups, which shares them out
just as well; being behind on requests delays a ticket's closing by itself, and no more.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final, Protocol

import asyncpg
import structlog

from vigie.contracts.instants import iso
from vigie.contracts.topics import PARTITIONS
from vigie.io.backoff import Backoff
from vigie.io.clock import Clock, StepWatch
from vigie.io.lines import LINES, trace_id
from vigie.io.metrics import Metrics
from vigie.io.queries import queries
from vigie.io.records import Woken
from vigie.io.spans import SPANS

BATCH: Final = 500
POLL_EVERY: Final = 0.02
"""Machine seconds between two looks at most this close."""
LOOK_AGAIN: Final = 0.25
"""Machine seconds between two looks at least: another replica may have written a wake-up of ours."""
BEHIND_LIMIT: Final = 30.0
_ASIDE: Final = 1.0
"""Machine seconds for which a stream that could not be woken is left alone."""

log = structlog.get_logger(__name__)

Wake = Callable[[Sequence[tuple[str, datetime]]], Awaitable[Sequence[Woken]]]


class Holding(Protocol):
    """What is known of the partitions: a consumer."""

    def partitions(self) -> frozenset[int]:
        """Those this replica holds."""

    async def behind(self, partition: int) -> bool:
        """Whether facts of its tickets may be unread."""


class WakeUps:
    """One replica's share of a service's wake-ups. ``run`` is its life; ``stop`` lets it finish what it has begun."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        clock: Clock,
        wake: Wake,
        holding: Holding,
        *,
        metrics: Metrics,
        steps: StepWatch,
        hold: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """``hold`` says of a stream that it must not be woken now (its mail is on its way)."""
        self._pool = pool
        self._clock = clock
        self._wake = wake
        self._holding = holding
        self._metrics = metrics
        self._steps = steps
        self._hold = hold
        self._news = asyncio.Event()
        self._stopping = False
        self._aside: dict[str, float] = {}
        self._behind_since: dict[int, float] = {}
        self._released_before: set[int] = set()

    def nudge(self) -> None:
        """Wake-ups may have been written by this process."""
        self._news.set()

    def stop(self) -> None:
        self._stopping = True
        self._news.set()

    async def overdue(self) -> tuple[int, float]:
        """(streams of any replica whose instant has come and that were not woken yet, machine seconds since the first
        of those instants)"""
        now = self._clock.now()
        [(count, oldest)] = await self._pool.fetch(queries("wakeups")["overdue"], list(range(PARTITIONS)), now)
        return count, self._clock.machine_seconds(now - oldest) if oldest is not None else 0.0

    async def run(self) -> None:
        """Wake what is due until ``stop``; failures of the database are waited out."""
        backoff = Backoff()
        while not self._stopping:
            self._news.clear()
            try:
                pause = await self._round()
                backoff.reset()
            except Exception as error:  # noqa: BLE001 - what is due stays due; nothing may silence the deadlines
                pause = backoff.next_delay()
                log.warning("wakeups_failed", error=repr(error), again_in_seconds=round(pause, 3))
            await self._sleep(pause)

    async def _sleep(self, pause: float) -> None:
        """For ``pause`` seconds, or until there is news, but never less than the closest that two looks may be."""
        if self._stopping:
            return
        shortest = min(pause, POLL_EVERY)
        await asyncio.sleep(shortest)
        if pause > shortest and not self._news.is_set():
            try:
                await asyncio.wait_for(self._news.wait(), pause - shortest)
            except TimeoutError:
                return

    async def _round(self) -> float:
        """Wake what is due; machine seconds until the next look."""
        if self._steps.held():
            self._metrics.wakeups_held.labels("clock").inc()
            return LOOK_AGAIN
        now = self._clock.now()
        ready, waiting = await self._ready(now)
        if not ready:
            return POLL_EVERY if waiting else LOOK_AGAIN
        aside = self._set_aside()
        rows = await self._pool.fetch(queries("wakeups")["due"], ready, now, aside, BATCH)
        if rows:
            await self._wake_all([(row["stream"], row["due_at"]) for row in rows])
            return 0.0
        if waiting:
            return POLL_EVERY
        following = await self._pool.fetchval(queries("wakeups")["next_due"], ready, aside)
        return LOOK_AGAIN if following is None else min(LOOK_AGAIN, self._clock.real_delay(following))

    async def _ready(self, now: datetime) -> tuple[list[int], bool]:
        """The partitions whose wake-ups may be sent, and whether anything due waits in another."""
        held = self._holding.partitions()
        behind = {partition for partition in held if await self._holding.behind(partition)}
        if not behind:
            self._behind_since.clear()
            return sorted(held), False
        rows = await self._pool.fetch(queries("wakeups")["partitions_with_due"], sorted(behind), now)
        due = {row["partition"] for row in rows}
        released = self._released(due)
        if due - released:
            self._metrics.wakeups_held.labels("behind").inc()
        return sorted(held - behind | released), bool(due - released)

    def _released(self, due: set[int]) -> set[int]:
        """Those of the partitions with something due, and a consumer behind, that have waited long enough."""
        moment = time.monotonic()
        self._behind_since = {partition: self._behind_since.get(partition, moment) for partition in due}
        released = {p for p, since in self._behind_since.items() if moment - since >= BEHIND_LIMIT}
        for partition in sorted(released - self._released_before):
            self._metrics.woken_behind.inc()
            log.warning("woken_while_behind", partition=partition, waited_seconds=BEHIND_LIMIT)
        self._released_before = released
        return released

    def _set_aside(self) -> list[str]:
        moment = time.monotonic()
        self._aside = {stream: until for stream, until in self._aside.items() if until > moment}
        return list(self._aside)

    async def _wake_all(self, due: Sequence[tuple[str, datetime]]) -> None:
        until = time.monotonic() + _ASIDE
        self._aside.update((stream, until) for stream, _ in due if self._hold(stream))
        sent = [(stream, due_at) for stream, due_at in due if stream not in self._aside]
        if not sent:
            return
        answers = await self._wake(sent)
        LINES.tell("wakeup", map(self._line, answers))
        if SPANS.wanted:
            SPANS.tell("wakeup", "internal", [(woken.traceparent, self._line(woken)) for woken in answers])
        for woken in answers:
            self._metrics.wakeups.labels(woken.fate).inc()
            if woken.fate == "held":
                self._aside[woken.stream] = until
            elif woken.fate == "woken":
                self._metrics.lateness.observe(self._late(woken))

    def _late(self, woken: Woken) -> float:
        return self._clock.machine_seconds(woken.recorded_at - woken.due_at)

    def _line(self, woken: Woken) -> dict[str, object]:
        return {
            "stream": woken.stream,
            "due_at": iso(woken.due_at),
            "fate": woken.fate,
            "events": woken.events,
            "late_milliseconds": round(self._late(woken) * 1000, 1),
            "trace_id": trace_id(woken.traceparent),
        }
