"""Streams are woken when they asked to be, by the replica that holds them, and not before their facts are read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import asyncpg
import pytest

from support.clock import MORNING, HandClock
from support.eventually import eventually
from support.migrated import Migrated
from vigie.io.clock import StepWatch
from vigie.io.database import open_pool
from vigie.io.metrics import Metrics
from vigie.io.migrations import Place
from vigie.io.records import Woken
from vigie.io.wakeups import WakeUps

PLACE = Place.of("sla-timer")
SECOND = timedelta(seconds=1)


@pytest.fixture
async def pool(migrated: Migrated) -> AsyncIterator[asyncpg.Pool]:
    async with migrated.database(PLACE) as database, await open_pool(database, PLACE, application="test") as pool:
        yield pool


class Streams:
    """What is woken: it notes who was, and its wake-up row is done with. Some have records parked."""

    def __init__(self, pool: asyncpg.Pool, clock: HandClock) -> None:
        self._pool = pool
        self._clock = clock
        self.woken: list[str] = []
        self.asked: list[str] = []
        self.parked: set[str] = set()

    async def __call__(self, due: Sequence[tuple[str, datetime]]) -> list[Woken]:
        answers = []
        for stream, due_at in due:
            self.asked.append(stream)
            if stream in self.parked:
                answers.append(Woken(stream, due_at, self._clock.now(), "held", 0))
                continue
            await self._pool.execute("delete from wakeups where stream = $1", stream)
            self.woken.append(stream)
            answers.append(Woken(stream, due_at, self._clock.now(), "woken", 1))
        return answers

    async def ask(self, stream: str, due_at: datetime, partition: int = 3) -> None:
        await self._pool.execute("insert into wakeups values ($1, $2, $3)", stream, partition, due_at)


class Held:
    """The partitions of a consumer, and those on which it is behind."""

    def __init__(self) -> None:
        self.held = frozenset(range(12))
        self.unread: set[int] = set()

    def partitions(self) -> frozenset[int]:
        return self.held

    async def behind(self, partition: int) -> bool:
        return partition in self.unread


class Desk:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self.clock = HandClock()
        self.streams = Streams(pool, self.clock)
        self.holding = Held()
        self.metrics = Metrics()
        self.steps = StepWatch()
        self.hold: Callable[[str], bool] = lambda _: False
        self._pool = pool

    def wakeups(self) -> WakeUps:
        return WakeUps(
            self._pool,
            self.clock,
            self.streams,
            self.holding,
            metrics=self.metrics,
            steps=self.steps,
            hold=lambda stream: self.hold(stream),
        )

    @asynccontextmanager
    async def waking(self) -> AsyncIterator[WakeUps]:
        wakeups = self.wakeups()
        task = asyncio.create_task(wakeups.run())
        try:
            yield wakeups
        finally:
            wakeups.stop()
            await task

    def figure(self, name: str, **labels: str) -> float:
        return self.metrics.registry.get_sample_value(name, labels) or 0.0


@pytest.fixture
def desk(pool: asyncpg.Pool) -> Desk:
    return Desk(pool)


async def test_what_is_due_is_woken(desk: Desk) -> None:
    await desk.streams.ask("a", MORNING)
    async with desk.waking():
        await eventually(lambda: desk.streams.woken == ["a"])


async def test_what_is_not_due_yet_is_not_woken(desk: Desk) -> None:
    await desk.streams.ask("later", MORNING + SECOND)
    await desk.streams.ask("now", MORNING)
    async with desk.waking():
        await eventually(lambda: "now" in desk.streams.woken)
        await asyncio.sleep(0.1)
    assert desk.streams.woken == ["now"]


async def test_what_becomes_due_is_woken(desk: Desk) -> None:
    await desk.streams.ask("a", MORNING + 3600 * SECOND)
    async with desk.waking():
        desk.clock.advance(timedelta(hours=1))
        await eventually(lambda: desk.streams.woken == ["a"])


async def test_what_was_due_first_is_woken_first(desk: Desk) -> None:
    await desk.streams.ask("second", MORNING - SECOND, partition=1)
    await desk.streams.ask("first", MORNING - 2 * SECOND, partition=9)
    async with desk.waking():
        await eventually(lambda: desk.streams.woken == ["first", "second"])


async def test_more_than_one_batch_is_woken_without_a_pause(desk: Desk, pool: asyncpg.Pool) -> None:
    await pool.execute(
        "insert into wakeups select 's' || n, n % 12, $1::timestamptz from generate_series(1, 1200) n", MORNING
    )
    async with desk.waking():
        await eventually(lambda: len(desk.streams.woken) == 1200)


async def test_a_partition_that_another_replica_holds_is_left_to_it(desk: Desk) -> None:
    desk.holding.held = frozenset({3})
    await desk.streams.ask("theirs", MORNING - SECOND, partition=4)
    await desk.streams.ask("ours", MORNING, partition=3)
    async with desk.waking():
        await eventually(lambda: desk.streams.woken == ["ours"])


async def test_what_is_due_waits_while_facts_are_unread(desk: Desk) -> None:
    desk.holding.unread = {3}
    await desk.streams.ask("behind", MORNING, partition=3)
    await desk.streams.ask("up to date", MORNING, partition=4)
    async with desk.waking():
        await eventually(lambda: desk.streams.woken == ["up to date"])
        await eventually(lambda: desk.figure("vigie_wakeups_held_total", reason="behind") > 0)
        desk.holding.unread.clear()
        await eventually(lambda: desk.streams.woken == ["up to date", "behind"])


async def test_what_is_due_does_not_wait_for_ever(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vigie.io.wakeups.BEHIND_LIMIT", 0.2)
    desk.holding.unread = {3}
    await desk.streams.ask("a", MORNING)
    async with desk.waking():
        await eventually(lambda: desk.streams.woken == ["a"])
    assert desk.figure("vigie_wakeups_while_behind_total") == 1


async def test_nothing_is_woken_while_the_wall_clock_is_being_set(desk: Desk) -> None:
    desk.steps = StepWatch(wall=iter(range(0, 10**6, 60)).__next__, monotonic=lambda: 0.0)
    await desk.streams.ask("a", MORNING)
    async with desk.waking():
        await eventually(lambda: desk.figure("vigie_wakeups_held_total", reason="clock") > 0)
    assert desk.streams.asked == []


async def test_a_stream_with_parked_records_is_set_aside_and_the_others_go_on(desk: Desk) -> None:
    desk.streams.parked = {"parked"}
    await desk.streams.ask("parked", MORNING - SECOND)
    async with desk.waking() as wakeups:
        await eventually(lambda: desk.streams.asked == ["parked"])
        await desk.streams.ask("sound", MORNING)
        wakeups.nudge()
        await eventually(lambda: desk.streams.woken == ["sound"])
        assert desk.streams.asked.count("parked") == 1


async def test_a_stream_whose_mail_is_on_its_way_is_woken_afterwards(desk: Desk) -> None:
    on_its_way = {"mail"}
    desk.hold = on_its_way.__contains__
    await desk.streams.ask("mail", MORNING)
    await desk.streams.ask("other", MORNING)
    async with desk.waking():
        await eventually(lambda: desk.streams.woken == ["other"])
        on_its_way.clear()
        await eventually(lambda: desk.streams.woken == ["other", "mail"])


async def test_a_wake_up_that_this_process_wrote_is_seen_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks again by himself in this test."""
    monkeypatch.setattr("vigie.io.wakeups.LOOK_AGAIN", 60.0)
    async with desk.waking() as wakeups:
        await asyncio.sleep(0.1)
        await desk.streams.ask("a", MORNING)
        wakeups.nudge()
        await eventually(lambda: desk.streams.woken == ["a"])


