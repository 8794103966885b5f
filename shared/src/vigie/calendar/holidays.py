"""Which local dates are holidays of a calendar.

The days of a country come from the library `holidays`, whose next release may know better; whoever must decide years
later as on the first day stores what `expand_holidays` gave then and hands it to `Calendar.compile`.
"""

from collections.abc import Iterable, Iterator
from datetime import date

import holidays as public_holidays

from vigie.calendar.spec import HolidaySpec

HOLIDAY_YEARS = range(2000, 2101)
"""The years to pin: long enough for any ticket, and as far as the calculated feasts of any country are known."""


def expand_holidays(spec: HolidaySpec, years: Iterable[int] = HOLIDAY_YEARS) -> tuple[date, ...]:
    """The closed dates of these local years, in order, the worked ones taken out."""
    return tuple(sorted(day for year in set(years) for day in holidays_of_year(spec, year)))


def holidays_of_year(spec: HolidaySpec, year: int) -> frozenset[date]:
    """The closed dates of one local year, the worked ones taken out."""
    closed = {*_public(spec, year), *_yearly(spec, year), *(day for day in spec.dates if day.year == year)}
    return frozenset(closed.difference(spec.open))


def public_holiday(spec: HolidaySpec, day: date, language: str) -> str | None:
    """What people call the public holiday on `day`, worked or not; None where it is none of the country's.

    In `language` (ISO 639-1) where the library has it, else in one of the country's own; never in the machine's.
    """
    if spec.country is None:
        return None
    country = public_holidays.country_holidays(spec.country)
    spoken = [one for one in country.supported_languages if one.split("_")[0] == language]
    named = public_holidays.country_holidays(
        spec.country,
        subdiv=spec.subdivision,
        years=day.year,
        language=spoken[0] if spoken else country.default_language,
    )
    return named.get(day)


def _public(spec: HolidaySpec, year: int) -> Iterable[date]:
    if spec.country is None:
        return ()
    return public_holidays.country_holidays(spec.country, subdiv=spec.subdivision, years=year)


def _yearly(spec: HolidaySpec, year: int) -> Iterator[date]:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    for day in spec.yearly:
        if leap or day != "02-29":
            yield date.fromisoformat(f"{year:04}-{day}")
