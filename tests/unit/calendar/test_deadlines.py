"""Deadlines worked out by hand, with a paper calendar of France and Belgium."""

from datetime import UTC, date, datetime, timedelta

import pytest

from vigie.calendar import Calendar, CalendarSpec, OutsideCalendar, expand_holidays

FOUR_DAYS = ["mon", "tue", "wed", "thu"]
SERVEURCOM_HOURS = {day: ["08:30-12:30", "14:00-18:00"] for day in FOUR_DAYS} | {"fri": ["08:30-12:30", "14:00-17:00"]}
ALL_DAY = {day: ["00:00-24:00"] for day in [*FOUR_DAYS, "fri"]}

hojo = Calendar.compile(
    CalendarSpec.model_validate({"timezone": "Europe/Paris", "hours": SERVEURCOM_HOURS, "holidays": {"country": "FR"}})
)
always = Calendar.compile(CalendarSpec.model_validate({"timezone": "Europe/Paris", "hours": "always"}))
systell = Calendar.compile(
    CalendarSpec.model_validate({"timezone": "Europe/Paris", "hours": ALL_DAY, "holidays": {"country": "FR"}})
)
civ = Calendar.compile(
    CalendarSpec.model_validate({"timezone": "Europe/Brussels", "hours": ALL_DAY, "holidays": {"country": "BE"}})
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


@pytest.mark.parametrize(
    ("opened", "budget", "due"),
    [
        pytest.param("2026-03-23T11:50:00+01:00", 4, "2026-03-23T17:20:00+01:00", id="over lunch"),
        pytest.param("2026-03-21T10:00:00+01:00", 4, "2026-03-23T12:30:00+01:00", id="ends at the morning's closing"),
        pytest.param("2026-03-27T16:30:00+01:00", 4, "2026-03-30T12:00:00+02:00", id="over the start of summer time"),
        pytest.param("2026-10-23T16:30:00+02:00", 4, "2026-10-26T12:00:00+01:00", id="over the end of summer time"),
        pytest.param("2026-04-30T17:00:00+02:00", 4, "2026-05-04T11:30:00+02:00", id="over the first of May"),
        pytest.param("2026-05-07T17:30:00+02:00", 1, "2026-05-11T09:00:00+02:00", id="over the eighth of May"),
        pytest.param("2026-05-13T17:00:00+02:00", 2, "2026-05-15T09:30:00+02:00", id="over Ascension Day"),
        pytest.param("2026-05-22T16:00:00+02:00", 4, "2026-05-26T11:30:00+02:00", id="over Whit Monday"),
        pytest.param("2026-12-24T17:00:00+01:00", 4, "2026-12-28T11:30:00+01:00", id="over Christmas"),
        pytest.param("2026-12-31T17:30:00+01:00", 16, "2027-01-05T17:30:00+01:00", id="over New Year"),
        pytest.param("2026-03-23T08:30:00+01:00", 39, "2026-03-27T17:00:00+01:00", id="a whole week"),
        pytest.param("2026-03-23T08:30:00+01:00", 48, "2026-03-31T09:30:00+02:00", id="48 h of resolution"),
    ],
)
def test_a_deadline_of_serveurcom(opened: str, budget: int, due: str) -> None:
    assert hojo.add(at(opened), hours(budget)) == at(due)


@pytest.mark.parametrize(
    ("opened", "budget", "due"),
    [
        pytest.param("2026-03-28T20:00:00+01:00", 24, "2026-03-29T21:00:00+02:00", id="the day of 23 hours"),
        pytest.param("2026-10-24T20:00:00+02:00", 24, "2026-10-25T19:00:00+01:00", id="the day of 25 hours"),
        pytest.param("2026-12-24T22:00:00+01:00", 4, "2026-12-25T02:00:00+01:00", id="Christmas night"),
    ],
)
def test_round_the_clock_a_deadline_is_elapsed_time(opened: str, budget: int, due: str) -> None:
    assert always.add(at(opened), hours(budget)) == at(due)


def test_48_hours_of_open_days_leave_out_the_weekend_and_whit_monday() -> None:
    assert systell.add(at("2026-05-22T10:00:00+02:00"), hours(48)) == at("2026-05-27T10:00:00+02:00")


def test_the_belgian_national_day_is_closed_and_the_french_one_is_not() -> None:
    assert civ.add(at("2026-07-20T12:00:00+02:00"), hours(24)) == at("2026-07-22T12:00:00+02:00")
    assert civ.add(at("2026-07-13T12:00:00+02:00"), hours(24)) == at("2026-07-14T12:00:00+02:00")


def test_without_a_budget_the_deadline_is_the_start_even_at_night() -> None:
    assert hojo.add(at("2026-03-23T03:00:00+01:00"), hours(0)) == at("2026-03-23T03:00:00+01:00")


def test_a_deadline_is_exact_to_the_microsecond() -> None:
    start = at("2026-03-23T12:29:59.999999+01:00")
    assert hojo.add(start, timedelta(microseconds=1)) == at("2026-03-23T12:30:00+01:00")
    assert hojo.add(start, timedelta(microseconds=2)) == at("2026-03-23T14:00:00.000001+01:00")


def test_a_closing_time_is_closed_and_an_opening_time_is_open() -> None:
    assert not hojo.is_open(at("2026-03-23T12:30:00+01:00"))
    assert hojo.is_open(at("2026-03-23T14:00:00+01:00"))


def test_the_next_opening_after_good_friday_is_the_tuesday_after_easter() -> None:
    assert hojo.next_open(at("2026-04-03T17:00:00+02:00")) == at("2026-04-07T08:30:00+02:00")


def test_the_next_opening_while_open_is_now() -> None:
    assert hojo.next_open(at("2026-03-23T09:12:00+01:00")) == at("2026-03-23T09:12:00+01:00")


def test_open_spans_are_cut_to_the_stretch_that_was_asked_for() -> None:
    spans = hojo.spans(at("2026-03-23T12:00:00+01:00"), at("2026-03-23T14:15:00+01:00"))
    assert spans == [
        (at("2026-03-23T12:00:00+01:00"), at("2026-03-23T12:30:00+01:00")),
        (at("2026-03-23T14:00:00+01:00"), at("2026-03-23T14:15:00+01:00")),
    ]


def test_days_that_touch_at_midnight_are_one_span_even_over_new_year() -> None:
    start, end = at("2026-12-30T12:00:00+01:00"), at("2027-01-02T12:00:00+01:00")
    assert always.spans(start, end) == [(start, end)]


def test_an_instant_has_no_open_spans() -> None:
    assert always.spans(at("2026-12-30T12:00:00+01:00"), at("2026-12-30T11:00:00+00:00")) == []


def test_a_pause_moves_the_deadline_by_the_open_time_it_covers() -> None:
    start = at("2026-03-23T09:00:00+01:00")
    lunch = [(at("2026-03-23T12:00:00+01:00"), at("2026-03-23T14:30:00+01:00"))]
    assert hojo.add_with_pauses(start, hours(4), lunch) == at("2026-03-23T15:30:00+01:00")
    assert hojo.paused_time(lunch) == hours(1)


def test_a_pause_that_begins_at_the_deadline_does_not_move_it() -> None:
    pause = [(at("2026-03-23T10:00:00+01:00"), at("2026-03-23T11:00:00+01:00"))]
    assert hojo.add_with_pauses(at("2026-03-23T09:00:00+01:00"), hours(1), pause) == at("2026-03-23T10:00:00+01:00")


def test_the_part_of_a_pause_before_the_start_pauses_nothing() -> None:
    pause = [(at("2026-03-23T08:30:00+01:00"), at("2026-03-23T10:00:00+01:00"))]
    assert hojo.add_with_pauses(at("2026-03-23T09:00:00+01:00"), hours(1), pause) == at("2026-03-23T11:00:00+01:00")


def test_pauses_out_of_order_are_refused() -> None:
    nine, ten = at("2026-03-23T09:00:00+01:00"), at("2026-03-23T10:00:00+01:00")
    with pytest.raises(ValueError, match="in order"):
        hojo.add_with_pauses(nine, hours(1), [(ten, nine)])


def test_an_instant_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="no offset"):
        hojo.is_open(datetime(2026, 3, 23, 9, 0))  # noqa: DTZ001 - the mistake itself


