"""Commits of which nobody knows whether they happened: the connection was lost before the answer came.

Invariants, and what breaks without them:

- What such a commit wrote is told all the same (to the relay, to whoever sends mails), as soon as somebody knows. Who
  repeats the record learns only that it was applied: a mail attempt would wait for its lease to run out.
- Its streams are held by whoever looks. The lost transaction holds them until it has ended, one way or the other;
  before that it may still commit.
- Only what that very transaction wrote is told. Another replica that repeated it wrote the same events, but later.
"""

from __future__ import annotations

from collections.abc import Iterable

import asyncpg

from vigie.io.queries import queries
from vigie.io.records import Appended


class Doubts:
    """What may have been written, by stream."""

    def __init__(self) -> None:
        self._by_stream: dict[str, list[Appended]] = {}

    @property
    def streams(self) -> frozenset[str]:
        """Those to be held for :meth:`settle`."""
        return frozenset(self._by_stream)

    def add(self, appended: Iterable[Appended]) -> None:
        """The connection was lost while these were being committed, or before."""
        for one in appended:
            self._by_stream.setdefault(one.stream, []).append(one)

    async def settle(self, conn: asyncpg.Connection, held: Iterable[str]) -> list[Appended]:
        """What was written of the streams that ``conn`` holds, in order; there is no doubt about them any more."""
        doubted = [one for stream in held for one in self._by_stream.get(stream, ())]
        if not doubted:
            return []
        columns = zip(*((one.stream, one.version, one.event_id, one.recorded_at) for one in doubted), strict=True)
        rows = await conn.fetch(queries("store")["written"], *columns)
        for one in doubted:
            self._by_stream.pop(one.stream, None)
        return [doubted[row["place"] - 1] for row in rows]
