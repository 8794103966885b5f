"""What is to be sent: attempts from their commit until their outcome is recorded.

A further attempt of a mail in hand is no further mail: the newest stands for all of them. And while a mail is in hand,
its stream is not to be woken: a slow mail server is no crashed process, whatever the desk's clock says.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final, NamedTuple
from uuid import UUID

from vigie.contracts.notifications import NotificationAttempted
from vigie.io.records import Appended

ROOM: Final = 1_000
"""Mails in hand from which on no more are taken on: what a mail server takes within seconds. What is to come waits on
the topics, where it costs nothing, and not in this process's memory, with leases that run."""


class Attempt(NamedTuple):
    """A committed attempt, and where it stands in the store."""

    stream: str
    version: int
    event: NotificationAttempted


class Tray:
    """Attempts in the order of their commits."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[UUID] = asyncio.Queue()
        self._newest: dict[UUID, Attempt] = {}
        """By notification: what is in hand."""
        self._held: Counter[str] = Counter()

    def take(self, appended: Sequence[Appended]) -> None:
        """Take what was just committed."""
        for one in appended:
            if isinstance(one.event, NotificationAttempted):
                mail = one.event.notification_id
                if mail not in self._newest:
                    self._held[one.stream] += 1
                    self._waiting.put_nowait(mail)
                self._newest[mail] = Attempt(one.stream, one.version, one.event)

    def has_room(self) -> bool:
        """Whether another batch may be taken on."""
        return len(self._newest) < ROOM

    def newest(self, attempt: Attempt) -> Attempt:
        """The last attempt of the same mail, which is in hand; it may have been committed after that one."""
        return self._newest[attempt.event.notification_id]

    def holds(self, stream: str) -> bool:
        """Whether a mail of ``stream`` is in hand."""
        return self._held[stream] > 0

    @asynccontextmanager
    async def next(self) -> AsyncIterator[Attempt]:
        """The next attempt; at the end of the block it is out of hand, whatever became of it."""
        mail = await self._waiting.get()
        attempt = self._newest[mail]
        try:
            yield attempt
        finally:
            del self._newest[mail]
            self._held -= Counter([attempt.stream])
            self._waiting.task_done()

    async def empty(self) -> None:
        """Returns once nothing is in hand."""
        await self._waiting.join()
