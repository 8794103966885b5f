"""Settings of a test's own database, on the real broker, for the one replica that comes back in every test."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from support.stack import Stack
from vigie.io.settings import Address, Settings
from vigie.io.topics import ensure_topics

POLICIES = Path(__file__).parents[3] / "policies"


@pytest.fixture
def settings(stack: Stack, database: str) -> Settings:
    return Settings(database_url=database, kafka=stack.kafka, policies=POLICIES, health=Address("127.0.0.1", 0))


@pytest.fixture(scope="session")
async def topics(stack: Stack) -> tuple[str, str]:
    """What the probe hears and says. The same in all tests: who comes back for the same topics need not wait."""
    hears, says = f"test.{uuid4().hex[:12]}", f"test.{uuid4().hex[:12]}"
    await ensure_topics(Settings(database_url=stack.database, kafka=stack.kafka), [hears, says])
    return hears, says


@pytest.fixture
def hears(topics: tuple[str, str]) -> str:
    return topics[0]


@pytest.fixture
def says(topics: tuple[str, str]) -> str:
    return topics[1]
