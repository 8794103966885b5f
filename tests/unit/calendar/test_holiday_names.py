"""Public holidays by name, in the language that is asked for or the country's own."""

from datetime import date

import pytest

from vigie.calendar import HolidaySpec, public_holiday

ARMISTICE = date(2026, 11, 11)


@pytest.mark.parametrize(("language", "name"), [("fr", "Armistice"), ("en", "Armistice Day"), ("es", "Armistice")])
def test_a_holiday_has_its_name_in_the_language_asked_for_else_in_the_countrys_own(language: str, name: str) -> None:
    assert public_holiday(HolidaySpec(country="FR"), ARMISTICE, language) == name


def test_the_language_of_the_machine_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "uk")
    assert public_holiday(HolidaySpec(country="FR"), ARMISTICE, "es") == "Armistice"


def test_a_subdivision_has_holidays_of_its_own() -> None:
    good_friday = date(2026, 4, 3)
    assert public_holiday(HolidaySpec(country="FR"), good_friday, "fr") is None
    assert public_holiday(HolidaySpec(country="FR", subdivision="57"), good_friday, "fr") == "Vendredi saint"


def test_a_holiday_that_is_worked_keeps_its_name() -> None:
    assert public_holiday(HolidaySpec(country="FR", open=(ARMISTICE,)), ARMISTICE, "fr") == "Armistice"


def test_without_a_country_there_are_no_public_holidays() -> None:
    assert public_holiday(HolidaySpec(dates=(ARMISTICE,)), ARMISTICE, "fr") is None
