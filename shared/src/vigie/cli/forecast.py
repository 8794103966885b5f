"""What is promised to a request before it is made: each deadline, how it was reckoned, and whom its miss would call.

The instants come from the timeline, as those of every ticket do; this only adds the reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Literal, NamedTuple

from vigie.calendar import Calendar, public_holiday
from vigie.cli.local_text import last_day
from vigie.commitments import Approaching, Moment, Opened, OverrunPassed, Started, timeline
from vigie.contracts.requests import Language
from vigie.policy import Commitment, Policy, Target

_DAY = timedelta(days=1)


class Reason(NamedTuple):
    """Why a day did not count."""

    kind: Literal["closed", "closed_early", "holiday", "never_was"]
    name: str | None = None
    """Of the public holiday; None for a day that the policy itself takes out."""


class Counted(NamedTuple):
    """Open time that used up a part of the budget; local times."""

    start: datetime
    end: datetime
    used: timedelta
    total: timedelta
    """With all that was counted before."""


class Skipped(NamedTuple):
    """Local dates, both included, that did not count."""

    first: date
    last: date
    reason: Reason


Step = Counted | Skipped


class Call(NamedTuple):
    """A level that is called when nobody does anything."""

    level: str
    at: datetime
    after: timedelta


@dataclass(frozen=True, slots=True)
class Deadline:
    """One promise. All times are local, of the calendar that counts."""

    commitment: Commitment
    target: Target
    due: datetime
    warning: datetime | None
    calls: tuple[Call, ...]
    steps: tuple[Step, ...]
    """From the opening to ``due``: every date is in one of them."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """All that the policy promises to one request."""

    ticket: Opened
    policy: Policy
    deadlines: tuple[Deadline, ...]
    later: tuple[tuple[Commitment, Target], ...]
    """Those that another event starts."""
    without_target: tuple[Commitment, ...]


def forecast(ticket: Opened, policy: Policy, language: Language) -> Forecast:
    """What ``policy`` promises to ``ticket``, holidays named in ``language``; raises `OutsideCalendar`."""
    moments = timeline([ticket], policy)
    deadlines: list[Deadline] = []
    later: list[tuple[Commitment, Target]] = []
    without_target: list[Commitment] = []
    for commitment in policy.commitments:
        target = commitment.target(ticket.priority, ticket.kind, ticket.contract)
        if target is None:
            without_target.append(commitment)
        elif commitment.starts != "TicketOpened":
            later.append((commitment, target))
        else:
            own = [moment for moment in moments if moment.clock == commitment.name]
            deadlines.append(_deadline(commitment, target, own, language))
    return Forecast(ticket, policy, tuple(deadlines), tuple(later), tuple(without_target))


def _deadline(commitment: Commitment, target: Target, moments: Sequence[Moment], language: Language) -> Deadline:
    zone = target.hours.zone
    started = next(moment for moment in moments if isinstance(moment, Started))
    warning = next((moment.at.astimezone(zone) for moment in moments if isinstance(moment, Approaching)), None)
    calls = [
        Call(moment.level, moment.at.astimezone(zone), timedelta(seconds=moment.overrun_seconds))
        for moment in moments
        if isinstance(moment, OverrunPassed)
    ]
    steps = tuple(_hours_steps(target.hours, started.at, started.due, language))
    return Deadline(commitment, target, started.due.astimezone(zone), warning, tuple(calls), steps)


def _hours_steps(hours: Calendar, start: datetime, due: datetime, language: Language) -> Iterator[Step]:
    """The open spans of `[start, due)` and the days between them."""
    opened_on = start.astimezone(hours.zone).date()
    next_day, total = opened_on, timedelta(0)

    def why_closed(day: date) -> Reason:
        return (
            Reason("closed_early") if day == opened_on and hours.is_open_day(day) else _why_closed(hours, day, language)
        )

    for span in hours.spans(start, due):
        first, end = span.start.astimezone(hours.zone), span.end.astimezone(hours.zone)
        yield from skipped(next_day, first.date(), why_closed)
        total += span.end - span.start
        yield Counted(first, end, span.end - span.start, total)
        next_day = last_day(end) + _DAY


def _why_closed(hours: Calendar, day: date, language: Language) -> Reason:
    """Why no hour of ``day`` is open. A holiday on a day that is closed every week changes nothing."""
    if hours.bounds_of(day) is None:
        return Reason("never_was")
    if hours.is_holiday(day) and hours.spec.hours.of(day.weekday()):
        return Reason("holiday", public_holiday(hours.spec.holidays, day, language))
    return Reason("closed")


def skipped(first: date, end: date, why: Callable[[date], Reason]) -> Iterator[Skipped]:
    """The dates from ``first`` until before ``end``, those of one reason that follow each other as one."""
    dates = (first + count * _DAY for count in range((end - first).days))
    for reason, group in groupby(dates, key=why):
        days = list(group)
        yield Skipped(days[0], days[-1], reason)
