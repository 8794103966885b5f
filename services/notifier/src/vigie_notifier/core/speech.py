"""How a language says dates, durations and punctuation.

Templates are written with ordinary spaces; :func:`typeset` puts the unbreakable ones of French typography where they
belong, in the templates' own words only, never in what a person wrote.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, get_timezone_location
from babel.units import format_unit

from vigie.contracts.requests import Language

NBSP: Final = "\u00a0"
NNBSP: Final = "\u202f"

_MOMENTS: Final[dict[Language, str]] = {
    "fr": f"EEEE d{NBSP}MMMM y 'à' H{NBSP}'h'{NBSP}mm",
    "en": "EEEE d MMMM y 'at' HH:mm",
    "es": "EEEE d 'de' MMMM 'de' y, H:mm",
}
_FIRST_OF_MONTH: Final = f"EEEE d'er'{NBSP}MMMM y 'à' H{NBSP}'h'{NBSP}mm"
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
        pattern = _FIRST_OF_MONTH if self.language == "fr" and local.day == 1 else _MOMENTS[self.language]
        zone = _zone_name(self.zone.key, self.language)
        if local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset():
            zone += f", UTC{local:%z}"[:-2]
        return f"{format_datetime(local, pattern, tzinfo=self.zone, locale=self.language)} ({zone})"

    def span(self, seconds: int) -> str:
        """``1 heure 30 minutes``, from seconds; whole minutes, because no promise is finer."""
        hours, minutes = divmod(int(timedelta(seconds=seconds) / timedelta(minutes=1)), 60)
        parts = [(hours, "duration-hour"), (minutes, "duration-minute")]
        said = [self._unit(count, unit) for count, unit in parts if count]
        return " ".join(said) or self._unit(0, "duration-minute")

    def _unit(self, count: int, unit: str) -> str:
        return format_unit(count, unit, locale=self.language).replace(" ", NBSP)


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
