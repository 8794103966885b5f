"""What escalation is asked to do, each with the ticket it is about and its instant in the domain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypedDict
from uuid import UUID

from vigie.contracts.escalations import StandDownReason

WorkReason = Literal["by_hand", "unresolved", "bug"]


class About(TypedDict):
    """What every event about a ticket must say, as keyword arguments."""

    ticket_id: UUID
    number: str
    desk: str


@dataclass(frozen=True, slots=True)
class CallLevel:
    """A missed promise is so long overdue that ``level`` is called."""

    about: About
    at: datetime
    level: str
    clock: str
    priority: str
    missed_at: datetime
    overrun_seconds: int


@dataclass(frozen=True, slots=True)
class CallLevelForWork:
    """Somebody's work on the ticket calls ``level``: they ask for it, or the procedure does; intake has judged that."""

    about: About
    at: datetime
    level: str
    requested_by: str
    reason: WorkReason


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Somebody of ``level`` says « I have it »."""

    about: About
    at: datetime
    level: str
    acknowledged_by: str


@dataclass(frozen=True, slots=True)
class StandDown:
    """The ladder of ``clock`` has ended, of the miss of that instant or (None) of every miss before ``at``."""

    about: About
    at: datetime
    clock: str
    missed_at: datetime | None
    reason: StandDownReason


Command = CallLevel | CallLevelForWork | Acknowledge | StandDown
