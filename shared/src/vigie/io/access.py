"""One line for each HTTP request: what was asked, by its route, what was answered, how long it took, and its trace.

The query is left out, because people search for names; so is what the path names, but for a ticket's number.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from vigie.io.lines import LINES, trace_id

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


def told(app: App, tell: Callable[[str, list[dict[str, Any]]], None] = LINES.tell) -> App:
    """``app``, each of whose answers is a line of the log."""

    async def telling(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        began, status = time.monotonic(), 500

        async def watched(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await app(scope, receive, watched)
        finally:
            tell("http", [_line(scope, status, time.monotonic() - began)])

    return telling


def _line(scope: Scope, status: int, seconds: float) -> dict[str, Any]:
    route = scope.get("route")
    return {
        "method": scope["method"],
        "route": getattr(route, "path", None),
        "ticket": scope.get("path_params", {}).get("number"),
        "status": status,
        "milliseconds": round(seconds * 1000, 1),
        "trace_id": trace_id(dict(scope["headers"]).get(b"traceparent")),
    }
