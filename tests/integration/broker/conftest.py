"""Topics and settings of a test's own, on the real broker."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer

from support.stack import Stack
from vigie.io.kafka import producer
from vigie.io.settings import Settings
from vigie.io.topics import ensure_topics


@pytest.fixture
def settings(stack: Stack) -> Settings:
    return Settings(database_url=stack.database, kafka=stack.kafka)


@pytest.fixture
async def topic(settings: Settings) -> str:
    """A topic that nobody else uses."""
    name = f"test.{uuid4().hex[:12]}"
    await ensure_topics(settings, [name])
    return name


@pytest.fixture
async def writer(settings: Settings) -> AsyncIterator[AIOKafkaProducer]:
    client = producer(settings, "test-writer")
    await client.start()
    yield client
    await client.stop()


@pytest.fixture
def stack_settings(stack: Stack) -> Callable[[str], Settings]:
    """The settings of a replica, by its name."""
    return lambda replica: Settings(database_url=stack.database, kafka=stack.kafka, replica=replica)
