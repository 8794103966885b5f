"""What a service says of itself: /health/live, /health/ready, /metrics.

*Live* is the time since the last poll, not a connection's ping: a member that the group has forgotten still pings.
*Ready* is everything open, joined and reading; until then it says what is being waited for.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vigie.io.metrics import Metrics

LIVE_WITHIN: Final = 60.0
"""Machine seconds between two polls after which a service is given up; a batch never takes so long."""


class Health:
    """The state that the health page tells."""

    def __init__(self, metrics: Metrics, refresh: Callable[[], Awaitable[None]]) -> None:
        """``refresh`` brings the figures of ``metrics`` up to date before they are shown."""
        self._metrics = metrics
        self._refresh = refresh
        self.waiting_for: str | None = "start"
        """What is missing for being ready; None when nothing is."""
        self.poll_ages: Callable[[], list[float]] = list
        """Machine seconds since the last poll, of each consumer."""

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/health/live", self._live),
                Route("/health/ready", self._ready),
                Route("/metrics", self._figures),
            ]
        )

    def is_live(self) -> bool:
        return all(age < LIVE_WITHIN for age in self.poll_ages())

    async def _live(self, _: Request) -> Response:
        ages = self.poll_ages()
        live = self.is_live()
        body = {"live": live, "seconds_since_poll": round(max(ages), 3) if ages else None}
        return JSONResponse(body, status_code=200 if live else 503)

    async def _ready(self, _: Request) -> Response:
        ready = self.waiting_for is None and self.is_live()
        return JSONResponse({"ready": ready, "waiting_for": self.waiting_for}, status_code=200 if ready else 503)

    async def _figures(self, _: Request) -> Response:
        await self._refresh()
        return Response(generate_latest(self._metrics.registry), media_type=CONTENT_TYPE_LATEST)
