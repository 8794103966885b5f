"""Calendars against a model that looks at the clock on the wall once a minute, and against the laws of arithmetic.

The model shares nothing with the calendar but `zoneinfo`: no intervals, no offsets, no sums.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from vigie.calendar import WEEKDAYS, Calendar, CalendarSpec

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

# Where and when the clocks changed, in UTC; the turn of a year is there as a change of nothing.
CHANGES = [
    ("Europe/Paris", "2026-03-29T01:00"),
    ("Europe/Paris", "2026-10-25T01:00"),
    ("Europe/Brussels", "2025-10-26T01:00"),
    ("Europe/Brussels", "2026-12-31T23:00"),
    ("America/St_Johns", "2006-10-29T02:31"),  # one minute past midnight, back to yesterday
    ("America/St_Johns", "2026-03-08T05:30"),
    ("Australia/Lord_Howe", "2026-04-04T15:00"),  # by half an hour
    ("Australia/Lord_Howe", "2026-10-03T15:30"),
    ("Pacific/Apia", "2011-12-30T10:00"),  # over a whole day
    ("America/Havana", "2026-11-01T05:00"),  # midnight comes twice
    ("America/Havana", "2026-03-08T05:00"),  # midnight does not come
    ("Africa/Cairo", "2026-10-29T21:00"),
    ("America/Santiago", "2026-04-05T03:00"),
    ("Asia/Kathmandu", "1985-12-31T18:30"),  # by a quarter of an hour, at New Year
]


class Wall:
    """The model: what the wall shows decides, minute by minute."""

    def __init__(self, spec: CalendarSpec) -> None:
        self.zone = ZoneInfo(spec.timezone)
        self.closed = set(spec.holidays.dates)
        self.open_minutes = [set(self._minutes(spec.hours.of(weekday))) for weekday in range(7)]

    @staticmethod
    def _minutes(spans: tuple[str, ...]) -> list[int]:
        minutes: list[int] = []
        for span in spans:
            start, end = ((int(clock[:2]) * 60 + int(clock[3:])) for clock in span.split("-"))
            minutes += range(start, end)
        return minutes

    def is_open(self, at: datetime) -> bool:
        shown = at.astimezone(self.zone)
        return shown.date() not in self.closed and shown.hour * 60 + shown.minute in self.open_minutes[shown.weekday()]

    def between(self, start: datetime, end: datetime) -> int:
        return sum(self.is_open(start + n * MINUTE) for n in range((end - start) // MINUTE))

    def add(self, start: datetime, minutes: int) -> datetime:
        at = start
        while minutes:
            minutes -= self.is_open(at)
            at += MINUTE
        return at


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


night = st.integers(0, 240)
any_time = st.integers(0, 1440) | night | st.sampled_from([0, 1440, 120, 180])
bounds = st.lists(any_time, unique=True, max_size=6).map(sorted)


@st.composite
def weeks(draw: st.DrawFn) -> dict[str, list[str]]:
    week: dict[str, list[str]] = {}
    for weekday in WEEKDAYS:
        limits = draw(bounds)
        week[weekday] = [f"{_clock(start)}-{_clock(end)}" for start, end in list(pairwise(limits))[::2]]
    if not any(week.values()):
        week["sun"] = ["00:00-24:00"]
    return week


@st.composite
def calendars_at_a_change(draw: st.DrawFn) -> tuple[CalendarSpec, datetime]:
    zone, text = draw(st.sampled_from(CHANGES))
    change = datetime.fromisoformat(text).replace(tzinfo=UTC)
    closed = draw(st.lists(st.integers(-3, 3), max_size=2, unique=True))
    dates = [date.isoformat(change.date() + n * DAY) for n in closed]
    spec = CalendarSpec.model_validate({"timezone": zone, "hours": draw(weeks()), "holidays": {"dates": dates}})
    return spec, change


@given(calendars_at_a_change())
@settings(deadline=None, max_examples=30)
def test_open_is_when_the_wall_shows_an_open_time(case: tuple[CalendarSpec, datetime]) -> None:
    spec, change = case
    calendar, wall = Calendar.compile(spec), Wall(spec)
    start = change - 36 * 60 * MINUTE
    for at in (start + n * MINUTE for n in range(72 * 60)):
        assert calendar.is_open(at) == wall.is_open(at), at


@given(calendars_at_a_change(), st.integers(-3000, 3000), st.integers(0, 5000))
@settings(deadline=None, max_examples=60)
def test_open_time_between_two_instants_is_what_the_wall_shows(
    case: tuple[CalendarSpec, datetime], offset: int, length: int
) -> None:
    spec, change = case
    start = change + offset * MINUTE
    end = start + length * MINUTE
    assert Calendar.compile(spec).between(start, end) == Wall(spec).between(start, end) * MINUTE


@given(calendars_at_a_change(), st.integers(-3000, 500), st.data())
@settings(deadline=None, max_examples=60)
def test_a_deadline_is_where_the_wall_has_used_up_the_budget(
    case: tuple[CalendarSpec, datetime], offset: int, data: st.DataObject
) -> None:
    spec, change = case
    wall, start = Wall(spec), change + offset * MINUTE
    budget = data.draw(st.integers(0, wall.between(start, start + 4 * DAY)))
    assert Calendar.compile(spec).add(start, budget * MINUTE) == wall.add(start, budget)


microseconds = st.integers(0, 200_000_000_000).map(lambda n: timedelta(microseconds=n))
near_the_change = st.timedeltas(timedelta(days=-20), timedelta(days=20))


@given(calendars_at_a_change(), near_the_change, microseconds, microseconds)
@settings(deadline=None)
def test_two_budgets_one_after_the_other_are_their_sum(
    case: tuple[CalendarSpec, datetime], offset: timedelta, one: timedelta, other: timedelta
) -> None:
    spec, change = case
    calendar, start = Calendar.compile(spec), change + offset
    assert calendar.add(calendar.add(start, one), other) == calendar.add(start, one + other)


@given(calendars_at_a_change(), near_the_change, microseconds)
@settings(deadline=None)
def test_a_budget_is_exactly_the_open_time_until_its_deadline(
    case: tuple[CalendarSpec, datetime], offset: timedelta, budget: timedelta
) -> None:
    spec, change = case
    calendar, start = Calendar.compile(spec), change + offset
    assert calendar.between(start, calendar.add(start, budget)) == budget


@given(calendars_at_a_change(), near_the_change, near_the_change, microseconds)
@settings(deadline=None)
def test_who_starts_later_is_never_due_earlier(
    case: tuple[CalendarSpec, datetime], one: timedelta, other: timedelta, budget: timedelta
) -> None:
    spec, change = case
    calendar, (earlier, later) = Calendar.compile(spec), sorted([change + one, change + other])
    assert calendar.add(earlier, budget) <= calendar.add(later, budget)


@given(calendars_at_a_change(), st.lists(near_the_change, min_size=3, max_size=3))
@settings(deadline=None)
def test_open_time_of_two_stretches_is_the_open_time_of_both(
    case: tuple[CalendarSpec, datetime], offsets: list[timedelta]
) -> None:
    spec, change = case
    calendar, (first, middle, last) = Calendar.compile(spec), sorted(change + offset for offset in offsets)
    assert calendar.between(first, middle) + calendar.between(middle, last) == calendar.between(first, last)


@given(calendars_at_a_change(), near_the_change, near_the_change)
@settings(deadline=None)
def test_the_open_spans_of_a_stretch_sum_up_to_its_open_time(
    case: tuple[CalendarSpec, datetime], one: timedelta, other: timedelta
) -> None:
    spec, change = case
    calendar, (start, end) = Calendar.compile(spec), sorted([change + one, change + other])
    spans = calendar.spans(start, end)
    assert sum((span.end - span.start for span in spans), timedelta()) == calendar.between(start, end)
    assert all(earlier.end < later.start for earlier, later in pairwise(spans))


@given(calendars_at_a_change(), near_the_change, microseconds, st.lists(near_the_change, min_size=4, max_size=4))
@settings(deadline=None)
def test_a_paused_deadline_leaves_the_budget_of_unpaused_open_time(
    case: tuple[CalendarSpec, datetime], offset: timedelta, budget: timedelta, limits: list[timedelta]
) -> None:
    spec, change = case
    calendar, start = Calendar.compile(spec), change + offset
    a, b, c, d = sorted(change + limit for limit in limits)
    due = calendar.add_with_pauses(start, budget, [(a, b), (c, d)])
    counted = [
        (max(since, start), min(until, due)) for since, until in [(a, b), (c, d)] if until > start and since < due
    ]
    assert calendar.between(start, due) - calendar.paused_time(counted) == budget


@given(calendars_at_a_change(), near_the_change, microseconds)
@settings(deadline=None)
def test_what_was_asked_before_does_not_change_an_answer(
    case: tuple[CalendarSpec, datetime], offset: timedelta, budget: timedelta
) -> None:
    spec, change = case
    fresh, used = Calendar.compile(spec), Calendar.compile(spec)
    used.is_open(change - 900 * DAY)
    used.is_open(change + 900 * DAY)
    assert fresh.add(change + offset, budget) == used.add(change + offset, budget)
