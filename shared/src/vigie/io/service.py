"""A service, put together: the one place where a process's parts meet.

They open in the order in which they need each other and close in the other one: reading stops first, then what the
service added of its own, then the outbox is flushed, then the database is let go. If any of them dies, the process
ends, and whoever supervises it starts another: half a service would be late unnoticed.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any

import asyncpg
import structlog
import uuid_utils.compat

from vigie.decider import Core
from vigie.io.clock import Clock, StepWatch
from vigie.io.consumer import APART, Consumer
from vigie.io.database import ANSWER_WITHIN, open_pool
from vigie.io.engine import REMEMBERED, Engine, LookUps, Project
from vigie.io.errors import Transient
from vigie.io.health import LIVE_WITHIN, Health
from vigie.io.heartbeat import beat
from vigie.io.http import serving
from vigie.io.lines import LINES, trace_id
from vigie.io.metrics import Metrics
from vigie.io.migrations import Place, migrate
from vigie.io.patience import patiently, pause
from vigie.io.pins import pinned
from vigie.io.queries import queries
from vigie.io.records import Appended, Outcome, RawRecord
from vigie.io.relay import Relay
from vigie.io.settings import Address, Settings
from vigie.io.spans import SPANS
from vigie.io.topics import ensure_topics
from vigie.io.wakeups import WakeUps
from vigie.policy import Policies, load_policies

_JOIN_WITHIN = 15.0
_RETRY_PARKED_EVERY = 30.0
"""Machine seconds. What parks drains with the record it waits for; this is for what an operator has repaired, and for
messages that name a ticket by number, or one that never was."""
_END_WITHIN = 15.0
"""Seconds for a part to end once it was asked to; then it is cut off."""

log = structlog.get_logger(__name__)


class TaskDied(Exception):
    """A part of the service ended although nobody had asked it to."""

    def __init__(self, name: str, reason: BaseException | None) -> None:
        super().__init__(f"{name} ended: {reason!r}")
        self.name = name


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What a service is made of besides what all share."""

    name: str
    """``sla-timer``"""
    make_core: Callable[[Policies], Core[Any, Any, Any]]
    migrations: Mapping[str, Traversable] | None = None
    """Its own, by component; the store's come first."""
    project: Project | None = None
    """Writes a read model in the transaction that appends."""
    look_ups: Callable[[Service], Awaitable[LookUps]] | None = None
    """Makes what answers for askers, callers and numbers of tickets, once the database is there."""
    apart: float = APART
    """Machine seconds from the beginning of one small batch to that of the next."""
    remembered: int = REMEMBERED
    """Folded streams that are kept in memory."""
    room: Callable[[], bool] = lambda: True
    """Whether it can take on more; while not, nothing is read."""
    hold: Callable[[str], bool] = lambda _: False
    """Whether a stream must not be woken now."""
    extend: Callable[[Service], AbstractAsyncContextManager[Any]] | None = None
    """What it opens of its own (an API, a mail sender): after the store, before anything is read; closed before the
    outbox is flushed."""


