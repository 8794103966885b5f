"""What the stream of a ticket's promises holds: the facts that were learned, and what has been said of them.

Nothing here knows a rule or the policy. What should be said follows from the facts (``vigie.commitments``); the state
remembers what was said, so that ``decide`` can tell the difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, assert_never
from uuid import UUID

from vigie.commitments import (
    Approaching,
    Cancelled,
    Fact,
    LadderEnded,
    Met,
    Missed,
    Moment,
    Opened,
    OverrunPassed,
    Turn,
)
from vigie.contracts.sla import FactLearned, MissRetracted, SlaEvent
from vigie_sla_timer.core.learning import Ticket, fact_of
from vigie_sla_timer.core.statements import stated

_OTHER_LADDER: Final = frozenset({"priority_changed", "qualified"})
"""Facts after which a late promise may climb another ladder."""


@dataclass(frozen=True, slots=True)
class Unopened:
    """Nothing can be promised yet: the opening of the ticket has not been heard, whatever else has."""

    facts: tuple[Fact, ...] = ()
    heard: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Promised:
    """A ticket whose promises are kept track of."""

    ticket: Ticket
    opened: Opened
    facts: tuple[Fact, ...]
    """All of them, ``opened`` included, as they came."""
    heard: frozenset[UUID]
    """The events that told them."""
    told: frozenset[Moment] = frozenset()
    """Every moment that was stated and not taken back."""
    latest: Mapping[str, Turn] = field(default_factory=dict)
    """By clock, the last turn that was stated: how a reader holds it to stand."""


Promises = Unopened | Promised


def evolve(promises: Promises, event: SlaEvent) -> Promises:
    """``promises`` after ``event``."""
    match promises:
        case Unopened():
            assert isinstance(event, FactLearned), "nothing is said before the opening is heard"  # noqa: S101
            return _unopened(promises, event)
        case Promised():
            return evolve_promised(promises, event)
        case _:
            assert_never(promises)


def _unopened(promises: Unopened, event: FactLearned) -> Promises:
    fact = fact_of(event)
    facts, heard = (*promises.facts, fact), promises.heard | {event.event_id}
    if isinstance(fact, Opened):
        return Promised(Ticket(event.ticket_id, event.number, event.desk), fact, facts, heard)
    return Unopened(facts, heard)


def evolve_promised(promises: Promised, event: SlaEvent) -> Promised:
    """``evolve``, for what stays opened once it is."""
    match event:
        case FactLearned(fact=name, happened_at=at):
            told = _without_rungs_after(promises.told, at) if name in _OTHER_LADDER else promises.told
            facts, heard = (*promises.facts, fact_of(event)), promises.heard | {event.event_id}
            return replace(promises, facts=facts, heard=heard, told=told)
        case MissRetracted(clock=clock, due_at=due_at):
            return replace(promises, told=_without_miss(promises.told, clock, due_at))
        case _:
            return _with(promises, stated(event))


def _with(promises: Promised, moment: Moment) -> Promised:
    told = promises.told
    match moment:
        case Approaching() | LadderEnded():
            return replace(promises, told=told | {moment})
        case Missed() | OverrunPassed():
            ended = isinstance(promises.latest.get(moment.clock), Met | Cancelled)
            return replace(promises, told=_without_ends_since(told, moment, ended=ended) | {moment})
        case Met() | Cancelled():
            told = _without_rungs_after(told, moment.at, moment.clock)
        case _:
            pass
    return replace(promises, told=told | {moment}, latest={**promises.latest, moment.clock: moment})


def _without_ends_since(told: frozenset[Moment], earlier: Missed | OverrunPassed, *, ended: bool) -> frozenset[Moment]:
    """An end that was said before the miss or a level that came before it must be said again after it.

    Not so an end of that very instant after which the clock went on (resolved and reopened at the limit, it is missed
    there): unless the clock is held to have ended (``ended``), that end came before the miss.
    """

    def is_overtaken(moment: Moment) -> bool:
        if not isinstance(moment, Met | Cancelled | LadderEnded) or moment.clock != earlier.clock:
            return False
        same_instant_counts = ended or isinstance(moment, LadderEnded)
        return moment.at > earlier.at or (same_instant_counts and moment.at == earlier.at)

    return frozenset(moment for moment in told if not is_overtaken(moment))


def _without_miss(told: frozenset[Moment], clock: str, missed_at: datetime) -> frozenset[Moment]:
    """A miss that is taken back takes its rungs along."""
    return frozenset(
        moment
        for moment in told
        if not (
            moment.clock == clock
            and (
                (isinstance(moment, Missed) and moment.at == missed_at)
                or (isinstance(moment, OverrunPassed) and moment.missed_at == missed_at)
            )
        )
    )


def _without_rungs_after(told: frozenset[Moment], at: datetime, clock: str | None = None) -> frozenset[Moment]:
    """What changed or ended a ladder at ``at`` voids what was said of its rungs after that instant.

    Those that hold all the same are said again: a reader voids them by the same rule.
    """
    return frozenset(
        moment
        for moment in told
        if not (
            isinstance(moment, OverrunPassed) and moment.missed_at <= at < moment.at and clock in (None, moment.clock)
        )
    )
