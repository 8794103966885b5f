"""Whatever people do, in whatever order, at any of the five desks: what must never happen does not."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vigie.contracts.escalations import EscalationRaised, EscalationStoodDown
from vigie.contracts.event import Event
from vigie.contracts.requests import RequestSubmitted, WrittenContact
from vigie.contracts.sla import ClockEvent, ClockMet, ClockResumed, ClockStarted, DeadlineMissed
from vigie.contracts.terms import ContractTerms
from vigie.contracts.tickets import (
    BugCause,
    ContactOutcome,
    Mode,
    OnCallAccepted,
    OnCallRefused,
    RepairOutcome,
    TicketClosed,
    TicketReopened,
)
from vigie.decider import Core, Refused
from vigie.policy import Policies, Policy, load_policies
from vigie.simulation import Recorded, Simulation, installed_cores

POLICIES = load_policies(Path(__file__).parents[3] / "policies")
DESKS = POLICIES.desks()
JEANNE = WrittenContact(name="Jeanne Martin", email="jeanne@acme.example")
START = datetime.fromisoformat("2026-03-27T15:00:00+01:00")  # a Friday before the clocks change
LIMITS = [0, 15, 30, 60, 120, 240, 24 * 60, 48 * 60]


@cache
def cores() -> tuple[Core[Any, Any, Any], ...]:
    """Mails are left out: they decide nothing about a ticket, and writing them takes most of the time."""
    return tuple(core for core in installed_cores(Policies(POLICIES.all())) if core.service != "notifier")


def literal(kind: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(kind.__args__)


def steps_of(policy: Policy) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    """A step and what it needs, right or nearly right."""
    levels = st.sampled_from([*policy.levels, "N9"])
    fields: dict[str, dict[str, st.SearchStrategy[Any]]] = {
        "ask_customer": {"for": st.sampled_from(["answer", "files"])},
        "contact_attempt": {"outcome": literal(ContactOutcome)},
        "set_priority": {"priority": st.sampled_from(policy.priorities)},
        "qualify": {"kind": st.sampled_from(policy.kinds)},
        "end_intervention": {"mode": literal(Mode), "outcome": st.sampled_from(["solved", "unresolved"])},
        "escalate": {"level": levels},
        "take_up": {"level": levels},
        "finish_repair": {"outcome": literal(RepairOutcome)},
        "declare_bug": {"cause": literal(BugCause)},
        "propose_price": {"amount": st.integers(0, 3)},
        "log_work": {"minutes": st.integers(0, 90), "mode": literal(Mode), "remote_tool": st.booleans()},
        "on_call_message": {"subject": st.booleans()},
    }
    plain = "take_charge assign reply note customer_reply files_received resolve close agree_closed reopen plan_on_site"
    plain += " arrive_on_site order_exchange order_repair workaround deliver_fix accept_price"
    every = {**{name: {} for name in plain.split()}, **fields}
    return st.one_of([st.tuples(st.just(name), st.fixed_dictionaries(needs)) for name, needs in every.items()])


@dataclass
class Life:
    """What became of a ticket."""

    policy: Policy
    contract: ContractTerms
    log: list[Recorded]

    def said_by(self, service: str) -> list[Event]:
        return [one.event for one in self.log if one.service == service]

    def __repr__(self) -> str:
        events = (f"{one.event.occurred_at:%d %H:%M:%S} {type(one.event).__name__}" for one in self.log)
        return "\n".join([f"{self.policy.id} {self.contract}", *events])


@st.composite
def lives(draw: st.DrawFn, desk: str) -> Life:
    """A ticket of the desk to which up to 14 things happened in some weeks."""
    policy = POLICIES.at(desk, START)
    assert policy is not None
    contract = ContractTerms(maintained=draw(st.booleans()), on_call=draw(st.booleans()), sla=draw(st.booleans()))
    simulation = Simulation(cores())
    request = RequestSubmitted(
        desk=desk,
        contact=JEANNE,
        kind=draw(st.sampled_from(policy.kinds)),
        priority=draw(st.sampled_from(policy.priorities)),
        subject="Something",
    )
    ticket = simulation.request(request, START, contract)
    at = START
    for step, fields in draw(st.lists(steps_of(policy), max_size=14)) if simulation.is_open(ticket) else ():
        at += timedelta(minutes=draw(st.sampled_from(LIMITS) | st.integers(0, 4 * 24 * 60)))
        with suppress(Refused):
            simulation.act(ticket, step, at, **fields)
    simulation.run(at + timedelta(days=60))
    return Life(policy, contract, simulation.log)


def no_promise_is_both_kept_and_missed(life: Life) -> None:
    """A promise begins with its start, and again when it goes on after a reopening."""
    kept: set[str] = set()
    missed: set[str] = set()
    for event in life.said_by("sla-timer"):
        match event:
            case ClockStarted(clock=clock) | ClockResumed(clock=clock):
                kept.discard(clock)
                missed.discard(clock)
            case ClockMet(clock=clock, late=False):
                kept.add(clock)
            case DeadlineMissed(clock=clock):
                missed.add(clock)
            case _:
                pass
        assert not kept & missed


def nothing_but_reopening_follows_a_closing(life: Life) -> None:
    """A message to the on-call service is answered all the same: « not conforming »."""
    closed = False
    for event in life.said_by("intake"):
        assert not closed or isinstance(event, TicketReopened | OnCallRefused)
        closed = isinstance(event, TicketClosed) or (closed and not isinstance(event, TicketReopened))


def time_calls_nobody_where_there_is_no_ladder(life: Life) -> None:
    for event in life.said_by("escalation"):
        if isinstance(event, EscalationRaised) and event.clock is not None:
            assert life.policy.ladders.get(event.priority or "")


def no_level_is_called_twice_for_one_miss_without_standing_down(life: Life) -> None:
    standing: set[tuple[str, str | None]] = set()
    for event in life.said_by("escalation"):
        match event:
            case EscalationRaised(level=level, clock=clock) if clock is not None:
                assert (level, clock) not in standing
                standing.add((level, clock))
            case EscalationStoodDown(levels=levels, clock=clock):
                standing -= {(level, clock) for level in levels}
            case _:
                pass


def versions_have_no_gap(life: Life) -> None:
    versions: dict[str, int] = {}
    for one in life.log:
        assert one.version == versions.get(one.stream, 0) + 1
        versions[one.stream] = one.version


def nobody_is_on_call_for_who_has_not_bought_it(life: Life) -> None:
    if life.policy.on_call is None or not life.contract.on_call:
        assert not [event for event in life.said_by("intake") if isinstance(event, OnCallAccepted)]


def a_promise_is_made_to_those_whom_it_is_for(life: Life) -> None:
    scopes = {one.name: one.scope for one in life.policy.commitments}
    for event in life.said_by("sla-timer"):
        if isinstance(event, ClockEvent):
            terms = scopes[event.clock].contract or {}
            assert all(getattr(life.contract, key) == value for key, value in terms.items())


NEVER = (
    no_promise_is_both_kept_and_missed,
    nothing_but_reopening_follows_a_closing,
    time_calls_nobody_where_there_is_no_ladder,
    no_level_is_called_twice_for_one_miss_without_standing_down,
    versions_have_no_gap,
    nobody_is_on_call_for_who_has_not_bought_it,
    a_promise_is_made_to_those_whom_it_is_for,
)


@pytest.mark.parametrize("desk", DESKS)
@given(data=st.data())
@settings(max_examples=50, deadline=None)
def test_what_must_never_happen_does_not(desk: str, data: st.DataObject) -> None:
    life = data.draw(lives(desk))
    for check in NEVER:
        check(life)
