"""What a transaction costs, in statements: each is a round trip. Seconds differ between machines, these do not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

from asyncpg.connection import LoggedQuery

from integration.store.test_orders import order
from support.store import Store
from support.tally import Ticket, tally_core
from vigie.io.database import open_pool
from vigie.io.engine import Engine
from vigie.io.queries import queries

BATCH = ["begin", "lock", "heads", "inbox heads", "append", "commit"]
ORDERS = ["begin", "lock", "heads", "append", "commit"]
NAMES = {
    "BEGIN;": "begin",
    "COMMIT;": "commit",
    queries("store")["lock"]: "lock",
    queries("store")["heads"]: "heads",
    queries("store")["load"]: "load",
    queries("store")["append"]: "append",
    queries("inbox")["heads"]: "inbox heads",
    queries("inbox")["applied"]: "inbox applied",
}


@asynccontextmanager
async def counted(store: Store) -> AsyncIterator[tuple[Engine, list[str]]]:
    """An engine over one connection, and the statements that it sends, once the connection knows the types it needs."""
    pool = await open_pool(store.dsn, store.place, application="test", size=1)
    sent: list[str] = []

    def note(query: LoggedQuery) -> None:
        sent.append(NAMES.get(query.query, query.query))

    async with pool.acquire() as connection:
        connection.add_query_logger(note)
    engine = Engine(tally_core(), pool, store.clock)
    await engine.handle([Ticket().opened()])
    sent.clear()
    try:
        yield engine, sent
    finally:
        await pool.close()


async def test_a_batch_takes_as_many_statements_whatever_its_size(store: Store) -> None:
    tickets = [Ticket() for _ in range(200)]
    async with counted(store) as (engine, sent):
        await engine.handle([ticket.opened() for ticket in tickets])
        assert sent == BATCH
        sent.clear()
        await engine.handle([ticket.replied() for ticket in tickets])
        assert sent == BATCH


async def test_a_batch_about_streams_that_are_not_remembered_reads_them_with_one_statement_more(store: Store) -> None:
    tickets = [Ticket() for _ in range(20)]
    await store.engine().handle([ticket.opened() for ticket in tickets])
    async with counted(store) as (engine, sent):
        await engine.handle([ticket.replied() for ticket in tickets])
        assert sent == ["begin", "lock", "heads", "load", "inbox heads", "append", "commit"]


async def test_orders_that_come_together_share_their_statements(store: Store) -> None:
    async with counted(store) as (engine, sent):
        await asyncio.gather(*(engine.perform(order(uuid4())) for _ in range(20)))
        assert sent == ORDERS
