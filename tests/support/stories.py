"""Stories of tickets, told all at the same time on one clock: a hundred of them need not wait for each other.

A story is a test: it does to a ticket what people do, waits for an instant, looks at what has left Vigie. There is one
clock, so it moves only when every story waits: first everybody hears what was done, then the next instant comes that a
story waits for or at which one of its tickets is due. What a story finds false is the failure of its own test alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any, Final

from support.arrivals import Mail, Mailbox, Records
from support.librdkafka import Event
from support.production import Production

BEGINNING: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""No story may wait for an earlier instant: no clock goes back."""
BEFORE, AFTER = 0, 2
"""Parts of an instant: steps come before the wake-ups that are due at it (1); what a story sees of it is all of it."""

Moment = tuple[datetime, int]
Telling = Callable[["Stage"], Coroutine[Any, Any, None]]
Outcomes = dict[Telling, BaseException | None]
"""What each story found false."""


@dataclass(slots=True)
class _Waiting:
    until: Moment
    go: asyncio.Future[None]


class Stage:
    """The four services, and the stories that are told on them."""

    def __init__(self, production: Production, database: str, records: Records, mailbox: Mailbox) -> None:
        self.production = production
        self.database = database
        self._records = records
        self._mailbox = mailbox
        self._numbers = count(1)
        self._waiting: list[_Waiting] = []
        self._going = 0
        self._all_wait = asyncio.Event()
        self._keys: dict[asyncio.Task[None] | None, set[str]] = {}
        self._reading = asyncio.Lock()
        self._told: dict[str, list[Event]] | None = None
        self._mailed: dict[str, Mail] | None = None
        production.clock.at = BEGINNING

    @property
    def now(self) -> datetime:
        return self.production.clock.at

    def number(self) -> int:
        """One that no other story has."""
        return next(self._numbers)

    def follow(self, key: str) -> None:
        """What is due for this ticket happens at its own instant for as long as the present story is told."""
        self._keys.setdefault(asyncio.current_task(), set()).add(key)

    async def until(self, instant: datetime) -> None:
        """Until ``instant`` has come; what is due at it has not happened yet."""
        assert instant >= self.now, f"it is {self.now} already, and {instant} will not come again"
        await self._wait((instant, BEFORE))

    async def over(self) -> None:
        """Until all have heard all that was done at this instant, and what is due at it has happened."""
        await self._wait((self.now, AFTER))

    async def told(self) -> dict[str, list[Event]]:
        """What is on the topics, by its keys: all of it where this instant is over."""
        async with self._reading:
            if self._told is None:
                self._told = await asyncio.to_thread(self._records.by_key)
            return self._told

    async def mailed(self) -> dict[str, Mail]:
        """What is in the mailbox, by its Message-IDs: all of it where this instant is over."""
        async with self._reading:
            if self._mailed is None:
                self._mailed = await asyncio.to_thread(self._mailbox.by_message_id)
            return self._mailed

    async def tell(self, stories: Sequence[Telling]) -> list[BaseException | None]:
        """Tell them all; of each, what it found false. Nothing is left unheard for whoever reads after us."""
        tasks = [asyncio.create_task(self._told_by(story)) for story in stories]
        self._going = len(tasks)
        moving = asyncio.create_task(self._move())
        told = asyncio.gather(*tasks, return_exceptions=True)
        try:
            either: set[asyncio.Future[Any]] = {moving, told}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if moving.done():  # only a failure of production itself ends it
                told.cancel()
                await moving
            return list(told.result())
        finally:
            moving.cancel()
            with suppress(asyncio.CancelledError):
                await moving
            await self._settled()

    async def _told_by(self, story: Telling) -> None:
        try:
            await story(self)
        finally:
            self._keys.pop(asyncio.current_task(), None)
            self._one_less()

    async def _wait(self, moment: Moment) -> None:
        one = _Waiting(moment, asyncio.get_running_loop().create_future())
        self._waiting.append(one)
        self._one_less()
        await one.go

    def _one_less(self) -> None:
        self._going -= 1
        if not self._going:
            self._all_wait.set()

    async def _move(self) -> None:
        """Bring one moment after the other, for ever."""
        clock = self.production.clock
        while True:
            await self._all_wait.wait()
            self._all_wait.clear()
            await self._settled()
            if not self._waiting:
                continue
            following = min(one.until for one in self._waiting)
            while (due := await self._next_due()) is not None and (due, 1) < following:
                clock.at, clock.wakes_later = max(due, clock.at), False
                await self._settled()
            clock.at, clock.wakes_later = following[0], following[1] == BEFORE
            self._resume(following)

    async def _settled(self) -> None:
        await self.production.settled()
        self._told = self._mailed = None

    async def _next_due(self) -> datetime | None:
        keys = sorted({key for keys in self._keys.values() for key in keys})
        return await self.production.unrest.next_due_of(keys)

    def _resume(self, moment: Moment) -> None:
        ready = [one for one in self._waiting if one.until == moment]
        self._waiting = [one for one in self._waiting if one.until != moment]
        self._going += len(ready)
        for one in ready:
            one.go.set_result(None)


def story(desk: Callable[[Stage], Any]) -> Callable[[Callable[[Any], Awaitable[None]]], Callable[..., Awaitable[None]]]:
    """A test that is told on ``stage`` beside all others, at that desk."""

    def as_test(told: Callable[[Any], Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        async def tell(stage: Stage) -> None:
            await told(desk(stage))

        async def test(outcomes: Outcomes) -> None:
            if (failure := outcomes[tell]) is not None:
                raise failure

        test.__name__, test.__qualname__, test.__doc__ = told.__name__, told.__qualname__, told.__doc__
        test.__module__ = told.__module__
        test.telling = tell  # type: ignore[attr-defined]
        return test

    return as_test
