"""How long, as people write it: ``30m``, ``4h``, ``1h30m``, a share ``25%``, a count of days ``3 jours_ouvres``.

And the time of a day: ``09:00``.

A day is no duration here: whether it means 24 hours or a working day is exactly what a promise must not leave open.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Literal, cast

from pydantic import BeforeValidator, WithJsonSchema

DURATION = r"^(?=[0-9])(?:[0-9]{1,5}h)?(?:[0-9]{1,5}m)?(?:[0-9]{1,5}s)?$"
SHARE = r"^[1-9][0-9]?%$"
TIME_OF_DAY = r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]$"
DAY_COUNT = r"^[1-9][0-9]{0,2} (?:jours_ouvres|jours_ouvrables)$"

_PARTS = re.compile(r"(?=[0-9])(?:([0-9]{1,5})h)?(?:([0-9]{1,5})m)?(?:([0-9]{1,5})s)?")


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a budget, in percent, from 1 to 99."""

    percent: int

    def of(self, budget: int) -> int:
        """So many of ``budget`` seconds, whole ones."""
        return budget * self.percent // 100


DaysName = Literal["jours_ouvres", "jours_ouvrables"]
"""*Jours ouvrés* are the desk's open days, *jours ouvrables* those that a policy's ``days`` says."""


@dataclass(frozen=True, slots=True)
class DayCount:
    """So many whole days, the day on which they begin left out."""

    count: int
    days: DaysName

    def __str__(self) -> str:
        return f"{self.count} {self.days}"


def duration(written: Any) -> timedelta:
    """``1h30m`` as elapsed or open time; ValueError for anything that is not written so."""
    found = _PARTS.fullmatch(written) if isinstance(written, str) else None
    if not found:
        raise ValueError(f"{written!r} is not a duration like '30m', '4h' or '1h30m'")
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def day_count(written: str) -> DayCount | None:
    """``3 jours_ouvres``; None when it is not written so."""
    if not re.fullmatch(DAY_COUNT, written):
        return None
    count, days = written.split(" ")
    return DayCount(int(count), cast(DaysName, days))


def whole_days(written: Any) -> DayCount:
    """``3 jours_ouvres``; ValueError for anything that is not written so."""
    counted = day_count(written) if isinstance(written, str) else None
    if counted is None:
        raise ValueError(f"{written!r} is not a count of days like '3 jours_ouvres' or '2 jours_ouvrables'")
    return counted


def time_of_day(written: Any) -> str:
    """``09:00``, from ``00:00`` to ``23:59``; ValueError for anything that is not written so."""
    if not isinstance(written, str) or not re.fullmatch(TIME_OF_DAY, written):
        raise ValueError(f"{written!r} is not a time of day like '09:00'")
    return written


def budget(written: Any) -> timedelta | DayCount:
    """What a promise allows itself: whole days, or a duration, and not nothing."""
    counted = day_count(written) if isinstance(written, str) else None
    if counted is not None:
        return counted
    allowed = duration(written)
    if not allowed:
        raise ValueError(f"{written!r} is no time at all, so the promise would be broken when it is made")
    return allowed


def share_or_duration(written: Any) -> Share | timedelta:
    """``25%`` of each budget, or the same duration for all."""
    if isinstance(written, str) and re.fullmatch(SHARE, written):
        return Share(int(written[:-1]))
    try:
        return duration(written)
    except ValueError:
        raise ValueError(
            f"{written!r} is neither a share like '25%' (from 1% to 99%) nor a duration like '1h'"
        ) from None


def written(length: timedelta | DayCount | Share) -> str:
    """``length`` as a policy file says it; durations in the fewest units: ``90m`` is ``1h30m``."""
    if isinstance(length, DayCount):
        return str(length)
    if isinstance(length, Share):
        return f"{length.percent}%"
    minutes, seconds = divmod(length // timedelta(seconds=1), 60)
    hours, minutes = divmod(minutes, 60)
    return (
        "".join(f"{amount}{unit}" for amount, unit in ((hours, "h"), (minutes, "m"), (seconds, "s")) if amount) or "0m"
    )


def _written(pattern: str, example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "examples": [example]})


Duration = Annotated[timedelta, BeforeValidator(duration), _written(DURATION, "30m")]
Budget = Annotated[timedelta | DayCount, BeforeValidator(budget), _written(f"{DURATION}|{DAY_COUNT}", "4h")]
TimeOfDay = Annotated[str, BeforeValidator(time_of_day), _written(TIME_OF_DAY, "09:00")]
WholeDays = Annotated[DayCount, BeforeValidator(whole_days), _written(DAY_COUNT, "3 jours_ouvres")]
ShareOrDuration = Annotated[
    Share | timedelta, BeforeValidator(share_or_duration), _written(f"{SHARE}|{DURATION}", "25%")
]
