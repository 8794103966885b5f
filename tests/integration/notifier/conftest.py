"""The databases of these tests are a notifier's."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from support.migrated import Migrated
from vigie.io.migrations import Place


@pytest.fixture
async def database(migrated: Migrated) -> AsyncIterator[str]:
    async with migrated.database(Place.of("notifier")) as database:
        yield database