async def test_the_lateness_of_a_wake_up_is_counted_in_machine_seconds(desk: Desk) -> None:
    await desk.streams.ask("a", MORNING - SECOND)
    async with desk.waking():
        await eventually(lambda: desk.figure("vigie_wakeup_lateness_seconds_count") == 1)
    assert desk.figure("vigie_wakeup_lateness_seconds_sum") == 1.0


async def test_a_failure_silences_no_deadline(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    failures = iter([ConnectionError("the database is away")] * 2)

    async def behind(partition: int) -> bool:
        if failure := next(failures, None):
            raise failure
        return False

    monkeypatch.setattr(desk.holding, "behind", behind)
    await desk.streams.ask("a", MORNING)
    async with desk.waking():
        await eventually(lambda: desk.streams.woken == ["a"])


async def test_what_should_have_been_woken_is_counted_with_how_late_it_is(desk: Desk) -> None:
    await desk.streams.ask("a", MORNING - 90 * SECOND)
    await desk.streams.ask("b", MORNING - SECOND, partition=11)
    await desk.streams.ask("c", MORNING + SECOND)
    desk.clock.at = MORNING
    assert await desk.wakeups().overdue() == (2, 90.0)


async def test_nothing_is_overdue_before_its_instant(desk: Desk) -> None:
    desk.clock.at = MORNING
    await desk.streams.ask("c", MORNING + SECOND)
    assert await desk.wakeups().overdue() == (0, 0.0)