def test_a_negative_budget_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        hojo.add(at("2026-03-23T09:00:00+01:00"), hours(-1))


def test_a_stretch_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="before the start"):
        hojo.between(at("2026-03-23T09:00:00+01:00"), at("2026-03-23T08:00:00+01:00"))


def test_a_deadline_that_would_never_come_is_an_error_and_not_a_search_without_end() -> None:
    only_then = CalendarSpec.model_validate(
        {"timezone": "UTC", "hours": {"mon": ["09:00-10:00"]}, "holidays": {"country": "FR"}}
    )
    with pytest.raises(OutsideCalendar, match="1900 to 2200"):
        Calendar.compile(only_then).add(at("2026-03-23T09:00:00+01:00"), hours(100_000))


def test_whole_epoch_seconds_give_the_same_answers() -> None:
    monday_nine = 1_774_252_800  # 2026-03-23T08:00:00Z
    assert hojo.epoch.add(monday_nine, 4 * 3600) == monday_nine + 5 * 3600 + 1800
    assert hojo.epoch.between(monday_nine, monday_nine + 86_400) == 8 * 3600
    assert hojo.epoch.is_open(monday_nine)
    assert hojo.epoch.next_open(monday_nine + 4 * 3600) == monday_nine + 5 * 3600
    assert hojo.epoch.spans(monday_nine, monday_nine + 3600) == [(monday_nine, monday_nine + 3600)]


