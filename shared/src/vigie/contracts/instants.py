"""Instants: aware datetimes, always UTC once they are inside.

Two instants that mean the same moment must have the same bytes, because event bytes are hashed and kept
for ever; so every offset is turned into UTC at the edge and written with ``Z``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator


def to_utc(moment: datetime) -> datetime:
    """The same moment in UTC. ``moment`` must be aware; a naive one has no meaning here and raises ValueError."""
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        raise ValueError("an instant needs an offset")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("an instant lies within the years 1 and 9999 of UTC") from error


def written(value: object) -> object:
    """``value`` unless it is a number, in digits or not: what strangers send is ISO 8601, never seconds since 1970."""
    if isinstance(value, int | float) or (isinstance(value, str) and value[4:5] != "-"):
        raise ValueError("an instant is written as ISO 8601 with an offset")
    return value


Instant = Annotated[AwareDatetime, AfterValidator(to_utc)]
"""A moment in time: ISO 8601 with an offset on the wire, an aware UTC datetime inside."""

WrittenInstant = Annotated[Instant, BeforeValidator(written)]
"""An instant in what strangers send, where a number would otherwise pass for seconds since 1970."""


def iso(moment: datetime) -> str:
    """The one spelling of an instant on the wire: ``2026-03-23T21:30:00Z``, microseconds only where there are any."""
    return _spelled(to_utc(moment))


@lru_cache(maxsize=4_096)
def _spelled(utc: datetime) -> str:
    """Remembered: an event has the same instants in its hash and its headers, and a batch one ``recorded_at``."""
    return utc.replace(tzinfo=None).isoformat() + "Z"
