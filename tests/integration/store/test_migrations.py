"""Schema changes are applied once, in order, and never edited."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import pytest

from vigie.io.migrations import EditedMigration, MissingMigration, Place, migrate

PLACE = Place.of("intake")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / "0001_view.sql").write_text("create table tickets (id uuid primary key);")
    return tmp_path


async def test_the_store_comes_first_then_what_the_service_adds(database: str, own: Path) -> None:
    assert await migrate(database, PLACE, {"intake": own}) == [
        "store/0001_store.sql",
        "store/0002_patience.sql",
        "intake/0001_view.sql",
    ]


async def test_what_was_applied_is_not_applied_again(database: str, own: Path) -> None:
    await migrate(database, PLACE, {"intake": own})
    assert await migrate(database, PLACE, {"intake": own}) == []


async def test_replicas_that_start_together_wait_for_each_other(database: str, own: Path) -> None:
    applied = await asyncio.gather(*(migrate(database, PLACE, {"intake": own}) for _ in range(4)))
    assert sorted(map(len, applied)) == [0, 0, 0, 3]


async def test_an_edited_migration_is_refused_by_name(database: str, own: Path) -> None:
    await migrate(database, PLACE, {"intake": own})
    (own / "0001_view.sql").write_text("create table tickets (id text primary key);")
    with pytest.raises(EditedMigration, match=r"intake/0001_view\.sql"):
        await migrate(database, PLACE, {"intake": own})


async def test_a_database_ahead_of_the_program_is_refused(database: str, own: Path) -> None:
    (own / "0002_more.sql").write_text("select 1;")
    await migrate(database, PLACE, {"intake": own})
    (own / "0002_more.sql").unlink()
    with pytest.raises(MissingMigration, match=r"intake/0002_more\.sql"):
        await migrate(database, PLACE, {"intake": own})


async def test_a_failing_migration_leaves_nothing_behind(database: str, own: Path) -> None:
    (own / "0002_broken.sql").write_text("create table half (id int); select nonsense;")
    with pytest.raises(asyncpg.UndefinedColumnError):
        await migrate(database, PLACE, {"intake": own})
    conn = await asyncpg.connect(database)
    try:
        assert await conn.fetchval("select to_regnamespace('vigie_intake')") is None
    finally:
        await conn.close()
