"""What a consumer has applied: each version of each sender's stream once, one after the other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple
from uuid import UUID

import asyncpg

from vigie.io.hearing import Heard
from vigie.io.queries import queries

Verdict = Literal["new", "repeated", "fork", "gap"]


class InboxRow(NamedTuple):
    """One application, as it is kept."""

    stream: str
    version: int
    event_id: UUID
    applied_to: str
    applied_after: int


class Inbox:
    """What one consumer has applied, as of the lock, and what this transaction adds."""

    def __init__(self, consumer: str) -> None:
        self._consumer = consumer
        self._heads: dict[str, int] = {}
        self._ids: dict[tuple[str, int], UUID] = {}
        self.forked: set[str] = set()
        """Senders whose streams have a fork, so that nothing of them is applied until an operator has judged."""
        self.rows: list[InboxRow] = []

    async def look_up(self, conn: asyncpg.Connection, heard: Iterable[Heard]) -> None:
        """Read what is known of these records' senders."""
        ones = [one for one in heard if (one.sender, one.sequence) not in self._ids]
        senders = list({one.sender for one in ones} - self._heads.keys())
        sql = queries("inbox")
        if senders:
            for stream, version, forked in await conn.fetch(sql["heads"], self._consumer, senders):
                self._heads[stream] = version
                if forked:
                    self.forked.add(stream)
        old = [(one.sender, one.sequence) for one in ones if one.sequence <= self._heads[one.sender]]
        if old:
            rows = await conn.fetch(sql["applied"], self._consumer, [o[0] for o in old], [o[1] for o in old])
            self._ids.update({(stream, version): event_id for stream, version, event_id in rows})

    def judge(self, heard: Heard) -> Verdict:
        """Whether the turn of ``heard`` has come."""
        head = self._heads[heard.sender]
        if heard.sequence <= head:
            return "repeated" if self._ids.get((heard.sender, heard.sequence)) == heard.id else "fork"
        return "new" if heard.sequence == head + 1 and heard.sender not in self.forked else "gap"

    def head(self, sender: str) -> int:
        return self._heads[sender]

    def apply(self, heard: Heard, stream: str, after: int) -> None:
        """``heard`` has had its effect on ``stream``, which was at version ``after`` before."""
        self._heads[heard.sender] = heard.sequence
        self._ids[heard.sender, heard.sequence] = heard.id
        self.rows.append(InboxRow(heard.sender, heard.sequence, heard.id, stream, after))
