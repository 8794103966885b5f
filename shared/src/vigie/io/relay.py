"""Publishes the outbox: reads rows by id, sends them, deletes them once the broker has acknowledged them.

Invariants, and what breaks without them:

- The rows of one (topic, partition) are sent in the order of their ids, the next batch after the acknowledgement of
  the one before. With two on their way a failure of the first would put a ticket's version 3 before its version 2.
- A row is deleted only when acknowledged. A crash in between publishes it again, byte for byte.
- Sending has a time limit: an idempotent producer that has lost its broker's memory of it waits for ever. What comes
  after the limit is a new producer, and the outbox again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import asyncpg
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from vigie.contracts.topics import PARTITIONS
from vigie.io.backoff import Backoff
from vigie.io.codec import unpack_headers
from vigie.io.errors import DATABASE_ERRORS
from vigie.io.kafka import producer
from vigie.io.migrations import Place
from vigie.io.queries import queries
from vigie.io.shards import Shards, channel_of

if TYPE_CHECKING:
    from vigie.io.settings import Settings

ROWS: Final = 1_000
POLL_EVERY: Final = 0.25
"""Seconds; only for what nobody told this relay: an in-process call and a NOTIFY come first."""
ROUNDS_APART: Final = 0.01
"""Seconds from the beginning of a round to that of the next, at least, unless there is plenty. News that came during
a round go together: under load, a round for each commit costs the broker and the database more than the commits do."""
SEND_WITHIN: Final = 8.0
_HOLD: Final = 1.0
"""Seconds for which the others go on without a partition whose rows the broker refused."""
_FLUSH_WITHIN: Final = 5.0

log = structlog.get_logger(__name__)


class Relay:
    """One replica's share of publishing a service's outbox. ``run`` is its life; ``stop`` lets it end in order."""

    def __init__(self, settings: Settings, place: Place, pool: asyncpg.Pool) -> None:
        self._settings = settings
        self._place = place
        self._pool = pool
        self._news = asyncio.Event()
        self._stopping = False
        self._producer: AIOKafkaProducer | None = None
        self._shards = Shards(settings.database_url, place, told=self._news.set)
        self._refused_until: dict[int, float] = {}
        self._telling: asyncio.Task[None] | None = None
        self._discarded: set[asyncio.Task[None]] = set()
        self._oldest: tuple[int, float] | None = None
        self.published = 0
        self.failures = 0

    @property
    def shards(self) -> frozenset[int]:
        """The partitions whose rows this replica publishes."""
        return self._shards.held

    def nudge(self) -> None:
        """Something was committed to the outbox by this process. Other replicas' shards are told to them."""
        self._news.set()
        if len(self._shards.held) < PARTITIONS and (self._telling is None or self._telling.done()):
            self._telling = asyncio.create_task(self._tell())

    async def run(self) -> None:
        """Publish until ``stop``; failures of the database or the broker are waited out."""
        backoff = Backoff()
        try:
            while not self._stopping:
                self._news.clear()
                began = time.monotonic()
                try:
                    sent = await self._round()
                    backoff.reset()
                except Exception as error:  # noqa: BLE001 - what is in the outbox stays there; nothing may silence a service
                    self.failures += 1
                    delay = backoff.next_delay()
                    log.warning("relay_failed", error=repr(error), again_in_seconds=round(delay, 3))
                    await asyncio.sleep(delay)
                else:
                    if sent < ROWS:
                        await self._wait_for_news()
                        await asyncio.sleep(max(0.0, began + ROUNDS_APART - time.monotonic()))
        finally:
            await self._end()

    def stop(self) -> None:
        """Publish what is there, then end ``run``."""
        self._stopping = True
        self._news.set()

    async def backlog(self) -> tuple[int, float]:
        """(rows still to be published, machine seconds for which the oldest has been seen waiting)."""
        [(depth, oldest)] = await self._pool.fetch(queries("relay")["backlog"])
        now = time.monotonic()
        if oldest is None:
            self._oldest = None
        elif self._oldest is None or self._oldest[0] != oldest:
            self._oldest = (oldest, now)
        return depth, now - self._oldest[1] if self._oldest else 0.0

    async def _round(self) -> int:
        """One look into the outbox; how many rows were published."""
        await self._shards.keep()
        now = time.monotonic()
        shards = [shard for shard in self._shards.held if self._refused_until.get(shard, 0.0) <= now]
        if not shards:
            return 0
        rows = await self._pool.fetch(queries("relay")["next_rows"], shards, ROWS)
        if rows:
            await self._publish(rows)
        return len(rows)

    async def _publish(self, rows: Sequence[asyncpg.Record]) -> None:
        client = await self._connected()
        by_place: dict[tuple[str, int], list[asyncpg.Record]] = {}
        for row in rows:
            by_place.setdefault((row["topic"], row["partition"]), []).append(row)
        sent: list[int] = []
        try:
            async with asyncio.timeout(SEND_WITHIN):
                answers = await asyncio.gather(
                    *(_send_in_order(client, place, of_place, sent) for place, of_place in by_place.items()),
                    return_exceptions=True,
                )
        except TimeoutError:
            self._discard_producer()
            raise
        finally:
            await self._forget(sent)
        for (topic, partition), answer in zip(by_place, answers, strict=True):
            if isinstance(answer, Exception):
                self._refused_until[partition] = time.monotonic() + _HOLD
                log.warning("relay_refused", topic=topic, partition=partition, error=repr(answer))
        if failed := [answer for answer in answers if isinstance(answer, BaseException)]:
            self._discard_producer()
            self.failures += 1
            if len(failed) == len(by_place):
                raise failed[0]

    async def _forget(self, sent: list[int]) -> None:
        if not sent:
            return
        await self._pool.execute(queries("relay")["forget"], sent)
        self.published += len(sent)

    async def _wait_for_news(self) -> None:
        try:
            await asyncio.wait_for(self._news.wait(), POLL_EVERY)
        except TimeoutError:
            return

    async def _tell(self) -> None:
        """NOTIFY in a transaction of its own: in the one that appends, it would make all commits queue up."""
        try:
            await self._pool.execute("select pg_notify($1, '')", channel_of(self._place))
        except DATABASE_ERRORS as error:
            log.warning("relay_could_not_tell", error=repr(error))  # the others poll

    async def _connected(self) -> AIOKafkaProducer:
        if self._producer is None:
            client = producer(self._settings, f"{self._place.schema}-{self._settings.replica}")
            try:
                await client.start()
            except BaseException:
                await client.stop()
                raise
            self._producer = client
        return self._producer

    def _discard_producer(self) -> None:
        """Never flush it: what it has in hand is sent again from the outbox."""
        if self._producer is not None:
            task = asyncio.create_task(_abandon(self._producer))
            self._discarded.add(task)
            task.add_done_callback(self._discarded.discard)
            self._producer = None

    async def _end(self) -> None:
        try:
            async with asyncio.timeout(_FLUSH_WITHIN):
                while self._stopping and await self._round():
                    pass
        except Exception as error:  # noqa: BLE001 - whatever it is, the others end in order
            log.warning("relay_not_flushed", error=repr(error))  # the next start publishes the rest
        if self._telling is not None:
            await asyncio.gather(self._telling, return_exceptions=True)
        await self._shards.close()
        if self._producer is not None:
            try:
                await asyncio.wait_for(self._producer.stop(), _FLUSH_WITHIN)  # nothing is in its hand any more
            except TimeoutError:
                self._discard_producer()
        await asyncio.gather(*self._discarded, return_exceptions=True)


