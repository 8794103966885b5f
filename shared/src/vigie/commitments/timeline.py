"""All that happens to a ticket's promises, in the order of time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from vigie.commitments.clock import Clock
from vigie.commitments.facts import Fact, Opened
from vigie.commitments.moments import Moment
from vigie.policy.policy import Policy


def timeline(facts: Iterable[Fact], policy: Policy, until: datetime | None = None) -> tuple[Moment, ...]:
    """Every moment of every clock, sorted by its instant; with ``until``, those at or before it.

    The facts may come in any order. Without ``until`` the answer reaches into the future as far as the facts go:
    it says what will happen if nothing else does. Without ``Opened`` there is no promise and nothing happens.
    A fact that claims to be older than the ticket counts at its opening.
    """
    ordered = sorted(facts, key=_order)
    if not ordered or not isinstance(opened := ordered[0], Opened):
        return ()
    moments: list[Moment] = []
    for commitment in policy.commitments:
        clock = Clock(commitment, policy, opened)
        if not any(clock.begins_with(fact) for fact in ordered):
            continue
        for fact in ordered:
            at = fact.at if fact.at > opened.at else opened.at
            clock.pass_time(at)
            clock.hear(fact, at)
        clock.pass_time(None)
        moments += clock.moments
    moments.sort(key=_instant)
    return tuple(moments if until is None else (moment for moment in moments if moment.at <= until))


def _order(fact: Fact) -> tuple[bool, datetime, int]:
    return not isinstance(fact, Opened), fact.at, fact.sequence


def _instant(moment: Moment) -> datetime:
    return moment.at
