"""What arrives while a transaction is running forms the next one. Nothing ever waits for company.

A transaction costs about the same whatever its size, so a second one runs beside the first only where that helps: more
wait than one can take, or the first is held up (by a lock, by a slow disk).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

A = TypeVar("A")
B = TypeVar("B")

AT_MOST = 64
"""Items of one group: measured, larger ones only add latency."""
AT_ONCE = 2
"""Groups that run at the same time."""
HELD_UP_AFTER = 0.05
"""Seconds after which a group counts as held up; ordinarily it takes a tenth of that."""


class Grouping(Generic[A, B]):
    """Runs items in groups. ``run`` answers each item, in order, with a result or with the error that is its own."""

    def __init__(
        self,
        run: Callable[[Sequence[A]], Awaitable[Sequence[B | Exception]]],
        *,
        at_most: int = AT_MOST,
        at_once: int = AT_ONCE,
        held_up_after: float = HELD_UP_AFTER,
    ) -> None:
        self._run, self._at_most, self._at_once, self._held_up_after = run, at_most, at_once, held_up_after
        self._held_up = False
        self._waiting: deque[tuple[A, asyncio.Future[B]]] = deque()
        self._workers: set[asyncio.Task[None]] = set()

    async def put(self, item: A) -> B:
        """The result of ``item``, or its error.

        A caller that gives up waiting takes its item along if that has not begun, and does not stop the group.
        """
        future: asyncio.Future[B] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if not self._workers or self._held_up or len(self._waiting) > self._at_most:
            self._begin()
        return await future

    async def close(self) -> None:
        """Wait until everything that was put has been run."""
        while self._workers:
            await asyncio.gather(*self._workers, return_exceptions=True)

    def _begin(self) -> None:
        """A worker more, if there may be one and there is something to do."""
        if self._waiting and len(self._workers) < self._at_once:
            worker = asyncio.create_task(self._work())
            self._workers.add(worker)
            worker.add_done_callback(self._end)

    def _end(self, worker: asyncio.Task[None]) -> None:
        """What came after its last look, from whoever it had just answered, needs a worker of its own."""
        self._workers.discard(worker)
        if not self._workers:
            self._begin()

    def _help(self) -> None:
        self._held_up = True
        self._begin()

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while group := self._next_group():
            timer = loop.call_later(self._held_up_after, self._help)
            try:
                results: Sequence[B | Exception] = await self._run([item for item, _ in group])
            except Exception as error:  # noqa: BLE001 - the group's error is each item's, and they are waited for
                results = [error] * len(group)
            finally:
                timer.cancel()
                self._held_up = False
            for (_, future), result in zip(group, results, strict=True):
                _settle(future, result)

    def _next_group(self) -> list[tuple[A, asyncio.Future[B]]]:
        group: list[tuple[A, asyncio.Future[B]]] = []
        while self._waiting and len(group) < self._at_most:
            item, future = self._waiting.popleft()
            if not future.done():  # its caller has gone, was told so, and may be asking again
                group.append((item, future))
        return group


def _settle(future: asyncio.Future[B], result: B | Exception) -> None:
    if future.done():  # its caller has gone
        return
    if isinstance(result, Exception):
        future.set_exception(result)
    else:
        future.set_result(result)
