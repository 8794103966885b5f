"""What is read from Kafka is handled, whatever its bytes, before it is committed; and nothing is passed over."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import GroupLoadInProgressError, KafkaConnectionError
from aiokafka.protocol.commit import OffsetFetchRequest, OffsetFetchResponse_v3
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy

from support.eventually import eventually
from vigie.io.backoff import Backoff
from vigie.io.consumer import Consumer
from vigie.io.partitioning import partition_of
from vigie.io.records import RawRecord
from vigie.io.settings import Settings
from vigie.io.topics import ensure_topics


class Reader:
    """Keeps what it is handed; fails as often as it is told to."""

    def __init__(self) -> None:
        self.seen: list[RawRecord] = []
        self.failures_left = 0
        self.refused: list[bytes | None] = []

    async def __call__(self, records: Sequence[RawRecord]) -> None:
        if self.failures_left:
            self.failures_left -= 1
            self.refused.extend(record.value for record in records)
            raise ConnectionError("the database is away")
        self.seen.extend(records)

    def values(self) -> list[bytes | None]:
        return [record.value for record in self.seen]


def consumer(settings: Settings, group: str, topics: Sequence[str], handle: Callable[..., Awaitable[None]]) -> Consumer:
    return Consumer(settings, group=group, topics=topics, handle=handle, backoff=Backoff(first=0.05, limit=0.1))


@asynccontextmanager
async def reading(one: Consumer) -> AsyncIterator[Consumer]:
    await one.start()
    try:
        yield one
    finally:
        await one.stop()


@pytest.fixture
def group() -> str:
    return f"group-{uuid4().hex[:8]}"


async def committed(settings: Settings, group: str, topic: str) -> dict[int, int]:
    """The group's offsets, as any other client sees them."""
    client = AIOKafkaConsumer(bootstrap_servers=settings.kafka, group_id=group, enable_auto_commit=False)
    await client.start()
    try:
        offsets = {p: await client.committed(TopicPartition(topic, p)) for p in range(12)}
    finally:
        await client.stop()
    return {partition: offset for partition, offset in offsets.items() if offset is not None}


async def test_a_record_with_a_null_header_is_handed_over(
    settings: Settings, topic: str, group: str, writer: AIOKafkaProducer
) -> None:
    await writer.send_and_wait(topic, b"{}", partition=3, headers=[("ce_id", None)])
    reader = Reader()
    async with reading(consumer(settings, group, [topic], reader)):
        await eventually(lambda: reader.values() == [b"{}"])
    assert reader.seen[0].headers == (("ce_id", None),)


async def test_a_record_with_a_header_that_is_not_utf_8_is_handed_over(
    settings: Settings, topic: str, group: str, writer: AIOKafkaProducer
) -> None:
    await writer.send_and_wait(topic, b"{}", partition=3, headers=[("ce_id", b"\xff\xfe")])
    reader = Reader()
    async with reading(consumer(settings, group, [topic], reader)):
        await eventually(lambda: reader.values() == [b"{}"])
    assert reader.seen[0].headers == (("ce_id", b"\xff\xfe"),)


class NotText(str):
    """A header's name as other libraries may write it."""

    def encode(self, *_: object) -> bytes:
        return b"\xff\xfe"


@pytest.mark.parametrize("compression", [0, _DefaultRecordBatchBuilderPy.CODEC_LZ4])
async def test_a_header_whose_name_is_not_utf_8_stops_no_partition(
    settings: Settings, topic: str, group: str, compression: int
) -> None:
    async with AIOKafkaProducer(bootstrap_servers=settings.kafka) as stranger:
        batch = stranger.create_batch()
        batch._builder = _DefaultRecordBatchBuilderPy(2, compression, 0, -1, -1, 0, 100_000)
        for value, headers in ((b"before", []), (b"broken", [(NotText("x"), b"1")]), (b"after", [("é", b"2")])):
            batch.append(key=None, value=value, timestamp=None, headers=headers)
        await (await stranger.send_batch(batch, topic, partition=3))
        await stranger.send_and_wait(topic, b"later", partition=3)
    reader = Reader()
    async with reading(consumer(settings, group, [topic], reader)):
        await eventually(lambda: reader.values() == [b"before", b"broken", b"after", b"later"])
    assert [record.headers for record in reader.seen] == [(), (("\\xff\\xfe", b"1"),), (("é", b"2"),), ()]
    assert [record.offset for record in reader.seen] == [0, 1, 2, 3]


async def test_a_record_without_key_and_value_is_handed_over(
    settings: Settings, topic: str, group: str, writer: AIOKafkaProducer
) -> None:
    empty = writer.create_batch()
    empty.append(key=None, value=None, timestamp=None)
    await (await writer.send_batch(empty, topic, partition=3))
    reader = Reader()
    async with reading(consumer(settings, group, [topic], reader)):
        await eventually(lambda: len(reader.seen) == 1)
    assert (reader.seen[0].key, reader.seen[0].value) == (None, None)


