"""The files of tickets in the database: the view of them, and which of the stored contents belong to nobody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from vigie.contracts.tickets import AttachmentAdded
from vigie.decider import stream_name
from vigie.io.queries import queries
from vigie.io.records import Appended
from vigie_intake.adapters.objects import Objects
from vigie_intake.adapters.tokens import Database

_SQL: Final = queries("attachments", __package__ or "")


async def keep_attachments(conn: asyncpg.Connection, appended: Sequence[Appended]) -> None:
    """Write those that ``appended`` adds, in the transaction that appends."""
    added = [one.event for one in appended if isinstance(one.event, AttachmentAdded)]
    if added:
        await conn.execute(_SQL["keep"], *map(list, zip(*map(_row, added), strict=True)))


def _row(event: AttachmentAdded) -> tuple[object, ...]:
    return (
        event.attachment_id,
        event.ticket_id,
        event.added_at,
        event.added_by,
        event.media_type,
        event.size,
        event.sha256,
        None if event.personal is None else event.personal.name,
    )


async def attachments_of(conn: Database, ticket_id: UUID) -> list[asyncpg.Record]:
    """The ticket's, oldest first."""
    return await conn.fetch(_SQL["of_ticket"], ticket_id)


async def find_attachment(conn: Database, ticket_id: UUID, attachment_id: UUID) -> asyncpg.Record | None:
    """One of the ticket's."""
    return await conn.fetchrow(_SQL["one"], ticket_id, attachment_id)


async def sweep(conn: asyncpg.Connection, objects: Objects, before: datetime) -> int:
    """Delete contents that no event names and that were written before ``before`` (machine time); how many.

    ``before`` must lie further back than any upload can take: what was just written may be named in a moment.
    """
    swept = await objects.sweep_pieces(before)
    async for page in objects.written_before(before):
        streams = sorted({stream_name("ticket", ticket_id) for ticket_id, _ in page})
        known = {row[0] for row in await conn.fetch(_SQL["known"], streams)} if streams else set()
        for ticket_id, attachment_id in page:
            if attachment_id not in known:
                await objects.delete(ticket_id, attachment_id)
                swept += 1
    return swept
