"""What the other services say of a ticket, for its history: a consumer group of its own, ``intake-view``.

It decides nothing. A record may come again, and those of different topics in any order: history rows are known by
their event's id, a promise's row keeps the newest word of its stream, a ticket's level only rises.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg
import structlog
from asyncpg.pool import PoolConnectionProxy
from pydantic import ValidationError

from vigie.contracts import topics
from vigie.contracts.catalog import EVENTS
from vigie.contracts.envelope import Envelope, UnusableRecord, from_headers, read_headers
from vigie.contracts.escalations import EscalationRaised
from vigie.contracts.event import Event, published
from vigie.contracts.sla import (
    ClockCancelled,
    ClockMet,
    ClockPaused,
    ClockResumed,
    ClockRetargeted,
    ClockStarted,
    DeadlineMissed,
    MissRetracted,
)
from vigie.io.records import RawRecord
from vigie.policy import Policies
from vigie_intake.adapters.view import SQL, columns

GROUP: Final = "intake-view"
HEARING: Final = "intake-view"
"""The lock that every transaction of this reading shares, and that a rebuild of the view holds alone."""
TOPICS: Final = (topics.SLA, topics.ESCALATIONS, topics.NOTIFICATIONS)

log = structlog.get_logger(__name__)


class HistoryRow(NamedTuple):
    """A row of ``history``, in the order of its columns."""

    event_id: UUID
    ticket_id: UUID
    service: str
    type: str
    stream: str
    version: int
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    causation: str
    facts: str
    """JSON, as is ``personal``."""
    personal: str | None


class Heard(NamedTuple):
    """What another service said, read."""

    row: HistoryRow
    event: Event


def hear_others(pool: asyncpg.Pool, policies: Policies) -> Callable[[Sequence[RawRecord]], Awaitable[None]]:
    """A handler of batches for :class:`vigie.io.consumer.Consumer`."""

    async def handle(records: Sequence[RawRecord]) -> None:
        heard = [one for record in records if (one := read_record(record)) is not None]
        async with pool.acquire() as conn, conn.transaction():
            await conn.execute(SQL["hear"], HEARING)
            await apply(conn, heard, policies)

    return handle


def read_record(record: RawRecord) -> Heard | None:
    """The record, or None for what this view does not show: an unknown type, or what cannot be read.

    Whoever decides by these topics makes a dead letter of the latter; a view only leaves it out, and says so.
    """
    try:
        envelope = from_headers(read_headers(record.headers))
        kind = EVENTS.get(envelope.type)
        if kind is None or record.value is None:
            return None
        members = json.loads(record.value)
        personal = members.pop("personal", None)
        facts = json.dumps(members, ensure_ascii=False)
        said = None if personal is None else json.dumps(personal, ensure_ascii=False)
        return Heard(_row(envelope, facts, said), kind.model_validate_json(record.value))
    except (UnusableRecord, ValidationError, ValueError) as error:
        log.warning(
            "record_not_shown",
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            error=type(error).__name__,
        )
        return None


async def apply(conn: asyncpg.Connection | PoolConnectionProxy, heard: Sequence[Heard], policies: Policies) -> None:
    """Put ``heard`` into the view, within the caller's transaction."""
    for name, rows in (
        ("keep_history", once(one.row for one in heard)),
        ("keep_commitments", _commitments(heard)),
        ("raise_levels", _levels(heard, policies)),
    ):
        if rows:
            await conn.execute(SQL[name], *columns(rows))


def once(rows: Iterable[HistoryRow]) -> list[HistoryRow]:
    """Each event once. Of one that comes again without its personal part, that part was erased."""
    kept: dict[UUID, HistoryRow] = {}
    for row in rows:
        if row.event_id not in kept or row.personal is None:
            kept[row.event_id] = row
    return list(kept.values())


def heard_again(row: HistoryRow) -> Heard | None:
    """What a row of history tells; None where this version of Vigie does not know the type."""
    kind = EVENTS.get(row.type)
    whole = published(row.facts.encode(), None if row.personal is None else row.personal.encode())
    return None if kind is None else Heard(row, kind.model_validate_json(whole))


def _row(envelope: Envelope, facts: str, personal: str | None) -> HistoryRow:
    return HistoryRow(
        envelope.id,
        UUID(envelope.subject),
        envelope.source.removeprefix("/vigie/"),
        envelope.type,
        envelope.stream,
        envelope.sequence,
        envelope.occurred_at,
        envelope.recorded_at,
        envelope.actor,
        envelope.causation,
        facts,
        personal,
    )


def _commitments(heard: Iterable[Heard]) -> list[tuple[Any, ...]]:
    newest: dict[tuple[UUID, str], tuple[Any, ...]] = {}
    for one in sorted(heard, key=lambda one: one.row.version):
        standing = _standing(one.event)
        if standing is not None:
            clock, result, due_at = standing
            newest[one.row.ticket_id, clock] = (one.row.ticket_id, clock, one.row.version, result, due_at)
    return [newest[key] for key in sorted(newest)]


def _standing(event: Event) -> tuple[str, str, Any] | None:
    """A clock, where it stands after ``event``, and when it is due; None where that does not change."""
    match event:
        case ClockStarted() | ClockResumed() | MissRetracted():
            return event.clock, "running", event.due_at
        case ClockRetargeted():
            return event.clock, "paused" if event.due_at is None else "running", event.due_at
        case ClockPaused():
            return event.clock, "paused", None
        case DeadlineMissed():
            return event.clock, "missed", event.due_at
        case ClockMet():
            return event.clock, "met_late" if event.late else "met", event.due_at
        case ClockCancelled():
            return event.clock, "cancelled", None
        case _:
            return None


def _levels(heard: Iterable[Heard], policies: Policies) -> list[tuple[UUID, str, int]]:
    """The highest level called for each ticket. Levels rank as the desk's latest policy lists them, from 1."""
    highest: dict[UUID, tuple[UUID, str, int]] = {}
    for one in heard:
        if not isinstance(one.event, EscalationRaised):
            continue
        policy = policies.latest(one.event.desk)
        levels = () if policy is None else policy.levels
        rank = levels.index(one.event.level) + 1 if one.event.level in levels else 1
        if rank > highest.get(one.row.ticket_id, (None, "", 0))[2]:
            highest[one.row.ticket_id] = (one.row.ticket_id, one.event.level, rank)
    return [highest[key] for key in sorted(highest)]
