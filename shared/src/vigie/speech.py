"""How a language says dates, durations, money and punctuation, to whoever reads mails or histories.

Templates are written with ordinary spaces; :func:`typeset` puts the unbreakable ones of French typography where they
belong, in the templates' own words only, never in what a person wrote.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_timezone_location
from babel.numbers import format_currency, format_decimal
from babel.units import format_unit

from vigie.contracts.requests import Language

NBSP: Final = "\u00a0"
NNBSP: Final = "\u202f"

_DAYS: Final[dict[Language, str]] = {
    "fr": f"EEEE d{NBSP}MMMM y",
    "en": f"EEEE d{NBSP}MMMM y",
    "es": f"EEEE d{NBSP}'de' MMMM 'de' y",
}
_FIRST_OF_MONTH: Final = f"EEEE d'er'{NBSP}MMMM y"
_TIMES: Final[dict[Language, str]] = {
    "fr": f" à {{0}}{NBSP}h{NBSP}{{1:02}}",
    "en": " at {0:02}:{1:02}",
    "es": f" a las{NBSP}{{0}}:{{1:02}}",
}
_AT_ONE: Final = f" a la{NBSP}{{0}}:{{1:02}}"
_ZONES: Final[dict[Language, str]] = {"fr": "heure de {city}", "en": "{city} time", "es": "hora de {city}"}
_CODE: Final = re.compile(r"(\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\})", re.DOTALL)
_QUOTED: Final = re.compile(r'"[^"]*"')


@dataclass(frozen=True, slots=True)
class Speech:
    """One language, at one desk's place."""

    language: Language
    zone: ZoneInfo

    def moment(self, at: datetime) -> str:
        """``lundi 23 mars 2026 à 22 h 30 (heure de Paris)``; in the hour that comes twice, with its offset."""
        local = at.astimezone(self.zone)
        return self._said(local, local.date(), local.hour)

    def limit(self, at: datetime) -> str:
        """A deadline. One at midnight is the end of a day, and is told as that: ``… 23 mars 2026 à 24 h 00 …``."""
        local = at.astimezone(self.zone)
        if local.time() == time():
            return self._said(local, local.date() - timedelta(days=1), 24)
        return self._said(local, local.date(), local.hour)

    def money(self, amount: Decimal) -> str:
        """``1 234,50 €``, from euros. Spanish parts thousands only in numbers of five digits and more (RAE)."""
        return format_currency(
            amount, "EUR", locale=self.language, group_separator=self.language != "es" or amount >= 10_000
        )

    def number(self, value: float) -> str:
        """``1,5``."""
        return format_decimal(value, locale=self.language)

    def _said(self, local: datetime, day: date, hour: int) -> str:
        clock = _AT_ONE if self.language == "es" and hour == 1 else _TIMES[self.language]
        zone = _zone_name(self.zone.key, self.language)
        if local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset():
            zone += f", UTC{local:%z}"[:-2]
        return f"{_day(day, self.language)}{clock.format(hour, local.minute)} ({zone})"

    def span(self, seconds: int) -> str:
        """``1 heure 30 minutes``, from seconds; whole minutes, because no promise is finer."""
        return _span(seconds // 60, self.language)


# Babel takes its time, and a desk's mails speak of few days and of the few thresholds of its policy.


@lru_cache(maxsize=1024)
def _day(day: date, language: Language) -> str:
    pattern = _FIRST_OF_MONTH if language == "fr" and day.day == 1 else _DAYS[language]
    return format_date(day, pattern, locale=language)


@lru_cache(maxsize=1024)
def _span(minutes: int, language: Language) -> str:
    parts = zip(divmod(minutes, 60), ("duration-hour", "duration-minute"), strict=True)
    said = [_unit(count, unit, language) for count, unit in parts if count]
    return " ".join(said) or _unit(0, "duration-minute", language)


def _unit(count: int, unit: str, language: Language) -> str:
    return format_unit(count, unit, locale=language).replace(" ", NBSP)


@cache
def _zone_name(zone: str, language: Language) -> str:
    city = get_timezone_location(ZoneInfo(zone), locale=language, return_city=True)
    return _ZONES[language].format(city=city)


def typeset(source: str, language: Language) -> str:
    """A template's source with its language's typography in its literal text and its quoted strings."""
    if language != "fr":
        return source
    return "".join(
        _QUOTED.sub(lambda quoted: _french(quoted[0]), chunk) if _CODE.fullmatch(chunk) else _french(chunk)
        for chunk in _CODE.split(source)
    )


def _french(text: str) -> str:
    text = re.sub(r" (?=[;!?])", NNBSP, text)
    return re.sub(r"(?<=«) | (?=[:»])", NBSP, text)
