"""A migrated schema in a database of the test's own, and engines on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest

from support.clock import HandClock
from support.migrated import Migrated
from support.tally import NOON, tally_core
from vigie.io.database import open_pool
from vigie.io.engine import Engine
from vigie.io.migrations import Place


@dataclass(frozen=True)
class Store:
    """sla-timer's schema, as the service may use it (`pool`) and as its owner (`owner`)."""

    dsn: str
    place: Place
    pool: asyncpg.Pool
    owner: asyncpg.Connection
    clock: HandClock

    def engine(self, **given: Any) -> Engine:
        """A new one remembers nothing: it is the service after a restart."""
        return Engine(given.pop("core", None) or tally_core(), self.pool, self.clock, **given)

    async def rows(self, sql: str, *arguments: Any) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in await self.owner.fetch(sql, *arguments)]

    async def value(self, sql: str, *arguments: Any) -> Any:
        return await self.owner.fetchval(sql, *arguments)


@pytest.fixture
async def store(migrated: Migrated) -> AsyncIterator[Store]:
    place = Place.of("sla-timer")
    async with migrated.database(place) as database:
        pool = await open_pool(database, place, application="test", size=8)
        owner = await asyncpg.connect(database, server_settings={"search_path": place.schema, "timezone": "UTC"})
        yield Store(database, place, pool, owner, HandClock(NOON))
        await owner.close()
        await pool.close()
