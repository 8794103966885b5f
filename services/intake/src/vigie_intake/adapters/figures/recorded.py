"""What reports are made from: the recorded events of a desk, and the policies they happened under."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import asyncpg

from vigie.contracts.catalog import EVENTS
from vigie.contracts.event import Event
from vigie.contracts.tickets import CallGivenUp, CallQueued, RequestRefused
from vigie.io.database import connect
from vigie.io.migrations import Place
from vigie.io.pins import kept
from vigie.io.queries import queries
from vigie.policy import Policies
from vigie_intake.core import SERVICE
from vigie_intake.core.figures import Happened, Period, Story, stories

_SQL: Final = queries("figures", "vigie_intake.adapters")

APART: Final[tuple[type[Event], ...]] = (RequestRefused, CallQueued, CallGivenUp)
"""What is counted and is about no ticket."""


@dataclass(frozen=True, slots=True)
class Records:
    """An open look at one instant of the database."""

    conn: asyncpg.Connection
    policies: Policies
    """As the services decide by them."""

    async def told(self, desk: str, period: Period) -> list[Story]:
        """The tickets of the desk that may count in the period, each with all that happened to it."""
        rows = await self.conn.fetch(_SQL["told"], desk, period.start, period.end)
        return stories(
            (
                Happened(row["ticket_id"], row["version"], kind.model_validate_json(row["facts"]), row["actor"])
                for row in rows
                if (kind := EVENTS.get(row["type"])) is not None
            ),
            self.policies,
        )

    async def apart(self, desk: str, period: Period) -> list[Event]:
        """What happened at the desk that is about no ticket."""
        types = [kind.ce_type for kind in APART]
        rows = await self.conn.fetch(_SQL["apart"], desk, period.start, period.end, types)
        return [EVENTS[row["type"]].model_validate_json(row["facts"]) for row in rows]

    async def subjects(self, desk: str) -> dict[str, str | None]:
        """What the customers wrote over what is not resolved, by number; None where it was erased."""
        return {row["number"]: row["subject"] for row in await self.conn.fetch(_SQL["subjects"], desk)}


@asynccontextmanager
async def records(database: str) -> AsyncIterator[Records]:
    """Everything read inside is of one instant, and nothing can be written."""
    conn = await connect(database, Place.of(SERVICE), application="vigie report")
    try:
        await conn.execute("set idle_in_transaction_session_timeout = '10min'; set statement_timeout = '10min'")
        async with conn.transaction(isolation="repeatable_read", readonly=True):
            yield Records(conn, await kept(conn))
    finally:
        await conn.close()
