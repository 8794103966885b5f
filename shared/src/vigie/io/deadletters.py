"""Records that nobody can use: kept as they came, told on ``vigie.<service>.dlq.v1``, shown to operators.

The record on that topic has the original key, value and headers, and after them ``vigie-dlq-reason``, ``-topic``,
``-partition``, ``-offset``, ``-timestamp`` (ms), ``-consumer``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from vigie.contracts.topics import PARTITIONS, dead_letters
from vigie.io.codec import pack_headers
from vigie.io.parking import raw_columns, raw_record
from vigie.io.queries import queries
from vigie.io.records import RawHeaders, RawRecord

_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A record, why it cannot be used, and what could still be learned of it."""

    record: RawRecord
    reason: str
    stream: str | None = None
    """The own stream it was for."""
    sender: str | None = None
    version: int | None = None
    event_id: UUID | None = None
    """With these three, later events of the sender's stream wait for this one."""


def printable(reason: str) -> str:
    """``reason`` as it can be stored, whatever the error that it comes from quoted."""
    text = reason.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")
    return text[:_LONGEST_REASON]


def dead_headers(letter: DeadLetter, consumer: str) -> RawHeaders:
    """The headers of the record on the dead letter topic."""
    record = letter.record
    told = {
        "reason": printable(letter.reason),
        "topic": record.topic,
        "partition": str(record.partition),
        "offset": str(record.offset),
        "timestamp": str(record.timestamp_ms),
        "consumer": consumer,
    }
    return (*record.headers, *((f"vigie-dlq-{name}", text.encode()) for name, text in told.items()))


async def bury(conn: asyncpg.Connection, service: str, consumer: str, letter: DeadLetter, now: datetime) -> None:
    """Write the row, and the record for the topic, in the caller's transaction."""
    about = (letter.stream, letter.sender, letter.version, letter.event_id)
    await conn.execute(
        queries("deadletters")["bury"],
        *(consumer, printable(letter.reason), now, *about, *raw_columns(letter.record)),
        *(dead_letters(service), letter.record.partition % PARTITIONS),
        pack_headers(dead_headers(letter, consumer)),
    )


async def listed(conn: asyncpg.Connection, limit: int = 100) -> list[asyncpg.Record]:
    """The oldest dead letters, without their contents."""
    return list(await conn.fetch(queries("deadletters")["listed"], limit))


async def listed_parked(conn: asyncpg.Connection, limit: int = 100) -> list[asyncpg.Record]:
    """The records that have waited longest, without their contents."""
    return list(await conn.fetch(queries("parking")["listed"], limit))


async def drop_parked(conn: asyncpg.Connection, number: int) -> bool:
    """Give up a record that waits: the only end of a fork."""
    deleted: str = await conn.execute(queries("parking")["unpark"], [number])
    return deleted == "DELETE 1"


async def find(conn: asyncpg.Connection, number: int) -> tuple[DeadLetter, str] | None:
    """The dead letter of that id, and the consumer that gave it up."""
    row = await conn.fetchrow(queries("deadletters")["one"], number)
    if row is None:
        return None
    letter = DeadLetter(raw_record(row), row["reason"], row["stream"], row["sender"], row["version"], row["event_id"])
    return letter, row["consumer"]


async def replay(conn: asyncpg.Connection, number: int) -> bool:
    """Put the record on its topic again, as it was, now that it can be used. Who had applied it drops the repeat."""
    found = await find(conn, number)
    if found is None:
        return False
    topic, partition, _, _, key, headers, value = raw_columns(found[0].record)
    sql = queries("deadletters")
    await conn.execute(sql["replay"], topic, partition, key, headers, value)
    await conn.execute(sql["drop"], number)
    return True


async def drop(conn: asyncpg.Connection, number: int) -> bool:
    """Give it up for good: where its sender's stream waits for it, that stream goes on without it."""
    found = await find(conn, number)
    if found is None:
        return False
    letter, consumer = found
    sql = queries("deadletters")
    if letter.sender is not None and letter.stream is not None:
        await conn.execute(sql["step_over"], consumer, letter.sender, letter.version, letter.event_id, letter.stream)
    await conn.execute(sql["drop"], number)
    return True
