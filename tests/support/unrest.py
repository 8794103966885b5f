"""What the services have still to do, as their databases say it: one statement, one snapshot.

Each schema is a service's own, and services share nothing; only a test that runs them all in one database may ask
like this.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from vigie.decider import Core
from vigie.io.migrations import Place

Cores = Sequence[Core]  # type: ignore[type-arg]  # of any states


class Unrest:
    """Asks again and again, so it looks only at what was written since all was quiet."""

    def __init__(self, database: asyncpg.Connection, cores: Cores) -> None:
        self._database = database
        self._cores = cores
        self._heads = [0] * len(cores)
        self._sql = _sql(cores)

    async def left(self, requests: Sequence[str], now: datetime) -> dict[str, int]:
        """What is left to do, by what it is; {} when all is quiet.

        ``requests``: the inbox's names of what was put on the requests topic; what is due by ``now`` is to be done.
        """
        row = dict(await self._database.fetchrow(self._sql, self._heads, list(requests), now) or {})
        heads = [row.pop(_head(core)) for core in self._cores]
        left = {name: number for name, number in row.items() if number}
        if not left:
            self._heads = heads
        return left

    async def next_due(self) -> datetime | None:
        """The next instant at which any stream of any service wants to be woken."""
        due: datetime | None = await self._database.fetchval(f"select min(due_at) from ({self._all('wakeups')}) w")
        return due

    async def next_due_of(self, keys: Sequence[str]) -> datetime | None:
        """The same of the streams of these tickets alone."""
        sql = f"select min(due_at) from ({self._all('wakeups', 'stream')}) w where right(stream, 36) = any($1)"
        due: datetime | None = await self._database.fetchval(sql, list(keys))
        return due

    async def unseen(self) -> int:
        """Events of the other services about intake's tickets that its view does not show yet."""
        [intake, *others] = self._cores
        told = " union all ".join(f"select event_id, correlation from {_schema(core)}.events" for core in others)
        count: int = await self._database.fetchval(
            f"""select count(*) from ({told}) e join {_schema(intake)}.tickets t on t.ticket_id::text = e.correlation
            where not exists (select from {_schema(intake)}.history h where h.event_id = e.event_id)"""
        )
        return count

    async def dead_letters(self) -> list[str]:
        """Why records could not be used."""
        rows = await self._database.fetch(f"select reason from ({self._all('dead_letters')}) d")
        return [row["reason"] for row in rows]

    def _all(self, table: str, *more: str) -> str:
        columns = ", ".join(({"wakeups": "due_at", "dead_letters": "reason"}[table], *more))
        return " union all ".join(f"select {columns} from {_schema(core)}.{table}" for core in self._cores)


def _sql(cores: Cores) -> str:
    heard = [
        f"""(select count(*) from {_schema(author)}.events e where e.position > ($1::bigint[])[{number}]
        and starts_with(e.stream, '{author.category}-') and not exists
        (select from {_schema(reader)}.inbox i where i.consumer = '{reader.service}' and i.stream = e.stream
        and i.version = e.version)) as "{author.service} not heard by {reader.service}" """
        for number, author in enumerate(cores, 1)
        for reader in cores
        if author.topic in reader.consumes
    ]
    requests = [
        f"""(select count(*) from unnest($2::text[]) as sent (stream) where not exists
        (select from {_schema(core)}.inbox i where i.consumer = '{core.service}' and i.stream = sent.stream))
        as "requests not heard" """
        for core in cores
        if core.actions
    ]
    unpublished = [f'(select count(*) from {_schema(core)}.outbox) as "{core.service} not published"' for core in cores]
    due = [
        f"""(select count(*) from {_schema(core)}.wakeups where due_at <= $3)
        as "{core.service} to be woken" """
        for core in cores
    ]
    # A mail that is neither sent nor given up has a wake-up, whatever becomes of it.
    mails = [f'(select count(*) from {_schema(core)}.wakeups) as "mails on their way"' for core in cores if core.answer]
    heads = [f'(select coalesce(max(position), 0) from {_schema(core)}.events) as "{_head(core)}"' for core in cores]
    return "select " + ", ".join([*heard, *requests, *unpublished, *due, *mails, *heads])


def _schema(core: Core) -> str:  # type: ignore[type-arg]
    return Place.of(core.service).schema


def _head(core: Core) -> str:  # type: ignore[type-arg]
    return f"head of {core.service}"
