"""The view made again from nothing is the view that grew, also while the desk goes on working."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from integration.intake.front_desk import POLICIES, REQUEST
from support.eventually import eventually
from support.production import Opened, Production, production
from support.stack import Stack
from vigie.contracts.requests import RequestSubmitted
from vigie.contracts.topics import SLA
from vigie.decider import stream_name
from vigie.io.database import connect
from vigie.io.migrations import Place
from vigie.io.records import RawRecord
from vigie.io.retelling import read_topics
from vigie_intake.adapters.others import TOPICS
from vigie_intake.adapters.rebuild import Forgotten, Rebuilt, rebuild

FOLDER = Path(__file__).parents[3] / "policies"
MORNING = datetime.fromisoformat("2026-03-24T09:00:00+01:00")
TABLES = {
    "tickets": "select * from tickets order by ticket_id",
    "history": "select * from history where ticket_id in (select ticket_id from tickets) order by event_id",
    "commitments": "select * from commitments where ticket_id in (select ticket_id from tickets) order by 1, 2",
    "levels": "select * from levels where ticket_id in (select ticket_id from tickets) order by ticket_id",
    "attachments": "select * from attachments order by attachment_id",
}
"""All rows of this database's tickets. The topics of a test run hold those of other tests, too."""


@pytest.fixture
async def desk(stack: Stack, database: str) -> AsyncIterator[Production]:
    async with production(stack, database, FOLDER) as services:
        services.clock.at = MORNING
        yield services


async def shown(desk: Production) -> dict[str, list[tuple[Any, ...]]]:
    return {name: [tuple(row) for row in await desk.intake.pool.fetch(query)] for name, query in TABLES.items()}


async def at_rest(desk: Production) -> dict[str, list[tuple[Any, ...]]]:
    """All rows, once everybody has heard everything, the view included."""
    await desk.settled()

    async def heard() -> None:
        assert await desk.unrest.unseen() == 0
        for consumer in desk.intake.consumers:
            assert set((await consumer.lags()).values()) == {0}

    await eventually(heard, within=60)
    return await shown(desk)


async def open_one(desk: Production, /, **changes: Any) -> Opened:
    opened = await desk.open_by_http(RequestSubmitted.model_validate({**REQUEST, "access_code": None, **changes}))
    assert opened is not None
    return opened


async def a_working_day(desk: Production) -> list[Opened]:
    """Tickets that are taken, asked about, late, escalated and closed."""
    tickets = [await open_one(desk, priority=priority) for priority in ("high", "high", "medium", "low", "high")]
    await desk.act(tickets[1], "take_charge", {"agent": "amelie"})
    await desk.act(tickets[2], "ask_customer", {"for": "answer", "text": "Quels postes ?"})
    desk.clock.at += timedelta(minutes=50)
    await desk.settled()
    await desk.act(tickets[0], "take_charge", {"agent": "bruno"})
    await desk.act(tickets[2], "customer_reply", {"text": "Tous."})
    await desk.act(tickets[3], "set_priority", {"priority": "medium"})
    await desk.act(tickets[1], "resolve", {"text": "Le lien est rétabli."})
    await desk.act(tickets[1], "close", {})
    return tickets


async def wipe(desk: Production) -> None:
    for table in ("tickets", "history", "commitments", "levels", "calls", "attachments", "customers"):
        await desk.intake.pool.execute(f"delete from {table}")


async def connected(desk: Production) -> asyncpg.Connection:
    return await connect(desk.intake.settings.database_url, Place.of("intake"), application="rebuild under test")


async def make_again(desk: Production, /, **how: Any) -> Rebuilt:
    conn = await connected(desk)
    try:
        return await rebuild(conn, read_topics(desk.intake.settings, TOPICS, "rebuild-test"), POLICIES, **how)
    finally:
        await conn.close()


async def vigie(desk: Production, *arguments: str) -> tuple[int, str]:
    """The real command; its exit code, and all that it printed."""
    settings = desk.intake.settings
    env = {**os.environ, "DATABASE_URL": settings.database_url, "VIGIE_KAFKA": settings.kafka}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "vigie.cli", *arguments),
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, printed.decode()


async def test_a_view_that_was_lost_is_made_again_row_by_row(desk: Production) -> None:
    await a_working_day(desk)
    grown = await at_rest(desk)
    services = Counter(row[2] for row in grown["history"])
    assert all(services[name] > 2 for name in ("intake", "sla-timer", "escalation", "notifier")), services
    assert grown["levels"]
    await wipe(desk)
    code, printed = await vigie(desk, "intake", "rebuild")
    assert code == 0, printed
    assert await shown(desk) == grown


async def test_a_rebuild_of_one_desk_leaves_the_others_alone(desk: Production) -> None:
    ours = await open_one(desk)
    theirs = await open_one(desk, desk="esii", kind="anomaly", priority="minor", service=None, reason=None)
    await at_rest(desk)
    await desk.intake.pool.execute("update tickets set owner = 'nobody'")
    await make_again(desk, desk="serveurcom")
    owners = {row["ticket_id"]: row["owner"] for row in await desk.intake.pool.fetch("select * from tickets")}
    assert owners == {ours.ticket: None, theirs.ticket: "nobody"}


async def test_a_desk_that_does_not_exist_is_named(desk: Production) -> None:
    code, printed = await vigie(desk, "intake", "rebuild", "--desk", "nowhere")
    assert (code, printed.splitlines()) == (
        1,
        ["vigie: there is no desk 'nowhere' among civ, esii, ocm, serveurcom, systell"],
    )


