"""Wall time to instants, exact across every change of the clocks.

A wall second is what the clock on the wall shows, counted from 1970-01-01T00:00 as if there were no zones. Between two
changes of a zone's offset, wall time and instants differ by a constant; so an open span of wall time is moved by each
offset and cut to the period in which that offset holds. What follows is the rule in one sentence: *an instant is open
when the date and time that the wall shows at that instant are open.*

- The hour that is skipped in spring holds no instants: a span that begins or ends in it is cut at the change.
- The hour that comes twice in autumn is open twice where the wall shows open times (see docs/decisions on calendars).
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = 86_400
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_STEP = DAY
"""How far apart the offset is looked at. The closest two changes of any zone since 1900 are 6.9 days apart
(America/Recife, October 2000), so none hides between two looks."""


def wall_midnight(day: date) -> int:
    """The wall second at which a date begins."""
    return (day.toordinal() - _EPOCH_ORDINAL) * DAY


def year_bounds(year: int) -> tuple[int, int]:
    """A UTC year in epoch seconds, end excluded."""
    return wall_midnight(date(year, 1, 1)), wall_midnight(date(year, 12, 31)) + DAY


@lru_cache(maxsize=4_096)
def offset_periods(timezone: str, year: int) -> tuple[tuple[int, int, int], ...]:
    """A UTC year as periods `(first instant, end, offset)` of constant offset, all in seconds."""
    zone = ZoneInfo(timezone)
    start, end = year_bounds(year)
    periods, offset = [], _offset(zone, start)
    for at in range(start + _STEP, end + 1, _STEP):
        changed = _offset(zone, at)
        if changed != offset:
            change = _first_with(changed, zone, at - _STEP, at)
            if change >= end:
                break
            periods.append((start, change, offset))
            start, offset = change, changed
    return (*periods, (start, end, offset))


def instants_of(
    wall_spans: Iterable[tuple[int, int]], periods: Iterable[tuple[int, int, int]]
) -> Iterator[tuple[int, int]]:
    """The spans of epoch seconds in which the wall shows a time of `wall_spans`; both in order and without overlap."""
    spans = list(wall_spans)
    for first, end, offset in periods:
        for opens, closes in spans:
            opened, closed = max(opens - offset, first), min(closes - offset, end)
            if opened < closed:
                yield opened, closed


def local_day(timezone: str, day: date) -> tuple[int, int] | None:
    """A local date's first instant and its end; None for a date the zone skipped (Pacific/Apia, 2011-12-30)."""
    years = sorted({(day - timedelta(days=1)).year, day.year, (day + timedelta(days=1)).year})
    periods = [period for year in years for period in offset_periods(timezone, year)]
    midnight = wall_midnight(day)
    pieces = list(instants_of([(midnight, midnight + DAY)], periods))
    return (pieces[0][0], pieces[-1][1]) if pieces else None


def _offset(zone: ZoneInfo, at: int) -> int:
    offset = datetime.fromtimestamp(at, UTC).astimezone(zone).utcoffset()
    assert offset is not None, "a ZoneInfo always has an offset"  # noqa: S101 - for the type checker
    return int(offset.total_seconds())


def _first_with(offset: int, zone: ZoneInfo, before: int, at: int) -> int:
    while at - before > 1:
        middle = (before + at) // 2
        if _offset(zone, middle) == offset:
            at = middle
        else:
            before = middle
    return at
