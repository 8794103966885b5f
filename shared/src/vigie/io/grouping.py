"""What arrives while a transaction is running forms the next one. Nothing ever waits for company."""

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


class Grouping(Generic[A, B]):
    """Runs items in groups. ``run`` answers each item, in order, with a result or with the error that is its own."""

    def __init__(
        self,
        run: Callable[[Sequence[A]], Awaitable[Sequence[B | Exception]]],
        *,
        at_most: int = AT_MOST,
        at_once: int = AT_ONCE,
    ) -> None:
        self._run, self._at_most, self._at_once = run, at_most, at_once
        self._waiting: deque[tuple[A, asyncio.Future[B]]] = deque()
        self._workers: set[asyncio.Task[None]] = set()

    async def put(self, item: A) -> B:
        """The result of ``item``, or its error.

        A caller that gives up waiting takes its item along if that has not begun, and does not stop the group.
        """
        future: asyncio.Future[B] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if len(self._workers) < self._at_once:
            worker = asyncio.create_task(self._work())
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)
        return await future

    async def close(self) -> None:
        """Wait until everything that was put has been run."""
        while self._workers:
            await asyncio.gather(*self._workers, return_exceptions=True)

    async def _work(self) -> None:
        while group := self._next_group():
            try:
                results: Sequence[B | Exception] = await self._run([item for item, _ in group])
            except Exception as error:  # noqa: BLE001 - the group's error is each item's, and they are waited for
                results = [error] * len(group)
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