def test_a_holiday_that_is_worked_has_the_hours_of_its_weekday() -> None:
    worked = Calendar.compile(
        CalendarSpec.model_validate(
            {
                "timezone": "Europe/Paris",
                "hours": SERVEURCOM_HOURS,
                "holidays": {"country": "FR", "yearly": ["05-26"], "open": ["2026-05-25"]},
            }
        )
    )
    assert worked.add(at("2026-05-22T16:00:00+02:00"), hours(4)) == at("2026-05-25T11:30:00+02:00")
    assert worked.next_open(at("2026-05-25T18:00:00+02:00")) == at("2026-05-27T08:30:00+02:00")


def test_holidays_close_a_desk_that_is_otherwise_always_open() -> None:
    spec = CalendarSpec.model_validate(
        {"timezone": "Europe/Paris", "hours": "always", "holidays": {"dates": ["2026-05-15"]}}
    )
    assert Calendar.compile(spec).next_open(at("2026-05-15T10:00:00+02:00")) == at("2026-05-16T00:00:00+02:00")


def test_a_subdivision_has_holidays_of_its_own() -> None:
    moselle = CalendarSpec.model_validate(
        {"timezone": "Europe/Paris", "hours": "always", "holidays": {"country": "FR", "subdivision": "57"}}
    )
    assert date(2026, 4, 3) in expand_holidays(moselle.holidays, [2026])


def test_the_public_holidays_of_france_in_2026() -> None:
    assert expand_holidays(hojo.spec.holidays, [2026]) == (
        date(2026, 1, 1),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 8),
        date(2026, 5, 14),
        date(2026, 5, 25),
        date(2026, 7, 14),
        date(2026, 8, 15),
        date(2026, 11, 1),
        date(2026, 11, 11),
        date(2026, 12, 25),
    )


def test_pinned_holidays_decide_alone() -> None:
    pinned = Calendar.compile(hojo.spec, holidays=[date(2026, 5, 26)])
    assert pinned.is_open(at("2026-05-25T10:00:00+02:00"))
    assert not pinned.is_open(at("2026-05-26T10:00:00+02:00"))


def test_the_29th_of_february_is_a_yearly_holiday_of_leap_years() -> None:
    spec = CalendarSpec.model_validate({"timezone": "UTC", "hours": "always", "holidays": {"yearly": ["02-29"]}})
    assert expand_holidays(spec.holidays, range(2026, 2030)) == (date(2028, 2, 29),)


def test_deadlines_are_given_in_utc() -> None:
    assert hojo.add(at("2026-03-23T11:50:00+01:00"), hours(4)).tzinfo is UTC
