"""Nothing that was written can be changed unseen; what is personal can be erased."""

from __future__ import annotations

from dataclasses import replace

import asyncpg
import pytest

from support.store import Store
from support.tally import Ticket, tally_core
from vigie.contracts.tickets import CustomerReplied, Words
from vigie.io.database import connect
from vigie.io.hashing import Broken
from vigie.io.store import verify


@pytest.fixture
async def stream(store: Store) -> str:
    """Three events, each with a personal part: what the tally's own events lack."""
    ticket = Ticket()

    def say(_: object, command: object) -> tuple[CustomerReplied, ...]:
        return tuple(
            CustomerReplied(
                ticket_id=ticket.key, number="T-1", desk="d", replied_at=store.clock.now(), personal=Words(text=text)
            )
            for text in ("one", "two", "three")
        )

    core = tally_core()
    core = replace(core, decider=replace(core.decider, decide=say, evolve=lambda state, _: state))
    await store.engine(core=core).handle([ticket.opened()])
    return ticket.stream


async def test_what_the_engine_wrote_verifies(store: Store, stream: str) -> None:
    assert await store.value("select count(*) from events where personal is not null") == 3
    assert await verify(store.owner, stream) is None


@pytest.mark.parametrize(
    ("change", "version"),
    [
        ("update events set actor = 'agent:mallory' where version = 2", 2),
        ("update events set facts = facts || ' ' where version = 3", 3),
        ("update events set occurred_at = occurred_at + interval '1 microsecond' where version = 1", 1),
        ('update events set personal = \'{"text":"other"}\' where version = 2', 2),
        ("delete from events where version = 2", 2),
    ],
)
async def test_a_change_behind_the_services_back_is_seen(store: Store, stream: str, change: str, version: int) -> None:
    await store.owner.execute("alter table events disable trigger only_erasure")
    await store.owner.execute(change)
    broken = await verify(store.owner, stream)
    assert isinstance(broken, Broken)
    assert broken.version == version


async def test_the_chain_survives_an_erasure(store: Store, stream: str) -> None:
    await store.owner.execute(f"set role {store.place.eraser}")
    await store.owner.execute("update events set personal = null where stream = $1", stream)
    await store.owner.execute("reset role")
    assert await store.value("select count(*) from events where personal is null") == 3
    assert await verify(store.owner, stream) is None


@pytest.mark.parametrize("statement", ["update events set actor = 'x'", "delete from events", "truncate events"])
async def test_the_service_can_neither_change_nor_remove_an_event(store: Store, stream: str, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await store.pool.execute(statement)


@pytest.mark.parametrize(
    "statement",
    ["update events set facts = ''", "delete from events", "select facts from events", "select * from outbox"],
)
async def test_the_eraser_can_do_nothing_but_erase(store: Store, stream: str, statement: str) -> None:
    await store.owner.execute(f"set role {store.place.eraser}")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await store.owner.execute(statement)


async def test_the_eraser_cannot_put_other_words_in(store: Store, stream: str) -> None:
    await store.owner.execute(f"set role {store.place.eraser}")
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await store.owner.execute("update events set personal = '{}' where stream = $1", stream)


async def test_every_connection_is_the_services_own_role_with_limits(store: Store) -> None:
    conn = await connect(store.dsn, store.place, application="test")
    try:
        settings = [await conn.fetchval(f"show {name}") for name in ("role", "search_path", "lock_timeout", "jit")]
    finally:
        await conn.close()
    assert settings == ["vigie_sla_timer", "vigie_sla_timer", "5s", "off"]
