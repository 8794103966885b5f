"""Requests read strictly: known before they are read, small, and JSON as it is meant.

FastAPI would read the body first and ask who sent it afterwards, take any size, and let the last of two equal members
win. So each route asks for the principal first and reads through :class:`StrictRequest`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final

from fastapi import Request, Response
from fastapi.routing import APIRoute

from vigie_intake.adapters.http.problems import Wrong, away
from vigie_intake.adapters.tokens import Principal
from vigie_intake.core.json_text import BrokenJson, read_object

LIMIT_BYTES: Final = 64 * 1024
ANSWER_WITHIN: Final = 10.0
"""Machine seconds. A database that has gone silent keeps even its own time limits to itself."""
IN_HAND: Final = 256
"""Requests that are being answered at the same time. When more come than can be served (everybody comes back at once
after an outage), all would wait for one another until each is too late: whoever comes then is told so at once."""

Authenticate = Callable[[Request], Awaitable[Principal]]
"""Whose request it is; raises Wrong(401)."""


class StrictRequest(Request):
    """A request whose body is read within a limit, and only if it is JSON."""

    async def body(self) -> bytes:
        """The body, at most ``LIMIT_BYTES``: what is longer is not even read to its end."""
        if not hasattr(self, "_body"):
            self._body = await self._read()
        return self._body

    async def _read(self) -> bytes:
        chunks, size = [], 0
        async for chunk in self.stream():
            size += len(chunk)
            if size > LIMIT_BYTES:
                raise Wrong(413, "body_too_large", f"The body is larger than {LIMIT_BYTES} bytes.")
            chunks.append(chunk)
        if size and not _is_json(self.headers.get("content-type", "")):
            raise Wrong(415, "not_json", "The body must be application/json.", headers={"Accept": "application/json"})
        return b"".join(chunks)

    async def json(self) -> Any:
        """The object that the body is."""
        try:
            return read_object(await self.body())
        except BrokenJson as error:
            raise Wrong(400, "broken_json", f"The body is no JSON that can be used: {error.problem}.") from error


def _is_json(content_type: str) -> bool:
    media_type, _, parameters = content_type.partition(";")
    charset = parameters.strip().lower().replace(" ", "").replace('"', "")
    return media_type.strip().lower() == "application/json" and charset in ("", "charset=utf-8")


async def answered_in_time(answering: Coroutine[Any, Any, Response], within: float) -> Response:
    """The answer, or Wrong(503) after ``within`` seconds.

    What takes too long is cancelled and left behind, not waited for: giving a connection back to the pool waits for
    the same silent database.
    """
    task = asyncio.create_task(answering)
    try:
        done, _ = await asyncio.wait({task}, timeout=within)
    except asyncio.CancelledError:
        task.cancel()
        raise
    if done:
        return task.result()
    task.cancel()
    task.add_done_callback(lambda late: late.cancelled() or late.exception())
    raise away(TimeoutError())


def strict_route(authenticate: Authenticate, within: float = ANSWER_WITHIN, in_hand: int = IN_HAND) -> type[APIRoute]:
    """Routes that know who asks before they read what is asked, and answer ``within`` seconds, ``in_hand`` at a time.

    The principal is ``request.state.principal``.
    """
    places = asyncio.Semaphore(in_hand)

    class StrictRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()

            async def answer(request: Request) -> Response:
                request.state.principal = await authenticate(request)
                return await handle(StrictRequest(request.scope, request.receive))

            async def handler(request: Request) -> Response:
                if places.locked():
                    raise away(TimeoutError())
                async with places:
                    return await answered_in_time(answer(request), within)

            return handler

    return StrictRoute
