"""The calls of a ticket: which level was called, for what, and whether the call stands.

A call for a late promise is known by its clock, its level and the miss; one for work by its level and its instant.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from vigie.contracts.escalations import (
    EscalationAcknowledged,
    EscalationEvent,
    EscalationRaised,
    EscalationStoodDown,
)


@dataclass(frozen=True, slots=True)
class ForWork:
    """Somebody's work on the ticket called the level. No promise's end ends such a call."""

    level: str
    raised_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """The level answers for a late promise."""

    level: str
    raised_at: datetime
    clock: str
    missed_at: datetime


@dataclass(frozen=True, slots=True)
class StoodDown:
    """The level answered for a late promise until ``stood_down_at``."""

    level: str
    raised_at: datetime
    clock: str
    missed_at: datetime
    stood_down_at: datetime


Call = ForWork | Standing | StoodDown


@dataclass(frozen=True, slots=True)
class Answer:
    """Somebody of a level has said « I have it »."""

    level: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Calls:
    """All calls of a ticket, in the order they were made. One whose miss was retracted is not among them."""

    made: tuple[Call, ...] = ()
    answers: frozenset[Answer] = frozenset()

    def of(self, clock: str, level: str, missed_at: datetime) -> Standing | StoodDown | None:
        """The call of ``level`` for that miss."""
        for call in self.made:
            if not isinstance(call, ForWork) and (call.clock, call.level, call.missed_at) == (clock, level, missed_at):
                return call
        return None

    def standing(self, clock: str) -> tuple[Standing, ...]:
        """The levels that answer for ``clock`` now, in the order they were called."""
        return tuple(call for call in self.made if isinstance(call, Standing) and call.clock == clock)


def evolve(calls: Calls, event: EscalationEvent) -> Calls:
    """``calls`` after ``event``."""
    match event:
        case EscalationRaised(clock=None):
            return replace(calls, made=(*calls.made, ForWork(event.level, event.raised_at)))
        case EscalationRaised(clock=clock, missed_at=missed_at) if clock is not None and missed_at is not None:
            before = calls.of(clock, event.level, missed_at)
            others = tuple(call for call in calls.made if call is not before)
            return replace(calls, made=(*others, Standing(event.level, event.raised_at, clock, missed_at)))
        case EscalationRaised():
            raise AssertionError("a level that is called for a promise is called for a miss of it")
        case EscalationAcknowledged():
            answer = Answer(event.level, event.acknowledged_by, event.acknowledged_at)
            return replace(calls, answers=calls.answers | {answer})
        case EscalationStoodDown():
            return _stood_down(calls, event)
        case _:
            assert_never(event)


def _stood_down(calls: Calls, event: EscalationStoodDown) -> Calls:
    made: list[Call] = []
    for call in calls.made:
        if not isinstance(call, Standing) or (call.clock, call.missed_at) != (event.clock, event.missed_at):
            made.append(call)
        elif event.reason != "retracted":
            made.append(StoodDown(call.level, call.raised_at, call.clock, call.missed_at, event.stood_down_at))
    return replace(calls, made=tuple(made))
