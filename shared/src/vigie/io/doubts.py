"""Commits of which nobody knows whether they happened: the connection was lost before the answer came.

Invariants, and what breaks without them:

- What such a commit wrote is told all the same (to the relay, to whoever sends mails), as soon as somebody knows. Who
  repeats the record learns only that it was applied: a mail attempt would wait for its lease to run out.
- Its streams are held by whoever looks. The lost transaction holds them until it has ended, one way or the other;
  before that it may still commit.
- Nobody waits for them who would not have done so anyway: a server may take its time to notice that a client is gone.
- Only what that very transaction wrote is told. Another replica that repeated it wrote the same events, but later.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

import asyncpg

from vigie.io.queries import queries
from vigie.io.records import Appended


class Doubts:
    """What may have been written, by stream."""

    def __init__(self, lock_name: Callable[[str], str]) -> None:
        """``lock_name``: what a stream is held by."""
        self._lock_name = lock_name
        self._by_stream: dict[str, list[Appended]] = {}

    def __bool__(self) -> bool:
        return bool(self._by_stream)

    def add(self, appended: Iterable[Appended]) -> None:
        """The connection was lost while these were being committed, or before."""
        for one in appended:
            self._by_stream.setdefault(one.stream, []).append(one)

    async def settle(self, conn: asyncpg.Connection, held: Collection[str]) -> list[Appended]:
        """What was written, in order, of the streams that ``conn`` holds or can have at once; there is no doubt about
        them any more."""
        reach = await self._within_reach(conn, held) if self else []
        doubted = [one for stream in reach for one in self._by_stream.pop(stream)]
        if not doubted:
            return []
        columns = zip(*((one.stream, one.version, one.event_id, one.recorded_at) for one in doubted), strict=True)
        try:
            rows = await conn.fetch(queries("store")["written"], *columns)
        except BaseException:
            self.add(doubted)
            raise
        return [doubted[row["place"] - 1] for row in rows]

    async def _within_reach(self, conn: asyncpg.Connection, held: Collection[str]) -> list[str]:
        locks = {stream: self._lock_name(stream) for stream in self._by_stream}
        mine = {self._lock_name(stream) for stream in held}
        rows = await conn.fetch(queries("store")["lock_if_free"], sorted({*locks.values()} - mine))
        mine |= {row["name"] for row in rows}
        return [stream for stream, lock in locks.items() if lock in mine and stream in self._by_stream]
