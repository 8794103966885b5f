"""A report is about whole days of the desk, by its own clock."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from support.told import local, period


def test_the_last_day_is_included() -> None:
    march = period("2026-03-01", "2026-03-31")
    assert march.holds(local("2026-03-31 23:59"))
    assert not march.holds(local("2026-04-01 00:00"))


def test_midnight_belongs_to_the_day_that_begins() -> None:
    assert period("2026-03-02", "2026-03-02").holds(local("2026-03-02 00:00"))


def test_the_day_is_the_desks_and_not_greenwichs() -> None:
    assert not period("2026-03-02", "2026-03-02").holds(local("2026-03-01 23:30"))


def test_the_day_on_which_the_clocks_go_forward_has_23_hours() -> None:
    assert period("2026-03-29", "2026-03-29").length == timedelta(hours=23)


def test_the_day_on_which_they_go_back_has_25() -> None:
    assert period("2026-10-25", "2026-10-25").length == timedelta(hours=25)


def test_what_has_not_happened_yet_is_not_counted() -> None:
    today = period("2026-03-23", "2026-03-31", now=local("2026-03-23 12:00"))
    assert today.length == timedelta(hours=12)


def test_a_period_that_lies_ahead_has_no_length() -> None:
    assert period("2026-04-01", "2026-04-30", now=local("2026-03-23 12:00")).length == timedelta(0)


def test_it_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="2026-03-01 is before 2026-03-02"):
        period("2026-03-02", "2026-03-01")


def test_another_desk_has_another_clock() -> None:
    lisbon = ZoneInfo("Europe/Lisbon")
    assert not period("2026-03-02", "2026-03-02", lisbon).holds(local("2026-03-02 00:30"))
