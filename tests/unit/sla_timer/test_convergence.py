"""Whatever the order in which a ticket's facts are heard, the promises end the same.

Facts are delivered as the shell does it: before each, the stream is woken for all that was due before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import get_args
from uuid import UUID, uuid5

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from support.atelier import ATELIER
from support.promises import opened, paris, serveurcom
from support.waking import wake_until
from vigie.commitments import (
    ContactAttempted,
    Fact,
    OnCallAccepted,
    OnSitePlanned,
    Opened,
    Plain,
    PriorityChanged,
    Qualified,
)
from vigie.contracts.sla import (
    ClockCancelled,
    ClockMet,
    ClockPaused,
    ClockResumed,
    ClockRetargeted,
    ClockStarted,
    DeadlineMissed,
    FactLearned,
    MissRetracted,
    OverrunReached,
    SlaEvent,
)
from vigie.contracts.terms import ContractTerms
from vigie.contracts.tickets import ContactOutcome
from vigie.decider import Wake, fold
from vigie.policy import Policies
from vigie_sla_timer.core import Learn, Promises, core
from vigie_sla_timer.core.learning import Ticket

TICKET = UUID("0198c2a4-0000-7000-8000-000000000001")
DECIDER = core(Policies([serveurcom(), ATELIER])).decider
OPENING = "2026-03-27 15:00"  # a Friday before the clocks change: weekends, nights and summer time are all near
FAR = paris("2026-06-01 00:00")


@dataclass
class Stream:
    """A ticket's promises, driven as the shell drives them."""

    state: Promises = DECIDER.initial
    said: list[SlaEvent] = field(default_factory=list)

    def hear(self, fact: Fact) -> None:
        self.wake(fact.at, inclusive=False)
        self._say(DECIDER.decide(self.state, learn(fact)))

    def wake(self, moment: datetime, *, inclusive: bool = True) -> None:
        for _, events in wake_until(DECIDER, self.state, moment, inclusive=inclusive):
            self._say(events)

    def _say(self, events: Sequence[SlaEvent]) -> None:
        self.said += events
        self.state = fold(DECIDER, self.state, events)


def learn(fact: Fact) -> Learn:
    return Learn(Ticket(TICKET, "T-1001", "serveurcom"), fact, uuid5(TICKET, str(fact.sequence)))


@dataclass
class Belief:
    """What a reader of vigie.sla.v1 holds of one clock."""

    due: datetime | None = None
    outcome: str = "running"
    ended_at: datetime | None = None
    missed: set[datetime] = field(default_factory=set)
    rungs: set[tuple[str, datetime, datetime]] = field(default_factory=set)
    """Level, when it was reached, of which miss."""

    def void_rungs_after(self, at: datetime) -> None:
        self.rungs = {rung for rung in self.rungs if not rung[2] <= at < rung[1]}


def believed(said: Sequence[SlaEvent]) -> dict[str, Belief]:
    """What is left when each statement replaces what it contradicts."""
    beliefs: dict[str, Belief] = {}
    for event in said:
        if isinstance(event, FactLearned):
            if event.fact in ("priority_changed", "qualified"):
                for belief in beliefs.values():
                    belief.void_rungs_after(event.happened_at)
            continue
        belief = beliefs.setdefault(event.clock, Belief())
        match event:
            case ClockStarted(due_at=due) | ClockResumed(due_at=due) | ClockRetargeted(due_at=due):
                belief.due, belief.outcome, belief.ended_at = due, "running" if due else "paused", None
            case ClockPaused():
                belief.due, belief.outcome, belief.ended_at = None, "paused", None
            case ClockMet(met_at=at, late=late, due_at=due):
                belief.due, belief.outcome, belief.ended_at = due, "late" if late else "kept", at
                belief.void_rungs_after(at)
            case ClockCancelled(cancelled_at=at):
                belief.due, belief.outcome, belief.ended_at = None, "cancelled", at
                belief.void_rungs_after(at)
            case DeadlineMissed(missed_at=at):
                belief.missed.add(at)
            case OverrunReached():
                belief.rungs.add((event.level, event.reached_at, event.missed_at))
            case MissRetracted(due_at=due):
                belief.missed.discard(due)
                belief.rungs = {rung for rung in belief.rungs if rung[2] != due}
            case _:
                pass
    return beliefs


MINUTES = st.one_of(
    st.sampled_from([0, 15, 30, 45, 60, 90, 120, 180, 240, 24 * 60]),  # limits and thresholds themselves
    st.integers(0, 5 * 24 * 60),
)
PLAIN: tuple[type[Plain], ...] = get_args(Plain)
PRIORITIES = {"serveurcom": ["low", "medium", "high", "unhurried"], "atelier": ["normal", "urgent"]}
OUTCOMES = st.sampled_from(get_args(ContactOutcome))
OPENINGS = st.one_of(
    st.sampled_from([opened(OPENING, priority) for priority in ("low", "medium", "high")]),
    st.builds(
        lambda maintained: Opened(
            paris(OPENING), 1, "normal", "repair", ContractTerms(maintained=maintained), "atelier", 1
        ),
        st.booleans(),
    ),
)
"""Of two desks: one with ladders and pauses, one with whole days, visits and call-backs."""


