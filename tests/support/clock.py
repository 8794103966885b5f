"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

MORNING = datetime(2026, 3, 23, 8, 0, tzinfo=UTC)


class HandClock:
    """Domain time as a test sets it; a machine second is a domain second."""

    def __init__(self, at: datetime = MORNING) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def real_delay(self, until: datetime) -> float:
        return max(0.0, (until - self.at).total_seconds())

    def machine_seconds(self, span: timedelta) -> float:
        return span.total_seconds()

    def advance(self, by: timedelta) -> None:
        self.at += by
