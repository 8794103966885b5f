"""How long customers wait until somebody answers for their ticket, and what is done the same day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from vigie.contracts.tickets import TicketClosed, TicketReopened, TicketResolved, TicketTakenInCharge
from vigie.policy import HoursTarget
from vigie_intake.core.figures.period import Period
from vigie_intake.core.figures.stories import Story

_TREATED = ("solved", "mutual_agreement")
"""Closings that follow from the work. The others say that the customer was not there."""


@dataclass(frozen=True, slots=True)
class Times:
    """Some lengths of time."""

    count: int
    mean: timedelta | None
    """None: there were none; so the others."""
    median: timedelta | None
    p90: timedelta | None
    """Nine of ten were no longer: the smallest of them of which that is true."""


@dataclass(frozen=True, slots=True)
class Answers:
    """From the opening until a technician took it in charge for the first time, of those taken inside the period."""

    priority: str | None
    """The one that it had then; None: all of them."""
    elapsed: Times
    promised: Times
    """In the open time of what was promised for it; of those for which hours were promised."""


@dataclass(frozen=True, slots=True)
class SameDay:
    """Of the tickets opened inside the period: what happened before the midnight that followed."""

    opened: int
    taken: int
    """Taken in charge by then."""
    done: int
    """Resolved, or closed for another reason than that the customer was not there, and not open again by then."""

    @property
    def taken_share(self) -> Fraction | None:
        """None where none was opened."""
        return Fraction(self.taken, self.opened) if self.opened else None

    @property
    def done_share(self) -> Fraction | None:
        """None where none was opened."""
        return Fraction(self.done, self.opened) if self.opened else None


def times(lengths: Sequence[timedelta]) -> Times:
    """Of how many, and how long."""
    if not lengths:
        return Times(0, None, None, None)
    in_order = sorted(lengths)
    mean = sum(in_order, timedelta(0)) / len(in_order)
    return Times(len(in_order), mean, _median(in_order), in_order[-(-9 * len(in_order) // 10) - 1])


def _median(in_order: Sequence[timedelta]) -> timedelta:
    """The one in the middle; of two, what lies between them."""
    half = len(in_order) // 2
    return in_order[half] if len(in_order) % 2 else (in_order[half - 1] + in_order[half]) / 2


def answers(told: Iterable[Story], period: Period, priorities: Sequence[str]) -> tuple[Answers, ...]:
    """Of all, then by priority, the highest first; ``priorities`` are the desk's, the lowest first."""
    waits = [wait for story in told if (wait := _wait(story, period)) is not None]
    known = {priority: place for place, priority in enumerate(priorities)}
    seen = sorted({priority for priority, _, _ in waits}, key=lambda one: (-known.get(one, -1), one))
    return tuple(
        Answers(
            priority,
            times([elapsed for of, elapsed, _ in waits if priority in (None, of)]),
            times([open_time for of, _, open_time in waits if priority in (None, of) and open_time is not None]),
        )
        for priority in (None, *seen)
    )


def _wait(story: Story, period: Period) -> tuple[str, timedelta, timedelta | None] | None:
    """The priority, how long it took, and how long in the open time of the promise (None: of no such promise)."""
    taken = next(story.of(TicketTakenInCharge), None)
    if taken is None or not period.holds(taken.taken_at):
        return None
    since, until = story.opened.opened_at, max(taken.taken_at, story.opened.opened_at)
    turn = story.at(until)
    priority = story.opened.priority if turn is None else turn.priority
    return priority, until - since, _open_time(story, priority, since, until)


def _open_time(story: Story, priority: str, since: datetime, until: datetime) -> timedelta | None:
    for one in story.policy.commitments:
        if (one.starts, one.ends) == ("TicketOpened", "TicketTakenInCharge"):
            target = one.target(priority, story.opened.kind, story.opened.contract)
            if isinstance(target, HoursTarget):
                return target.passed(since, until)
    return None


def same_day(told: Iterable[Story], period: Period) -> SameDay:
    """« nos équipes traitent la demande dans la journée, dans 98% des cas »"""
    new = [story for story in told if period.holds(story.opened.opened_at)]
    return SameDay(
        len(new),
        sum(1 for story in new if _taken_by(story, _midnight(story, period))),
        sum(1 for story in new if _done_by(story, _midnight(story, period))),
    )


def _midnight(story: Story, period: Period) -> datetime:
    return min(period.end_of_day(story.opened.opened_at), period.end)


def _taken_by(story: Story, midnight: datetime) -> bool:
    return any(taken.taken_at < midnight for taken in story.of(TicketTakenInCharge))


def _done_by(story: Story, midnight: datetime) -> bool:
    done = False
    for one in story.happened:
        if one.event.occurred_at >= midnight:
            continue
        match one.event:
            case TicketResolved():
                done = True
            case TicketClosed(reason=reason):
                done = done or reason in _TREATED
            case TicketReopened():
                done = False
            case _:
                pass
    return done
