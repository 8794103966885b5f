"""Several engines on the same streams at once."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import asyncpg
import pytest

from support.store import Store
from support.tally import NOON, Fact, Ticket
from vigie.io.errors import Transient
from vigie.io.records import Order
from vigie.io.store import lock, verify


async def test_two_engines_with_opposed_orders_never_deadlock_and_versions_have_no_gaps(store: Store) -> None:
    tickets = [Ticket() for _ in range(10)]
    opened = [ticket.opened() for ticket in tickets]
    replies = [ticket.replied() for _ in range(5) for ticket in tickets]
    one, other = store.engine(), store.engine()
    await one.handle(opened)

    async def orders() -> None:
        for ticket in tickets * 5:
            command = Fact(NOON, ticket.key, "replied", uuid4(), 1)
            await other.perform(Order(ticket.key, command, uuid4(), actor="agent:amelie", principal="portal"))

    batches = [replies[n : n + 10] for n in range(0, 50, 10)]
    forwards = (one.handle(batch) for batch in batches)
    backwards = (other.handle(batch[::-1]) for batch in batches)
    await asyncio.gather(*forwards, *backwards, orders())
    gaps = await store.value(
        "select count(*) from (select stream from events group by 1 having max(version) <> count(*))x"
    )
    assert (gaps, await store.value("select count(*) from events")) == (0, 10 + 50 + 50)
    assert [await verify(store.owner, ticket.stream) for ticket in tickets] == [None] * 10


async def test_a_stream_held_too_long_by_another_is_a_passing_failure(store: Store) -> None:
    ticket = Ticket()
    await store.pool.execute("select 1")
    async with store.owner.transaction():
        await lock(store.owner, [ticket.stream])
        with pytest.raises(Transient, match="LockNotAvailable"):
            await store.engine().handle([ticket.opened()])


async def test_a_server_that_ends_the_session_is_a_passing_failure(store: Store) -> None:
    async def shut_down(conn: object, appended: object) -> None:
        pid = await conn.fetchval("select pg_backend_pid()")  # type: ignore[attr-defined]
        await store.owner.execute("select pg_terminate_backend($1, 5000)", pid)

    ticket = Ticket()
    record = ticket.opened()
    with pytest.raises(Transient):
        await store.engine(project=shut_down).handle([record])
    [outcome] = await store.engine().handle([record])
    assert outcome.fate == "applied"


@pytest.mark.parametrize(
    "said",
    [
        asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress"),
        RuntimeError("unable to perform operation on <TCPTransport>; the handler is closed"),
    ],
    ids=["asyncpg lost track", "uvloop had closed it"],
)
async def test_a_connection_that_fails_the_view_is_not_the_records_fault(store: Store, said: Exception) -> None:
    async def failing(conn: object, appended: object) -> None:
        raise said

    with pytest.raises(Transient):
        await store.engine(project=failing).handle([Ticket().opened()])
    assert await store.value("select count(*) from dead_letters") == 0


async def test_a_missing_table_is_neither_passing_nor_the_records_fault(store: Store) -> None:
    async def misconfigured(conn: object, appended: object) -> None:
        await conn.execute("select * from nowhere")  # type: ignore[attr-defined]

    with pytest.raises(Exception, match="nowhere"):
        await store.engine(project=misconfigured).handle([Ticket().opened()])
    assert await store.value("select count(*) from dead_letters") == 0


async def test_a_writer_beside_the_locks_is_counted(store: Store) -> None:
    ticket = Ticket()
    await store.engine().handle([ticket.opened()])
    copied = "type, schema_version, occurred_at, recorded_at, actor, causation, correlation, facts, hash"
    await store.owner.execute(
        f"""
        create function intrude() returns trigger language plpgsql as $$ begin
            insert into events (stream, version, event_id, {copied})
            select stream, 2, gen_random_uuid(), {copied} from events where version = 1;
            return new;
        end $$;
        create trigger intruder before insert on events for each row
            when (pg_trigger_depth() = 0) execute function intrude()
        """
    )
    engine = store.engine()
    [outcome] = await engine.handle([ticket.replied()])
    assert (outcome.fate, engine.conflicts) == ("dead_letter", 2)
