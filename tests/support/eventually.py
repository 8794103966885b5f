"""Waiting for something that another process will do. No test sleeps in any other way."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

T = TypeVar("T")

SHORTEST = 0.02
LONGEST = 0.25


@overload
async def eventually(check: Callable[[], Awaitable[T]], *, within: float = 10.0, longest: float = LONGEST) -> T: ...
@overload
async def eventually(check: Callable[[], T], *, within: float = 10.0, longest: float = LONGEST) -> T: ...
async def eventually(check: Callable[[], Any], *, within: float = 10.0, longest: float = LONGEST) -> Any:
    """What `check` answers, as soon as it holds; asked again for at most `within` seconds.

    The pauses between grow from `SHORTEST` to `longest`.

    A check declared `-> None` holds when it raises no AssertionError; any other one when what it returns is true. So a
    search that finds nothing yet is never taken for an answer. Raises AssertionError with the last reason.
    """
    loop = asyncio.get_running_loop()
    limit = loop.time() + within
    only_asserts = inspect.signature(check).return_annotation in (None, "None")
    pause = SHORTEST
    while True:
        try:
            answer = check()
            result = await answer if inspect.isawaitable(answer) else answer
            if result or only_asserts:
                return result
            reason = f"it was still {result!r}"
        except AssertionError as error:
            reason = str(error) or "its assertion still failed"
        if loop.time() + pause > limit:
            raise AssertionError(f"not within {within:g} s: {reason}")
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, longest)
