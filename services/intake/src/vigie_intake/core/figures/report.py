"""All figures of a desk over a period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vigie.contracts.event import Event
from vigie.policy import Policy
from vigie_intake.core.figures.answers import Answers, SameDay, answers, same_day
from vigie_intake.core.figures.availability import Availability, availability
from vigie_intake.core.figures.calls import Calls, calls
from vigie_intake.core.figures.counts import Backlog, Count, Tickets, backlog, refusals, tickets, work
from vigie_intake.core.figures.period import Period
from vigie_intake.core.figures.promises import Promises, promises
from vigie_intake.core.figures.stories import Story


@dataclass(frozen=True, slots=True)
class Report:
    """What `vigie report` prints."""

    policy: Policy
    """The version in force at the end: what things are called, and in which order they stand."""
    period: Period
    tickets: tuple[Tickets, ...]
    backlog: Backlog
    answers: tuple[Answers, ...]
    promises: tuple[Promises, ...]
    same_day: SameDay
    work: tuple[Count, ...]
    refusals: tuple[Count, ...]
    calls: Calls
    services: tuple[Availability, ...]
    """None at a desk of one priority: nothing there says that a service is down."""


def report(policy: Policy, told: Sequence[Story], others: Sequence[Event], period: Period) -> Report:
    """``told`` are the tickets of the desk, ``others`` what happened at it that is about no ticket."""
    names = [one.name for one in policy.commitments]
    return Report(
        policy=policy,
        period=period,
        tickets=tickets(told, period),
        backlog=backlog(told, period),
        answers=answers(told, period, policy.priorities),
        promises=promises(told, period, names, policy.priorities),
        same_day=same_day(told, period),
        work=work(told, period),
        refusals=refusals(others, period),
        calls=calls(told, others, period),
        services=availability(told, period, policy.services if len(policy.priorities) > 1 else ()),
    )
