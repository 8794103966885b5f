"""A connection that hangs without a reset: nobody says anything, for ever."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from support.chaos.proxy import HOST, Proxy
from support.eventually import eventually
from support.ports import free_port
from vigie.io.database import open_pool
from vigie.io.errors import is_transient
from vigie.io.migrations import Place, migrate

PLACE = Place.of("sla-timer")


async def test_a_connection_that_hangs_is_given_up_and_another_one_is_made(database: str) -> None:
    await migrate(database, PLACE)
    parts = urlsplit(database)
    proxy = Proxy(free_port(), parts.port or 5432)
    await proxy.open()
    login = parts.netloc.rpartition("@")[0]
    through = parts._replace(netloc=f"{login}@{HOST}:{proxy.port}").geturl()
    pool = await open_pool(through, PLACE, application="test", size=1, answer_within=0.2)
    try:
        assert await pool.fetchval("select 1") == 1
        proxy.hang()
        with pytest.raises(TimeoutError) as gave_up:
            await pool.fetchval("select 1")
        assert is_transient(gave_up.value)
        await proxy.heal()

        async def answers() -> bool:
            return bool(await pool.fetchval("select 1") == 1)

        await eventually(answers, within=5)
    finally:
        pool.terminate()
        await proxy.close()
