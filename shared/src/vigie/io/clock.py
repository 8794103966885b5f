"""Domain time: one clock per deployment, and nothing else tells a service what time it is.

``VIGIE_CLOCK`` is ``system``, or ``VIRTUAL@REAL xN``: at the machine's instant REAL it was VIRTUAL, and since then
N domain seconds pass in each of the machine's. Leases, back-off and time limits never use this clock: they count
the machine's monotonic seconds.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

SYSTEM: Final = "system"
_SCALED = re.compile(r"(?P<virtual>[^@\s]+)@(?P<real>[^@\s]+)\s+x(?P<speed>\d+(?:\.\d+)?)")


class Clock(Protocol):
    """Where domain time comes from."""

    def now(self) -> datetime:
        """The domain's instant, UTC."""

    def real_delay(self, until: datetime) -> float:
        """Machine seconds until the domain reaches ``until``; 0 when it has."""

    def machine_seconds(self, span: timedelta) -> float:
        """How long ``span`` of domain time takes the machine."""


class UnreadableClock(ValueError):
    """VIGIE_CLOCK says neither ``system`` nor ``VIRTUAL@REAL xN``."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(
            f"the clock {text!r} {reason}; it is `system` or like `2026-03-23T21:55:00+01:00@2026-11-22T06:00:00Z x120`"
        )


def _machine_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class SystemClock:
    """Domain time is the machine's."""

    def now(self) -> datetime:
        return _machine_now()

    def real_delay(self, until: datetime) -> float:
        return max(0.0, (until - _machine_now()).total_seconds())

    def machine_seconds(self, span: timedelta) -> float:
        return span.total_seconds()


@dataclass(frozen=True, slots=True)
class ScaledClock:
    """``speed`` domain seconds pass in each of the machine's; at the machine's ``real`` it was ``virtual``."""

    virtual: datetime
    real: datetime
    speed: float
    machine: Callable[[], datetime] = _machine_now

    def now(self) -> datetime:
        return self.virtual + (self.machine() - self.real) * self.speed

    def real_delay(self, until: datetime) -> float:
        return max(0.0, self.machine_seconds(until - self.now()))

    def machine_seconds(self, span: timedelta) -> float:
        return span.total_seconds() / self.speed


def parse_clock(text: str) -> Clock:
    """The clock that ``VIGIE_CLOCK`` describes. Raises UnreadableClock."""
    if text.strip() == SYSTEM:
        return SystemClock()
    if (parts := _SCALED.fullmatch(text.strip())) is None:
        raise UnreadableClock(text, "cannot be read")
    if (speed := float(parts["speed"])) <= 0:
        raise UnreadableClock(text, "stands still")
    return ScaledClock(_instant(parts["virtual"], text), _instant(parts["real"], text), speed)


def _instant(part: str, text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(part)
    except ValueError:
        raise UnreadableClock(text, f"has no instant in {part!r}") from None
    if instant.tzinfo is None:
        raise UnreadableClock(text, f"has no offset in {part!r}")
    return instant.astimezone(UTC)


class StepWatch:
    """Notices that the machine's wall clock was set: it moved against the monotonic one by more than a second.

    A clock that jumps forward makes promises look missed that are not, and the false miss would be recorded for
    ever. So wake-ups and alarms are held until the wall clock has gone steadily for ``SETTLED_AFTER``; then the new
    time is believed. Slewing (NTP: at most half a millisecond a second) is followed without a word.
    """

    LIMIT: Final = timedelta(seconds=1)
    SETTLED_AFTER: Final = 10.0
    """Monotonic seconds without another step."""

    def __init__(self, wall: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._offset = wall() - monotonic()
        self._stepped_at: float | None = None
        self.steps = 0
        """How many were seen since the start."""

    def held(self) -> bool:
        """Whether the wall clock was set and has not settled yet. Each call compares with the last, so ask often."""
        now = self._monotonic()
        offset = self._wall() - now
        if abs(offset - self._offset) > self.LIMIT.total_seconds():
            self._stepped_at = now
            self.steps += 1
        self._offset = offset
        if self._stepped_at is not None and now - self._stepped_at >= self.SETTLED_AFTER:
            self._stepped_at = None
        return self._stepped_at is not None
