"""Reads a service's topics: batches of raw records, handled, then committed, never skipped.

Invariants, and what breaks without them:

- An offset is committed only after the transaction that applied its record. Before, a crash would lose the record.
  It is committed a little later, with those of the batches that follow: each commit costs the broker as much as a
  batch, and what a crash in between gives out again, the inbox knows.
- After a failure the batch is fetched again from its first record, however often. Only the handler may give up on a
  record, by a dead letter.
- While it waits, the consumer is paused, not idle: it goes on polling, so that the group does not take its partitions.
- A partition is let go only when nothing of it is in hand. Otherwise two replicas would work on the same tickets;
  correct all the same (the store's locks and inbox decide), but slow.
- Whoever polls without reading, although there is something to read, joins the group anew, and ends when that does not
  help: ``watch``. Polls alone would keep it live for ever.

FastStream subscribes, polls and hands over the batches. What it does not offer (positions, pausing, seeking,
explicit offsets, the time of the last poll) is asked of the aiokafka consumer behind it, which ``_Polled`` makes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import KafkaError
from aiokafka.structs import OffsetAndMetadata

from vigie.contracts.topics import PARTITIONS
from vigie.io.backoff import Backoff
from vigie.io.kafka import client_of, subscription
from vigie.io.patience import patiently
from vigie.io.reached import Reached
from vigie.io.records import RawRecord
from vigie.io.sharing import sharing_of
from vigie.io.stuck import FETCHED_WITHIN, LOOK_EVERY, STUCK_AFTER, Patience, Step, ailment

if TYPE_CHECKING:
    from vigie.io.settings import Settings

Handle = Callable[[Sequence[RawRecord]], Awaitable[object]]
"""Applies a batch, durably, before it returns. Any exception means: nothing was applied, give it to me again."""

STALE_AFTER: Final = 1.0
"""Seconds without a successful fetch after which nobody knows what the topic holds."""
_LETTING_GO: Final = 15.0
"""Seconds for a batch in hand to finish before its partitions go to another replica."""
_COMMIT_WITHIN: Final = 5.0
COMMIT_EVERY: Final = 0.5
"""Seconds from one commit of offsets to the next, at least."""
APART: Final = 0.05
"""Seconds from the beginning of a batch to that of the next, at least, unless there is plenty. What arrives meanwhile
goes together: a transaction costs about the same for one record as for ten. A record that comes alone never waits."""
_PLENTY: Final = 100
"""Records of a batch after which the next one begins at once."""
_LOOK_FOR_ROOM: Final = 0.1
"""Seconds between two looks whether there is room for more."""
_POLL_WITHIN_MS: Final = 200
"""For so long a poll waits for the first record. FastStream would ask a hundred times a second."""
_JOIN_WITHIN: Final = 60.0
"""Seconds for a start; a group shares out its partitions within 30."""
_LEAVE_WITHIN: Final = 10.0

log = structlog.get_logger(__name__)


class StuckConsumer(Exception):
    """It polls and does not read, and to join its group anew has not helped: another process may."""

    def __init__(self, group: str, reason: str) -> None:
        super().__init__(f"{group} reads less than it could, and cannot mend that: {reason}")
        self.group = group


class Consumer:
    """One member of a consumer group, for all the topics that a service hears."""

    def __init__(
        self,
        settings: Settings,
        *,
        group: str,
        topics: Sequence[str],
        handle: Handle,
        backoff: Backoff | None = None,
        apart: float = APART,
        room: Callable[[], bool] = lambda: True,
    ) -> None:
        """``apart``: machine seconds from the beginning of one small batch to that of the next. ``room``: whether more
        can be taken on; while not, it waits as after a failure, and what is to come waits on the topic."""
        self.group = group
        self.topics = tuple(topics)
        self._settings = settings
        self._handle = handle
        self._apart, self._room = apart, room
        self._applied: dict[TopicPartition, OffsetAndMetadata] = {}
        self._committing: asyncio.Task[None] | None = None
        self._backoff = backoff or Backoff()
        self._in_hand: frozenset[TopicPartition] = frozenset()
        self._idle = asyncio.Event()
        self._idle.set()
        self._resuming: asyncio.TimerHandle | None = None
        self._broker, self._subscriber = subscription(
            settings, group=group, topics=self.topics, listener=_LettingGo(self)
        )
        self._subscriber(self._on_batch)
        self._polled_at = time.monotonic()
        self._reached = Reached(time.time())
        self._fetched_ms: int | None = None
        self._silent_since = time.monotonic()
        self.failures = 0
        """Batches that had to be tried again."""
        self.rejoins = 0
        """How often it has joined its group anew because it read nothing."""

    async def start(self) -> None:
        """Join the group and begin to read. Raises KafkaError when no broker answers, TimeoutError when the group
        gives no answer."""
        await self._broker.connect()
        config: Any = self._broker.config.broker_config
        config.builder = partial(_Polled, self, **config.builder.keywords)
        try:
            async with asyncio.timeout(_JOIN_WITHIN):
                await self._broker.start()
        except BaseException:
            await self._broker.stop()
            raise

    async def stop(self) -> None:
        """Finish the batch in hand and stop reading. The membership stays, for the same replica to come back to."""
        if self._resuming is not None:
            self._resuming.cancel()
        await self._broker.stop()
        if self._committing is not None:
            self._committing.cancel()

    async def watch(self, limit: float = STUCK_AFTER) -> None:
        """See that it reads, until cancelled. What polls and does not read for ``limit`` machine seconds joins its
        group anew; StuckConsumer when that has not helped ``limit`` seconds later."""
        patience = Patience(limit)
        while True:
            reason = await self._ailment()
            match patience.step(reason is not None, time.monotonic()):
                case Step.GIVE_UP:
                    raise StuckConsumer(self.group, str(reason))
                case Step.REJOIN:
                    log.warning("consumer_stuck", group=self.group, reason=reason, action="it joins its group anew")
                    await self._rejoin(reason)
                case Step.NOTHING:
                    await asyncio.sleep(min(LOOK_EVERY, limit / 3))

    def partitions(self) -> frozenset[int]:
        """The partitions that this replica holds of every topic it reads, and whose wake-ups are therefore its own."""
        held = self._assignment()
        return frozenset(p for p in range(PARTITIONS) if all(TopicPartition(t, p) in held for t in self.topics))

    async def behind(self, partition: int) -> bool:
        """Whether something that was written before now may still be unapplied, on any topic."""
        for topic in self.topics:
            if await self._lag(TopicPartition(topic, partition)) != 0:
                return True
        return False

    async def lags(self) -> dict[TopicPartition, int | None]:
        """Records not yet applied, by partition held; None where the last fetch is too old to tell."""
        return {tp: await self._lag(tp) for tp in self._assignment()}

    async def lag_seconds(self) -> float:
        """For how long the oldest record that is not applied has waited, at most; 0 when all is applied."""
        lagging = [tp for tp in self._assignment() if await self._lag(tp) != 0]
        return self._reached.age(lagging, time.time())

    def idle_seconds(self) -> float:
        """Machine seconds since the last poll returned: what liveness means."""
        return time.monotonic() - self._polled_at

    def polled(self) -> None:
        """A poll has returned."""
        self._polled_at = time.monotonic()

    async def let_go(self) -> None:
        """Returns once nothing is in hand and the offsets of what was applied are committed. TimeoutError: a batch
        takes too long."""
        await asyncio.wait_for(self._idle.wait(), _LETTING_GO)
        await self.commit()
        self._applied.clear()  # whoever has the partitions next commits their offsets

    async def commit(self) -> None:
        """Commit the offsets of what was applied. One that fails is made good by the next; until then a restart repeats
        what the inbox knows."""
        consumer = self._consumer
        if consumer is None:
            return
        held = consumer.assignment()
        applied, self._applied = self._applied, {}
        offsets = {tp: offset for tp, offset in applied.items() if tp in held}
        if not offsets:
            return
        try:
            await asyncio.wait_for(consumer.commit(offsets), _COMMIT_WITHIN)
        except (KafkaError, TimeoutError) as error:
            self._applied = {**offsets, **self._applied}
            log.warning("commit_failed", group=self.group, error=repr(error))

    @property
    def _consumer(self) -> AIOKafkaConsumer | None:
        return self._subscriber.consumer

    def _assignment(self) -> frozenset[TopicPartition]:
        return frozenset(self._consumer.assignment()) if self._consumer is not None else frozenset()

    async def _lag(self, tp: TopicPartition) -> int | None:
        consumer = self._consumer
        if consumer is None or tp not in consumer.assignment():
            return None
        end, fetched_ms = consumer.last_stable_offset(tp), consumer.last_poll_timestamp(tp)
        if end is None or fetched_ms is None or abs(time.time() - fetched_ms / 1000) > STALE_AFTER:
            return None
        # The position also passes control records, which are never handed over; it is known once there was a fetch.
        unread = max(0, int(end) - int(await consumer.position(tp))) + (tp in self._in_hand)
        if not unread:
            self._reached.at_end(tp, fetched_ms / 1000)
        return unread

    async def _ailment(self) -> str | None:
        """The broker is asked only when something is odd: with one replica, that reads all, it never is."""
        if (fallen_out := self._why_fallen_out()) is not None:
            return fallen_out
        held, silent_for = self._assignment(), self._silent_for()
        if len(held) == len(self.topics) * PARTITIONS and silent_for <= FETCHED_WITHIN:
            return None
        sharing = await sharing_of(
            self._settings, self.group, self.topics, client_of(self.group, self._settings.replica)
        )
        return ailment(self._assignment(), self._silent_for(), sharing)

    def _why_fallen_out(self) -> str | None:
        """Why aiokafka's task that joins, and notices that others do, is over, where it is; it tells nobody."""
        task = None if self._consumer is None else self._consumer._coordinator._coordination_task
        if task is None or not task.done():
            return None
        return f"what kept it in its group has ended: {_end_of(task)!r}"

    def _silent_for(self) -> float:
        """Machine seconds since a fetch succeeded, or none was due: a batch is in hand, or all wait after a failure."""
        consumer, now = self._consumer, time.monotonic()
        fetched = [consumer.last_poll_timestamp(tp) for tp in self._assignment()] if consumer is not None else []
        newest = max((moment for moment in fetched if moment is not None), default=None)
        waiting = self._resuming is not None and self._resuming.when() > asyncio.get_running_loop().time()
        if newest != self._fetched_ms or not self._idle.is_set() or waiting:
            self._fetched_ms, self._silent_since = newest, now
        return now - self._silent_since

    async def _rejoin(self, reason: str | None) -> None:
        """Another client, and a place in the group that owes nothing to the one before.

        A static member that comes back is given what it had, be it nothing; so it has to leave first, which aiokafka
        does only for members without a name.
        """
        self.rejoins += 1
        if self._consumer is not None:
            self._consumer._coordinator._group_instance_id = None
        try:
            await asyncio.wait_for(self._subscriber.stop(), _LEAVE_WITHIN)
        except TimeoutError:
            raise StuckConsumer(self.group, f"{reason}; and it cannot leave") from None
        await patiently("kafka", self._join_again, asyncio.Event())

    async def _join_again(self) -> None:
        try:
            async with asyncio.timeout(_JOIN_WITHIN):
                await self._subscriber.start()
        except BaseException:
            await self._subscriber.stop()
            raise

    async def _on_batch(self, records: Sequence[RawRecord]) -> None:
        """Never raises: FastStream would drop the batch and go on with the next."""
        first, last = _span(records)
        began = time.monotonic()
        self._reach(first)
        self._idle.clear()
        self._in_hand = frozenset(first)
        try:
            await self._handle(records)
        except Exception as error:  # noqa: BLE001 - whatever it was, the records must not be passed over
            self._again(first, error)
        else:
            self._backoff.reset()
            self._reach(last)
            self._has_applied(last)
        finally:
            self._in_hand = frozenset()
            self._idle.set()
        if not self._room():
            log.info("no_room", group=self.group)
            self._wait_for_room()
        if len(records) < _PLENTY:
            await asyncio.sleep(max(0.0, began + self._apart - time.monotonic()))

    def _has_applied(self, last: dict[TopicPartition, RawRecord]) -> None:
        self._applied.update({tp: OffsetAndMetadata(record.offset + 1, "") for tp, record in last.items()})
        if self._committing is None or self._committing.done():
            self._committing = asyncio.create_task(self._commit_later())

    async def _commit_later(self) -> None:
        while self._applied:
            await asyncio.sleep(COMMIT_EVERY)
            await self.commit()

    def _reach(self, records: dict[TopicPartition, RawRecord]) -> None:
        for tp, record in records.items():
            self._reached.at(tp, record.timestamp_ms)

    def _again(self, first: dict[TopicPartition, RawRecord], error: Exception) -> None:
        consumer = self._consumer
        assert consumer is not None  # noqa: S101 - a batch came from it
        self.failures += 1
        delay = self._backoff.next_delay()
        log.warning("batch_failed", group=self.group, error=repr(error), again_in_seconds=round(delay, 3))
        held = consumer.assignment()
        for tp, record in first.items():
            if tp in held:
                consumer.seek(tp, record.offset)
        consumer.pause(*held)
        self._resuming = asyncio.get_running_loop().call_later(delay, self._resume)

    def _wait_for_room(self) -> None:
        if self._room():
            self._resume()
            return
        if self._consumer is not None:
            self._consumer.pause(*self._consumer.assignment())
        self._resuming = asyncio.get_running_loop().call_later(_LOOK_FOR_ROOM, self._wait_for_room)

    def _resume(self) -> None:
        if self._consumer is not None:
            self._consumer.resume(*self._consumer.assignment())