@st.composite
def tickets(draw: st.DrawFn) -> list[Fact]:
    """The facts of a ticket, the opening first."""
    first = draw(OPENINGS)
    facts: list[Fact] = [first]
    for sequence in range(2, draw(st.integers(2, 7)) + 1):
        at = first.at + timedelta(minutes=draw(MINUTES))
        if draw(st.integers(0, 3)) == 0:
            facts.append(PriorityChanged(at, sequence, draw(st.sampled_from(PRIORITIES[first.policy]))))
        elif draw(st.integers(0, 3)) == 0:
            facts.append(ContactAttempted(at, sequence, draw(OUTCOMES)))
        elif draw(st.integers(0, 3)) == 0:
            facts.append(Qualified(at, sequence, draw(st.sampled_from(["technical", "commercial"]))))
        else:
            plain: Fact = draw(st.sampled_from(PLAIN))(at, sequence)
            facts.append(plain)
    return facts


def end_of(facts: Sequence[Fact]) -> Stream:
    stream = Stream()
    for fact in facts:
        stream.hear(fact)
    stream.wake(FAR)
    return stream


def in_order(facts: Sequence[Fact]) -> list[Fact]:
    return sorted(facts, key=lambda fact: (not isinstance(fact, Opened), fact.at, fact.sequence))


@given(tickets(), st.data())
@settings(max_examples=150, deadline=None)
def test_every_order_of_arrival_ends_in_the_same_promises(facts: list[Fact], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(facts))
    assert believed(end_of(shuffled).said) == believed(end_of(in_order(facts)).said)


@given(tickets(), st.data())
@settings(max_examples=100, deadline=None)
def test_a_fact_read_days_late_ends_in_the_same_promises(facts: list[Fact], data: st.DataObject) -> None:
    *early, late = data.draw(st.permutations(facts))
    stream = Stream()
    for fact in early:
        stream.hear(fact)
    stream.wake(FAR)
    stream.hear(late)
    stream.wake(FAR)
    assert believed(stream.said) == believed(end_of(in_order(facts)).said)


@given(tickets(), st.data())
@settings(max_examples=100, deadline=None)
def test_after_a_wake_up_the_next_one_is_later(facts: list[Fact], data: st.DataObject) -> None:
    stream = Stream()
    for fact in data.draw(st.permutations(facts)):
        stream.hear(fact)
        while (due := DECIDER.wake_at(stream.state)) is not None:
            stream.state = fold(DECIDER, stream.state, DECIDER.decide(stream.state, Wake(due)))
            following = DECIDER.wake_at(stream.state)
            assert following is None or following > due


@given(tickets(), st.data())
@settings(max_examples=100, deadline=None)
def test_no_promise_ends_both_kept_and_missed(facts: list[Fact], data: st.DataObject) -> None:
    again = OnCallAccepted | OnSitePlanned | ContactAttempted  # these promises can be made more than once
    once = [fact for fact in facts if not isinstance(fact, again)]
    stream = end_of(data.draw(st.permutations(once)))
    assert not [clock for clock, one in believed(stream.said).items() if one.outcome == "kept" and one.missed]


@given(tickets(), st.data())
@settings(max_examples=60, deadline=None)
def test_a_fact_heard_again_says_nothing(facts: list[Fact], data: st.DataObject) -> None:
    stream = end_of(data.draw(st.permutations(facts)))
    assert DECIDER.decide(stream.state, learn(data.draw(st.sampled_from(facts)))) == ()


@given(tickets())
@settings(max_examples=60, deadline=None)
def test_what_is_heard_in_order_is_never_taken_back(facts: list[Fact]) -> None:
    said = end_of(in_order(facts)).said
    assert not [event for event in said if isinstance(event, MissRetracted)]


@given(tickets())
@settings(max_examples=60, deadline=None)
def test_what_is_heard_in_order_needs_no_correction(facts: list[Fact]) -> None:
    """But for what is promised, kept and promised again in one instant: that is said as a new deadline."""
    made = [
        (type(fact), fact.at) for fact in facts if isinstance(fact, OnCallAccepted | OnSitePlanned | ContactAttempted)
    ]
    assume(len(made) == len(set(made)))
    said = end_of(in_order(facts)).said
    assert not [event for event in said if isinstance(event, ClockRetargeted) and event.reason == "late_fact"]
