"""What happens to a clock, one type for each kind of moment. A clock is named by its commitment.

Budgets and remainders are whole open seconds of the target's calendar, rounded down: they are for reading. Instants
are exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Started:
    """The promise was made."""

    clock: str
    at: datetime
    due: datetime
    budget_seconds: int
    calendar: str
    priority: str


@dataclass(frozen=True, slots=True)
class Paused:
    """The customer has the turn."""

    clock: str
    at: datetime
    remaining_seconds: int


@dataclass(frozen=True, slots=True)
class Resumed:
    """The clock runs again with what was left: the customer replied, or the ticket was reopened."""

    clock: str
    at: datetime
    due: datetime
    remaining_seconds: int


@dataclass(frozen=True, slots=True)
class Retargeted:
    """Another priority: the whole budget anew."""

    clock: str
    at: datetime
    due: datetime | None
    """None while paused: it runs from the resumption."""
    priority: str


@dataclass(frozen=True, slots=True)
class Met:
    """What was promised was done."""

    clock: str
    at: datetime
    due: datetime | None
    """None where it was done while paused."""
    late: bool


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Nobody waits for it any more."""

    clock: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LadderEnded:
    """The new priority of a missed promise has no ladder."""

    clock: str
    at: datetime
    missed_at: datetime
    priority: str


@dataclass(frozen=True, slots=True)
class Approaching:
    """The policy's share of the budget is left."""

    clock: str
    at: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class Missed:
    """The budget is used up and the promise not kept; ``at`` is the due instant."""

    clock: str
    at: datetime
    priority: str


@dataclass(frozen=True, slots=True)
class OverrunPassed:
    """The miss is as old as a level's threshold, or was already when the level's ladder came to apply."""

    clock: str
    at: datetime
    level: str
    missed_at: datetime
    overrun_seconds: int
    """The threshold, elapsed time."""
    priority: str


Passive = Approaching | Missed | OverrunPassed
"""What time brings about."""

Turn = Started | Paused | Resumed | Retargeted | Met | Cancelled
"""What decides how a clock stands until the next turn."""

Direct = Turn | LadderEnded
"""What a fact brings about, at the instant of the fact."""

Moment = Direct | Passive
