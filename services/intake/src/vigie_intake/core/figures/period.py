"""The days that a report is about, by the desk's own clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """Whole local days, the last one included, as far as they have passed. ValueError if it ends before it begins."""

    first: date
    last: date
    zone: ZoneInfo
    now: datetime
    """Domain time: nothing is counted that has not happened yet."""

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"{self.last} is before {self.first}")

    @cached_property
    def start(self) -> datetime:
        """The first midnight, UTC."""
        return self.midnight(self.first)

    @cached_property
    def end(self) -> datetime:
        """The midnight after the last day, or now where that is earlier; never before the start."""
        return max(self.start, min(self.midnight(self.last + _DAY), self.now))

    @property
    def length(self) -> timedelta:
        """Elapsed time: the day on which the clocks are put forward has 23 hours."""
        return self.end - self.start

    def holds(self, at: datetime) -> bool:
        """Whether ``at`` is inside: midnight belongs to the day that begins."""
        return self.start <= at < self.end

    def cut(self, start: datetime, end: datetime | None) -> tuple[datetime, datetime] | None:
        """What of a span (None: it goes on) is inside; None where nothing is."""
        since, until = max(start, self.start), min(end or self.end, self.end)
        return (since, until) if since < until else None

    def day(self, at: datetime) -> date:
        """The local date of an instant."""
        return at.astimezone(self.zone).date()

    def midnight(self, day: date) -> datetime:
        """When a local date begins, UTC."""
        return datetime.combine(day, time.min, self.zone).astimezone(UTC)

    def end_of_day(self, at: datetime) -> datetime:
        """The midnight that ends the local day of ``at``."""
        return self.midnight(self.day(at) + _DAY)
