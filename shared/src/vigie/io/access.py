"""One line for each HTTP request: what was asked, by its route, what was answered, how long it took, and its trace.

The query is left out, because people search for names; so is what the path names, but for a ticket's number.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from vigie.io.lines import LINES, trace_id
from vigie.io.spans import SPANS, Spans

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


def told(app: App, tell: Callable[[str, list[dict[str, Any]]], None] = LINES.tell, spans: Spans = SPANS) -> App:
    """``app``, each of whose answers is a line of the log, and a span where spans are wanted."""

    async def telling(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        began, status = time.monotonic(), 500
        span = spans.begin(scope["method"], _traceparent(scope), "server")
        if span is not None:
            _hand_on(scope, span[1])

        async def watched(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await app(scope, receive, watched)
        finally:
            line = _line(scope, status, time.monotonic() - began)
            tell("http", [line])
            if span is not None:
                span[0].set_attributes({key: value for key, value in line.items() if value is not None})
                span[0].end()

    return telling


def _line(scope: Scope, status: int, seconds: float) -> dict[str, Any]:
    route = scope.get("route")
    return {
        "method": scope["method"],
        "route": getattr(route, "path", None),
        "ticket": scope.get("path_params", {}).get("number"),
        "status": status,
        "milliseconds": round(seconds * 1000, 1),
        "trace_id": trace_id(_traceparent(scope)),
    }


def _traceparent(scope: Scope) -> str | None:
    found = dict(scope["headers"]).get(b"traceparent")
    return found.decode("ascii", "replace") if found is not None else None


def _hand_on(scope: Scope, traceparent: str) -> None:
    """What ``app`` hands on to its events is its own span, not its caller's."""
    others = [(name, value) for name, value in scope["headers"] if name != b"traceparent"]
    scope["headers"] = [*others, (b"traceparent", traceparent.encode())]
