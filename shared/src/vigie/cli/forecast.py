"""What is promised to a request before it is made: each deadline, how it was reckoned, and whom its miss would call.

The instants come from the timeline, as those of every ticket do; this only adds the reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Literal, NamedTuple, assert_never

from vigie.calendar import WEEKDAYS, Calendar, public_holiday
from vigie.cli.local_text import last_day
from vigie.commitments import Approaching, Moment, Opened, OverrunPassed, Started, timeline
from vigie.contracts.requests import Language
from vigie.contracts.tickets import RefusalReason
from vigie.policy import Commitment, DaysTarget, HoursTarget, Policy, Target
from vigie.policy.procedure import refusal
from vigie.policy.targets import DaySpan

_DAY = timedelta(days=1)


class Reason(NamedTuple):
    """Why a day did not count."""

    kind: Literal["closed", "closed_early", "holiday", "never_was", "opening_day", "not_counted"]
    name: str | None = None
    """Of the public holiday; None for a day that the policy itself takes out."""


class Counted(NamedTuple):
    """Open time that used up a part of the budget; local times."""

    start: datetime
    end: datetime
    used: timedelta
    total: timedelta
    """With all that was counted before."""


class CountedDay(NamedTuple):
    """A local date that counted as a whole."""

    day: date
    total: int
    """With all that were counted before."""


class Skipped(NamedTuple):
    """Local dates, both included, that did not count."""

    first: date
    last: date
    reason: Reason


Step = Counted | CountedDay | Skipped


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
    refused: RefusalReason | None = None
    """Why the desk would not make a ticket of it; then it promises nothing."""
    deadlines: tuple[Deadline, ...] = ()
    later: tuple[tuple[Commitment, Target], ...] = ()
    """Those that another event starts."""
    without_target: tuple[Commitment, ...] = ()


def forecast(ticket: Opened, policy: Policy, language: Language) -> Forecast:
    """What ``policy`` promises to ``ticket``, holidays named in ``language``; raises `OutsideCalendar`."""
    if reason := refusal(policy.admission, ticket.kind, ticket.contract, service=None, channel=None):
        return Forecast(ticket, policy, refused=reason)
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
    return Forecast(ticket, policy, None, tuple(deadlines), tuple(later), tuple(without_target))


def _deadline(commitment: Commitment, target: Target, moments: Sequence[Moment], language: Language) -> Deadline:
    zone = _counting(target).zone
    started = next(moment for moment in moments if isinstance(moment, Started))
    warning = next((moment.at.astimezone(zone) for moment in moments if isinstance(moment, Approaching)), None)
    calls = [
        Call(moment.level, moment.at.astimezone(zone), timedelta(seconds=moment.overrun_seconds))
        for moment in moments
        if isinstance(moment, OverrunPassed)
    ]
    steps = tuple(_steps(target, started.at, started.due, language))
    return Deadline(commitment, target, started.due.astimezone(zone), warning, tuple(calls), steps)


def _counting(target: Target) -> Calendar:
    match target:
        case HoursTarget():
            return target.hours
        case DaysTarget():
            return target.span.calendar
        case _:
            assert_never(target)


def _steps(target: Target, start: datetime, due: datetime, language: Language) -> Iterator[Step]:
    match target:
        case HoursTarget():
            return _hours_steps(target.hours, start, due, language)
        case DaysTarget():
            return _days_steps(target.span, start, due, language)
        case _:
            assert_never(target)


def _days_steps(span: DaySpan, start: datetime, due: datetime, language: Language) -> Iterator[Step]:
    """Each day until ``due``, that of the opening left out."""
    calendar = span.calendar
    opened_on = start.astimezone(calendar.zone).date()
    yield Skipped(opened_on, opened_on, Reason("opening_day"))
    next_day, total = opened_on + _DAY, 0

    def why_not(day: date) -> Reason:
        if span.weekdays is None:
            return _why_closed(calendar, day, bool(calendar.spec.hours.of(day.weekday())), language)
        if WEEKDAYS[day.weekday()] not in span.weekdays:
            return Reason("not_counted")
        return _why_closed(calendar, day, True, language)

    for day in _days(next_day, last_day(due.astimezone(calendar.zone)) + _DAY):
        if calendar.counts(day, span.weekdays) and calendar.bounds_of(day):
            yield from _skipped(next_day, day, why_not)
            total += 1
            yield CountedDay(day, total)
            next_day = day + _DAY


def _hours_steps(hours: Calendar, start: datetime, due: datetime, language: Language) -> Iterator[Step]:
    """The open spans of `[start, due)` and the days between them."""
    opened_on = start.astimezone(hours.zone).date()
    next_day, total = opened_on, timedelta(0)

    def why_closed(day: date) -> Reason:
        if day == opened_on and hours.is_open_day(day):
            return Reason("closed_early")
        return _why_closed(hours, day, bool(hours.spec.hours.of(day.weekday())), language)

    for span in hours.spans(start, due):
        first, end = span.start.astimezone(hours.zone), span.end.astimezone(hours.zone)
        yield from _skipped(next_day, first.date(), why_closed)
        total += span.end - span.start
        yield Counted(first, end, span.end - span.start, total)
        next_day = last_day(end) + _DAY


def _why_closed(calendar: Calendar, day: date, else_counted: bool, language: Language) -> Reason:
    """Why ``day`` does not count. A holiday is no reason where its weekday never counts."""
    if calendar.bounds_of(day) is None:
        return Reason("never_was")
    if else_counted and calendar.is_holiday(day):
        return Reason("holiday", public_holiday(calendar.spec.holidays, day, language))
    return Reason("closed")


def _skipped(first: date, end: date, why: Callable[[date], Reason]) -> Iterator[Skipped]:
    """The dates from ``first`` until before ``end``, those of one reason that follow each other as one."""
    for reason, group in groupby(_days(first, end), key=why):
        days = list(group)
        yield Skipped(days[0], days[-1], reason)


def _days(first: date, end: date) -> list[date]:
    return [first + count * _DAY for count in range((end - first).days)]
