"""What was committed is published, in order, by one relay or another."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

from support.eventually import eventually
from support.migrated import Migrated
from vigie.io.codec import pack_headers
from vigie.io.database import open_pool
from vigie.io.migrations import Place
from vigie.io.relay import Relay
from vigie.io.settings import Settings

PLACE = Place.of("sla-timer")
HEADERS = [("ce_id", b"1"), ("ce_note", None), ("ce_id", b"\xff")]


@pytest.fixture
async def database(migrated: Migrated) -> AsyncIterator[str]:
    async with migrated.database(PLACE) as database:
        yield database


@pytest.fixture
async def pool(database: str) -> AsyncIterator[asyncpg.Pool]:
    pool = await open_pool(database, PLACE, application="test")
    yield pool
    await pool.close()


@pytest.fixture
def replica(database: str, settings: Settings, pool: asyncpg.Pool) -> Callable[[str], Relay]:
    """A relay, by the name of its replica."""

    def relay(name: str) -> Relay:
        own = Settings(database_url=database, kafka=settings.kafka, replica=name)
        return Relay(own, PLACE, pool)

    return relay


@asynccontextmanager
async def publishing(relay: Relay) -> AsyncIterator[Relay]:
    task = asyncio.create_task(relay.run())
    try:
        yield relay
    finally:
        relay.stop()
        await task


async def commit(pool: asyncpg.Pool, topic: str, partition: int, *values: bytes, key: bytes = b"ticket") -> None:
    await pool.executemany(
        "insert into outbox (topic, partition, key, headers, value) values ($1, $2, $3, $4, $5)",
        [(topic, partition, key, pack_headers(HEADERS), value) for value in values],
    )


async def outbox(pool: asyncpg.Pool) -> list[bytes]:
    return [row["value"] for row in await pool.fetch("select value from outbox order by id")]


@pytest.fixture
async def published(settings: Settings, topic: str) -> AsyncIterator[Callable[[int], list[bytes]]]:
    """What stands in a partition of the topic, oldest first."""
    client = AIOKafkaConsumer(bootstrap_servers=settings.kafka, enable_auto_commit=False)
    await client.start()
    client.assign([TopicPartition(topic, p) for p in range(12)])
    await client.seek_to_beginning()
    seen: dict[int, list[ConsumerRecord[bytes, bytes]]] = {}

    async def read() -> None:
        while True:
            for tp, records in (await client.getmany(timeout_ms=100)).items():
                seen.setdefault(tp.partition, []).extend(records)

    reading = asyncio.create_task(read())
    yield lambda partition: [record.value or b"" for record in seen.get(partition, [])]
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    await client.stop()


Published = Callable[[int], list[bytes]]
Replica = Callable[[str], Relay]


async def test_what_is_committed_is_published_and_leaves_the_outbox(
    replica: Replica, pool: asyncpg.Pool, topic: str, published: Published
) -> None:
    async with publishing(replica("1")) as relay:
        await commit(pool, topic, 3, b"a", b"b", b"c")
        relay.nudge()
        await eventually(lambda: published(3) == [b"a", b"b", b"c"])
    assert await outbox(pool) == []


async def test_a_connection_that_its_driver_has_lost_track_of_does_not_end_it(
    replica: Replica, pool: asyncpg.Pool, topic: str, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What asyncpg says after one that hung, and uvloop of one that was closed a moment ago."""
    said: list[Exception] = [
        asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress"),
        RuntimeError("unable to perform operation on <TCPTransport>; the handler is closed"),
    ]
    forget = Relay._forget

    async def confused(relay: Relay, sent: list[int]) -> None:
        if said:
            raise said.pop(0)
        await forget(relay, sent)

    monkeypatch.setattr(Relay, "_forget", confused)
    async with publishing(replica("1")) as relay:
        await commit(pool, topic, 3, b"a")
        await eventually(lambda: published(3) == [b"a", b"a", b"a"])
        assert relay.failures == 2
    assert await outbox(pool) == []


async def test_what_nobody_tells_is_found_all_the_same(
    replica: Replica, pool: asyncpg.Pool, topic: str, published: Published
) -> None:
    async with publishing(replica("1")):
        await commit(pool, topic, 3, b"a")
        await eventually(lambda: published(3) == [b"a"])


async def test_key_headers_and_value_are_published_to_the_byte(
    replica: Replica, pool: asyncpg.Pool, topic: str, settings: Settings
) -> None:
    await commit(pool, topic, 3, b'{"z": 1}', key=b"\x00key")
    client = AIOKafkaConsumer(topic, bootstrap_servers=settings.kafka, auto_offset_reset="earliest")
    async with publishing(replica("1")):
        await client.start()
        record = await asyncio.wait_for(client.getone(), 10)
        await client.stop()
    assert (record.partition, record.key, record.value) == (3, b"\x00key", b'{"z": 1}')
    assert list(record.headers) == HEADERS


