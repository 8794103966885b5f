"""What sla-timer says: all that the timeline has and the stream has not yet, and back what the timeline no longer has.

Facts may be heard in any order. Whenever one is learned, the timeline is worked out anew from all of them; what is
said then depends on the facts alone, so that every order of arrival ends in the same promises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from vigie.commitments import (
    Approaching,
    Cancelled,
    Fact,
    Met,
    Missed,
    Moment,
    Opened,
    OverrunPassed,
    Passive,
    Paused,
    Resumed,
    Retargeted,
    Started,
    Turn,
    timeline,
)
from vigie.contracts.sla import ClockRetargeted, MissRetracted, SlaEvent
from vigie.decider import Decider, Wake
from vigie.policy.policy import Policy
from vigie_sla_timer.core.learning import Learn, Ticket, learned
from vigie_sla_timer.core.promises import Promised, Promises, Unopened, evolve, evolve_promised
from vigie_sla_timer.core.statements import statement

FindPolicy = Callable[[str, int], Policy]
"""The policy of that id and version; UnknownPolicyVersion when this process has not loaded it."""

REMEMBERED: Final = 20_000
"""Timelines kept, as many as the shell keeps folded streams: each is asked for at every fact and every wake-up, and
changes with the facts alone. About 3 KB each."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What a timeline follows from."""

    ticket: Ticket
    opened: Opened
    facts: tuple[Fact, ...]

    def __hash__(self) -> int:
        """By what tells almost all apart; a contract's hours have no hash."""
        return hash((self.ticket.ticket_id, len(self.facts)))


def promises_decider(find_policy: FindPolicy) -> Decider[Promises, Learn, SlaEvent]:
    """The decider of a ticket's promises."""

    @lru_cache(REMEMBERED)
    def timeline_of(known: _Known) -> tuple[Moment, ...]:
        return timeline(known.facts, find_policy(known.opened.policy, known.opened.policy_version))

    def truth(promises: Promised) -> tuple[Moment, ...]:
        return timeline_of(_Known(promises.ticket, promises.opened, promises.facts))

    def decide(promises: Promises, command: Learn | Wake) -> tuple[SlaEvent, ...]:
        match promises, command:
            case _, Learn():
                return _learn(promises, command, truth)
            case Promised(), Wake(at=at):
                return tuple(statement(moment, promises.ticket) for moment in _due(promises, truth(promises), at))
            case _:
                return ()

    def wake_at(promises: Promises) -> datetime | None:
        if isinstance(promises, Unopened):
            return None
        return next((moment.at for moment in _due(promises, truth(promises))), None)

    return Decider(initial=Unopened(), decide=decide, evolve=evolve, wake_at=wake_at)


def _due(promises: Promised, moments: Iterable[Moment], until: datetime | None = None) -> Iterator[Moment]:
    """What time brings about by ``until`` (None: ever) and nobody has said yet."""
    return (
        moment
        for moment in moments
        if isinstance(moment, Passive) and moment not in promises.told and (until is None or moment.at <= until)
    )


def _learn(promises: Promises, learn: Learn, truth: Callable[[Promised], tuple[Moment, ...]]) -> tuple[SlaEvent, ...]:
    again = isinstance(promises, Promised) and isinstance(learn.fact, Opened)
    if again or learn.event_id in promises.heard:
        return ()
    fact_learned = learned(learn)
    promises = evolve(promises, fact_learned)
    if isinstance(promises, Unopened):
        return (fact_learned,)
    return (fact_learned, *_catch_up(promises, truth(promises), learn.fact.at))


def _catch_up(promises: Promised, moments: tuple[Moment, ...], at: datetime) -> Iterator[SlaEvent]:
    """What the fact of ``at``, the last one learned, makes different from what has been said."""
    for change in (_false_misses, _happened, _false_levels, _happened, _corrections):
        for event in tuple(change(promises, moments, at)):
            yield event
            promises = evolve_promised(promises, event)


def _false_misses(promises: Promised, moments: tuple[Moment, ...], at: datetime) -> Iterator[SlaEvent]:
    false = [moment for moment in promises.told if isinstance(moment, Missed) and moment not in moments]
    for miss in sorted(false, key=lambda miss: (miss.at, miss.clock)):
        yield MissRetracted(**promises.ticket.about(miss.clock), due_at=miss.at, retracted_at=at)


def _false_levels(promises: Promised, moments: tuple[Moment, ...], at: datetime) -> Iterator[SlaEvent]:
    """A level cannot be taken back by itself: its miss is, to be said again with the levels that hold.

    Almost always what was said besides has voided the level already; not so when a change of priority called it at
    the very instant of another fact.
    """
    false = {
        (moment.missed_at, moment.clock)
        for moment in promises.told
        if isinstance(moment, OverrunPassed) and moment not in moments
    }
    for missed_at, clock in sorted(false):
        yield MissRetracted(**promises.ticket.about(clock), due_at=missed_at, retracted_at=at)


def _happened(promises: Promised, moments: tuple[Moment, ...], _: datetime) -> Iterator[SlaEvent]:
    """What the facts bring about, and what time brought about before the last of them.

    At that last instant itself a level is reached, but a promise may still be kept. What is said of an earlier time
    may make it necessary to say again what followed, so each statement counts at once.
    """
    known_until = max(fact.at for fact in promises.facts)
    for moment in moments:
        if moment not in promises.told and _is_past(moment, known_until):
            event = statement(moment, promises.ticket)
            yield event
            promises = evolve_promised(promises, event)


def _is_past(moment: Moment, known_until: datetime) -> bool:
    match moment:
        case Approaching() | Missed():
            return moment.at < known_until
        case OverrunPassed():
            return moment.at <= known_until
        case _:
            return True


def _corrections(promises: Promised, moments: tuple[Moment, ...], at: datetime) -> Iterator[SlaEvent]:
    """What was said last of a clock may have been overtaken by what is said now of an earlier time: then say it again.

    A running clock is said to have another deadline; a clock that should never have run is cancelled.
    """
    true: dict[str, Turn] = {}
    priorities: dict[str, str] = {}
    for moment in moments:
        if isinstance(moment, Turn):
            true[moment.clock] = moment
        if isinstance(moment, Started | Retargeted):
            priorities[moment.clock] = moment.priority
    for clock, said in promises.latest.items():
        so = true.get(clock, Cancelled(clock, at))
        if _meaning(said) == _meaning(so) or (clock not in true and isinstance(said, Cancelled)):
            continue
        if isinstance(so, Started | Resumed | Retargeted) and so.due is not None:
            yield ClockRetargeted(
                **promises.ticket.about(clock),
                retargeted_at=at,
                due_at=so.due,
                priority=priorities[clock],
                reason="late_fact",
            )
        else:
            yield statement(so, promises.ticket)


def _meaning(moment: Turn) -> object:
    """What a reader takes from the last statement about a clock: until when it runs, that it waits, or how it ended."""
    match moment:
        case Started(due=due) | Resumed(due=due) | Retargeted(due=due):
            return due
        case Paused():
            return None
        case Met() | Cancelled():
            return moment
