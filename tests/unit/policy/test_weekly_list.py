"""When a desk lists what is not resolved. By hand; France's clocks and holidays, Monday to Friday."""

from __future__ import annotations

from datetime import time

import pytest

from support.promises import paris
from vigie.calendar import Calendar, CalendarSpec
from vigie.policy.procedure import WeeklyList

MONDAY, FRIDAY, SUNDAY = 0, 4, 6
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")


def weekly(
    on: int = MONDAY, at: str = "09:00", days: tuple[str, ...] = WEEKDAYS, closed: tuple[str, ...] = ()
) -> WeeklyList:
    spec = {
        "timezone": "Europe/Paris",
        "hours": {day: ["08:00-18:00"] for day in days},
        "holidays": {"country": "FR", "dates": closed},
    }
    return WeeklyList(on, time.fromisoformat(at), Calendar.compile(CalendarSpec.model_validate(spec)))


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-19 10:00", "2026-03-23 09:00"),
        ("2026-03-23 08:59", "2026-03-23 09:00"),
        ("2026-03-23 09:00", "2026-03-30 09:00"),
        ("2026-03-28 23:00", "2026-03-30 09:00"),  # before the night in which the clocks go forward
        ("2026-10-24 23:00", "2026-10-26 09:00"),  # and back
        ("2026-12-30 10:00", "2027-01-04 09:00"),
    ],
)
def test_the_next_list_is_that_of_the_next_monday(moment: str, expected: str) -> None:
    assert weekly().after(paris(moment)) == paris(expected)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [("2026-04-04 10:00", "2026-04-07 09:00"), ("2026-04-06 12:00", "2026-04-07 09:00")],
)
def test_on_easter_monday_nobody_meets_so_it_is_the_tuesdays(moment: str, expected: str) -> None:
    assert weekly().after(paris(moment)) == paris(expected)


def test_a_list_that_was_put_off_into_the_next_week_takes_no_other_ones_place() -> None:
    """Friday 1 May is a holiday: Monday 4 May; then Friday 8 May is one too: Monday 11 May; then Friday 15 May."""
    friday = weekly(FRIDAY)
    lists = [paris("2026-04-24 09:00")]
    for _ in range(3):
        lists.append(friday.after(lists[-1]))
    assert lists[1:] == [paris("2026-05-04 09:00"), paris("2026-05-11 09:00"), paris("2026-05-15 09:00")]


def test_weeks_in_which_the_desk_does_not_open_have_one_list_together() -> None:
    """Closed from Monday 3 to Friday 14 August."""
    away = weekly(closed=tuple(f"2026-08-{day:02}" for day in range(3, 15)))
    assert away.after(paris("2026-07-27 09:00")) == paris("2026-08-17 09:00")
    assert away.after(paris("2026-08-10 10:00")) == paris("2026-08-17 09:00")
    assert away.before(paris("2026-08-17 09:00")) == paris("2026-07-27 09:00")


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-30 09:00", "2026-03-23 09:00"),
        ("2026-03-30 09:01", "2026-03-30 09:00"),
        ("2026-04-07 09:00", "2026-03-30 09:00"),  # the Tuesday after Easter
        ("2026-04-06 12:00", "2026-03-30 09:00"),
    ],
)
def test_the_list_before_is_the_last_one_that_was_held(moment: str, expected: str) -> None:
    assert weekly().before(paris(moment)) == paris(expected)


def test_a_time_that_the_clocks_skip_is_as_much_later() -> None:
    """On Sunday 29 March, 02:30 is 03:30 by the new time."""
    assert weekly(SUNDAY, "02:30", ("sun",)).after(paris("2026-03-28 12:00")) == paris("2026-03-29 03:30")


def test_of_a_time_that_comes_twice_it_is_the_first() -> None:
    """On Sunday 25 October, 02:30 of summer time is 00:30 UTC."""
    found = weekly(SUNDAY, "02:30", ("sun",)).after(paris("2026-10-24 12:00"))
    assert found.isoformat() == "2026-10-25T00:30:00+00:00"