async def test_the_records_after_a_broken_one_are_handed_over(
    settings: Settings, topic: str, group: str, writer: AIOKafkaProducer
) -> None:
    await writer.send_and_wait(topic, b"broken", partition=3, headers=[("ce_id", b"\xff")])
    await writer.send_and_wait(topic, b"sound", partition=3)
    reader = Reader()
    async with reading(consumer(settings, group, [topic], reader)):
        await eventually(lambda: reader.values() == [b"broken", b"sound"])


async def test_an_offset_is_committed_once_its_record_is_handled(
    settings: Settings, topic: str, group: str, writer: AIOKafkaProducer
) -> None:
    await writer.send_and_wait(topic, b"a", partition=3)
    await writer.send_and_wait(topic, b"b", partition=3)
    reader = Reader()
    async with reading(consumer(settings, group, [topic], reader)):
        await eventually(lambda: reader.values() == [b"a", b"b"])
    assert await committed(settings, group, topic) == {3: 2}


async def test_an_offset_is_not_committed_while_its_record_fails(
    settings: Settings, topic: str, group: str, writer: AIOKafkaProducer
) -> None:
    await writer.send_and_wait(topic, b"a", partition=3)
    reader = Reader()
    reader.failures_left = 1_000_000
    async with reading(consumer(settings, group, [topic], reader)):
        await eventually(lambda: len(reader.refused) >= 2)
    assert await committed(settings, group, topic) == {}


async def test_an_offset_whose_commit_failed_is_committed_later_though_no_record_follows(
    settings: Settings, topic: str, group: str, writer: AIOKafkaProducer
) -> None:
    """Else the group stands before the end for ever, although all is applied."""
    reader = Reader()
    async with reading(consumer(settings, group, [topic], reader)) as one:
        client = one._consumer
        assert client is not None
        commit = client.commit

        async def fails_once(_: object) -> None:
            client.commit = commit
            raise KafkaConnectionError("the broker was killed")

        client.commit = fails_once
        await writer.send_and_wait(topic, b"a", partition=3)
        await eventually(lambda: client.commit == commit)

        async def is_committed() -> bool:
            return await committed(settings, group, topic) == {3: 1}

        await eventually(is_committed)


