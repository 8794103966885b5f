"""Hours that meet a change of the clocks, in zones that change in their own ways."""

from datetime import date, datetime, timedelta

import pytest

from vigie.calendar import Calendar, CalendarSpec


def on_sundays(zone: str, *spans: str) -> Calendar:
    return Calendar.compile(CalendarSpec.model_validate({"timezone": zone, "hours": {"sun": list(spans)}}))


def open_on(calendar: Calendar, start: str, end: str) -> list[tuple[str, str]]:
    spans = calendar.spans(datetime.fromisoformat(start), datetime.fromisoformat(end))
    return [(f"{span.start:%d %H:%M}", f"{span.end:%d %H:%M}") for span in spans]


SPRING = ("2026-03-28T12:00+01:00", "2026-03-29T12:00+02:00")
AUTUMN = ("2026-10-24T12:00+02:00", "2026-10-25T12:00+01:00")


def test_a_span_that_begins_in_the_skipped_hour_begins_at_the_change() -> None:
    assert open_on(on_sundays("Europe/Paris", "02:30-05:00"), *SPRING) == [("29 01:00", "29 03:00")]


def test_a_span_that_ends_in_the_skipped_hour_ends_at_the_change() -> None:
    assert open_on(on_sundays("Europe/Paris", "01:00-02:30"), *SPRING) == [("29 00:00", "29 01:00")]


def test_a_span_inside_the_skipped_hour_does_not_open() -> None:
    assert open_on(on_sundays("Europe/Paris", "02:15-02:45"), *SPRING) == []


def test_a_span_inside_the_repeated_hour_opens_twice() -> None:
    twice = [("25 00:15", "25 00:45"), ("25 01:15", "25 01:45")]
    assert open_on(on_sundays("Europe/Paris", "02:15-02:45"), *AUTUMN) == twice


def test_a_span_that_ends_in_the_repeated_hour_opens_again_until_its_second_end() -> None:
    again = [("24 23:00", "25 00:30"), ("25 01:00", "25 01:30")]
    assert open_on(on_sundays("Europe/Paris", "01:00-02:30"), *AUTUMN) == again


def test_a_span_over_the_repeated_hour_is_an_hour_longer() -> None:
    assert open_on(on_sundays("Europe/Paris", "01:00-04:00"), *AUTUMN) == [("24 23:00", "25 03:00")]


def test_a_sunday_is_whole_where_its_midnight_comes_twice() -> None:
    havana = on_sundays("America/Havana", "00:00-24:00")
    assert open_on(havana, "2026-10-31T00:00-04:00", "2026-11-03T00:00-05:00") == [("01 04:00", "02 05:00")]


def test_a_sunday_is_whole_where_its_midnight_is_skipped() -> None:
    havana = on_sundays("America/Havana", "00:00-24:00")
    assert open_on(havana, "2026-03-07T00:00-05:00", "2026-03-10T00:00-04:00") == [("08 05:00", "09 04:00")]


def test_lord_howe_moves_its_clocks_by_half_an_hour() -> None:
    lord_howe = on_sundays("Australia/Lord_Howe", "01:00-03:00")
    assert open_on(lord_howe, "2026-04-04T00:00+11:00", "2026-04-06T00:00+10:30") == [("04 14:00", "04 16:30")]


def test_the_friday_that_samoa_skipped_has_no_hours() -> None:
    hours = {"fri": ["09:00-17:00"], "sat": ["09:00-10:00"]}
    samoa = Calendar.compile(CalendarSpec.model_validate({"timezone": "Pacific/Apia", "hours": hours}))
    thursday_night = datetime.fromisoformat("2011-12-29T22:00-10:00")
    assert samoa.add(thursday_night, timedelta(minutes=30)) == datetime.fromisoformat("2011-12-31T09:30+14:00")


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-03-29T00:00+01:00", "2026-03-30T00:00+02:00", 23),
        ("2026-10-25T00:00+02:00", "2026-10-26T00:00+01:00", 25),
    ],
)
def test_a_sunday_of_the_change_is_an_hour_shorter_or_longer(start: str, end: str, hours: int) -> None:
    open_time = on_sundays("Europe/Paris", "00:00-24:00").between(
        datetime.fromisoformat(start), datetime.fromisoformat(end)
    )
    assert open_time == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("zone", "day", "bounds"),
    [
        ("Europe/Paris", "2026-03-29", ("28 23:00", "29 22:00")),
        ("Europe/Paris", "2026-10-25", ("24 22:00", "25 23:00")),
        ("Europe/Paris", "2026-10-26", ("25 23:00", "26 23:00")),
    ],
)
def test_a_day_lasts_as_long_as_the_wall_shows_its_date(zone: str, day: str, bounds: tuple[str, str]) -> None:
    lasts = on_sundays(zone, "09:00-10:00").bounds_of(date.fromisoformat(day))
    assert lasts
    assert (f"{lasts.start:%d %H:%M}", f"{lasts.end:%d %H:%M}") == bounds


def test_a_date_that_the_zone_left_out_never_was() -> None:
    assert on_sundays("Pacific/Apia", "09:00-10:00").bounds_of(date(2011, 12, 30)) is None
