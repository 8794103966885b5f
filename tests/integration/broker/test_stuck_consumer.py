"""A consumer that polls without reading, made so on purpose on the real broker, reads again by itself."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import uuid4

import pytest
import structlog.testing
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment

from support.eventually import eventually
from vigie.io.backoff import Backoff
from vigie.io.consumer import Consumer, StuckConsumer
from vigie.io.records import RawRecord
from vigie.io.settings import Settings
from vigie.io.sharing import sharing_of
from vigie.io.topics import ensure_topics

LIMIT = 1.5


class Reader:
    def __init__(self) -> None:
        self.values: list[bytes | None] = []
        self.broken = False

    async def __call__(self, records: Sequence[RawRecord]) -> None:
        if self.broken:
            raise ConnectionError("the database is away")
        self.values += [record.value for record in records]


@asynccontextmanager
async def reading(one: Consumer) -> AsyncIterator[AIOKafkaConsumer]:
    """aiokafka's own consumer, which tests make ill."""
    await one.start()
    try:
        await eventually(lambda: len(one.partitions()) == 12)
        assert one._consumer is not None
        yield one._consumer
    finally:
        await one.stop()


@asynccontextmanager
async def watched(one: Consumer) -> AsyncIterator[asyncio.Task[None]]:
    watching = asyncio.create_task(one.watch(LIMIT))
    try:
        yield watching
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError, StuckConsumer):
            await watching


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def one(settings: Settings, topic: str, reader: Reader) -> Consumer:
    group = f"group-{uuid4().hex[:8]}"
    return Consumer(settings, group=group, topics=[topic], handle=reader, backoff=Backoff(first=3600, limit=3600))


async def forgets_its_assignment(client: AIOKafkaConsumer) -> None:
    client._subscription.assign_from_subscribed(set())


class GivesNothing(RangePartitionAssignor):  # type: ignore[misc]
    """As where the leader has heard of no partition."""

    @classmethod
    def assign(cls, _: Any, members: Iterable[str]) -> dict[str, ConsumerProtocolMemberAssignment]:
        return {member: ConsumerProtocolMemberAssignment(cls.version, [], b"") for member in members}


async def is_given_nothing(client: AIOKafkaConsumer) -> None:
    """The broker keeps that for everybody who comes back under the same name."""
    client._coordinator._assignors = (GivesNothing,)
    client._coordinator.request_rejoin()
    await eventually(lambda: not client.assignment())


async def fetches_no_more(client: AIOKafkaConsumer) -> None:
    client._fetcher._fetch_task.cancel()


async def falls_out_of_its_group(client: AIOKafkaConsumer) -> None:
    """An error that aiokafka does not expect ends what keeps a member in its group."""

    async def fail() -> None:
        raise RuntimeError("nobody expects this")

    client._coordinator.ensure_coordinator_known = fail
    client._coordinator.coordinator_dead()
    await eventually(lambda: client._coordinator._coordination_task.done())


@pytest.mark.parametrize(
    "fall_ill", [forgets_its_assignment, is_given_nothing, fetches_no_more, falls_out_of_its_group]
)
async def test_a_consumer_that_polls_without_reading_reads_again(
    one: Consumer, reader: Reader, writer: AIOKafkaProducer, topic: str, fall_ill: Callable[[Any], Any]
) -> None:
    async with reading(one) as client:
        await fall_ill(client)
        await writer.send_and_wait(topic, b"unheard", partition=3)
        async with watched(one):
            await eventually(lambda: reader.values == [b"unheard"], within=30)
    assert one.rejoins == 1


async def test_why_it_fell_out_of_its_group_is_said_when_it_is_found_and_not_again(one: Consumer) -> None:
    """Not also whenever the collector comes by what is left of it, in the midst of something else."""
    said_again: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: said_again.append(context))
    try:
        with structlog.testing.capture_logs() as logs:
            async with reading(one) as client:
                await falls_out_of_its_group(client)
                del client
                async with watched(one):
                    await eventually(lambda: one.rejoins == 1 and len(one.partitions()) == 12, within=30)
        gc.collect()
    finally:
        asyncio.get_running_loop().set_exception_handler(None)
    [reason] = [line["reason"] for line in logs if line["event"] == "consumer_stuck"]
    assert "nobody expects this" in reason
    assert said_again == []


async def test_a_consumer_that_cannot_be_cured_is_given_up(one: Consumer, settings: Settings, topic: str) -> None:
    never_subscribed = f"{topic}.other"
    await ensure_topics(settings, [never_subscribed])
    async with reading(one):
        one.topics = (topic, never_subscribed)
        async with watched(one) as watching:
            with pytest.raises(StuckConsumer, match="given to nobody"):
                await asyncio.wait_for(watching, 40)
    assert one.rejoins == 1


async def test_a_consumer_that_waits_after_a_failure_is_not_stuck(
    one: Consumer, reader: Reader, writer: AIOKafkaProducer, topic: str
) -> None:
    reader.broken = True
    await writer.send_and_wait(topic, b"a", partition=3)
    async with reading(one):
        await eventually(lambda: one.failures == 1)
        one._silent_since -= 3600
        assert await one._ailment() is None


async def test_a_broker_says_who_was_given_what(one: Consumer, settings: Settings, topic: str) -> None:
    async with reading(one):
        sharing = await sharing_of(settings, one.group, one.topics, f"{one.group}-{settings.replica}")
        others = await sharing_of(settings, one.group, one.topics, "somebody-else")
    assert sharing is not None
    assert others is not None
    assert sharing.settled
    assert len(sharing.readable) == 12
    assert (len(sharing.mine), len(sharing.others)) == (12, 0)
    assert (len(others.mine), len(others.others)) == (0, 12)


async def test_a_group_without_members_is_about_to_be_joined(one: Consumer, settings: Settings) -> None:
    async with reading(one) as client:
        client._coordinator._group_instance_id = None  # it leaves at its end, as a member without a name
    sharing = await sharing_of(settings, one.group, one.topics, f"{one.group}-{settings.replica}")
    assert sharing is not None
    assert not sharing.settled


async def test_a_broker_that_is_away_says_nothing(one: Consumer, settings: Settings) -> None:
    away = settings.model_copy(update={"kafka": "127.0.0.1:9"})
    assert await sharing_of(away, one.group, one.topics, "anybody") is None
