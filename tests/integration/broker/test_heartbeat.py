"""A heartbeat is worth no waiting: a service that is to stop while its broker is away stops."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import client as aiokafka_client

from support.chaos.proxy import Proxy, standing_before
from support.eventually import eventually
from vigie.contracts.topics import OPS
from vigie.io.heartbeat import beat
from vigie.io.settings import Settings
from vigie.io.topics import ensure_topics

WITHIN = 4.0
"""Machine seconds; a producer alone would wait for as long as its broker is away."""


@pytest.fixture
async def broker(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Proxy]:
    """All ways to the broker, also those that it tells its clients, lead through it."""
    await ensure_topics(settings, [OPS])
    connect = aiokafka_client.create_conn
    async with standing_before(int(settings.kafka.rpartition(":")[2])) as proxy:

        async def through(host: str, _: int, **others: Any) -> Any:
            return await connect(host, proxy.port, **others)

        monkeypatch.setattr(aiokafka_client, "create_conn", through)
        yield proxy


class Beating:
    """A heart that beats ten times a second."""

    def __init__(self, settings: Settings) -> None:
        self.begun = 0
        self.acknowledged = 0
        self.stopping = asyncio.Event()
        self.life = asyncio.create_task(
            beat(settings, "intake", stopping=self.stopping, figures=self.figures, stamp=self.stamp, pause=self.pause)
        )

    async def figures(self) -> dict[str, float]:
        self.begun += 1
        return {}

    def stamp(self) -> tuple[Any, datetime]:
        return uuid4(), datetime.now(UTC)

    async def pause(self, _: float) -> None:
        self.acknowledged += 1
        await asyncio.sleep(0.1)

    def waits_for_its_broker(self) -> bool:
        return self.begun > self.acknowledged


async def test_it_stops_while_its_broker_is_silent(settings: Settings, broker: Proxy) -> None:
    heart = Beating(settings)
    await eventually(lambda: heart.acknowledged > 0)
    broker.hang()
    await eventually(heart.waits_for_its_broker)
    heart.stopping.set()
    await asyncio.wait_for(heart.life, WITHIN)


async def test_it_stops_while_its_broker_is_away(settings: Settings, broker: Proxy) -> None:
    heart = Beating(settings)
    await eventually(lambda: heart.acknowledged > 0)
    await broker.refuse()
    broker.cut()
    await eventually(heart.waits_for_its_broker)
    heart.stopping.set()
    await asyncio.wait_for(heart.life, WITHIN)


async def test_it_stops_while_it_waits_for_its_broker_to_say_a_first_word(settings: Settings, broker: Proxy) -> None:
    broker.hang()
    heart = Beating(settings)
    await eventually(lambda: broker.swallowed == 1)
    heart.stopping.set()
    await asyncio.wait_for(heart.life, WITHIN)


async def test_it_leaves_no_connection_behind_when_it_stops_in_the_middle_of_connecting(
    settings: Settings, broker: Proxy
) -> None:
    broker.slow(0.2)  # each way: the broker's versions are known after 0.4 s, its topics after 0.8 s
    heart = Beating(settings)
    await eventually(lambda: broker.connections == 1)
    await asyncio.sleep(0.6)
    heart.stopping.set()
    await asyncio.wait_for(heart.life, WITHIN)
    await eventually(lambda: broker.connections == 0)
