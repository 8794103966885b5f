"""Spans of whole days: *jours ouvrés* and *jours ouvrables*."""

from datetime import datetime

import pytest

from vigie.calendar import Calendar, CalendarSpec, OutsideCalendar, Weekday

MON_FRI: list[Weekday] = ["mon", "tue", "wed", "thu", "fri"]
MON_SAT: list[Weekday] = [*MON_FRI, "sat"]


def desk(country: str, zone: str) -> Calendar:
    hours = {day: ["09:00-17:00"] for day in MON_FRI}
    return Calendar.compile(
        CalendarSpec.model_validate({"timezone": zone, "hours": hours, "holidays": {"country": country}})
    )


france = desk("FR", "Europe/Paris")
belgium = desk("BE", "Europe/Brussels")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_the_day_it_starts_is_left_out_and_the_last_one_is_whole() -> None:
    assert france.end_of_nth_day(at("2026-03-23T00:00+01:00"), 1) == at("2026-03-25T00:00+01:00")
    assert france.end_of_nth_day(at("2026-03-23T23:59+01:00"), 1) == at("2026-03-25T00:00+01:00")


def test_the_start_day_is_the_local_one() -> None:
    assert france.end_of_nth_day(at("2026-03-23T23:30+00:00"), 1) == at("2026-03-26T00:00+01:00")


def test_three_open_days_skip_the_weekend_and_whit_monday() -> None:
    assert france.end_of_nth_day(at("2026-05-21T15:00+02:00"), 3) == at("2026-05-28T00:00+02:00")


def test_working_days_count_saturdays_and_leave_out_public_holidays() -> None:
    assert france.end_of_nth_day(at("2026-05-21T15:00+02:00"), 2, MON_SAT) == at("2026-05-24T00:00+02:00")
    assert france.end_of_nth_day(at("2026-05-21T15:00+02:00"), 3, MON_SAT) == at("2026-05-27T00:00+02:00")


def test_fifteen_belgian_working_days_over_the_national_day() -> None:
    assert belgium.end_of_nth_day(at("2026-07-06T09:00+02:00"), 15, MON_FRI) == at("2026-07-29T00:00+02:00")


def test_a_count_over_the_start_of_summer_time_ends_at_local_midnight() -> None:
    assert france.end_of_nth_day(at("2026-03-27T10:00+01:00"), 1) == at("2026-03-31T00:00+02:00")


def test_where_midnight_is_skipped_a_day_ends_at_the_change() -> None:
    cairo = Calendar.compile(CalendarSpec.model_validate({"timezone": "Africa/Cairo", "hours": "always"}))
    assert cairo.end_of_nth_day(at("2026-04-22T10:00+02:00"), 1) == at("2026-04-24T01:00+03:00")


def test_a_date_that_never_was_is_not_counted() -> None:
    samoa = Calendar.compile(CalendarSpec.model_validate({"timezone": "Pacific/Apia", "hours": "always"}))
    assert samoa.end_of_nth_day(at("2011-12-29T10:00-10:00"), 1) == at("2012-01-01T00:00+14:00")


@pytest.mark.parametrize(("count", "days"), [(0, None), (-1, None), (1, [])])
def test_a_count_of_nothing_is_refused(count: int, days: list[Weekday] | None) -> None:
    with pytest.raises(ValueError, match="day"):
        france.end_of_nth_day(at("2026-03-23T10:00+01:00"), count, days)


def test_a_count_beyond_the_known_years_is_refused() -> None:
    with pytest.raises(OutsideCalendar):
        france.end_of_nth_day(at("2199-12-23T10:00+01:00"), 400)
