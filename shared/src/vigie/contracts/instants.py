"""Instants: aware datetimes, always UTC once they are inside.

Two instants that mean the same moment must have the same bytes, because event bytes are hashed and kept
for ever; so every offset is turned into UTC at the edge and written with ``Z``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime


def to_utc(moment: datetime) -> datetime:
    """The same moment in UTC. ``moment`` must be aware; a naive one has no meaning here and raises ValueError."""
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        raise ValueError("an instant needs an offset")
    return moment.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(to_utc)]
"""A moment in time: ISO 8601 with an offset on the wire, an aware UTC datetime inside."""


def iso(moment: datetime) -> str:
    """The one spelling of an instant on the wire: ``2026-03-23T21:30:00Z``, microseconds only where there are any."""
    return to_utc(moment).replace(tzinfo=None).isoformat() + "Z"
