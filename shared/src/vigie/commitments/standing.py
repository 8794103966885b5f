"""Where each promise about a ticket stands at an instant: what the API shows and ``explain`` tells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, assert_never

from vigie.commitments.facts import Fact, Opened
from vigie.commitments.moments import (
    Approaching,
    Cancelled,
    LadderEnded,
    Met,
    Missed,
    Moment,
    OverrunPassed,
    Paused,
    Resumed,
    Retargeted,
    Started,
)
from vigie.commitments.timeline import timeline
from vigie.policy.commitment import Commitment
from vigie.policy.policy import Policy

_SECOND = timedelta(seconds=1)

Result = Literal["running", "paused", "missed", "met", "met_late", "cancelled"]


@dataclass(frozen=True, slots=True)
class PausedSpan:
    """A time that did not count: the customer had the turn, or the ticket was resolved or closed."""

    start: datetime
    end: datetime | None
    """None: still so."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One clock at one instant, for reading. Of a clock that started more than once, the latest run."""

    clock: str
    result: Result
    started_at: datetime
    due: datetime | None
    """The deadline, also once it has passed; None while paused."""
    priority: str
    """The one whose target counts."""
    calendar: str
    budget_seconds: int
    """What that target allows, open seconds of ``calendar``."""
    budget_from: datetime
    """When this budget began to count: the start, or the last change of priority."""
    elapsed_seconds: int = 0
    """How much of the budget is used up, open seconds; all of it once missed."""
    paused: tuple[PausedSpan, ...] = ()
    missed_at: datetime | None = None
    ended_at: datetime | None = None
    """When it was met or cancelled."""
    levels: tuple[str, ...] = ()
    """The levels whose threshold was reached, in that order."""


def standings(facts: Iterable[Fact], policy: Policy, at: datetime) -> tuple[Standing, ...]:
    """Each clock that has started by ``at``, as it stands at that instant, in the policy's order.

    Facts after ``at`` are not known yet. At its due instant a clock that was not met counts as missed.
    """
    known = [fact for fact in facts if fact.at <= at]
    found: dict[str, Standing] = {}
    for moment in timeline(known, policy, until=at):
        found[moment.clock] = _started(moment) if isinstance(moment, Started) else _after(found[moment.clock], moment)
    opened = next((fact for fact in known if isinstance(fact, Opened)), None)
    return tuple(
        _with_elapsed(standing, commitment, opened, at)
        for commitment in policy.commitments
        if opened is not None and (standing := found.get(commitment.name)) is not None
    )


def _started(moment: Started) -> Standing:
    return Standing(
        clock=moment.clock,
        result="running",
        started_at=moment.at,
        due=moment.due,
        priority=moment.priority,
        calendar=moment.calendar,
        budget_seconds=moment.budget_seconds,
        budget_from=moment.at,
    )


def _after(before: Standing, moment: Moment) -> Standing:
    match moment:
        case Paused(at=at):
            spans = (*before.paused, PausedSpan(before.ended_at or at, None))
            return replace(before, result="paused", due=None, ended_at=None, paused=spans)
        case Resumed(at=at, due=due):
            return replace(before, result="running", due=due, ended_at=None, paused=_resumed(before, at))
        case Retargeted(at=at, due=due, priority=priority):
            return replace(before, due=due, priority=priority, budget_from=at)
        case Met(at=at, late=late):
            return replace(before, result="met_late" if late else "met", ended_at=at, paused=_resumed(before, at))
        case Cancelled(at=at):
            return replace(before, result="cancelled", ended_at=at, paused=_resumed(before, at))
        case Missed(at=at):
            return replace(before, result="missed", missed_at=at)
        case OverrunPassed(level=level):
            return replace(before, levels=(*before.levels, level))
        case Approaching() | LadderEnded():
            return before
        case Started():
            return _started(moment)
        case _:
            assert_never(moment)


def _resumed(before: Standing, at: datetime) -> tuple[PausedSpan, ...]:
    """The paused spans, once the clock is no longer paused at ``at``: nor stopped, if it was met or cancelled."""
    if before.ended_at is not None:
        return (*before.paused, PausedSpan(before.ended_at, at))
    if before.result == "paused":
        return (*before.paused[:-1], PausedSpan(before.paused[-1].start, at))
    return before.paused


def _with_elapsed(standing: Standing, commitment: Commitment, opened: Opened, at: datetime) -> Standing:
    """``standing`` with the target that counts now, and how much of it is used up."""
    target = commitment.target(standing.priority, opened.kind, opened.contract)
    assert target is not None, "only what has a target runs"  # noqa: S101 - for the type checker
    start, end = standing.budget_from, standing.ended_at or at
    elapsed = budget = target.budget(start)
    if standing.missed_at is None:
        paused = [(max(span.start, start), min(span.end or end, end)) for span in standing.paused]
        elapsed = target.passed(start, end) - target.covered([span for span in paused if span[0] < span[1]])
    return replace(
        standing, calendar=target.calendar, budget_seconds=budget // _SECOND, elapsed_seconds=elapsed // _SECOND
    )
