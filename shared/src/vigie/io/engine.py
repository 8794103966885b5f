"""One message, one transaction: the one way in which anything happens to a stream.

Invariants, and what breaks without them:

- All streams of a transaction are locked, sorted, by its first statement. Unsorted, two batches deadlock at once.
- What is read under the lock is read by later statements. In the same statement it would be as old as the wait.
- Events, outbox, wake-ups, inbox, parked records and dead letters are written by one commit. Apart, a crash between
  two of them would lose or double something.
- A record is applied once, and after the one before it in its sender's stream. Else facts come in an order that
  never was.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import structlog

from vigie.contracts.terms import ContractTerms
from vigie.decider import Caller, Core, stream_name
from vigie.io.batch import Batch
from vigie.io.deadletters import DeadLetter, bury
from vigie.io.doubts import Doubts
from vigie.io.errors import DATABASE_ERRORS, Transient, is_conflict, is_data_error, is_hung_up, is_transient
from vigie.io.grouping import Grouping
from vigie.io.hearing import Heard, Unreadable, hear
from vigie.io.hearings import Hearings, NotLocked, Provided, dead_letter, own_stream
from vigie.io.inbox import Inbox
from vigie.io.memory import Memory
from vigie.io.numbers import draw_numbers
from vigie.io.orders import carry_out, lock_names, numbers_wanted, take_up
from vigie.io.parking import PATIENCE, Parking
from vigie.io.queries import queries
from vigie.io.records import Answer, Appended, DomainClock, Order, Outcome, RawRecord, Woken
from vigie.io.store import append, heads, load, lock

Project = Callable[[asyncpg.Connection, Sequence[Appended]], Awaitable[None]]
"""Writes a read model in the transaction that appends. It never commits."""

Contracts = Callable[[asyncpg.Connection, Sequence[Heard], datetime], Awaitable[Mapping[UUID, ContractTerms]]]
"""What the directory says of those who ask, by the record's id, at the clock's time: asked once for all records of a
transaction, in it. Who is not in the answer is not known."""

Callers = Callable[[asyncpg.Connection, Sequence[Heard], datetime], Awaitable[Mapping[UUID, Caller]]]
"""Whom the directory knows under the numbers of calls, by the record's id, at the clock's time."""

TicketsByNumber = Callable[[asyncpg.Connection, Sequence[str]], Awaitable[Mapping[str, UUID]]]
"""The tickets that have these numbers; a number that none has is not in the answer."""


class LookUps(NamedTuple):
    """Where a service looks up what those who send it events leave open."""

    contracts: Contracts | None = None
    callers: Callers | None = None
    tickets: TicketsByNumber | None = None


_log = structlog.get_logger("vigie.engine")

REMEMBERED = 20_000
"""Folded streams; whatever happens to one of them needs no reading of what happened before."""
_RETRIED_TOGETHER = 100
"""Streams whose parked records are tried again in one transaction."""


class _Unprojectable(Exception):
    """The read model could not take an event."""


class _Held(NamedTuple):
    """An open transaction."""

    conn: asyncpg.Connection
    parking: Parking
    batch: Batch
    numbers: Sequence[str]
    """Fresh ticket numbers, as many as were asked for."""


class Engine:
    """A core on PostgreSQL. All methods may run at the same time, also in other processes.

    All raise ``Transient`` when the database cannot do it now: the caller backs off and repeats. Nothing was written;
    or, where the connection was lost while it was committed, the repetition finds it written.
    """

    def __init__(
        self,
        core: Core[Any, Any, Any],
        pool: asyncpg.Pool,
        clock: DomainClock,
        *,
        consumer: str | None = None,
        project: Project | None = None,
        look_ups: LookUps | None = None,
        lock_name: Callable[[str], str] = lambda stream: stream,
        on_appended: Callable[[Sequence[Appended]], None] | None = None,
        on_scheduled: Callable[[], None] | None = None,
        remembered: int = REMEMBERED,
        patience: timedelta = PATIENCE,
    ) -> None:
        """``consumer`` names the inbox (default: the service); ``on_appended`` is called after each commit that wrote
        events, in the order they were written, and ``on_scheduled`` after one that wrote wake-ups; ``remembered`` is
        how many folded streams are kept in memory. ``lock_name`` says what a stream is held by: streams of one name are
        written one transaction after the other, and thousands of them together cost one lock of the server's limited
        number. ``patience``: how long an external record may wait for its ticket."""
        self._core, self._pool, self._clock = core, pool, clock
        self._consumer = consumer or core.service
        self._project, self._look_ups = project, look_ups or LookUps()
        self._on_appended, self._on_scheduled = on_appended, on_scheduled
        self._patience = patience
        self._lock_name = lock_name
        self._memory = Memory(remembered)
        self._doubts = Doubts(lock_name)
        self._orders: Grouping[Order, Answer] = Grouping(self._perform_together)
        self.conflicts = 0
        """Transactions that found a version of a stream taken: somebody wrote to it without its lock."""

    async def handle(self, records: Sequence[RawRecord]) -> list[Outcome]:
        """Apply ``records``, in order, in one transaction; one outcome each, and after each those of the parked records
        that it let drain.

        When it returns, all that the records made happen is committed and their offsets may be.
        """
        if not records:
            return []
        heard = await self._addressed([hear(self._core, record) for record in records])
        try:
            return await self._hear(heard, drain_only=())
        except Exception as error:
            if not _is_poison(error):
                raise
            if len(records) == 1:
                return await self._alone(heard[0])
        # One of them cannot be written. One by one, it takes nobody along.
        outcomes: list[Outcome] = []
        for record in records:
            outcomes += await self.handle([record])
        return outcomes

    async def wake(self, due: Sequence[tuple[str, datetime]]) -> list[Woken]:
        """Wake streams for the instants of their ``wakeups`` rows, in one transaction.

        One that is not due by the transaction's own time is held: somebody set the clock back after it was looked up.
        """
        instants = dict(due)
        async with self._transaction(instants) as (conn, parking, batch, _):
            woken = [
                Woken(stream, instant, batch.now, "held", 0)
                if stream in parking.held or not _is_due(instant, batch.now)
                else _woken(batch, stream, instant)
                for stream, instant in instants.items()
            ]
            await self._write(conn, batch, Inbox(self._consumer))
        self._after(batch)
        return woken

    async def perform(self, order: Order) -> Answer:
        """Carry out one order; those that wait at the same time share a transaction.

        Raises Refused, Lacking, StaleVersion, IdempotencyMismatch or UnknownStream: nothing was written for it.
        """
        return await self._orders.put(order)

    async def perform_all(self, orders: Sequence[Order], *, rehearse: bool = False) -> list[Answer]:
        """Carry out all of ``orders`` in one transaction, or none; their answers. ``rehearse``: none, but the answers.

        Raises what the first of them was refused for, as :meth:`perform` does.
        """
        answers = await self._perform_all(orders, all_or_nothing=True, rehearse=rehearse)
        return [answer for answer in answers if not isinstance(answer, Exception)]

    async def retry_parked(self) -> list[Outcome]:
        """Try every parked record again, as at a start with new policies; the outcomes of those that drained."""
        async with self._connection() as conn:
            rows = await conn.fetch(queries("parking")["streams"], self._consumer)
        if self._doubts:
            async with self._transaction(()):
                pass
        streams = [row["stream"] for row in rows]
        outcomes: list[Outcome] = []
        for start in range(0, len(streams), _RETRIED_TOGETHER):
            outcomes += await self._retry(streams[start : start + _RETRIED_TOGETHER])
        return outcomes

    async def close(self) -> None:
        """Wait for the orders that are being carried out."""
        await self._orders.close()

    async def _addressed(self, heard: list[Heard | Unreadable]) -> list[Heard | Unreadable]:
        """``heard``, with the tickets that some of them name by number, so that they are locked with the others.

        Looked up before the lock, because a number belongs to its ticket for ever. One that nobody has yet is looked
        up again when its turn comes.
        """
        numbers = {one.number for one in heard if isinstance(one, Heard) and one.number is not None}
        if not numbers or self._look_ups.tickets is None:
            return heard
        async with self._connection() as conn:
            known = await self._look_ups.tickets(conn, sorted(numbers))
        return [
            replace(one, key=known[one.number])
            if isinstance(one, Heard) and one.number and one.number in known
            else one
            for one in heard
        ]

    async def _retry(self, streams: Sequence[str]) -> list[Outcome]:
        try:
            return await self._hear([], drain_only=streams)
        except Exception as error:
            if not _is_poison(error):
                raise
            if len(streams) == 1:  # it goes on waiting, and an operator can see it
                _log.exception("cannot_drain", stream=streams[0])
                return []
        return [outcome for stream in streams for outcome in await self._retry([stream])]

    async def _alone(self, heard: Heard | Unreadable) -> list[Outcome]:
        """Without those that had waited for it: one of them may be at fault, and this one not."""
        try:
            return await self._hear([heard], drain_only=(), draining=False)
        except Exception as error:
            if not _is_poison(error):
                raise
            return [await self._bury(heard, error)]

    async def _hear(
        self,
        heard: Sequence[Heard | Unreadable],
        *,
        drain_only: Sequence[str],
        draining: bool = True,
        also: frozenset[str] = frozenset(),
    ) -> list[Outcome]:
        streams = {stream_name(self._core.category, one.key) for one in heard if isinstance(one, Heard)}
        try:
            async with self._transaction(streams | set(drain_only) | also) as (conn, parking, batch, _):
                inbox = Inbox(self._consumer)
                readable = [*(one for one in heard if isinstance(one, Heard)), *parking.heard()]
                await inbox.look_up(conn, readable)
                provided = await self._provide(conn, inbox, readable, batch.now)
                hearings = Hearings(self._core, batch, inbox, parking, provided)
                outcomes = [outcome for one in heard for outcome in hearings.take(one, draining=draining)]
                outcomes += [outcome for stream in drain_only for outcome in hearings.drain(stream)]
                await self._set_aside(conn, parking, hearings.dead, batch.now)
                await self._write(conn, batch, inbox)
        except NotLocked as error:
            return await self._hear(heard, drain_only=drain_only, draining=draining, also=also | {error.stream})
        self._after(batch)
        return outcomes

    async def _provide(self, conn: asyncpg.Connection, inbox: Inbox, heard: Iterable[Heard], now: datetime) -> Provided:
        """A ticket number, and what can be looked up, for each of ``heard`` whose turn may come, where they matter."""
        if not self._core.numbers_tickets and self._look_ups == LookUps():
            return Provided()
        fresh = [one for one in heard if inbox.judge(one) in ("new", "gap")]
        if not fresh:
            return Provided()
        own = [one for one in fresh if one.key == one.id] if self._core.numbers_tickets else []
        opening = [one.id for one in own if one.number is None]
        named = sorted({one.number for one in own if one.number is not None})
        contracts, callers, tickets = self._look_ups
        return Provided(
            numbers=dict(zip(opening, await draw_numbers(conn, len(opening)), strict=True)),
            contracts=await contracts(conn, fresh, now) if contracts is not None else {},
            callers=await callers(conn, fresh, now) if callers is not None else {},
            tickets=await tickets(conn, named) if tickets is not None and named else {},
        )

    async def _set_aside(
        self, conn: asyncpg.Connection, parking: Parking, dead: Iterable[DeadLetter], now: datetime
    ) -> None:
        """Keep what could not be applied: what waits, and what never will be."""
        await parking.write(conn, now)
        for letter in dead:
            await bury(conn, self._core.service, self._consumer, letter, now)

    async def _bury(self, heard: Heard | Unreadable, error: BaseException) -> Outcome:
        """The record is at fault for what the database or the read model refused: a dead letter, and nothing else."""
        _log.error("poison", topic=heard.record.topic, offset=heard.record.offset, error=repr(error))
        reason = f"{type(error).__name__}: {error}"
        letter = dead_letter(heard, own_stream(self._core, heard.key), reason)
        async with self._connection() as conn, conn.transaction():
            await bury(conn, self._core.service, self._consumer, letter, self._clock.now())
        return Outcome(heard.record, "dead_letter", letter.stream, reason=reason)

    async def _perform_together(self, orders: Sequence[Order]) -> Sequence[Answer | Exception]:
        try:
            return await self._perform_all(orders)
        except Exception as error:
            if not _is_poison(error):
                raise
            if len(orders) == 1:
                return [error]
        return [answer for order in orders for answer in await self._perform_together([order])]

    async def _perform_all(
        self, orders: Sequence[Order], *, all_or_nothing: bool = False, rehearse: bool = False
    ) -> Sequence[Answer | Exception]:
        streams = {stream_name(self._core.category, order.key) for order in orders}
        async with self._transaction(streams, lock_names(orders), numbers_wanted(orders)) as held:
            conn, parking, batch, numbers = held
            desk = await take_up(conn, self._core, batch, orders, numbers)
            answers = [carry_out(desk, order) for order in orders]
            if all_or_nothing:
                for answer in answers:
                    if isinstance(answer, Exception):
                        raise answer
            if rehearse:
                return answers
            inbox = Inbox(self._consumer)
            if parking.heard():
                await inbox.look_up(conn, parking.heard())
                provided = await self._provide(conn, inbox, parking.heard(), batch.now)
                hearings = Hearings(self._core, batch, inbox, parking, provided)
                for stream in streams & batch.touched:
                    hearings.drain(stream)
                await self._set_aside(conn, parking, hearings.dead, batch.now)
            await desk.write(conn)
            await self._write(conn, batch, inbox)
        self._after(batch)
        return answers

    @asynccontextmanager
    async def _transaction(
        self, streams: Iterable[str], more_locks: Iterable[str] = (), numbers: int = 0
    ) -> AsyncIterator[_Held]:
        """A transaction that holds ``streams`` and has read where they stand. Committed at the end of the block."""
        names = list(streams)
        batch: Batch | None = None
        try:
            async with self._connection() as conn, conn.transaction():
                drawn = await lock(conn, [*map(self._lock_name, names), *more_locks], numbers=numbers)
                self._tell(await self._doubts.settle(conn, names))
                at = await heads(conn, self._consumer, names)
                parking = Parking(self._consumer, self._patience)
                await parking.look_up(conn, self._core, [stream for stream in names if at[stream].waiting])
                versions = {stream: head.version for stream, head in at.items()}
                loaded = await load(conn, self._core.decider, versions, self._memory)
                batch = Batch(self._core, self._clock.now(), loaded)
                yield _Held(conn, parking, batch, drawn)
        except Transient:
            if batch is not None:
                self._doubts.add(batch.appended)
            raise

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[asyncpg.Connection]:
        try:
            async with self._pool.acquire() as conn:
                yield conn  # type: ignore[misc]  # a pool's connection is a proxy of one
        except Exception as error:
            self.conflicts += is_conflict(error)
            if is_transient(error):
                raise Transient(f"{type(error).__name__}: {error}") from error
            raise

    async def _write(self, conn: asyncpg.Connection, batch: Batch, inbox: Inbox) -> None:
        wakeups, cancelled = batch.wakeup_rows()
        batch.schedules = bool(wakeups)
        await append(conn, self._consumer, batch.events, batch.outbox, wakeups, cancelled, inbox.rows)
        if self._project is not None and batch.appended:
            try:
                await self._project(conn, batch.appended)
            except Exception as error:
                if isinstance(error, DATABASE_ERRORS) or is_hung_up(error):
                    raise
                raise _Unprojectable(f"{type(error).__name__}: {error}") from error

    def _after(self, batch: Batch) -> None:
        """The transaction is committed: remember what it came to, and tell."""
        self._memory.keep(batch.streams)
        self._tell(batch.appended)
        if self._on_scheduled is not None and batch.schedules:
            self._on_scheduled()

    def _tell(self, appended: Sequence[Appended]) -> None:
        if self._on_appended is not None and appended:
            self._on_appended(appended)


def _is_due(instant: datetime, now: datetime) -> bool:
    return instant <= now


def _woken(batch: Batch, stream: str, due: datetime) -> Woken:
    events = batch.wake(stream, due)
    trace = batch.streams[stream].traceparent
    return Woken(stream, due, batch.now, "woken" if events else "stale", events, trace)


def _is_poison(error: BaseException) -> bool:
    return isinstance(error, _Unprojectable) or is_data_error(error)