class Service:
    """A running service, as its own parts see it."""

    def __init__(self, parts: Parts, settings: Settings, stopping: asyncio.Event) -> None:
        self.name = parts.name
        self.settings = settings
        self.place = Place.of(parts.name)
        self.clock: Clock = settings.domain_clock()
        self.steps = StepWatch()
        self.metrics = Metrics()
        self.health = Health(self.metrics, self.refresh)
        self.health.poll_ages = lambda: [consumer.idle_seconds() for consumer in self.consumers]
        self.stopping = stopping
        self.consumers: list[Consumer] = []
        """Those that are reading now."""
        self.health_address: Address
        self.policies: Policies
        self.core: Core[Any, Any, Any]
        self.look_ups: LookUps | None = None
        self.pool: asyncpg.Pool
        self.engine: Engine
        self.relay: Relay
        self.consumer: Consumer
        self.wakeups: WakeUps
        self._listeners: list[Callable[[Sequence[Appended]], None]] = []
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def on_appended(self, listener: Callable[[Sequence[Appended]], None]) -> None:
        """``listener`` is called after each commit that wrote events, with them. It must not wait."""
        self._listeners.append(listener)

    async def ended(self) -> None:
        """Returns once the service is to stop; raises TaskDied when one of its parts has died."""
        stopping = asyncio.create_task(self.stopping.wait())
        either: tuple[asyncio.Future[Any], ...] = (stopping, self._failed)
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
        if self._failed.done():
            self._failed.result()

    @asynccontextmanager
    async def alive(
        self, name: str, life: Coroutine[Any, Any, None], stop: Callable[[], None] | None = None
    ) -> AsyncIterator[None]:
        """``life`` runs while the block does; when it ends before, so does the service. ``stop`` asks it to end."""
        task = asyncio.create_task(life, name=name)
        task.add_done_callback(self._died)
        try:
            yield
        finally:
            task.remove_done_callback(self._died)
            if stop is not None:
                stop()
                await asyncio.wait((task,), timeout=_END_WITHIN)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    @asynccontextmanager
    async def reading(self, consumer: Consumer) -> AsyncIterator[None]:
        """``consumer`` reads while the block runs, its polls count for the service's liveness, and so does that it
        reads."""
        await patiently("kafka", consumer.start, self.stopping)
        self.consumers.append(consumer)
        try:
            async with self.alive(f"reading of {consumer.group}", consumer.watch()):
                yield
        finally:
            self.consumers.remove(consumer)
            await consumer.stop()

    async def handle(self, records: Sequence[RawRecord]) -> None:
        """A batch through the engine, counted and told in one line."""
        began = time.monotonic()
        try:
            outcomes = await self.engine.handle(records)
        except Exception:
            self.metrics.batches_failed.inc()
            raise
        self.wakeups.nudge()
        self._tell(records, outcomes, time.monotonic() - began)

    async def refresh(self) -> None:
        """Bring the figures up to date. What the database does not say now keeps its last figure."""
        for consumer in self.consumers:
            lags = list((await consumer.lags()).values())
            self.metrics.lag.labels(consumer.group).set(sum(lag for lag in lags if lag is not None))
            self.metrics.lag_seconds.labels(consumer.group).set(await consumer.lag_seconds())
            self.metrics.unknown_lag.labels(consumer.group).set(lags.count(None))
            self.metrics.partitions.labels(consumer.group).set(len(consumer.partitions()))
            self.metrics.poll_age.labels(consumer.group).set(consumer.idle_seconds())
            self.metrics.rejoins.labels(consumer.group).set(consumer.rejoins)
        self.metrics.clock_steps.set(self.steps.steps)
        if self.health.waiting_for is not None:
            return
        self.metrics.shards.set(len(self.relay.shards))
        self.metrics.published.set(self.relay.published)
        self.metrics.relay_failures.set(self.relay.failures)
        self.metrics.conflicts.set(self.engine.conflicts)
        try:
            depth, age = await self.relay.backlog()
            [(parked, dead_letters)] = await self.pool.fetch(queries("figures")["waiting"])
            overdue, overdue_age = await self.wakeups.overdue()
        except Exception as error:  # noqa: BLE001 - the heartbeat goes on without them
            log.warning("figures_missing", error=repr(error))
            self.metrics.database_answers.set(0)
            return
        self.metrics.database_answers.set(1)
        self.metrics.outbox_depth.set(depth)
        self.metrics.outbox_age.set(age)
        self.metrics.parked.set(parked)
        self.metrics.dead_letters.set(dead_letters)
        self.metrics.overdue.set(overdue)
        self.metrics.overdue_age.set(overdue_age)

    def appended(self, events: Sequence[Appended]) -> None:
        self.relay.nudge()
        for listener in self._listeners:
            listener(events)

    def _tell(self, records: Sequence[RawRecord], outcomes: Sequence[Outcome], seconds: float) -> None:
        fates: Counter[str] = Counter(outcome.fate for outcome in outcomes)
        for fate, count in fates.items():
            self.metrics.records.labels(fate).inc(count)
        self.metrics.batch_seconds.observe(seconds)
        log.info(
            "batch",
            records=len(records),
            events=sum(outcome.events for outcome in outcomes),
            milliseconds=round(seconds * 1000, 1),
            **fates,
        )
        LINES.tell("message", map(message_line, outcomes))
        if SPANS.wanted:
            told = zip(map(_traceparent, outcomes), map(message_line, outcomes), strict=True)
            SPANS.tell("message", "consumer", told, seconds)
        for outcome in outcomes:
            if outcome.fate in ("parked", "dead_letter", "refused"):
                record = outcome.record
                log.warning(
                    outcome.fate,
                    topic=record.topic,
                    partition=record.partition,
                    offset=record.offset,
                    stream=outcome.stream,
                    reason=outcome.reason,
                )

    def _died(self, task: asyncio.Task[None]) -> None:
        if not self._failed.done():
            reason = None if task.cancelled() else task.exception()
            self._failed.set_exception(TaskDied(task.get_name(), reason))
            self._failed.exception()  # looked at, also where nobody waits for the end


def message_line(outcome: Outcome) -> dict[str, object]:
    """The canonical line of a message, whatever became of it: always the same keys."""
    record = outcome.record
    headers = dict(record.headers)
    return {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "type": (headers.get("ce_type") or b"").decode("utf-8", "replace") or None,
        "id": (headers.get("ce_id") or b"").decode("utf-8", "replace") or None,
        "stream": outcome.stream,
        "fate": outcome.fate,
        "events": outcome.events,
        "reason": outcome.reason,
        "trace_id": trace_id(headers.get("traceparent")),
    }


def _traceparent(outcome: Outcome) -> str | None:
    return (dict(outcome.record.headers).get("traceparent") or b"").decode("ascii", "replace") or None


