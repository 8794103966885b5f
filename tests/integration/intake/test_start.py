"""PostgreSQL goes away while intake starts: it is waited for, wherever in the start that is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import structlog.testing
from pydantic import SecretStr

from support.chaos.proxy import Proxy, standing_before
from support.eventually import eventually
from support.ports import free_port
from support.stack import Stack
from vigie.io.service import Parts, running
from vigie.io.settings import Address
from vigie_intake.app import PARTS
from vigie_intake.settings import IntakeSettings

TOKEN = "a-token-of-the-test"
POLICIES = Path(__file__).parents[3] / "policies"


@pytest.fixture
async def proxy(database: str) -> AsyncIterator[Proxy]:
    async with standing_before(urlsplit(database).port or 5432) as made:
        yield made


def losing_it(proxy: Proxy, part: str) -> Parts:
    """Intake, whose database is gone the moment ``part`` of its start begins."""
    make: Any = getattr(PARTS, part)
    lost = False

    async def lose() -> None:
        nonlocal lost
        if not lost:
            lost = True
            await proxy.refuse()
            proxy.cut()

    async def look_ups(service: Any) -> Any:
        await lose()
        return await make(service)

    @asynccontextmanager
    async def extend(service: Any) -> AsyncIterator[None]:
        await lose()
        async with make(service):
            yield

    return replace(PARTS, look_ups=look_ups) if part == "look_ups" else replace(PARTS, extend=extend)


@pytest.mark.parametrize("part", ["look_ups", "extend"])
async def test_a_database_that_goes_away_during_the_start_is_waited_for(
    stack: Stack, database: str, proxy: Proxy, part: str, tmp_path: Path
) -> None:
    settings = IntakeSettings(
        database_url=proxy.stands_for(database),
        kafka=stack.kafka,
        policies=POLICIES,
        health=Address("127.0.0.1", 0),
        http=(http := Address("127.0.0.1", free_port())),
        dev_token=SecretStr(TOKEN),
        attachments=tmp_path.as_uri(),
    )
    with structlog.testing.capture_logs() as logs:

        async def comes_back() -> None:
            await eventually(lambda: [one for one in logs if one.get("waiting_for") == "database"], within=60)
            await proxy.heal()

        async with asyncio.TaskGroup() as meanwhile:
            meanwhile.create_task(comes_back())
            async with running(losing_it(proxy, part), settings), httpx.AsyncClient() as client:
                asked = await client.get(f"http://{http}/v1/tickets", headers={"Authorization": f"Bearer {TOKEN}"})
                assert asked.status_code == 200
