"""Two topics without order among each other, and facts that reach sla-timer in any order: the calls end the same.

What escalation hears is what sla-timer really says: its core runs here in front of escalation's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, get_args
from uuid import UUID, uuid5

from hypothesis import given, settings
from hypothesis import strategies as st

from support.promises import opened, paris, serveurcom
from support.waking import wake_until
from vigie.commitments import Closed, CustomerAsked, CustomerReplied, Fact, PriorityChanged, Resolved, TakenInCharge
from vigie.contracts.event import Event
from vigie.contracts.tickets import EscalationRequested, EscalationTakenUp
from vigie.decider import Received, fold
from vigie.policy import Policies
from vigie_escalation.core import Calls
from vigie_escalation.core import core as escalation_core
from vigie_escalation.core.calls import ForWork, Standing
from vigie_sla_timer.core import Learn
from vigie_sla_timer.core import core as sla_core
from vigie_sla_timer.core.learning import Ticket

TICKET = UUID("0198c2a4-0000-7000-8000-000000000001")
ABOUT: dict[str, Any] = {"ticket_id": TICKET, "number": "T-1001", "desk": "serveurcom"}
POLICIES = Policies([serveurcom()])
SLA_TIMER = sla_core(POLICIES)
ESCALATION = escalation_core(POLICIES)
OPENED_AT = paris("2026-03-23 22:00")
FAR = paris("2026-06-01 00:00")

MINUTES = st.one_of(st.sampled_from([30, 45, 60, 90, 120, 240, 255]), st.integers(0, 3 * 24 * 60))
Plain = TakenInCharge | CustomerAsked | CustomerReplied | Resolved | Closed
PLAIN: tuple[type[Plain], ...] = get_args(Plain)


@st.composite
def tickets(draw: st.DrawFn) -> list[Fact]:
    """The facts of a ticket in the order in which they happened, the opening first."""
    facts: list[Fact] = []
    for sequence in range(2, draw(st.integers(1, 6)) + 1):
        at = OPENED_AT + timedelta(minutes=draw(MINUTES))
        if draw(st.booleans()):
            facts.append(PriorityChanged(at, sequence, draw(st.sampled_from(["low", "medium", "high"]))))
        else:
            facts.append(draw(st.sampled_from(PLAIN))(at, sequence))
    return [opened("2026-03-23 22:00", "high"), *sorted(facts, key=lambda fact: (fact.at, fact.sequence))]


def said_by_sla_timer(facts: Sequence[Fact]) -> Iterator[Event]:
    """What is published on vigie.sla.v1 when the facts arrive in this order."""
    decider, state = SLA_TIMER.decider, SLA_TIMER.decider.initial
    for fact in facts:
        for _, events in wake_until(decider, state, fact.at):
            yield from events
            state = fold(decider, state, events)
        learn = Learn(Ticket(TICKET, "T-1001", "serveurcom"), fact, uuid5(TICKET, str(fact.sequence)))
        events = decider.decide(state, learn)
        yield from events
        state = fold(decider, state, events)
    for _, events in wake_until(decider, state, FAR):
        yield from events


def after(events: Sequence[Event]) -> Calls:
    calls = ESCALATION.decider.initial
    for event in events:
        reaction = ESCALATION.react(Received(event, TICKET, 1, event.occurred_at, event.occurred_at))
        if reaction is not None:
            calls = fold(ESCALATION.decider, calls, ESCALATION.decider.decide(calls, reaction.command))
    return calls


def answering(calls: Calls) -> set[tuple[str, str | None, datetime | None]]:
    """Who is called at last: each level with the clock and the miss, or by hand."""
    ladder = {(call.level, call.clock, call.missed_at) for call in calls.made if isinstance(call, Standing)}
    return ladder | {(call.level, None, None) for call in calls.made if isinstance(call, ForWork)}


@given(tickets(), st.data())
@settings(max_examples=150, deadline=None)
def test_whatever_the_order_of_the_facts_the_same_levels_answer_at_last(facts: list[Fact], data: st.DataObject) -> None:
    in_order = list(said_by_sla_timer(facts))
    in_disorder = list(said_by_sla_timer(data.draw(st.permutations(facts))))
    assert answering(after(in_disorder)) == answering(after(in_order))


@given(tickets(), st.data())
@settings(max_examples=100, deadline=None)
def test_however_the_two_topics_interleave_the_same_levels_answer_at_last(
    facts: list[Fact], data: st.DataObject
) -> None:
    people: list[Event] = [
        EscalationTakenUp(**ABOUT, taken_up_at=paris("2026-03-23 22:50"), taken_up_by="nadia", level="N1"),
        EscalationRequested(**ABOUT, requested_at=paris("2026-03-23 22:55"), requested_by="amelie", level="N3"),
    ]
    clocks = list(said_by_sla_timer(facts))
    places = sorted(data.draw(st.lists(st.integers(0, len(clocks)), min_size=2, max_size=2)))
    first, second = places
    interleaved = [*clocks[:first], people[0], *clocks[first:second], people[1], *clocks[second:]]
    assert answering(after(interleaved)) == answering(after([*clocks, *people]))


@given(tickets())
@settings(max_examples=60, deadline=None)
def test_hearing_everything_again_changes_nothing(facts: list[Fact]) -> None:
    clocks = list(said_by_sla_timer(facts))
    calls = after(clocks)
    levels = [event for event in clocks if type(event).__name__ == "OverrunReached"]
    for event in levels:
        reaction = ESCALATION.react(Received(event, TICKET, 1, event.occurred_at, event.occurred_at))
        assert reaction is not None
        assert ESCALATION.decider.decide(calls, reaction.command) == ()
