"""What all services share, seen from outside: topics in, topics out, health, heartbeat, an orderly end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from integration.service.probe import KNOCK, parts
from support.eventually import eventually
from vigie.contracts.topics import OPS
from vigie.io.kafka import producer
from vigie.io.service import Service, TaskDied, running
from vigie.io.settings import Settings


@asynccontextmanager
async def records_of(settings: Settings, topic: str) -> AsyncIterator[list[ConsumerRecord[bytes, bytes]]]:
    """What is said from now on."""
    client = AIOKafkaConsumer(bootstrap_servers=settings.kafka)
    await client.start()
    client.assign([TopicPartition(topic, partition) for partition in range(12)])
    await client.seek_to_end()
    seen: list[ConsumerRecord[bytes, bytes]] = []

    async def read() -> None:
        while True:
            seen.append(await client.getone())

    reading = asyncio.create_task(read())
    yield seen
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    await client.stop()


async def knock(settings: Settings, topic: str, at: datetime) -> None:
    client = producer(settings, "test")
    await client.start()
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", uuid4().hex.encode()),
        ("ce_source", b"/test"),
        ("ce_type", KNOCK.encode()),
        ("ce_time", at.isoformat().encode()),
        ("content-type", b"application/json"),
    ]
    await client.send_and_wait(topic, json.dumps({"at": at.isoformat()}).encode(), key=b"door", headers=headers)
    await client.stop()


def types(records: list[ConsumerRecord[bytes, bytes]]) -> list[str]:
    return [dict(record.headers)["ce_type"].decode() for record in records]


@pytest.fixture
async def service(settings: Settings, hears: str, says: str) -> AsyncIterator[Service]:
    async with running(parts(hears, says), settings) as service:
        yield service


def health_of(service: Service) -> Callable[[str], str]:
    return lambda path: f"http://{service.health_address}{path}"


async def test_what_is_heard_is_decided_and_said(service: Service, settings: Settings, hears: str, says: str) -> None:
    async with records_of(settings, says) as said:
        await knock(settings, hears, datetime.now(UTC))
        await eventually(lambda: types(said) == ["vigie.Knocked.v1"])


async def test_what_was_asked_for_a_later_instant_is_said_then(
    service: Service, settings: Settings, hears: str, says: str
) -> None:
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    async with records_of(settings, says) as said:
        await knock(settings, hears, long_ago)
        await eventually(lambda: types(said) == ["vigie.Knocked.v1", "vigie.Rang.v1"])


async def test_it_is_live_and_ready_and_shows_its_figures(service: Service, settings: Settings, hears: str) -> None:
    url = health_of(service)
    await knock(settings, hears, datetime.now(UTC))
    async with httpx.AsyncClient() as client:
        assert (await client.get(url("/health/live"))).status_code == 200
        assert (await client.get(url("/health/ready"))).json() == {"ready": True, "waiting_for": None}

        async def counted() -> bool:
            return 'vigie_records_total{fate="applied"} 1.0' in (await client.get(url("/metrics"))).text

        await eventually(counted)


async def test_its_heartbeat_tells_the_figures(service: Service, settings: Settings) -> None:
    async with records_of(settings, OPS) as beats:

        def figures() -> list[dict[str, float]]:
            return [json.loads(record.value or b"")["figures"] for record in beats if record.key == b"probe-1"]

        await eventually(lambda: any(told["consumer_partitions"] == 12 for told in figures()))
        assert figures()[-1]["outbox_depth"] == 0


async def test_it_ends_when_one_of_its_parts_dies(service: Service) -> None:
    async def dies() -> None:
        raise ZeroDivisionError

    async with service.alive("part", dies()):
        with pytest.raises(TaskDied, match=r"part ended: ZeroDivisionError\(\)"):
            await service.ended()


async def test_what_was_said_while_it_stops_is_published(settings: Settings, hears: str, says: str) -> None:
    async with records_of(settings, says) as said:
        async with running(parts(hears, says), settings) as service:
            await knock(settings, hears, datetime(2026, 1, 1, tzinfo=UTC))
            await eventually(
                lambda: service.metrics.registry.get_sample_value("vigie_records_total", {"fate": "applied"})
            )
        await eventually(lambda: "vigie.Knocked.v1" in types(said))
