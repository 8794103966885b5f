"""Settings of a test's own database, on the real broker, for the one replica that comes back in every test."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.stack import Stack
from vigie.io.settings import Address, Settings

POLICIES = Path(__file__).parents[3] / "policies"


@pytest.fixture
def settings(stack: Stack, database: str) -> Settings:
    return Settings(database_url=database, kafka=stack.kafka, policies=POLICIES, health=Address("127.0.0.1", 0))
