"""Whatever happens to three tickets of a desk while they are merged: no clock runs twice, nothing said is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unit.simulation.test_random_histories import DESKS, JEANNE, LIMITS, POLICIES, START, cores, steps_of
from vigie.contracts.escalations import EscalationRaised
from vigie.contracts.event import Event
from vigie.contracts.requests import RequestSubmitted
from vigie.contracts.sla import (
    ClockCancelled,
    ClockEvent,
    ClockMet,
    ClockPaused,
    ClockResumed,
    ClockRetargeted,
    ClockStarted,
    DeadlineApproaching,
    DeadlineMissed,
    MissRetracted,
)
from vigie.contracts.terms import ContractTerms
from vigie.contracts.tickets import CustomerReplied, TicketClosed, TicketOpened
from vigie.decider import Refused
from vigie.policy import Policy
from vigie.simulation import Simulation
from vigie_intake.core.commands import Counterpart, Merge, TakeDuplicate

MINUTE = timedelta(minutes=1)
ANYBODYS = ContractTerms(maintained=True, on_call=True, sla=True)


@dataclass
class Tickets:
    """What became of three tickets, and how often a customer was heard."""

    simulation: Simulation
    ids: list[UUID]
    replies: int = 0

    def events(self, ticket: UUID, service: str) -> list[Event]:
        said = [one.event for one in self.simulation.log if one.service == service]
        return [event for event in said if getattr(event, "ticket_id", None) == ticket]

    def merged(self, ticket: UUID) -> TicketClosed | None:
        """The closing of ``ticket`` as a duplicate."""
        closings = [event for event in self.events(ticket, "intake") if isinstance(event, TicketClosed)]
        return next((event for event in closings if event.duplicate_of is not None), None)

    def merge(self, duplicate: UUID, survivor: UUID, at: datetime) -> None:
        """As the API does it: both halves or none."""
        merging = Merge(at=at, into=self._counterpart(survivor))
        taking = TakeDuplicate(at=at, duplicate=self._counterpart(duplicate), contacts=())
        self.simulation.order_all([(duplicate, merging), (survivor, taking)])

    def _counterpart(self, ticket: UUID) -> Counterpart:
        [opened] = [event for event in self.events(ticket, "intake") if isinstance(event, TicketOpened)]
        return Counterpart(ticket_id=ticket, number=opened.number, desk=opened.desk, customer=opened.customer)


def opened_at(desk: str, at: datetime) -> Tickets:
    policy = POLICIES.at(desk, at)
    assert policy is not None
    simulation = Simulation(cores())
    ids = [simulation.request(_request(policy), at + index * MINUTE, ANYBODYS) for index in range(3)]
    return Tickets(simulation, ids)


def _request(policy: Policy) -> RequestSubmitted:
    return RequestSubmitted(
        desk=policy.id, contact=JEANNE, kind=policy.kinds[0], priority=policy.priorities[-1], subject="Something"
    )


@st.composite
def lives(draw: st.DrawFn, desk: str) -> Tickets:
    """Three tickets, up to 15 things that happen to any of them, every third of them a merge."""
    policy = POLICIES.at(desk, START)
    assert policy is not None
    tickets = opened_at(desk, START)
    which, at = st.sampled_from(tickets.ids), START + 3 * MINUTE
    for (step, fields), merging in draw(st.lists(st.tuples(steps_of(policy), st.integers(0, 2)), max_size=15)):
        at += draw(st.sampled_from(LIMITS)) * MINUTE
        with suppress(Refused):
            if merging == 0:
                tickets.merge(draw(which), draw(which), at)
            else:
                tickets.simulation.act(draw(which), step, at, **fields)
                tickets.replies += step == "customer_reply"
    tickets.simulation.run(at + timedelta(days=60))
    return tickets


def standing(events: list[Event]) -> dict[str, str]:
    """Where each clock stands in the end."""
    clocks: dict[str, str] = {}
    for event in events:
        match event:
            case ClockStarted() | ClockResumed() | MissRetracted():
                clocks[event.clock] = "running"
            case ClockPaused():
                clocks[event.clock] = "paused"
            case ClockMet() | ClockCancelled() | DeadlineMissed():
                clocks[event.clock] = "over"
            case _:
                pass
    return clocks


def of_duplicates(tickets: Tickets) -> Iterator[tuple[UUID, TicketClosed]]:
    return ((one, closing) for one in tickets.ids if (closing := tickets.merged(one)) is not None)


def no_clock_of_a_duplicate_runs_on(tickets: Tickets) -> None:
    alive = (ClockStarted, ClockResumed, ClockRetargeted, ClockPaused, DeadlineApproaching, DeadlineMissed, ClockMet)
    for ticket, closing in of_duplicates(tickets):
        promises = tickets.events(ticket, "sla-timer")
        assert set(standing(promises).values()) <= {"over"}
        assert not [event for event in promises if isinstance(event, alive) and event.occurred_at > closing.closed_at]
        calls = [event for event in tickets.events(ticket, "escalation") if isinstance(event, EscalationRaised)]
        assert not [event for event in calls if event.raised_at > closing.closed_at]


def nothing_happens_to_a_duplicate(tickets: Tickets) -> None:
    for ticket, closing in of_duplicates(tickets):
        assert tickets.events(ticket, "intake")[-1] == closing


def whoever_follows_duplicates_arrives(tickets: Tickets) -> None:
    for ticket, _ in of_duplicates(tickets):
        steps = 0
        while (closing := tickets.merged(ticket)) is not None and closing.duplicate_of is not None:
            ticket, steps = closing.duplicate_of.ticket_id, steps + 1
            assert steps < len(tickets.ids)


def every_reply_is_kept_once(tickets: Tickets) -> None:
    kept = [event for one in tickets.ids for event in tickets.events(one, "intake")]
    assert sum(isinstance(event, CustomerReplied) for event in kept) == tickets.replies


ALWAYS = (
    no_clock_of_a_duplicate_runs_on,
    nothing_happens_to_a_duplicate,
    whoever_follows_duplicates_arrives,
    every_reply_is_kept_once,
)


@pytest.mark.parametrize("desk", DESKS)
@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_no_clock_runs_twice_and_nothing_said_is_lost(desk: str, data: st.DataObject) -> None:
    tickets = data.draw(lives(desk))
    for check in ALWAYS:
        check(tickets)


def promises(tickets: Tickets, ticket: UUID) -> list[Event]:
    return [event for event in tickets.events(ticket, "sla-timer") if isinstance(event, ClockEvent)]


@pytest.mark.parametrize("desk", DESKS)
def test_the_promises_of_the_ticket_that_goes_on_are_as_if_nothing_was_merged(desk: str) -> None:
    alone, merged = opened_at(desk, START), opened_at(desk, START)
    merged.merge(merged.ids[0], merged.ids[1], START + timedelta(minutes=10))
    for tickets in (alone, merged):
        tickets.simulation.act(tickets.ids[1], "take_charge", START + timedelta(minutes=20))
        tickets.simulation.run(START + timedelta(days=60))
    assert promises(merged, merged.ids[1]) == promises(alone, alone.ids[1])
    assert promises(merged, merged.ids[2]) == promises(alone, alone.ids[2])


def test_a_merge_that_one_side_refuses_does_nothing_to_the_other() -> None:
    tickets = opened_at("serveurcom", START)
    one, other, _ = tickets.ids
    tickets.simulation.act(other, "close", START + 5 * MINUTE)
    before = len(tickets.simulation.log)
    with pytest.raises(Refused):
        tickets.merge(one, other, START + 6 * MINUTE)
    assert len(tickets.simulation.log) == before
