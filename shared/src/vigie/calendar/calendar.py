"""The questions a desk asks of its opening hours.

A `Calendar` takes aware datetimes, gives them in UTC, and has open time as `timedelta`, exact to the microsecond.
`Calendar.epoch` answers the hot ones in whole epoch seconds, without making a single object.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import chain, pairwise
from typing import Any, NamedTuple, Self
from zoneinfo import ZoneInfo

from vigie.calendar.holidays import holidays_of_year
from vigie.calendar.open_time import LAST_YEAR, SECOND, OpenTime, OutsideCalendar
from vigie.calendar.spec import WEEKDAYS, CalendarSpec, Weekday, span_seconds
from vigie.calendar.zone import instants_of, local_day, offset_periods, wall_midnight

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_LAST_DAY = date(LAST_YEAR, 12, 31)


class Span(NamedTuple):
    """`[start, end)` in aware datetimes."""

    start: datetime
    end: datetime


class Calendar:
    """A compiled calendar. Use one for long: it remembers the years it has been asked about."""

    def __init__(self, spec: CalendarSpec, holidays: frozenset[date] | None) -> None:
        self.spec = spec
        self.zone = ZoneInfo(spec.timezone)
        self._wall_spans = [[span_seconds(span) for span in spec.hours.of(weekday)] for weekday in range(7)]
        self._pinned_holidays = holidays
        self._holidays: dict[int, frozenset[date]] = {}
        self._open_time = OpenTime(self._open_intervals_of_year)
        self.epoch = EpochCalendar(self._open_time)

    @classmethod
    def compile(cls, spec: CalendarSpec, holidays: Iterable[date] | None = None) -> Self:
        """The calendar of `spec`; with `holidays` (see `expand_holidays`) these dates are closed and no others.

        Nothing is expanded yet, so this is cheap; the first question about a year costs some milliseconds.
        """
        return cls(spec, None if holidays is None else frozenset(holidays))

    def with_hours(self, hours: Any) -> Self:
        """A calendar of these weekly ``hours`` (as a calendar's field of that name), in this one's zone and holidays.

        Raises pydantic's ValidationError where they are none.
        """
        spec = CalendarSpec.model_validate({**dict(self.spec), "hours": hours})
        return type(self)(spec, self._pinned_holidays)

    def add(self, start: datetime, budget: timedelta) -> datetime:
        """The earliest instant at which `budget` of open time has passed since `start`.

        A budget that ends exactly at a closing time ends there, not at the next opening; nothing takes no time at all,
        even while closed. ValueError for a negative budget, `OutsideCalendar` for an answer beyond the known years.
        """
        return _instant(self._open_time.add(_microseconds(start), budget // _MICROSECOND))

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The open time in `[start, end)`; ValueError when `end` is before `start`."""
        return timedelta(microseconds=self._open_time.between(_microseconds(start), _microseconds(end)))

    def add_with_pauses(
        self, start: datetime, budget: timedelta, pauses: Sequence[tuple[datetime, datetime]]
    ) -> datetime:
        """`add`, with the time inside `[start, end)` of each pause not counted.

        The pauses are in order and do not overlap (ValueError otherwise); parts of them before `start` pause nothing.
        """
        now, left = _microseconds(start), budget // _MICROSECOND
        for paused_at, resumed_at in _in_order(pauses):
            if resumed_at <= now:
                continue
            passed = self._open_time.between(now, max(paused_at, now))
            if passed >= left:
                break
            now, left = resumed_at, left - passed
        return _instant(self._open_time.add(now, left))

    def paused_time(self, pauses: Sequence[tuple[datetime, datetime]]) -> timedelta:
        """The open time that the pauses cover; they are in order and do not overlap (ValueError otherwise)."""
        covered = sum(self._open_time.between(paused_at, resumed_at) for paused_at, resumed_at in _in_order(pauses))
        return timedelta(microseconds=covered)

    def is_open(self, at: datetime) -> bool:
        """Whether the desk is open at this instant; at a closing time it is not."""
        return self._open_time.is_open(_microseconds(at))

    def next_open(self, at: datetime) -> datetime:
        """`at` itself while open, else the next opening."""
        return _instant(self._open_time.next_open(_microseconds(at)))

    def spans(self, start: datetime, end: datetime) -> list[Span]:
        """The open spans of `[start, end)` in order, cut to it; what touches is one span, midnight included."""
        spans = self._open_time.spans(_microseconds(start), _microseconds(end))
        return [Span(_instant(opened), _instant(closed)) for opened, closed in spans]

    def is_holiday(self, day: date) -> bool:
        if self._pinned_holidays is not None:
            return day in self._pinned_holidays
        if day.year not in self._holidays:
            self._holidays[day.year] = holidays_of_year(self.spec.holidays, day.year)
        return day in self._holidays[day.year]

    def is_open_day(self, day: date) -> bool:
        """Whether the desk opens at all on this local date."""
        return bool(self._wall_spans[day.weekday()]) and not self.is_holiday(day)

    def bounds_of(self, day: date) -> Span | None:
        """When a local date begins and ends, mostly 24 hours later; None for one that the zone left out."""
        bounds = local_day(self.spec.timezone, day)
        return Span(_instant(bounds[0] * SECOND), _instant(bounds[1] * SECOND)) if bounds else None

    def open_days(self, first: date, last: date) -> Iterator[date]:
        """The local dates from `first` to `last`, both included, on which the desk opens."""
        return (day for day in _days(first, last) if self.is_open_day(day))

    def end_of_nth_day(self, start: datetime, count: int, weekdays: Collection[Weekday] | None = None) -> datetime:
        """24:00, local, of the `count`-th counted day after the local date of `start`, which is left out itself.

        Counted are the desk's open days (*jours ouvrés*), or with `weekdays` those days of the week less public
        holidays (*jours ouvrables*). ValueError when `count` is not positive or `weekdays` is empty;
        `OutsideCalendar` when there are not so many such days.
        """
        if count < 1:
            raise ValueError("a span of days has at least one day")
        if weekdays is not None and not weekdays:
            raise ValueError("no day of the week is counted")
        first = start.astimezone(self.zone).date() + _DAY
        for day in _days(first, _LAST_DAY):
            if self.counts(day, weekdays) and (bounds := self.bounds_of(day)):
                count -= 1
                if count == 0:
                    return bounds.end
        raise OutsideCalendar

    def counts(self, day: date, weekdays: Collection[Weekday] | None = None) -> bool:
        """Whether a span of days counts this local date, `weekdays` as for `end_of_nth_day`."""
        if weekdays is None:
            return self.is_open_day(day)
        return WEEKDAYS[day.weekday()] in weekdays and not self.is_holiday(day)

    def _open_intervals_of_year(self, year: int) -> Iterable[tuple[int, int]]:
        # Offsets are at most a day, so the dates around New Year may show in this UTC year too.
        days = self.open_days(date(year, 1, 1) - 2 * _DAY, date(year, 12, 31) + 2 * _DAY)
        wall_spans = (
            (midnight + opens, midnight + closes)
            for day in days
            for midnight in [wall_midnight(day)]
            for opens, closes in self._wall_spans[day.weekday()]
        )
        return instants_of(wall_spans, offset_periods(self.spec.timezone, year))


@dataclass(frozen=True, slots=True)
class EpochCalendar:
    """`Calendar`'s hot questions in whole epoch seconds."""

    _open_time: OpenTime

    def add(self, start: int, seconds: int) -> int:
        return self._open_time.add(start * SECOND, seconds * SECOND) // SECOND

    def between(self, start: int, end: int) -> int:
        return self._open_time.between(start * SECOND, end * SECOND) // SECOND

    def is_open(self, at: int) -> bool:
        return self._open_time.is_open(at * SECOND)

    def next_open(self, at: int) -> int:
        return self._open_time.next_open(at * SECOND) // SECOND

    def spans(self, start: int, end: int) -> list[tuple[int, int]]:
        spans = self._open_time.spans(start * SECOND, end * SECOND)
        return [(opened // SECOND, closed // SECOND) for opened, closed in spans]


def _microseconds(at: datetime) -> int:
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no offset, so it is no instant")
    return (at - _EPOCH) // _MICROSECOND


def _instant(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)


def _in_order(pauses: Sequence[tuple[datetime, datetime]]) -> list[tuple[int, int]]:
    spans = [(_microseconds(start), _microseconds(end)) for start, end in pauses]
    if any(later < earlier for earlier, later in pairwise(chain.from_iterable(spans))):
        raise ValueError("pauses must be in order, end after they begin, and not overlap")
    return spans


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=offset) for offset in range((last - first).days + 1))