async def test_a_group_whose_offsets_are_not_loaded_yet_does_not_begin_anew(
    settings: Settings, topic: str, group: str, writer: AIOKafkaProducer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As just after a broker's restart."""
    await writer.send_and_wait(topic, b"a", partition=3)
    reader = Reader()
    async with reading(consumer(settings, group, [topic], reader)):
        await eventually(lambda: reader.values() == [b"a"])
    loading = [OffsetFetchResponse_v3(0, [], GroupLoadInProgressError.errno)]
    ask = AIOKafkaClient.send

    async def answer(client: AIOKafkaClient, node: int, request: object, **others: object) -> object:
        return (
            loading.pop()
            if loading and isinstance(request, OffsetFetchRequest)
            else await ask(client, node, request, **others)
        )

    monkeypatch.setattr(AIOKafkaClient, "send", answer)
    await writer.send_and_wait(topic, b"b", partition=3)
    again = Reader()
    async with reading(consumer(settings, group, [topic], again)):
        await eventually(lambda: again.values()[-1:] == [b"b"])
    assert not loading
    assert again.values() == [b"b"]


async def test_a_batch_that_failed_comes_again_and_nothing_is_passed_over(
    settings: Settings, topic: str, group: str, writer: AIOKafkaProducer
) -> None:
    reader = Reader()
    reader.failures_left = 3
    async with reading(consumer(settings, group, [topic], reader)) as one:
        for number in range(20):
            await writer.send_and_wait(topic, b"%d" % number, partition=number % 2)
        await eventually(lambda: len(reader.seen) == 20)
        assert one.failures == 3
    assert [value for value in reader.values() if int(value or b"") % 2 == 0] == [b"%d" % n for n in range(0, 20, 2)]
    assert [value for value in reader.values() if int(value or b"") % 2 == 1] == [b"%d" % n for n in range(1, 20, 2)]


async def test_it_goes_on_polling_while_it_waits_to_try_again(
    settings: Settings, topic: str, group: str, writer: AIOKafkaProducer
) -> None:
    await writer.send_and_wait(topic, b"a", partition=3)
    reader = Reader()
    reader.failures_left = 1_000_000
    one = Consumer(settings, group=group, topics=[topic], handle=reader, backoff=Backoff(first=3600, limit=3600))
    async with reading(one):
        await eventually(lambda: one.failures == 1)
        for _ in range(3):
            before = time.monotonic()
            await eventually(lambda before=before: time.monotonic() - one.idle_seconds() > before)  # type: ignore[misc]


async def test_it_reads_no_more_while_there_is_no_room_and_goes_on_when_there_is(
    settings: Settings, topic: str, group: str, writer: AIOKafkaProducer
) -> None:
    reader, room = Reader(), False
    one = Consumer(settings, group=group, topics=[topic], handle=reader, room=lambda: room)
    async with reading(one):
        await writer.send_and_wait(topic, b"a", partition=3)
        await eventually(lambda: reader.values() == [b"a"])
        await writer.send_and_wait(topic, b"b", partition=3)
        await writer.send_and_wait(topic, b"c", partition=4)
        await eventually(lambda: one.idle_seconds() > 0.1)
        await eventually(lambda: one.idle_seconds() < 0.05)  # it polled all the same
        assert reader.values() == [b"a"]
        room = True
        await eventually(lambda: set(reader.values()) == {b"a", b"b", b"c"})


async def test_a_replica_that_has_read_everything_is_not_behind(
    settings: Settings, topic: str, group: str, writer: AIOKafkaProducer
) -> None:
    await writer.send_and_wait(topic, b"a", partition=3)
    reader = Reader()
    async with reading(consumer(settings, group, [topic], reader)) as one:

        async def caught_up() -> bool:
            return bool(reader.seen) and not await one.behind(3)

        assert await eventually(caught_up)
        assert one.partitions() == frozenset(range(12))


async def test_a_replica_that_has_not_fetched_yet_is_behind(settings: Settings, topic: str, group: str) -> None:
    assert await consumer(settings, group, [topic], Reader()).behind(3)


async def test_a_replica_is_behind_where_a_record_fails_and_nowhere_else(
    settings: Settings, topic: str, group: str, writer: AIOKafkaProducer
) -> None:
    reader = Reader()
    reader.failures_left = 1_000_000
    async with reading(consumer(settings, group, [topic], reader)) as one:
        await writer.send_and_wait(topic, b"a", partition=3)
        await eventually(lambda: one.failures > 0)
        assert await one.behind(3)


async def test_a_replica_behind_on_one_topic_is_behind(
    settings: Settings, topic: str, group: str, writer: AIOKafkaProducer
) -> None:
    """The other topic does not exist yet, so nobody knows what it holds."""
    reader = Reader()
    async with reading(consumer(settings, group, [topic], reader)) as one:
        one.topics = (topic, f"{topic}.unknown")
        assert await one.behind(3)
        assert one.partitions() == frozenset()


async def test_two_replicas_share_the_partitions_of_all_topics_alike(
    stack_settings: Callable[[str], Settings], topic: str, group: str
) -> None:
    first = consumer(stack_settings("1"), group, [topic], Reader())
    second = consumer(stack_settings("2"), group, [topic], Reader())
    async with reading(first), reading(second):
        await eventually(lambda: len(first.partitions()) == 6 and len(second.partitions()) == 6, within=20)
        assert first.partitions().isdisjoint(second.partitions())


async def test_a_replica_that_comes_back_for_other_topics_is_given_them(
    settings: Settings, topic: str, group: str, writer: AIOKafkaProducer
) -> None:
    other = f"test.{uuid4().hex[:12]}"
    await ensure_topics(settings, [other])
    async with reading(consumer(settings, group, [topic], Reader())) as before:
        await eventually(lambda: len(before.partitions()) == 12)
    async with reading(consumer(settings, group, [topic, other], Reader())) as after:
        await eventually(lambda: len(after.partitions()) == 12, within=20)


@pytest.mark.parametrize("key", [b"0198c2a4-7b1e-7cc3-98c4-dc0c0c07398f", b"", b"a", b"\xff\x00 binary", b"acme"])
async def test_a_key_has_the_partition_that_other_clients_give_it(
    topic: str, writer: AIOKafkaProducer, key: bytes
) -> None:
    sent = await writer.send_and_wait(topic, b"", key=key)
    assert partition_of(key) == sent.partition


async def test_how_long_the_oldest_unapplied_record_waits_is_told_in_seconds(
    settings: Settings, topic: str, group: str, writer: AIOKafkaProducer
) -> None:
    an_hour_ago = int(time.time() * 1000) - 3_600_000
    await writer.send_and_wait(topic, b"old", partition=3, timestamp_ms=an_hour_ago)
    reader = Reader()
    reader.failures_left = 1_000_000
    async with reading(consumer(settings, group, [topic], reader)) as one:
        await eventually(lambda: bool(reader.refused))
        assert 3_600 <= await one.lag_seconds() < 3_660
        reader.failures_left = 0

        async def caught_up() -> None:
            assert await one.lag_seconds() == 0

        await eventually(caught_up)
