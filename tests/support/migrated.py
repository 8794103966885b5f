"""Databases in which a service's schema is up to date: `migrated` (session) makes them.

Copying a migrated database is quicker than migrating an empty one, so there is one to copy for each service.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.resources.abc import Traversable
from urllib.parse import urlsplit

import pytest

from support.stack import Stack, empty_database
from vigie.io.migrations import Place, migrate


class Migrated:
    """Databases in which a service's schema is up to date and empty."""

    def __init__(self, stack: Stack, resources: AsyncExitStack) -> None:
        self._stack = stack
        self._resources = resources
        self._templates: dict[Place, str] = {}

    @asynccontextmanager
    async def database(self, place: Place, components: Mapping[str, Traversable] | None = None) -> AsyncIterator[str]:
        """One for as long as the block lasts; ``components`` as in ``migrate``, the same for every call of a place."""
        if place not in self._templates:
            dsn = await self._resources.enter_async_context(empty_database(self._stack))
            await migrate(dsn, place, components)
            self._templates[place] = urlsplit(dsn).path.removeprefix("/")
        async with empty_database(self._stack, self._templates[place]) as copy:
            yield copy


@pytest.fixture(scope="session")
async def migrated(stack: Stack) -> AsyncIterator[Migrated]:
    async with AsyncExitStack() as resources:
        yield Migrated(stack, resources)