async def test_a_thousand_rows_of_large_values_keep_their_order(
    replica: Replica, pool: asyncpg.Pool, topic: str, published: Published
) -> None:
    values = [b"%04d" % number + b"." * 5_000 for number in range(1_000)]
    await commit(pool, topic, 3, *values)
    async with publishing(replica("1")):
        await eventually(lambda: len(published(3)) >= 1_000, within=20)
    assert published(3) == values


async def test_what_is_committed_while_it_stops_is_still_published(
    replica: Replica, pool: asyncpg.Pool, topic: str, published: Published
) -> None:
    async with publishing(replica("1")) as relay:
        await eventually(lambda: len(relay.shards) == 12)
        await commit(pool, topic, 3, b"last")
    assert await outbox(pool) == []
    await eventually(lambda: published(3) == [b"last"])


async def test_two_relays_share_the_shards(replica: Replica) -> None:
    async with publishing(replica("1")) as one:
        await eventually(lambda: len(one.shards) == 12)
        async with publishing(replica("2")) as two:
            await eventually(lambda: len(one.shards) == 6 and len(two.shards) == 6)
            assert one.shards.isdisjoint(two.shards)


async def test_the_shards_of_a_relay_that_left_are_taken_over(replica: Replica) -> None:
    async with publishing(replica("1")) as one:
        async with publishing(replica("2")) as two:
            await eventually(lambda: len(one.shards) == 6 and len(two.shards) == 6)
        await eventually(lambda: len(one.shards) == 12)


async def test_a_relay_whose_lock_connection_is_killed_hands_over_and_comes_back(
    replica: Replica, pool: asyncpg.Pool, database: str
) -> None:
    async with publishing(replica("1")) as one, publishing(replica("2")) as two:
        await eventually(lambda: len(one.shards) == 6 and len(two.shards) == 6)
        before = one.shards
        pid = one._shards._connection.get_server_pid()  # type: ignore[union-attr]  # which of the two is killed
        admin = await asyncpg.connect(database)
        await admin.execute("select pg_terminate_backend($1)", pid)
        await admin.close()
        await eventually(lambda: one._shards.lost == 1)
        await eventually(lambda: len(one.shards) == 6 and len(two.shards) == 6)
        assert one.shards | two.shards == frozenset(range(12)) >= before


async def test_a_commit_of_one_replica_is_published_by_the_other_at_once(
    replica: Replica, pool: asyncpg.Pool, topic: str, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody polls in this test; only the NOTIFY can wake the owner."""
    async with publishing(replica("1")) as one, publishing(replica("2")) as two:
        await eventually(lambda: len(one.shards) == 6 and len(two.shards) == 6)
        monkeypatch.setattr("vigie.io.relay.POLL_EVERY", 30.0)
        await asyncio.sleep(0.3)  # the last poll of the old interval
        of_two = min(two.shards)
        await commit(pool, topic, of_two, b"theirs")
        one.nudge()
        await eventually(lambda: published(of_two) == [b"theirs"], within=5)


async def test_what_a_dead_producer_did_not_deliver_is_published_once_in_order(
    replica: Replica, pool: asyncpg.Pool, topic: str, published: Published
) -> None:
    async with publishing(replica("1")) as relay:
        await commit(pool, topic, 3, b"a")
        await eventually(lambda: published(3) == [b"a"])
        await relay._producer.client.close()  # type: ignore[union-attr]  # its connections are cut
        await commit(pool, topic, 3, b"b", b"c")
        await eventually(lambda: published(3) == [b"a", b"b", b"c"], within=30)
    assert await outbox(pool) == []


async def test_a_send_that_never_ends_is_given_up_and_done_again(
    replica: Replica, pool: asyncpg.Pool, topic: str, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(client: AIOKafkaProducer, *_: object, **__: object) -> None:
        await asyncio.sleep(3600)

    async with publishing(replica("1")) as relay:
        monkeypatch.setattr("vigie.io.relay.SEND_WITHIN", 0.5)
        with monkeypatch.context() as stuck:
            stuck.setattr(AIOKafkaProducer, "send_batch", never)
            await commit(pool, topic, 3, b"a")
            await eventually(lambda: relay.failures == 1)
        await eventually(lambda: published(3) == [b"a"])


async def test_a_row_that_the_broker_refuses_does_not_stop_the_other_partitions(
    replica: Replica, pool: asyncpg.Pool, topic: str, published: Published
) -> None:
    await commit(pool, topic, 3, random.Random(3).randbytes(3_000_000))
    await commit(pool, topic, 3, b"after it")
    async with publishing(replica("1")) as relay:
        await eventually(lambda: relay.failures > 0)
        await commit(pool, topic, 4, b"elsewhere")
        await eventually(lambda: published(4) == [b"elsewhere"])
    assert published(3) == []


async def test_the_backlog_is_counted_and_aged(replica: Replica, pool: asyncpg.Pool, topic: str) -> None:
    relay = replica("1")
    assert await relay.backlog() == (0, 0.0)
    await commit(pool, topic, 3, b"a", b"b")
    assert (await relay.backlog())[0] == 2
    await asyncio.sleep(0.01)
    assert (await relay.backlog())[1] >= 0.01
