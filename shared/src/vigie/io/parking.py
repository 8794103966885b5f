"""Records that came before what they build on. They wait, raw, and drain by themselves when it has come.

What Vigie's own services say comes in the end, so those records wait for as long as it takes. Strangers may name what
never was: theirs are *overdue* after :data:`PATIENCE`, by the machine's clock, and become dead letters.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import asyncpg

from vigie.decider import Core
from vigie.io.codec import pack_headers, unpack_headers
from vigie.io.hearing import Heard, hear
from vigie.io.queries import queries
from vigie.io.records import RawRecord

PATIENCE: Final = timedelta(minutes=10)
"""Longer than one partition of a topic ordinarily lags behind another, shorter than people forget what they sent."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A parked record."""

    heard: Heard
    stream: str
    reason: str
    fork: bool
    id: int | None = None
    """None: it was parked in this very transaction."""
    overdue: bool = False
    """An external one has waited for as long as it may."""


class Parking:
    """The parked records of the streams of one transaction, and what it changes about them."""

    def __init__(self, consumer: str, patience: timedelta = PATIENCE) -> None:
        self._consumer, self._patience = consumer, patience
        self._waiting: dict[str, list[Waiting]] = {}
        self._left: list[int] = []
        self.held: set[str] = set()
        """Streams that had parked records when the transaction began: they are not woken."""

    async def look_up(self, conn: asyncpg.Connection, core: Core[Any, Any, Any], streams: Iterable[str]) -> None:
        """Read what waits at ``streams``, all of which have parked records."""
        self.held.update(streams)
        if not self.held:
            return
        for row in await conn.fetch(queries("parking")["waiting"], self._consumer, list(self.held), self._patience):
            heard = hear(core, raw_record(row))
            if isinstance(heard, Heard):  # it could be read when it was parked; else it stays for an operator
                overdue = heard.external and row["overdue"]
                self._add(Waiting(heard, row["stream"], row["reason"], row["fork"], row["id"], overdue))

    def heard(self) -> list[Heard]:
        """All that waits, so that the inbox can be asked about the senders."""
        return [one.heard for ones in self._waiting.values() for one in ones]

    def park(self, heard: Heard, stream: str, reason: str, *, fork: bool = False) -> None:
        """``heard`` waits. Once: one that waits already, delivered again, changes nothing."""
        if not any(one.heard.id == heard.id and one.heard.sender == heard.sender for one in self.at(stream)):
            self._add(Waiting(heard, stream, reason, fork))

    def at(self, stream: str) -> list[Waiting]:
        """What waits at ``stream``, in the order in which it came."""
        return self._waiting.get(stream, [])

    def leave(self, one: Waiting) -> None:
        """``one`` waits no longer."""
        self._waiting[one.stream].remove(one)
        if one.id is not None:
            self._left.append(one.id)

    async def write(self, conn: asyncpg.Connection, now: datetime) -> None:
        """Keep what has changed."""
        sql = queries("parking")
        if self._left:
            await conn.execute(sql["unpark"], self._left)
        parked = [one for ones in self._waiting.values() for one in ones if one.id is None]
        if parked:
            await conn.executemany(sql["park"], [self._row(one, now) for one in parked])

    def _add(self, one: Waiting) -> None:
        self._waiting.setdefault(one.stream, []).append(one)

    def _row(self, one: Waiting, now: datetime) -> tuple[object, ...]:
        heard = one.heard
        where = (self._consumer, one.stream, heard.sender, heard.sequence, heard.id, one.reason, one.fork, now)
        return (*where, *raw_columns(heard.record))


def raw_columns(record: RawRecord) -> tuple[object, ...]:
    """topic, partition, offset, timestamp_ms, key, headers, value: the columns that keep a record as it came."""
    return (*record[:5], pack_headers(record.headers), record.value)


def raw_record(row: asyncpg.Record) -> RawRecord:
    """The record that :func:`raw_columns` took apart."""
    return RawRecord(
        topic=row["topic"],
        partition=row["partition"],
        offset=row["offset"],
        timestamp_ms=row["timestamp_ms"],
        key=row["key"],
        headers=unpack_headers(row["headers"]),
        value=row["value"],
    )