def _end_of(task: asyncio.Task[Any]) -> BaseException | None:
    """What ended ``task``, which is done: asked for, or it is told as an error whenever the collector comes by."""
    return None if task.cancelled() else task.exception()


def _span(
    records: Iterable[RawRecord],
) -> tuple[dict[TopicPartition, RawRecord], dict[TopicPartition, RawRecord]]:
    """The first record of each partition, and its last."""
    first: dict[TopicPartition, RawRecord] = {}
    last: dict[TopicPartition, RawRecord] = {}
    for record in records:
        tp = TopicPartition(record.topic, record.partition)
        first.setdefault(tp, record)
        last[tp] = record
    return first, last


class _LettingGo(ConsumerRebalanceListener):  # type: ignore[misc]
    """Lets the batch in hand finish before its partitions go to another replica."""

    def __init__(self, owner: Consumer) -> None:
        self._owner = owner

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        try:
            await self._owner.let_go()
        except TimeoutError:
            log.warning("batch_abandoned", partitions=len(revoked))

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        log.info("partitions_assigned", partitions=sorted({tp.partition for tp in assigned}))


class _Polled(AIOKafkaConsumer):  # type: ignore[misc]
    """aiokafka's consumer, which also says when it polled.

    A poll that raises is none: a member that the group has thrown out (another process took its name) polls in vain
    for ever, and only this tells it from one that has nothing to do.
    """

    def __init__(self, owner: Consumer, **settings: Any) -> None:
        super().__init__(**settings)
        self._owner = owner

    async def getmany(self, *partitions: TopicPartition, timeout_ms: int = 0, max_records: int | None = None) -> Any:
        timeout_ms = max(timeout_ms, _POLL_WITHIN_MS)
        batches = await super().getmany(*partitions, timeout_ms=timeout_ms, max_records=max_records)
        self._owner.polled()
        return batches

    async def stop(self) -> None:
        """FastStream calls it when nothing is in hand any more."""
        await self._owner.commit()
        if (coordinator := self._coordinator) is not None:
            for task in (coordinator._coordination_task, coordinator._heartbeat_task):
                if task is not None and task.done():
                    _end_of(task)
        await super().stop()
