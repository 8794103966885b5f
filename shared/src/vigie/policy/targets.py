"""How long a promise may take: so much open time of a calendar, or until the end of so many whole days.

A clock asks both the same five questions, and never which of the two it has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from vigie.calendar import Calendar, Weekday
from vigie.policy.durations import DaysName, Share

_NOTHING = timedelta(0)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class DaySpan:
    """So many whole days: it leaves out the day on which it starts and ends at 24:00, local, of the last one."""

    count: int
    days: DaysName
    calendar: Calendar
    """Whose zone, holidays and, for *jours ouvrés*, open days count."""
    weekdays: tuple[Weekday, ...] | None
    """Those that are *jours ouvrables*; None: *jours ouvrés*."""

    def end(self, start: datetime) -> datetime:
        """The end of the span that starts at ``start``; never extended, whatever happens inside it."""
        return self.calendar.end_of_nth_day(start, self.count, self.weekdays)

    def __str__(self) -> str:
        return f"{self.count} {self.days}"


@dataclass(frozen=True, slots=True)
class HoursTarget:
    """So many open seconds of a calendar."""

    within: int
    calendar: str
    """The calendar's name in the policy."""
    hours: Calendar
    warn_before: int
    """Open seconds left when the warning is given; 0: no warning."""

    def budget(self, _: datetime) -> timedelta:
        """What a clock that starts at this instant has."""
        return timedelta(seconds=self.within)

    def warning(self, _: timedelta) -> timedelta:
        """How much of that budget is left when the warning is given; nothing: no warning."""
        return timedelta(seconds=self.warn_before)

    def due(self, since: datetime, left: timedelta) -> datetime:
        """When ``left`` is used up."""
        return self.hours.add(since, left)

    def passed(self, since: datetime, until: datetime) -> timedelta:
        """How much of a budget that time uses up."""
        return self.hours.between(since, until)

    def covered(self, spans: Sequence[tuple[datetime, datetime]]) -> timedelta:
        """How much of a budget these spans, in order and apart from each other, would have used up."""
        return self.hours.paused_time(spans)


@dataclass(frozen=True, slots=True)
class DaysTarget:
    """Whole days. Once the end is known, all time until then counts, open or not."""

    span: DaySpan
    warns: Share | timedelta | None

    @property
    def calendar(self) -> str:
        """What is counted, in the place of a calendar's name: ``jours_ouvrables``."""
        return self.span.days

    def budget(self, since: datetime) -> timedelta:
        """The time from ``since`` to the end of the last day."""
        return self.span.end(since) - since

    def warning(self, budget: timedelta) -> timedelta:
        """How much of ``budget`` is left when the warning is given; nothing: no warning."""
        return warning_of(self.warns, budget)

    def due(self, since: datetime, left: timedelta) -> datetime:
        """When ``left`` is used up."""
        return since + left

    def passed(self, since: datetime, until: datetime) -> timedelta:
        """How much of a budget that time uses up."""
        return until - since

    def covered(self, spans: Sequence[tuple[datetime, datetime]]) -> timedelta:
        """How much of a budget these spans would have used up."""
        return sum((end - start for start, end in spans), _NOTHING)


Target = HoursTarget | DaysTarget


def warning_of(before: Share | timedelta | None, budget: timedelta) -> timedelta:
    """What is left of ``budget``, whole seconds, at a warning ``before`` its end; nothing where there is none."""
    if before is None:
        return _NOTHING
    if isinstance(before, Share):
        return timedelta(seconds=before.of(budget // _SECOND))
    return before if before < budget else _NOTHING
