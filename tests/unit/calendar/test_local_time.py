"""Local times that people write mean one instant, or are refused."""

from datetime import UTC, datetime

import pytest

from vigie.calendar import instant_of_local_time


def test_a_local_time_is_read_on_the_wall_of_the_desk() -> None:
    assert instant_of_local_time("2026-03-23T11:50", "Europe/Paris") == datetime(2026, 3, 23, 10, 50, tzinfo=UTC)


def test_a_time_with_an_offset_means_what_it_says() -> None:
    assert instant_of_local_time("2026-10-25T02:30+01:00", "Europe/Paris") == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("2026-03-29T02:30", "Europe/Paris"),
        ("2026-03-08T00:00", "America/Havana"),
        ("2011-12-30T12:00", "Pacific/Apia"),
    ],
)
def test_a_time_that_the_wall_skips_is_refused(written: str, zone: str) -> None:
    with pytest.raises(ValueError, match=f"does not exist in {zone}"):
        instant_of_local_time(written, zone)


def test_a_time_that_the_wall_skips_is_refused_with_the_two_that_may_be_meant() -> None:
    with pytest.raises(ValueError, match=r"write 2026-03-29T01:30:00\+01:00 or 2026-03-29T03:30:00\+02:00"):
        instant_of_local_time("2026-03-29T02:30", "Europe/Paris")


def test_a_time_that_the_wall_shows_twice_is_refused_with_both_spellings() -> None:
    with pytest.raises(ValueError, match=r"write 2026-10-25T02:30:00\+02:00 or 2026-10-25T02:30:00\+01:00"):
        instant_of_local_time("2026-10-25T02:30", "Europe/Paris")


def test_the_limits_of_a_change_exist_once() -> None:
    assert instant_of_local_time("2026-03-29T03:00", "Europe/Paris") == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert instant_of_local_time("2026-10-25T03:00", "Europe/Paris") == datetime(2026, 10, 25, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize("written", ["lundi", "2026-03-23", "20260323", "24:00", ""])
def test_what_is_no_date_with_a_time_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="not a date and time"):
        instant_of_local_time(written, "Europe/Paris")


@pytest.mark.parametrize("written", ["1899-12-31T23:59", "2201-01-01T00:00", "0001-01-01T00:00+14:00"])
def test_a_time_of_a_year_that_no_calendar_knows_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="outside the years 1900 to 2200"):
        instant_of_local_time(written, "Europe/Paris")
