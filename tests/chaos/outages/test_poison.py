"""Records that nobody can use, among ordinary ones: each costs one dead letter, and its neighbours nothing.

What is compared is what happened, not how long it took: the neighbours of one Kafka batch are written by the same
transaction whatever stands between them, no batch is tried again, and nothing is read twice.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import asyncpg
from confluent_kafka import Producer

from support.chaos.load import REQUESTS, request, request_headers
from support.chaos.outage import Ground
from support.chaos.recording import Wanted
from support.chaos.stand import Stand
from support.eventually import eventually

VIGIE = Path(sys.executable).with_name("vigie")
TICKETS = "vigie.tickets.v1"
PARTITION = 5

Headers = Sequence[tuple[str, str | bytes | None]]
Spoilt = tuple[Headers, bytes]


def ordinary(token: str) -> Spoilt:
    return [*request_headers()], json.dumps(request(token, "high")).encode()


def changed(token: str, name: str, to: bytes | None) -> Spoilt:
    headers, value = ordinary(token)
    return [(one, to if one == name else was) for one, was in headers], value


def spoilt(token: str) -> list[Spoilt]:
    """The same request as nobody can use it: as no JSON, without end, with a header that is null, no UTF-8, unknown,
    empty, with a NUL, and without any."""
    headers, value = ordinary(token)
    return [
        (headers, f"{token} says hello".encode()),
        (headers, value[:-9]),
        changed(token, "ce_source", None),
        changed(token, "ce_id", b"\xff\xfe"),
        changed(token, "ce_type", b"com.example.Surprise.v7"),
        changed(token, "ce_specversion", b""),
        changed(token, "ce_id", b"a\x00b"),
        ([], value),
    ]


def publish(stand: Stand, topic: str, records: Sequence[Spoilt], key: str = "poison") -> None:
    """All of them as one batch of one partition."""
    producer = Producer({"bootstrap.servers": stand.kafka, "acks": "all", "linger.ms": 300})
    for headers, value in records:
        producer.produce(topic, value, key=key, partition=PARTITION, headers=[*headers])
    assert producer.flush(20) == 0


async def rows(stand: Stand, query: str, *arguments: object) -> list[asyncpg.Record]:
    conn = await asyncpg.connect(stand.database)
    try:
        return list(await conn.fetch(query, *arguments))
    finally:
        await conn.close()


async def opened(stand: Stand, prefix: str) -> list[asyncpg.Record]:
    """The tickets of those tokens in the order in which they were written: ``subject``, ``transaction``, seconds."""
    return await rows(
        stand,
        """select convert_from(personal, 'UTF8')::json->>'subject' as subject, xmin::text as transaction,
        extract(epoch from recorded_at)::float as recorded from vigie_intake.events
        where type = 'vigie.TicketOpened.v1' and convert_from(personal, 'UTF8') like $1 order by position""",
        f"%{prefix}%",
    )


async def figures(stand: Stand, *services: str) -> list[dict[str, float]]:
    """What must not move for a bad record: batches tried again, records read again."""
    names = ("vigie_batches_failed_total", 'vigie_records_total{fate="repeated"}')
    every = [await stand.figures(f"{service}-1") for service in services]
    return [{name: one.get(name, 0.0) for name in names} for one in every]


async def run_through(ground: Ground, name: str, records: Sequence[Spoilt], good: list[str]) -> list[float]:
    """Publish ``records``; for each ticket that comes of ``good``, seconds until it was recorded. They are written in
    order, by one transaction."""
    stand = ground.stand
    ground.accepted += [Wanted(token, "TicketOpened") for token in good]
    at = stand.now().timestamp()
    await asyncio.to_thread(publish, stand, REQUESTS, records)

    async def written() -> list[asyncpg.Record]:
        found = await opened(stand, f"chaos-{name}-")
        return found if len(found) == len(good) else []

    found = await eventually(written, within=20)
    assert [one["subject"] for one in found] == [f"Panne {token}" for token in good]
    assert len({one["transaction"] for one in found}) == 1, "a neighbour had to wait for another transaction"
    return [one["recorded"] - at for one in found]


async def test_a_bad_record_costs_one_dead_letter_and_no_delay_for_its_neighbours(ground: Ground) -> None:
    before = await figures(ground.stand, "intake")
    clean = [f"chaos-clean-{number:03d}" for number in range(40)]
    usual = await run_through(ground, "clean", [ordinary(token) for token in clean], clean)

    good = [f"chaos-mixed-{number:03d}" for number in range(40)]
    mixed = [ordinary(token) for token in good]
    bad = [f"chaos-bad-{number:03d}" for number in range(len(spoilt("")))]
    for number, token in enumerate(bad):
        mixed.insert(3 + 5 * number, spoilt(token)[number])
    ground.poison += bad
    among = await run_through(ground, "mixed", mixed, good)
    print(f"the last of 40 neighbours: {max(usual):.3f} s; with {len(bad)} bad records among them: {max(among):.3f} s")

    await ground.drained(60)
    assert await figures(ground.stand, "intake") == before
    assert await ground.violations() == {}


async def test_a_bad_record_among_tickets_costs_each_reader_one_dead_letter(ground: Ground) -> None:
    stand, readers = ground.stand, ("sla-timer", "escalation", "notifier")
    before = await figures(stand, *readers)
    ground.foreign.append("chaos-torn")
    headers: Headers = [("ce_specversion", "1.0"), ("ce_type", "vigie.TicketOpened.v1"), ("ce_source", "/vigie/intake")]
    torn = [*headers, ("ce_id", str(uuid4())), ("ce_stream", "ticket-torn"), ("ce_sequence", "1")]
    await asyncio.to_thread(publish, stand, TICKETS, [(torn, b'{"chaos-torn": ')], key=str(uuid4()))
    await run_through(ground, "after", [ordinary("chaos-after-1")], ["chaos-after-1"])
    await ground.drained(60)
    for reader in readers:
        schema = f"vigie_{reader.replace('-', '_')}"
        found = await rows(stand, f"select from {schema}.dead_letters where value like '%chaos-torn%'::bytea")
        assert len(found) == 1, reader
    assert await figures(stand, *readers) == before
    assert await ground.violations() == {}


async def test_an_operator_reads_replays_and_drops_a_dead_letter(ground: Ground) -> None:
    stand = ground.stand
    ground.foreign.append("chaos-operator")
    await asyncio.to_thread(publish, stand, REQUESTS, [spoilt("chaos-operator")[0]])

    async def letter() -> tuple[int, int]:
        query = """select id, "offset" from vigie_intake.dead_letters where value like '%chaos-operator%'::bytea"""
        found = await rows(stand, query)
        assert len(found) == 1, "there is no such dead letter now"
        [row] = found
        return row["id"], row["offset"]

    async def vigie(*words: str) -> str:
        environ = {"PATH": "/usr/bin:/bin", "DATABASE_URL": stand.database, "COLUMNS": "160"}
        command = [str(VIGIE), "dlq", *words]
        return await asyncio.to_thread(lambda: subprocess.check_output(command, env=environ, text=True))

    number, offset = await eventually(letter)
    assert f"{REQUESTS}/{PARTITION}@{offset}" in await vigie("list", "intake")
    shown = await vigie("show", "intake", str(number))
    assert "value: chaos-operator says hello" in shown.splitlines()
    await vigie("replay", "intake", str(number))

    async def again() -> tuple[int, int]:
        found = await letter()
        assert found[1] > offset, "it has not come back yet"
        return found

    number, offset = await eventually(again)
    await vigie("drop", "intake", str(number))
    assert f"@{offset}" not in await vigie("list", "intake")
    assert await ground.violations() == {}
