"""Lists of tickets: what is asked, put together from the named conditions of ``lists.sql``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from vigie.io.queries import queries

_SQL: Final = queries("lists", __package__ or "")


async def list_tickets(
    conn: asyncpg.Connection | PoolConnectionProxy, asked: Mapping[str, Sequence[Any]], now: datetime, limit: int
) -> list[asyncpg.Record]:
    """At most ``limit`` tickets, newest first, for which all of ``asked`` holds: values by the condition's name."""
    statement, values = _put_together(asked, now, limit)
    async with conn.transaction(readonly=True):
        # A plan made for any value has to guess how rare a word or an owner is, and is wrong by a factor of hundreds.
        await conn.execute("set local plan_cache_mode = force_custom_plan")
        return await conn.fetch(statement, *values)


def _put_together(asked: Mapping[str, Sequence[Any]], now: datetime, limit: int) -> tuple[str, list[Any]]:
    values: list[Any] = [now, limit]
    conditions = ["true"]
    for name in sorted(asked):
        numbers = [f"${len(values) + place}" for place in range(1, len(asked[name]) + 1)]
        conditions.append(_SQL[name].format(*numbers))
        values += asked[name]
    return _SQL["tickets"].format("$1", "$2", conditions="\n  and ".join(conditions)), values
