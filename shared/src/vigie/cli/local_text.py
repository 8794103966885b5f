"""Dates and times of a desk as its people read them: ``ven 2026-05-22 16:00 (+02:00)``."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from vigie.contracts.requests import Language
from vigie.policy.wording import WORDS

_AN_INSTANT = timedelta(microseconds=1)


def day_text(day: date, language: Language) -> str:
    """``ven 2026-05-22``."""
    return f"{WORDS[language].weekdays[day.weekday()]} {day}"


def instant_text(local: datetime, language: Language) -> str:
    """``ven 2026-05-22 16:00 (+02:00)``."""
    return f"{day_text(local.date(), language)} {time_text(local.time())} ({offset_text(local)})"


def limit_text(local: datetime, language: Language) -> str:
    """`instant_text` of an instant at which something ends: midnight is 24:00 of the day that ends."""
    last = last_day(local)
    if local.date() == last:
        return instant_text(local, language)
    return f"{day_text(last, language)} 24:00 ({offset_text(local)})"


def time_text(at: time) -> str:
    """``16:00``, with what there is of seconds."""
    return at.isoformat() if at.second or at.microsecond else at.isoformat("minutes")


def offset_text(local: datetime) -> str:
    """``+02:00``."""
    return local.replace(microsecond=0).isoformat()[19:]


def span_text(start: datetime, end: datetime, language: Language) -> str:
    """``14:00–18:00``; with the last day where that is another one. A day ends at 24:00."""
    last = last_day(end)
    closes = "24:00" if end.date() > last else time_text(end.time())
    if start.date() == last:
        return f"{time_text(start.time())}–{closes}"
    return f"{time_text(start.time())} – {day_text(last, language)} {closes}"


def last_day(end: datetime) -> date:
    """The local date of the last instant before ``end``."""
    return (end.astimezone(UTC) - _AN_INSTANT).astimezone(end.tzinfo).date()