async def test_nothing_that_happens_during_a_rebuild_is_lost_or_doubled(desk: Production) -> None:
    closed, *tickets = sorted(await a_working_day(desk), key=lambda one: one.number != "T-1002")
    await at_rest(desk)
    rebuilding = asyncio.create_task(make_again(desk, at_once=1))
    notes: Counter[str] = Counter()
    while not rebuilding.done() or sum(notes.values()) < 30:
        ticket = tickets[sum(notes.values()) % len(tickets)]
        assert await desk.act(ticket, "note", {"text": "…"}) is None
        notes[ticket.number] += 1
        if sum(notes.values()) % 5 == 0:
            tickets.append(await open_one(desk))
            await desk.act(tickets[-1], "take_charge", {"agent": "amelie"})
            desk.clock.at += timedelta(minutes=5)
    await rebuilding
    grown = await at_rest(desk)
    columns = ("stream", "version", "type", "ticket_id")
    history = [dict(zip(columns, (row[4], row[5], row[3], row[1]), strict=True)) for row in grown["history"]]
    for stream in {row["stream"] for row in history}:
        versions = sorted(row["version"] for row in history if row["stream"] == stream)
        assert versions == list(range(1, len(versions) + 1)), stream
    noted = Counter(row["ticket_id"] for row in history if row["type"] == "vigie.NoteAdded.v1")
    assert noted == {ticket.ticket: notes[ticket.number] for ticket in tickets if notes[ticket.number]}
    assert {row[0] for row in grown["tickets"]} == {closed.ticket, *(one.ticket for one in tickets)}
    await wipe(desk)
    await make_again(desk)
    assert await shown(desk) == grown


async def test_a_rebuild_that_dies_leaves_every_ticket_as_it_was_or_as_it_should_be(desk: Production) -> None:
    tickets = sorted([await open_one(desk) for _ in range(4)], key=lambda one: one.ticket)
    grown = await at_rest(desk)
    await desk.intake.pool.execute("update tickets set owner = 'nobody'")
    busy = await connected(desk)
    owner = await asyncpg.connect(desk.intake.settings.database_url)
    async with busy.transaction():
        third = stream_name("ticket", tickets[2].ticket)
        await busy.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", third)
        rebuilding = asyncio.create_task(make_again(desk, at_once=1, desk="serveurcom"))

        async def waits() -> None:
            pid = await owner.fetchval(
                "select pid from pg_stat_activity where datname = current_database() and wait_event = 'advisory'"
            )
            assert pid is not None
            assert await owner.fetchval("select pg_terminate_backend($1)", pid)

        await eventually(waits, within=60)
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
            await rebuilding
    await busy.close()
    await owner.close()
    owners = [row["owner"] for row in await desk.intake.pool.fetch("select owner from tickets order by ticket_id")]
    assert owners == [None, None, "nobody", "nobody"]
    now = await shown(desk)
    assert {name: rows for name, rows in now.items() if name != "tickets"} == {
        name: rows for name, rows in grown.items() if name != "tickets"
    }


async def test_what_the_topics_have_forgotten_is_not_taken_from_the_view(desk: Production) -> None:
    opened = await open_one(desk)
    grown = await at_rest(desk)
    await desk.intake.pool.execute(
        """insert into history select gen_random_uuid(), ticket_id, service, type, stream, 99, occurred_at, recorded_at,
                                      actor, causation, facts, personal
           from history where ticket_id = $1 and type = 'vigie.ClockStarted.v1' limit 1""",
        opened.ticket,
    )
    with pytest.raises(Forgotten, match="First: vigie sla-timer republish") as refused:
        await make_again(desk)
    assert refused.value.tickets == {"sla-timer": 1}
    assert len((await shown(desk))["history"]) == len(grown["history"]) + 1


async def test_a_stream_whose_beginning_the_topics_have_forgotten_shows_even_where_the_view_is_lost(
    desk: Production,
) -> None:
    await open_one(desk)
    await at_rest(desk)
    await wipe(desk)

    async def late() -> AsyncIterator[list[RawRecord]]:
        """The topics, thirty days on: the first word of each stream is gone."""
        async for batch in read_topics(desk.intake.settings, TOPICS, "rebuild-test"):
            yield [record for record in batch if dict(record.headers).get("ce_sequence") != b"1"]

    conn = await connected(desk)
    try:
        with pytest.raises(Forgotten) as refused:
            await rebuild(conn, late(), POLICIES)
    finally:
        await conn.close()
    assert refused.value.tickets == {"sla-timer": 1, "notifier": 1}


async def test_what_is_republished_is_the_same_to_the_byte_and_does_nothing_twice(desk: Production) -> None:
    opened = await open_one(desk)
    grown = await at_rest(desk)
    key = str(opened.ticket).encode()

    async def told() -> list[tuple[Any, ...]]:
        batches = [batch async for batch in read_topics(desk.intake.settings, (SLA,), "republish-test")]
        return [(one.headers, one.value) for batch in batches for one in batch if one.key == key]

    first = await told()
    code, printed = await vigie(desk, "sla-timer", "republish")
    assert code == 0, printed

    async def again() -> None:
        assert await told() == first * 2

    await eventually(again, within=30)
    assert await at_rest(desk) == grown
