"""Calendars that cannot be meant are refused when they are loaded, each with its field and a reason."""

from typing import Any

import pytest
from pydantic import ValidationError

from vigie.calendar import CalendarSpec

WEEK = {"mon": ["08:30-12:30", "14:00-18:00"]}
EVERY_DAY = [
    f"{month:02}-{day:02}"
    for month, days in enumerate([31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], start=1)
    for day in range(1, days + 1)
]


def calendar(**fields: Any) -> dict[str, Any]:
    return {"timezone": "Europe/Paris", "hours": WEEK} | fields


def on_monday(*spans: Any) -> dict[str, Any]:
    return calendar(hours={"mon": list(spans)})


def with_holidays(**fields: Any) -> dict[str, Any]:
    return calendar(holidays=fields)


BROKEN = [
    pytest.param({"hours": WEEK}, "timezone", "required", id="no time zone"),
    pytest.param({"timezone": "Europe/Paris"}, "hours", "required", id="no hours"),
    pytest.param(calendar(timezone="Europe/Pariss"), "timezone", "did you mean 'Europe/Paris'", id="misspelt zone"),
    pytest.param(calendar(timezone="CEST"), "timezone", "not a time zone", id="a zone's abbreviation"),
    pytest.param(calendar(timezone="Europe"), "timezone", "not a time zone", id="a folder of zones"),
    pytest.param(calendar(timezone="../../etc/passwd"), "timezone", "not a time zone", id="a path as zone"),
    pytest.param(calendar(timezone=""), "timezone", "not a time zone", id="an empty zone"),
    pytest.param(calendar(timezone=1), "timezone", "valid string", id="a number as zone"),
    pytest.param(calendar(tz="UTC"), "tz", "not permitted", id="an unknown field"),
    pytest.param(calendar(hours={}), "hours", "no day of the week is open", id="no day"),
    pytest.param(calendar(hours={"mon": [], "sun": []}), "hours", "no day of the week is open", id="only closed days"),
    pytest.param(calendar(hours="never"), "hours", "neither 'always'", id="another word than always"),
    pytest.param(calendar(hours=None), "hours", "valid dictionary", id="hours left empty"),
    pytest.param(calendar(hours={"lundi": ["08:30-12:30"]}), "hours.lundi", "not permitted", id="a French day"),
    pytest.param(calendar(hours={"mon": "08:30-12:30"}), "hours.mon", "valid tuple", id="a span without its list"),
    pytest.param(on_monday("8:30-12:30"), "hours.mon.0", "is not a span", id="one digit for the hour"),
    pytest.param(on_monday("08:30–12:30"), "hours.mon.0", "is not a span", id="a long dash"),
    pytest.param(on_monday("08:30-24:30"), "hours.mon.0", "is not a span", id="after 24:00"),
    pytest.param(on_monday("24:00-24:00"), "hours.mon.0", "is not a span", id="from 24:00"),
    pytest.param(on_monday("08:60-12:30"), "hours.mon.0", "is not a span", id="minute 60"),
    pytest.param(on_monday("08:30"), "hours.mon.0", "is not a span", id="only a start"),
    pytest.param(on_monday(510), "hours.mon.0", "valid string", id="a number as span"),
    pytest.param(on_monday("12:30-08:30"), "hours.mon.0", "ends before it has begun", id="end before start"),
    pytest.param(on_monday("22:00-06:00"), "hours.mon.0", "on two days", id="past midnight"),
    pytest.param(on_monday("09:00-09:00"), "hours.mon.0", "ends before it has begun", id="empty span"),
    pytest.param(on_monday("08:30-12:30", "12:00-18:00"), "hours.mon", "overlap", id="overlapping spans"),
    pytest.param(on_monday("14:00-18:00", "08:30-14:30"), "hours.mon", "overlap", id="overlapping, out of order"),
    pytest.param(on_monday("09:00-10:00", "09:00-10:00"), "hours.mon", "overlap", id="a span twice"),
    pytest.param(with_holidays(country="XX"), "holidays.country", "no public holidays are known", id="unknown country"),
    pytest.param(with_holidays(country="fr"), "holidays.country", "alpha-2", id="country in lower case"),
    pytest.param(with_holidays(country="FRA"), "holidays.country", "alpha-2", id="three letters of country"),
    pytest.param(
        with_holidays(country="FR", subdivision="ZZ"), "holidays.subdivision", "take one of those", id="unknown part"
    ),
    pytest.param(with_holidays(subdivision="57"), "holidays.subdivision", "needs a country", id="part of nothing"),
    pytest.param(with_holidays(yearly=["02-30"]), "holidays.yearly.0", "not a day of any year", id="30 February"),
    pytest.param(with_holidays(yearly=["2-3"]), "holidays.yearly.0", "written like", id="one digit for the month"),
    pytest.param(with_holidays(yearly=["2026-12-26"]), "holidays.yearly.0", "written like", id="a year each year"),
    pytest.param(with_holidays(yearly=EVERY_DAY), "holidays.yearly", "every day of the year", id="closed for ever"),
    pytest.param(with_holidays(dates=["2026-02-29"]), "holidays.dates.0", "valid date", id="no leap year"),
    pytest.param(with_holidays(dates=["26/12/2026"]), "holidays.dates.0", "written like", id="a French date"),
    pytest.param(with_holidays(dates=[20261226]), "holidays.dates.0", "written like", id="a number as date"),
    pytest.param(with_holidays(dates="2026-12-26"), "holidays.dates", "valid tuple", id="a date without its list"),
    pytest.param(with_holidays(open=["2026-05-32"]), "holidays.open.0", "valid date", id="32 May"),
    pytest.param(
        with_holidays(dates=["2026-05-15"], open=["2026-05-15"]), "holidays.open", "both closed and worked", id="both"
    ),
    pytest.param(with_holidays(closed=["2026-05-15"]), "holidays.closed", "not permitted", id="unknown holiday field"),
]


@pytest.mark.parametrize(("written", "field", "reason"), BROKEN)
def test_a_broken_calendar_is_refused_with_its_field(written: dict[str, Any], field: str, reason: str) -> None:
    with pytest.raises(ValidationError) as refused:
        CalendarSpec.model_validate(written)
    (error,) = refused.value.errors()
    assert ".".join(str(step) for step in error["loc"]) == field
    assert reason in error["msg"]


def test_spans_may_touch_and_stand_in_any_order() -> None:
    spec = CalendarSpec.model_validate(on_monday("12:00-18:00", "08:00-12:00"))
    assert spec.hours.mon == ("08:00-12:00", "12:00-18:00")


def test_what_is_written_out_is_read_back_the_same() -> None:
    spec = CalendarSpec.model_validate(with_holidays(country="FR", yearly=["12-26"], dates=["2026-05-15"]))
    assert CalendarSpec.model_validate_json(spec.model_dump_json()) == spec


def test_a_calendar_cannot_be_changed_after_it_was_checked() -> None:
    spec = CalendarSpec.model_validate(calendar())
    with pytest.raises(ValidationError, match="frozen"):
        spec.timezone = "UTC"  # type: ignore[misc]  # the change itself is under test