@asynccontextmanager
async def running(parts: Parts, settings: Settings, stopping: asyncio.Event | None = None) -> AsyncIterator[Service]:
    """The service, open and reading. ``stopping`` ends the waiting for a server that is away.

    Raises BadPolicy, AddressTaken, WrongTopic, EditedMigration, MissingMigration, Stopped.
    """
    loaded = load_policies(settings.policies)
    service = Service(parts, settings, stopping or asyncio.Event())
    async with AsyncExitStack() as stack:
        service.health_address = await stack.enter_async_context(serving(service.health.app(), settings.health))
        await _open_store(service, parts, loaded, stack)
        await _open_topics(service, parts, stack)
        if parts.extend is not None:
            service.health.waiting_for = "itself"
            await stack.enter_async_context(parts.extend(service))
        await _start_reading(service, stack)
        service.health.waiting_for = None
        log.info("ready", health=str(service.health_address), partitions=sorted(service.consumer.partitions()))
        yield service


async def _open_store(service: Service, parts: Parts, loaded: Policies, stack: AsyncExitStack) -> None:
    settings, place = service.settings, service.place
    service.health.waiting_for = "database"
    for name in await patiently(
        "database", lambda: migrate(settings.owner_url(), place, parts.migrations), service.stopping
    ):
        log.info("migrated", migration=name)
    application = f"{service.name}-{settings.replica}"
    service.pool = await patiently(
        "database",
        lambda: open_pool(settings.database_url, place, application=application, answer_within=ANSWER_WITHIN),
        service.stopping,
    )
    stack.push_async_callback(_close_pool, service.pool)

    service.policies = await patiently(
        "database", lambda: pinned(service.pool, loaded, service.clock.now()), service.stopping
    )
    service.core = parts.make_core(service.policies)
    if (make_look_ups := parts.look_ups) is not None:
        service.look_ups = await patiently("database", lambda: make_look_ups(service), service.stopping)


async def _open_topics(service: Service, parts: Parts, stack: AsyncExitStack) -> None:
    settings, core = service.settings, service.core
    service.health.waiting_for = "kafka"
    await patiently("kafka", lambda: ensure_topics(settings), service.stopping)
    service.relay = Relay(settings, service.place, service.pool)
    await stack.enter_async_context(service.alive("relay", service.relay.run(), service.relay.stop))
    service.engine = Engine(
        core,
        service.pool,
        service.clock,
        project=parts.project,
        look_ups=service.look_ups,
        remembered=parts.remembered,
        on_appended=service.appended,
        on_scheduled=lambda: service.wakeups.nudge(),
    )
    stack.push_async_callback(service.engine.close)
    service.consumer = Consumer(
        settings,
        group=service.name,
        topics=core.consumes,
        handle=service.handle,
        apart=parts.apart,
        room=parts.room,
    )
    service.wakeups = WakeUps(
        service.pool,
        service.clock,
        service.engine.wake,
        service.consumer,
        metrics=service.metrics,
        steps=service.steps,
        hold=parts.hold,
    )


async def _start_reading(service: Service, stack: AsyncExitStack) -> None:
    consumer = service.consumer
    await patiently("database", service.engine.retry_parked, service.stopping)
    service.health.waiting_for = "kafka"
    await stack.enter_async_context(service.reading(consumer))
    await stack.enter_async_context(service.alive("wake-ups", service.wakeups.run(), service.wakeups.stop))
    closing = asyncio.Event()
    await stack.enter_async_context(service.alive("heartbeat", _beat(service, closing), closing.set))
    await stack.enter_async_context(service.alive("liveness", _stay_alive(service)))
    await stack.enter_async_context(service.alive("parked", _retry_parked(service)))
    service.health.waiting_for = "partitions"
    limit = time.monotonic() + _JOIN_WITHIN  # a replica too many gets none, and is ready to step in
    while not consumer.partitions() and time.monotonic() < limit and not service.stopping.is_set():
        await pause(0.05, service.stopping)


async def _stay_alive(service: Service) -> None:
    """Ends, and the service with it, when a consumer has not polled for too long."""
    while service.health.is_live():
        await asyncio.sleep(1.0)
    raise TimeoutError(f"no poll for {LIVE_WITHIN:g} s")


async def _retry_parked(service: Service) -> None:
    while True:
        await asyncio.sleep(_RETRY_PARKED_EVERY)
        try:
            drained = await service.engine.retry_parked()
        except Transient as error:
            log.warning("parked_not_retried", error=str(error))
        else:
            if drained:
                log.info("drained", records=len(drained))


async def _beat(service: Service, closing: asyncio.Event) -> None:
    async def figures() -> dict[str, float]:
        await service.refresh()
        figures = service.metrics.named(service.name)
        return figures | {
            "lateness_seconds_sum": figures["wakeup_lateness_seconds_sum"],
            "lateness_count": figures["wakeup_lateness_seconds_count"],
        }

    await beat(
        service.settings,
        service.name,
        stopping=closing,
        figures=figures,
        stamp=lambda: (uuid_utils.compat.uuid7(), service.clock.now()),
        pause=lambda seconds: pause(seconds, closing),
    )


async def _close_pool(pool: asyncpg.Pool) -> None:
    try:
        await asyncio.wait_for(pool.close(), 5.0)
    except TimeoutError:
        pool.terminate()
