"""A connection that hangs without a reset: nobody says anything, for ever."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from urllib.parse import urlsplit

import asyncpg
import pytest

from support.chaos.proxy import Proxy, standing_before
from support.eventually import eventually
from vigie.io.database import open_pool
from vigie.io.errors import is_transient
from vigie.io.migrations import Place, migrate

PLACE = Place.of("sla-timer")
BOUND = 0.5


@pytest.fixture
async def proxy(database: str) -> AsyncIterator[Proxy]:
    await migrate(database, PLACE)
    async with standing_before(urlsplit(database).port or 5432) as made:
        yield made


@pytest.fixture
async def pool(database: str, proxy: Proxy) -> AsyncIterator[asyncpg.Pool]:
    made = await open_pool(proxy.stands_for(database), PLACE, application="test", size=4, answer_within=BOUND)
    yield made
    made.terminate()


async def all_used_once(pool: asyncpg.Pool) -> set[int]:
    """The server's processes behind as many connections as there may be."""
    async with AsyncExitStack() as stack:
        held = [await stack.enter_async_context(pool.acquire()) for _ in range(4)]
        return {await one.fetchval("select pg_backend_pid()") for one in held}


async def test_a_connection_that_hangs_is_given_up_and_another_one_is_made(pool: asyncpg.Pool, proxy: Proxy) -> None:
    assert await pool.fetchval("select 1") == 1
    proxy.hang()
    with pytest.raises(TimeoutError) as gave_up:
        await pool.fetchval("select 1")
    assert is_transient(gave_up.value)
    await proxy.heal()
    assert await pool.fetchval("select 1") == 1


async def test_after_one_statement_was_given_up_no_old_connection_is_used(pool: asyncpg.Pool, proxy: Proxy) -> None:
    before = await all_used_once(pool)
    proxy.hang()
    await proxy.heal()  # the four hang on; new ones pass
    with pytest.raises(TimeoutError):
        await pool.fetchval("select 1")
    assert await all_used_once(pool) & before == set()


async def test_whoever_gives_up_within_a_transaction_waits_for_nothing_more(pool: asyncpg.Pool, proxy: Proxy) -> None:
    """Neither for an answer to a cancellation nor for a rollback."""

    async def work() -> None:
        async with pool.acquire() as connection, connection.transaction():
            proxy.hang()
            await connection.fetchval("select 1")

    began = time.monotonic()
    with pytest.raises((TimeoutError, asyncpg.InterfaceError)) as gave_up:
        await work()
    assert is_transient(gave_up.value)
    assert time.monotonic() - began < 2 * BOUND


async def test_what_is_in_use_elsewhere_is_finished(pool: asyncpg.Pool, proxy: Proxy) -> None:
    async with pool.acquire() as sound, pool.acquire() as slow:
        with pytest.raises(TimeoutError):
            await slow.fetchval("select pg_sleep(60)")
        assert await sound.fetchval("select 1") == 1


async def test_a_server_that_was_merely_slow_need_not_finish(pool: asyncpg.Pool, database: str) -> None:
    asked = "select pg_sleep(61)"
    with suppress(TimeoutError):
        await pool.fetchval(asked)
    observer = await asyncpg.connect(database)
    try:

        async def ended() -> bool:
            running = "select count(*) from pg_stat_activity where query = $1 and state = 'active'"
            return bool(await observer.fetchval(running, asked) == 0)

        await eventually(ended, within=5)
    finally:
        await observer.close()


async def test_a_caller_that_is_cancelled_leaves_the_pool_in_order(pool: asyncpg.Pool) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(pool.fetchval("select pg_sleep(60)"), 0.1)
    assert len(await all_used_once(pool)) == 4


async def test_a_caller_that_is_cancelled_soon_takes_no_connection_but_its_own(pool: asyncpg.Pool) -> None:
    before = await all_used_once(pool)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(pool.fetchval("select pg_sleep(60)"), BOUND / 10)
    assert len(await all_used_once(pool) & before) == 3


async def test_a_caller_that_was_cancelled_after_a_long_wait_takes_all_that_are_idle(pool: asyncpg.Pool) -> None:
    before = await all_used_once(pool)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(pool.fetchval("select pg_sleep(60)"), BOUND * 0.9)
    assert await all_used_once(pool) & before == set()
