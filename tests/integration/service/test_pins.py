"""A policy version decides as it did when it was first loaded; an edited one does not start."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from shutil import copytree

import asyncpg
import pytest

from support.clock import MORNING
from vigie.io.database import open_pool
from vigie.io.migrations import Place, migrate
from vigie.io.pins import pinned
from vigie.io.settings import Settings
from vigie.policy import BadPolicy, Policies, load_policies

PLACE = Place.of("sla-timer")


@pytest.fixture
async def pool(settings: Settings) -> AsyncIterator[asyncpg.Pool]:
    await migrate(settings.database_url, PLACE)
    pool = await open_pool(settings.database_url, PLACE, application="test")
    yield pool
    await pool.close()


async def test_a_version_that_was_edited_after_its_first_load_is_refused(
    pool: asyncpg.Pool, settings: Settings, tmp_path: Path
) -> None:
    await pinned(pool, load_policies(settings.policies), MORNING)
    copytree(settings.policies, tmp_path / "policies")
    file = tmp_path / "policies" / "serveurcom" / "1.yaml"
    file.write_bytes(file.read_bytes() + b"# edited\n")
    with pytest.raises(BadPolicy) as refused:
        await pinned(pool, load_policies(tmp_path / "policies"), MORNING)
    assert str(refused.value) == (
        "serveurcom/1.yaml:1: version 1 was in use before with other contents, and tickets were opened under it; "
        "leave it as it was and put what is new into version 2"
    )


async def test_a_version_whose_file_is_gone_goes_on_deciding(pool: asyncpg.Pool, settings: Settings) -> None:
    await pinned(pool, load_policies(settings.policies), MORNING)
    assert (await pinned(pool, Policies([]), MORNING)).version("serveurcom", 1).id == "serveurcom"


async def test_replicas_that_start_together_keep_one(pool: asyncpg.Pool, settings: Settings) -> None:
    loaded = load_policies(settings.policies)
    await pinned(pool, loaded, MORNING)
    await pinned(pool, loaded, MORNING)
    assert await pool.fetchval("select count(*) from policies") == len(loaded.all())
