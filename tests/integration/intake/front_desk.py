"""Intake's API on a real database, with the real engine, asked in the same process.

- `front_desk` (module): one for all tests of a file; tests that count look at their own ticket, or at what changed.
- `empty_desk` (test): a database of its own.

Making the routes takes longer than most tests, so all desks are asked through the same ones.
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

import asyncpg
import httpx
import pytest
from fastapi import FastAPI, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from support.clock import HandClock
from support.migrated import Migrated
from vigie.io.database import open_pool
from vigie.io.engine import Engine
from vigie.io.migrations import Place
from vigie.policy import load_policies
from vigie_intake.adapters.directory import Directory, open_directory
from vigie_intake.adapters.http.access import bearer_tokens
from vigie_intake.adapters.http.application import api
from vigie_intake.adapters.http.desk import Desk, Filing
from vigie_intake.adapters.objects import open_objects
from vigie_intake.adapters.tokens import Principal, keep_token
from vigie_intake.adapters.view import project
from vigie_intake.core import core
from vigie_intake.core.attachments import KINDS

POLICIES = load_policies(Path(__file__).parents[3] / "policies")
NIGHT = datetime.fromisoformat("2026-03-23T22:00:00+01:00")
REQUEST: dict[str, Any] = {
    "desk": "serveurcom",
    "channel": "api",
    "customer": "acme",
    "contact": {"name": "Jeanne Martin", "email": "jeanne@acme.example", "phone": "+33612345678", "language": "fr"},
    "kind": "technical",
    "service": "Support technique",
    "reason": "Panne",
    "priority": "high",
    "subject": "Plus de tonalité",
    "description": "Depuis ce matin",
}
FILE_LIMIT = 1_000_000
PRINCIPALS = {
    "admin-token": Principal("dev", "admin"),
    "amelie-token": Principal("amelie", "agent", frozenset({"serveurcom"})),
    "nora-token": Principal("nora", "manager"),
    "portal-token": Principal("portal", "channel", frozenset({"serveurcom"})),
    "systell-portal-token": Principal("systell-portal", "channel", frozenset({"systell"})),
    "elsewhere-token": Principal("zoe", "agent", frozenset({"elsewhere"})),
}


@dataclass
class FrontDesk:
    """The API, a clock to move, and a look into the database."""

    http: httpx.AsyncClient
    clock: HandClock
    pool: asyncpg.Pool
    dsn: str
    directory: Directory
    filing: Filing
    folder: Path
    """Where attachments are kept."""

    async def post(self, path: str, body: Any = None, *, token: str = "admin-token", **headers: str) -> httpx.Response:
        return await self.http.post(
            path,
            json=body,
            headers={"Authorization": f"Bearer {token}", **{k.replace("_", "-"): v for k, v in headers.items()}},
        )

    async def post_bytes(self, path: str, body: bytes, content_type: str = "application/json") -> httpx.Response:
        headers = {"Authorization": "Bearer admin-token", "Content-Type": content_type}
        return await self.http.post(path, content=body, headers=headers)

    async def get(self, path: str, *, token: str = "admin-token", **query: Any) -> httpx.Response:
        return await self.http.get(path, params=query or None, headers={"Authorization": f"Bearer {token}"})

    async def open(self, **changes: Any) -> str:
        """A new ticket; its number."""
        answer = await self.post("/v1/tickets", {**REQUEST, **changes})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["number"])

    async def written(self) -> tuple[int, ...]:
        """How much is in the store: to show that nothing was added."""
        counts = "select (select count(*) from events), (select count(*) from outbox), (select count(*) from history)"
        return tuple(await self.pool.fetchrow(counts) or ())


@pytest.fixture
async def empty_desk(migrated: Migrated) -> AsyncIterator[FrontDesk]:
    async with open_desk(migrated) as desk:
        yield desk


@pytest.fixture(scope="module")
async def front_desk(migrated: Migrated) -> AsyncIterator[FrontDesk]:
    async with open_desk(migrated) as desk:
        yield desk


@asynccontextmanager
async def open_desk(migrated: Migrated) -> AsyncIterator[FrontDesk]:
    """A front desk with a database of its own, for as long as the block lasts."""
    place = Place.of("intake")
    async with AsyncExitStack() as resources:
        components = {"intake": files("vigie_intake.adapters") / "sql"}
        dsn = await resources.enter_async_context(migrated.database(place, components))
        pool = await resources.enter_async_context(await open_pool(dsn, place, application="test"))
        for token, principal in PRINCIPALS.items():
            await keep_token(pool, token, principal)
        clock = HandClock(NIGHT)
        engine = Engine(core(POLICIES), pool, clock, project=project)
        resources.push_async_callback(engine.close)
        directory = await open_directory(pool, POLICIES, clock)
        resources.push_async_callback(directory.engine.close)
        folder = Path(resources.enter_context(tempfile.TemporaryDirectory(prefix="vigie-files-")))
        filing = Filing(
            open_objects(folder.as_uri()),
            limit=FILE_LIMIT,
            media_types=frozenset(kind.media_type for kind in KINDS),
        )
        desk = Desk(engine, pool, POLICIES, clock, bearer_tokens(pool), directory, filing)
        http = await resources.enter_async_context(asked(desk))
        yield FrontDesk(http, clock, pool, dsn, directory, filing, folder)


def asked(desk: Desk) -> httpx.AsyncClient:
    """Who asks ``desk``."""
    transport = httpx.ASGITransport(_routes_of(desk), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://vigie")


_ASKED: ContextVar[Desk] = ContextVar("asked")


class _WhoeverIsAsked:
    """What the routes take for their desk."""

    def __getattr__(self, name: str) -> Any:
        return getattr(_ASKED.get(), name)

    async def authenticate(self, request: Request) -> Principal:
        return await _ASKED.get().authenticate(request)


@cache
def _routes() -> FastAPI:
    return api(cast(Desk, _WhoeverIsAsked()))


def _routes_of(desk: Desk) -> ASGIApp:
    routes = _routes()  # while nobody is asked: a route may not keep something of whoever was the first

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        _ASKED.set(desk)
        await routes(scope, receive, send)

    return application
