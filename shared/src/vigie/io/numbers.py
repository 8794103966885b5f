"""Ticket numbers: what people call a ticket."""

from __future__ import annotations

import asyncpg

from vigie.io.queries import queries


def ticket_number(serial: int) -> str:
    """``T-1042``"""
    return f"T-{serial}"


async def draw_numbers(conn: asyncpg.Connection, count: int) -> list[str]:
    """``count`` fresh ones: ``T-1001``, ``T-1002`` … One that is not used is lost, none is given twice."""
    if count == 0:
        return []
    return [ticket_number(row[0]) for row in await conn.fetch(queries("commands")["numbers"], count)]
