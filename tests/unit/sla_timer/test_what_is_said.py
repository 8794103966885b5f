"""What sla-timer says when it learns a fact, when a deadline comes, and when it hears of something too late."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import pytest

from support.promises import HOUR, MINUTE, next_sequence, opened, paris, serveurcom
from support.scenario import Given, given
from vigie.commitments import CustomerAsked, CustomerReplied, Fact, Opened, PriorityChanged, Resolved, TakenInCharge
from vigie.contracts.sla import (
    ClockMet,
    ClockPaused,
    ClockRetargeted,
    ClockStarted,
    DeadlineApproaching,
    DeadlineMissed,
    FactLearned,
    LadderEnded,
    MissRetracted,
    OverrunReached,
)
from vigie.contracts.terms import ContractTerms
from vigie.contracts.tickets import AgentReplied, TicketTakenInCharge
from vigie.decider import Received, UnknownPolicyVersion, Wake
from vigie.policy import Policies
from vigie_sla_timer.core import Learn, core
from vigie_sla_timer.core.learning import Ticket

TICKET = UUID("0198c2a4-0000-7000-8000-000000000001")
ABOUT: dict[str, Any] = {"ticket_id": TICKET, "number": "T-1001", "desk": "serveurcom"}
TAKE_CHARGE: dict[str, Any] = {**ABOUT, "clock": "take_charge"}
RESOLUTION: dict[str, Any] = {**ABOUT, "clock": "resolution"}

SLA_TIMER = core(Policies([serveurcom()]))


def monday(time: str) -> datetime:
    return paris(f"2026-03-23 {time}")


def tuesday(time: str) -> datetime:
    return paris(f"2026-03-24 {time}")


def learn(fact: Fact) -> Learn:
    return Learn(Ticket(TICKET, "T-1001", "serveurcom"), fact, uuid5(TICKET, str(fact.sequence)))


def after(*commands: Learn | Wake) -> Given:
    """The stream of promises to which ``commands`` have been given."""
    stream = given(SLA_TIMER.decider)
    for command in commands:
        stream = Given(stream.decider, (*stream.history, *stream.when(command).events()))
    return stream


OPENED = opened("2026-03-23 22:00", "high")
MISSED = DeadlineMissed(**TAKE_CHARGE, due_at=monday("22:30"), missed_at=monday("22:30"), priority="high")
N1 = OverrunReached(
    **TAKE_CHARGE,
    level="N1",
    missed_at=monday("22:30"),
    reached_at=monday("22:45"),
    overrun_seconds=15 * MINUTE,
    priority="high",
)


def taken(at: datetime) -> TakenInCharge:
    return TakenInCharge(at, next_sequence())


# Learning in time


def test_an_opened_ticket_starts_the_clocks_of_its_priority() -> None:
    after().when(learn(OPENED)).then(
        FactLearned(
            **ABOUT,
            fact="opened",
            happened_at=monday("22:00"),
            event_id=uuid5(TICKET, "1"),
            sequence=1,
            priority="high",
            kind="technical",
            contract=ContractTerms(),
            policy="serveurcom",
            policy_version=1,
        ),
        ClockStarted(
            **TAKE_CHARGE,
            started_at=monday("22:00"),
            due_at=monday("22:30"),
            budget_seconds=30 * MINUTE,
            calendar="always",
            priority="high",
        ),
        ClockStarted(
            **RESOLUTION,
            started_at=monday("22:00"),
            due_at=tuesday("02:00"),
            budget_seconds=4 * HOUR,
            calendar="always",
            priority="high",
        ),
    )


def test_a_fact_that_comes_twice_is_learned_once() -> None:
    fact = taken(monday("22:10"))
    after(learn(OPENED), learn(fact)).when(learn(fact)).then_nothing()


def test_taking_in_charge_in_time_meets_the_promise() -> None:
    said = after(learn(OPENED)).when(learn(taken(monday("22:10")))).events()
    assert said[1:] == (ClockMet(**TAKE_CHARGE, met_at=monday("22:10"), due_at=monday("22:30"), late=False),)


def test_asking_the_customer_pauses_the_resolution() -> None:
    said = after(learn(OPENED)).when(learn(CustomerAsked(monday("22:15"), 2))).events()
    assert said[1:] == (ClockPaused(**RESOLUTION, paused_at=monday("22:15"), remaining_seconds=3 * HOUR + 45 * MINUTE),)


def test_another_priority_moves_the_deadlines() -> None:
    said = after(learn(OPENED)).when(learn(PriorityChanged(monday("22:10"), 2, "medium"))).events()
    assert said[1:] == (
        ClockRetargeted(
            **TAKE_CHARGE,
            retargeted_at=monday("22:10"),
            due_at=tuesday("00:10"),
            priority="medium",
            reason="priority_changed",
        ),
        ClockRetargeted(
            **RESOLUTION,
            retargeted_at=monday("22:10"),
            due_at=tuesday("22:10"),
            priority="medium",
            reason="priority_changed",
        ),
    )


# The passing of time


def test_the_first_instant_to_wake_at_is_the_warning() -> None:
    # A quarter of 30 minutes before 22:30.
    assert SLA_TIMER.decider.wake_at(after(learn(OPENED)).state()) == monday("22:22:30")


def test_the_warning_names_the_deadline() -> None:
    after(learn(OPENED)).when(Wake(monday("22:22:30"))).then(
        DeadlineApproaching(**TAKE_CHARGE, warned_at=monday("22:22:30"), due_at=monday("22:30"))
    )


def test_a_promise_is_missed_at_its_due_instant() -> None:
    after(learn(OPENED), Wake(monday("22:22:30"))).when(Wake(monday("22:30"))).then(MISSED)


def test_a_miss_is_reported_once() -> None:
    after(learn(OPENED), Wake(monday("22:30"))).when(Wake(monday("22:30"))).then_nothing()


def test_a_level_is_reached_when_the_miss_is_old_enough() -> None:
    after(learn(OPENED), Wake(monday("22:30"))).when(Wake(monday("22:45"))).then(N1)


def test_what_a_machine_slept_through_is_said_in_the_order_of_time() -> None:
    said = after(learn(OPENED)).when(Wake(monday("22:45"))).events()
    assert said[1:] == (MISSED, N1)


def test_a_level_reached_at_the_instant_of_taking_in_charge_is_said_before_it() -> None:
    said = after(learn(OPENED), Wake(monday("22:30"))).when(learn(taken(monday("22:45")))).events()
    assert said[1:] == (N1, ClockMet(**TAKE_CHARGE, met_at=monday("22:45"), due_at=monday("22:30"), late=True))


def test_when_all_is_done_nobody_is_woken() -> None:
    stream = after(learn(OPENED), learn(taken(monday("22:10"))), learn(Resolved(monday("23:00"), next_sequence())))
    assert SLA_TIMER.decider.wake_at(stream.state()) is None


# Facts that come late


def test_a_miss_is_taken_back_when_the_ticket_had_been_taken_in_time() -> None:
    said = after(learn(OPENED), Wake(monday("22:45"))).when(learn(taken(monday("22:20")))).events()
    assert said[1:] == (
        MissRetracted(**TAKE_CHARGE, due_at=monday("22:30"), retracted_at=monday("22:20")),
        ClockMet(**TAKE_CHARGE, met_at=monday("22:20"), due_at=monday("22:30"), late=False),
    )


def test_a_miss_is_taken_back_when_the_customer_had_been_asked_before() -> None:
    told = after(learn(OPENED), learn(taken(monday("22:10"))), Wake(tuesday("02:00")))
    said = told.when(learn(CustomerAsked(tuesday("01:00"), next_sequence()))).events()
    assert said[1:] == (
        MissRetracted(**RESOLUTION, due_at=tuesday("02:00"), retracted_at=tuesday("01:00")),
        ClockPaused(**RESOLUTION, paused_at=tuesday("01:00"), remaining_seconds=1 * HOUR),
    )


def test_a_miss_is_taken_back_when_the_priority_had_been_lowered_before() -> None:
    told = after(learn(OPENED), Wake(monday("22:30")))
    said = told.when(learn(PriorityChanged(monday("22:20"), next_sequence(), "medium"))).events()
    assert said[1] == MissRetracted(**TAKE_CHARGE, due_at=monday("22:30"), retracted_at=monday("22:20"))


def test_a_miss_that_still_holds_is_not_taken_back() -> None:
    said = after(learn(OPENED), Wake(monday("22:45"))).when(learn(taken(monday("22:35")))).events()
    assert said[1:] == (ClockMet(**TAKE_CHARGE, met_at=monday("22:35"), due_at=monday("22:30"), late=True),)


def test_facts_before_the_opening_are_kept_without_consequence() -> None:
    fact = taken(monday("22:20"))
    after().when(learn(fact)).then(
        FactLearned(
            **ABOUT,
            fact="taken_in_charge",
            happened_at=monday("22:20"),
            event_id=uuid5(TICKET, str(fact.sequence)),
            sequence=fact.sequence,
        )
    )


def test_once_the_opening_is_heard_everything_is_said() -> None:
    said = after(learn(taken(monday("22:40")))).when(learn(OPENED)).events()
    assert [type(event).__name__ for event in said] == [
        "FactLearned",
        "ClockStarted",
        "ClockStarted",
        "DeadlineApproaching",
        "DeadlineMissed",
        "ClockMet",
    ]


def test_a_deadline_that_was_overtaken_is_said_anew() -> None:
    # On a desk's closed afternoon nothing is lost by asking earlier; the pause said last must not stand.
    low = opened("2026-03-23 10:00", "low")
    told = after(
        learn(low),
        learn(CustomerAsked(monday("13:30"), 12)),
        learn(CustomerReplied(monday("15:00"), 13)),
    )
    said = told.when(learn(CustomerAsked(monday("12:45"), 11))).events()
    # 2 h 30 are used up at 12:30. From 15:00: Mon 3 h, Tue-Thu 24 h, Fri 7 h, Mon 8 h are 42; 3 h 30 more on Tuesday.
    assert said[1:] == (
        ClockPaused(**RESOLUTION, paused_at=monday("12:45"), remaining_seconds=45 * HOUR + 30 * MINUTE),
        ClockRetargeted(
            **RESOLUTION,
            retargeted_at=monday("12:45"),
            due_at=paris("2026-03-31 12:00"),
            priority="low",
            reason="late_fact",
        ),
    )


def test_a_level_that_a_late_change_of_priority_had_voided_is_said_again_when_it_holds_after_all() -> None:
    told = after(
        learn(OPENED),
        Wake(monday("23:00")),
        learn(PriorityChanged(monday("22:50"), 2, "medium")),
        learn(PriorityChanged(monday("22:55"), 3, "high")),
    )
    assert SLA_TIMER.decider.wake_at(told.state()) == monday("23:00")


def test_an_end_that_was_said_before_one_of_its_levels_is_said_again() -> None:
    medium = opened("2026-03-23 20:30", "medium")
    told = after(learn(medium), Wake(monday("22:30")), learn(taken(monday("22:50"))))
    said = told.when(learn(PriorityChanged(monday("22:40"), next_sequence(), "high"))).events()
    late = ClockMet(**TAKE_CHARGE, met_at=monday("22:50"), due_at=monday("22:30"), late=True)
    assert [event for event in said if event in (N1, late)] == [N1, late]


def test_a_missed_promise_says_that_its_new_priority_has_no_ladder() -> None:
    said = after(learn(OPENED), Wake(monday("22:45"))).when(learn(PriorityChanged(monday("22:50"), 2, "low"))).events()
    assert said[1] == LadderEnded(**TAKE_CHARGE, missed_at=monday("22:30"), ended_at=monday("22:50"), priority="low")


# What cannot be judged yet, and what is of no interest


def test_a_policy_version_that_is_not_known_here_parks_the_ticket() -> None:
    unknown = Opened(monday("22:00"), 1, "high", "technical", ContractTerms(), "serveurcom", 2)
    with pytest.raises(UnknownPolicyVersion):
        after().when(learn(unknown)).events()


def heard(event: object) -> Received:
    return Received(event, id=TICKET, sequence=4, occurred_at=monday("22:10"), now=monday("22:10"))


def test_taking_in_charge_is_learned_with_its_version_in_the_ticket_s_stream() -> None:
    reaction = SLA_TIMER.react(heard(TicketTakenInCharge(**ABOUT, taken_at=monday("22:10"), taken_by="amelie")))
    assert reaction is not None
    assert reaction.command == Learn(
        Ticket(TICKET, "T-1001", "serveurcom"), TakenInCharge(monday("22:10"), 4), event_id=TICKET
    )


def test_a_reply_of_the_desk_changes_no_promise() -> None:
    assert SLA_TIMER.react(heard(AgentReplied(**ABOUT, replied_at=monday("22:10"), replied_by="amelie"))) is None
