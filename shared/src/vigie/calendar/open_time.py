"""All open time on one line: sorted open intervals with running totals, so that a question is two binary searches.

Everything is in whole microseconds since the epoch, the unit in which a `datetime` is exact. The line is compiled year
by year when a question first needs it, in both directions, and never changes what it has already said. A grown line
replaces the old one in a single assignment; readers hold the one they began with, so threads may share a calendar.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from threading import Lock

from vigie.calendar.zone import year_bounds

SECOND = 1_000_000
FIRST_YEAR = 1900
LAST_YEAR = 2200
"""The UTC years that a calendar knows, both included: beyond them neither zones nor holidays mean anything."""

YearCompiler = Callable[[int], Iterable[tuple[int, int]]]
"""The open intervals of one UTC year, in epoch seconds, in order, clipped to that year."""


class OutsideCalendar(ValueError):
    """The question or its answer lies outside the years that a calendar knows."""

    def __init__(self) -> None:
        super().__init__(f"outside the years {FIRST_YEAR} to {LAST_YEAR}, which is all that a calendar knows")


@dataclass(frozen=True, slots=True)
class _Line:
    first: int
    end: int
    opens: tuple[int, ...]
    closes: tuple[int, ...]
    through: tuple[int, ...]
    """Open time from `first` to each closing."""
    total: int


class OpenTime:
    """The arithmetic of open time, over intervals that `compile_year` gives when they are needed."""

    def __init__(self, compile_year: YearCompiler) -> None:
        self._compile_year = compile_year
        self._years: dict[int, list[tuple[int, int]]] = {}
        self._growing = Lock()
        self._line = _Line(0, 0, (), (), (), 0)

    def add(self, start: int, budget: int) -> int:
        """The earliest instant at which `budget` of open time has passed since `start`: a closing time, perhaps."""
        if budget <= 0:
            if budget < 0:
                raise ValueError("a budget of open time cannot be negative")
            return start
        line = self._line
        if not line.first <= start < line.end:
            line = self._reach(start)
        at = bisect_right(line.opens, start) - 1
        wanted = budget
        if at >= 0:
            left = line.closes[at] - start
            if left >= budget:
                return start + budget
            wanted += line.through[at] - left if left > 0 else line.through[at]
        if wanted > line.total:
            self._grow_past(line)
            return self.add(start, budget)
        last = bisect_left(line.through, wanted, max(at, 0))
        return line.closes[last] - (line.through[last] - wanted)

    def between(self, start: int, end: int) -> int:
        """The open time in `[start, end)`."""
        if end < start:
            raise ValueError("the end lies before the start")
        line = self._line
        if not (line.first <= start and end <= line.end):
            line = self._reach(start, end)
        return _passed(line, end) - _passed(line, start)

    def is_open(self, at: int) -> bool:
        line = self._reach(at)
        index = bisect_right(line.opens, at) - 1
        return index >= 0 and at < line.closes[index]

    def next_open(self, start: int) -> int:
        """The first open instant at or after `start`."""
        line = self._reach(start)
        while not line.closes or start >= line.closes[-1]:
            line = self._grow_past(line)
        return max(start, line.opens[bisect_right(line.closes, start)])

    def spans(self, start: int, end: int) -> list[tuple[int, int]]:
        """The open spans of `[start, end)`, cut to it."""
        if end < start:
            raise ValueError("the end lies before the start")
        line = self._reach(start, end)
        first, last = bisect_right(line.closes, start), bisect_left(line.opens, end)
        pairs = zip(line.opens[first:last], line.closes[first:last], strict=True)
        return [(max(opened, start), min(closed, end)) for opened, closed in pairs if start < end]

    def _reach(self, *instants: int) -> _Line:
        """The line, grown until it holds these instants."""
        line = self._line
        if line.first <= min(instants) and max(instants) < line.end:
            return line
        return self._grow(_year(min(instants)), _year(max(instants)))

    def _grow_past(self, line: _Line) -> _Line:
        """A line that goes on where this one ends, for twice its years, so that a long budget costs few growths."""
        first, last = _year(line.first), _year(line.end - 1)
        if last >= LAST_YEAR:
            raise OutsideCalendar
        return self._grow(first, min(2 * last + 1 - first, LAST_YEAR))

    def _grow(self, first: int, last: int) -> _Line:
        with self._growing:
            if self._years:
                first, last = min(first, min(self._years)), max(last, max(self._years))
            self._line = self._compile(first, last)
            return self._line

    def _compile(self, first: int, last: int) -> _Line:
        opens: list[int] = []
        closes: list[int] = []
        for year in range(first, last + 1):
            if year not in self._years:
                self._years[year] = list(self._compile_year(year))
            for opened, closed in self._years[year]:
                if closes and closes[-1] == opened * SECOND:
                    closes[-1] = closed * SECOND
                else:
                    opens.append(opened * SECOND)
                    closes.append(closed * SECOND)
        through = list(accumulate(closed - opened for opened, closed in zip(opens, closes, strict=True)))
        total = through[-1] if through else 0
        begin, end = year_bounds(first)[0], year_bounds(last)[1]
        return _Line(begin * SECOND, end * SECOND, tuple(opens), tuple(closes), tuple(through), total)


def _passed(line: _Line, at: int) -> int:
    """Open time from the line's first instant to `at`."""
    index = bisect_right(line.opens, at) - 1
    if index < 0:
        return 0
    left = line.closes[index] - at
    return line.through[index] - left if left > 0 else line.through[index]


def _year(at: int) -> int:
    try:
        year = datetime.fromtimestamp(at // SECOND, UTC).year
    except (OverflowError, ValueError, OSError):
        raise OutsideCalendar from None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise OutsideCalendar
    return year