async def _send_in_order(
    client: AIOKafkaProducer, place: tuple[str, int], rows: Sequence[asyncpg.Record], sent: list[int]
) -> None:
    """Send the rows of one (topic, partition), batch after batch; ``sent`` gets the ids of the acknowledged ones."""
    topic, partition = place
    waiting = iter(rows)
    row = next(waiting, None)
    while row is not None:
        batch, ids = client.create_batch(), []
        while row is not None and _append(batch, row):
            ids.append(row["id"])
            row = next(waiting, None)
        batch.close()
        acknowledged = await client.send_batch(batch, topic, partition=partition)
        acknowledged.add_done_callback(_look_at_it)
        await asyncio.shield(acknowledged)
        sent.extend(ids)


def _append(batch: object, row: asyncpg.Record) -> bool:
    """False when ``batch`` is full; its first record always fits."""
    added = batch.append(  # type: ignore[attr-defined]  # aiokafka has no types
        key=row["key"], value=row["value"], timestamp=None, headers=list(unpack_headers(row["headers"]))
    )
    return added is not None


def _look_at_it(future: asyncio.Future[object]) -> None:
    """Nobody may be waiting any more; asyncio complains of an exception that nobody has looked at."""
    if not future.cancelled():
        future.exception()


async def _abandon(client: AIOKafkaProducer) -> None:
    """Close without flushing: cut its connections first, then what it has in hand fails at once."""
    try:
        await client.client.close()
        await asyncio.wait_for(client.stop(), 2 * SEND_WITHIN)
    except (OSError, TimeoutError, KafkaError) as error:
        log.debug("producer_abandoned", error=repr(error))
