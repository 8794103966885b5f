"""The view made again from nothing, while the desk goes on working.

Own events come from the store, which keeps everything; those of the other services from their topics, which keep thirty
days: what they have forgotten is put back by ``vigie <service> republish``. A rebuild that would lose something is
refused before anything is touched.

Invariants, and what breaks without them:

- A ticket is made again in one transaction that holds its stream as a command does, and keeps the view's reading of
  other topics out. Else what happens meanwhile would be written to rows that are about to be deleted.
- What the view has heard since the topics were read stays. Else it would be lost until somebody republished it.
- The same functions write the view live and here, so there is no second account of what an event means.

Each ticket is as it was or as it has become, never without rows: a rebuild that dies leaves the others as they were,
and can be done again.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Sequence
from typing import Final, NamedTuple
from uuid import UUID

import asyncpg

from vigie.decider import stream_name
from vigie.io.queries import queries
from vigie.io.records import Appended, RawRecord
from vigie.io.store import lock, read_event
from vigie.policy import Policies
from vigie_intake.adapters.others import HEARING, HistoryRow, apply, heard_again, once, read_record
from vigie_intake.adapters.view import columns, project

AT_ONCE: Final = 100
"""Tickets in one transaction: their desk waits for it, some tenths of a second."""
_SQL: Final = queries("rebuild", __package__ or "")
_SPEAKERS: Final = {"promises": "sla-timer", "escalation": "escalation", "mail": "notifier"}


class Forgotten(Exception):
    """The topics do not hold everything any more that the view must show."""

    def __init__(self, tickets: dict[str, int]) -> None:
        told = ", ".join(f"{service} ({count} tickets)" for service, count in tickets.items())
        commands = "; ".join(f"vigie {service} republish" for service in tickets)
        super().__init__(f"the topics lack events of {told}. Nothing was changed. First: {commands}")
        self.tickets = tickets
        """How many tickets lack something, by the service that told it once."""


class Rebuilt(NamedTuple):
    """What was made again."""

    tickets: int
    """Tickets, calls and requests."""
    heard: int
    """Events of other services on their topics."""


async def rebuild(
    conn: asyncpg.Connection,
    told: AsyncIterable[Sequence[RawRecord]],
    policies: Policies,
    *,
    desk: str | None = None,
    at_once: int = AT_ONCE,
) -> Rebuilt:
    """Make the view of all tickets, or of one desk's, again; in transactions of its own on ``conn``.

    ``told`` are all records of the other services' topics, up to a time after the call. Raises Forgotten.
    """
    await conn.execute(_SQL["gather"])
    try:
        heard = await _gather(conn, told)
        forgotten = {
            _SPEAKERS.get(row["service"], row["service"]): row["tickets"] for row in await _forgotten(conn, desk)
        }
        if forgotten:
            raise Forgotten(forgotten)
        tickets = [row["ticket_id"] for row in await conn.fetch(_SQL["tickets"], desk)]
        for start in range(0, len(tickets), at_once):
            async with conn.transaction():
                await make_again(conn, tickets[start : start + at_once], policies)
    finally:
        if not conn.is_closed():
            await conn.execute("drop table if exists pg_temp.told, pg_temp.known")
    return Rebuilt(len(tickets), heard)


async def _forgotten(conn: asyncpg.Connection, desk: str | None) -> list[asyncpg.Record]:
    return await conn.fetch(_SQL["forgotten"], desk)


async def _gather(conn: asyncpg.Connection, told: AsyncIterable[Sequence[RawRecord]]) -> int:
    heard = 0
    async for records in told:
        rows = once(one.row for record in records if (one := read_record(record)) is not None)
        if rows:
            await conn.execute(_SQL["told"], *columns(rows))
        heard += len(rows)
    await conn.execute(_SQL["index"])
    return heard


async def make_again(conn: asyncpg.Connection, tickets: Sequence[UUID], policies: Policies) -> None:
    """Write all rows of ``tickets`` anew, within the caller's transaction, whose first statement this is."""
    streams = [stream_name("ticket", ticket) for ticket in tickets]
    await lock(conn, streams)
    await conn.execute(_SQL["alone"], HEARING)
    appended = [_appended(row) for row in await conn.fetch(_SQL["own"], streams)]
    others = [heard_again(HistoryRow(*row)) for row in await conn.fetch(_SQL["others"], tickets)]
    await conn.execute(_SQL["forget"], tickets)
    await project(conn, appended)
    await apply(conn, [one for one in others if one is not None], policies)


def _appended(row: asyncpg.Record) -> Appended:
    return Appended(
        row["key"],
        row["stream"],
        row["version"],
        row["event_id"],
        read_event(row["type"], row["facts"], row["personal"]),
        row["recorded_at"],
        row["actor"],
        row["causation"],
    )
