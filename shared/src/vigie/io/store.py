"""The statements of a transaction. None of these commits; the caller's transaction does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from vigie.contracts.catalog import EVENTS
from vigie.contracts.event import Event, published
from vigie.decider import Decider
from vigie.io.hashing import Broken, Hashed, Link, check_chain
from vigie.io.inbox import InboxRow
from vigie.io.memory import Loaded, Memory, unwritten
from vigie.io.numbers import ticket_number
from vigie.io.queries import queries


class EventRow(NamedTuple):
    """A row of ``events``, in the order of the append statement's arrays."""

    stream: str
    version: int
    event_id: UUID
    type: str
    schema_version: int
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    causation: str
    correlation: str
    facts: bytes
    personal: bytes | None
    personal_hash: bytes | None
    hash: bytes
    traceparent: str | None


class OutboxRow(NamedTuple):
    """A row of ``outbox``."""

    topic: str
    partition: int
    key: bytes | None
    headers: bytes
    value: bytes | None


class WakeupRow(NamedTuple):
    """A row of ``wakeups``."""

    stream: str
    partition: int
    due_at: datetime


class Head(NamedTuple):
    """Where a stream stands."""

    version: int
    waiting: bool
    """Records of it are parked."""


async def lock(conn: asyncpg.Connection, names: Iterable[str], *, numbers: int = 0) -> list[str]:
    """Hold these streams until the transaction ends. Must be its first statement. So many fresh ticket numbers."""
    [(_, serials)] = await conn.fetch(queries("store")["lock"], list(names), numbers)
    return [ticket_number(serial) for serial in serials]


async def heads(conn: asyncpg.Connection, consumer: str, streams: Iterable[str]) -> dict[str, Head]:
    """Where these streams stand; version 0 for one to which nothing has happened."""
    rows = await conn.fetch(queries("store")["heads"], list(streams), consumer)
    return {stream: Head(version, waiting) for stream, version, waiting in rows}


async def load(
    conn: asyncpg.Connection, decider: Decider[Any, Any, Any], versions: Mapping[str, int], memory: Memory
) -> dict[str, Loaded]:
    """The streams at ``versions``: from memory, and what that lacks from the database, in one statement or none."""
    streams: dict[str, Loaded] = {}
    behind: list[str] = []
    for stream, version in versions.items():
        loaded = memory.recall(stream)
        if loaded is None or loaded.version > version:
            loaded = unwritten(decider.initial)
        streams[stream] = loaded
        if loaded.version < version:
            behind.append(stream)
    if behind:
        after = [streams[stream].version for stream in behind]
        rows = await conn.fetch(queries("store")["load"], behind, after)
        for stream, version, type_, facts, personal, hash_, trace in rows:
            before = streams[stream]
            state = decider.evolve(before.state, read_event(type_, facts, personal))
            streams[stream] = Loaded(version, hash_, state, trace or before.traceparent)
    return streams


def read_event(type_: str, facts: bytes, personal: bytes | None) -> Event:
    """A stored event. KeyError for a type that this version of Vigie does not know."""
    return EVENTS[type_].model_validate_json(published(facts, personal))


async def append(
    conn: asyncpg.Connection,
    consumer: str,
    events: Sequence[EventRow],
    outbox: Sequence[OutboxRow],
    wakeups: Sequence[WakeupRow],
    cancelled: Sequence[str],
    inbox: Sequence[InboxRow],
) -> None:
    """Write all of it with one statement."""
    await conn.execute(
        queries("store")["append"],
        *_columns(events, len(EventRow._fields)),
        *_columns(outbox, len(OutboxRow._fields)),
        *_columns(wakeups, len(WakeupRow._fields)),
        list(cancelled),
        consumer,
        *_columns(inbox, len(InboxRow._fields)),
    )


async def verify(conn: asyncpg.Connection, stream: str) -> Broken | None:
    """The first break in the chain of ``stream``; None where it holds."""
    rows = await conn.fetch(queries("store")["chain"], stream)
    return check_chain(stream, (Link(Hashed(*row[:12]), row["personal"], row["hash"]) for row in rows))


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[Sequence[Any]]:
    return list(zip(*rows, strict=True)) if rows else [()] * width
