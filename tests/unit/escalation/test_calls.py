"""Who is called for a late promise, who answers, and when they are free again."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from support.promises import HOUR, MINUTE, paris, serveurcom
from support.scenario import Given, Then, given
from vigie.contracts.escalations import EscalationAcknowledged, EscalationRaised, EscalationStoodDown
from vigie.contracts.event import Event
from vigie.contracts.sla import ClockCancelled, ClockMet, DeadlineMissed, LadderEnded, MissRetracted, OverrunReached
from vigie.contracts.tickets import EscalationRequested, EscalationTakenUp, TicketClosed
from vigie.decider import Received
from vigie.policy import Policies
from vigie_escalation.core import core

TICKET = UUID("0198c2a4-0000-7000-8000-000000000001")
ABOUT: dict[str, Any] = {"ticket_id": TICKET, "number": "T-1001", "desk": "serveurcom"}
TAKE_CHARGE: dict[str, Any] = {**ABOUT, "clock": "take_charge"}

ESCALATION = core(Policies([serveurcom()]))


def monday(time: str) -> datetime:
    return paris(f"2026-03-23 {time}")


MISSED_AT = monday("22:30")


def reached(level: str, at: str, minutes: int, clock: str = "take_charge", missed_at: datetime = MISSED_AT) -> Event:
    return OverrunReached(
        **ABOUT,
        clock=clock,
        level=level,
        missed_at=missed_at,
        reached_at=monday(at),
        overrun_seconds=minutes * MINUTE,
        priority="high",
    )


N1_REACHED = reached("N1", "22:45", 15)
N2_REACHED = reached("N2", "23:00", 30)
N1_RAISED = EscalationRaised(
    **TAKE_CHARGE,
    level="N1",
    reason="overdue",
    priority="high",
    missed_at=MISSED_AT,
    overrun_seconds=15 * MINUTE,
    raised_at=monday("22:45"),
)
MET_LATE = ClockMet(**TAKE_CHARGE, met_at=monday("23:10"), due_at=MISSED_AT, late=True)
RETRACTED = MissRetracted(**TAKE_CHARGE, due_at=MISSED_AT, retracted_at=monday("22:20"))


def heard(event: Event) -> Any:
    """The command that ``event`` comes to."""
    reaction = ESCALATION.react(Received(event, TICKET, 7, event.occurred_at, event.occurred_at))
    assert reaction is not None
    assert reaction.key == TICKET
    return reaction.command


def after(*events: Event) -> Given:
    """The ticket's escalation once ``events`` have been heard."""
    stream = given(ESCALATION.decider)
    for event in events:
        stream = Given(stream.decider, (*stream.history, *hearing(stream, event).events()))
    return stream


def hearing(stream: Given, event: Event) -> Then:
    return stream.when(heard(event))


def stood_down(reason: Any, at: str, *levels: str) -> EscalationStoodDown:
    return EscalationStoodDown(
        **TAKE_CHARGE, levels=levels, missed_at=MISSED_AT, reason=reason, stood_down_at=monday(at)
    )


# Levels of a late promise


def test_a_level_is_called_when_the_promise_is_so_late() -> None:
    hearing(after(), N1_REACHED).then(N1_RAISED)


def test_a_level_that_stands_is_not_called_again() -> None:
    hearing(after(N1_REACHED), N1_REACHED).then_nothing()


def test_a_level_is_called_for_each_late_promise() -> None:
    resolution = reached("N1", "23:15", 15, clock="resolution", missed_at=monday("23:00"))
    (raised,) = hearing(after(N1_REACHED), resolution).events()
    assert isinstance(raised, EscalationRaised)
    assert (raised.level, raised.clock, raised.raised_at) == ("N1", "resolution", monday("23:15"))


def test_a_miss_alone_calls_nobody() -> None:
    miss = DeadlineMissed(**TAKE_CHARGE, due_at=MISSED_AT, missed_at=MISSED_AT, priority="high")
    assert ESCALATION.react(Received(miss, TICKET, 4, MISSED_AT, MISSED_AT)) is None


# The end of a ladder


def test_meeting_the_promise_late_frees_those_it_had_called() -> None:
    hearing(after(N1_REACHED, N2_REACHED), MET_LATE).then(stood_down("met_late", "23:10", "N1", "N2"))


def test_meeting_a_promise_in_time_frees_nobody() -> None:
    in_time = ClockMet(**TAKE_CHARGE, met_at=monday("22:20"), due_at=MISSED_AT, late=False)
    assert ESCALATION.react(Received(in_time, TICKET, 4, MISSED_AT, MISSED_AT)) is None


def test_meeting_one_promise_late_frees_nobody_of_another() -> None:
    resolution = reached("N1", "23:15", 15, clock="resolution", missed_at=monday("23:00"))
    hearing(after(resolution), MET_LATE).then_nothing()


def test_a_retracted_miss_frees_those_it_had_called() -> None:
    hearing(after(N1_REACHED), RETRACTED).then(stood_down("retracted", "22:20", "N1"))


def test_a_cancelled_promise_frees_those_it_had_called() -> None:
    cancelled = ClockCancelled(**TAKE_CHARGE, cancelled_at=monday("22:50"))
    hearing(after(N1_REACHED), cancelled).then(stood_down("cancelled", "22:50", "N1"))


def test_a_priority_without_a_ladder_frees_those_who_were_called() -> None:
    ended = LadderEnded(**TAKE_CHARGE, missed_at=MISSED_AT, ended_at=monday("22:50"), priority="low")
    hearing(after(N1_REACHED), ended).then(stood_down("priority_changed", "22:50", "N1"))


def test_a_ladder_that_called_nobody_ends_in_silence() -> None:
    hearing(after(), MET_LATE).then_nothing()


def test_a_ladder_ends_once() -> None:
    hearing(after(N1_REACHED, MET_LATE), MET_LATE).then_nothing()


def test_a_level_heard_of_after_the_end_that_came_later_is_a_repeat() -> None:
    hearing(after(N1_REACHED, MET_LATE), N1_REACHED).then_nothing()


def test_after_a_retraction_the_same_level_may_be_called_again() -> None:
    hearing(after(N1_REACHED, RETRACTED), N1_REACHED).then(N1_RAISED)


def test_a_ladder_that_comes_back_calls_again() -> None:
    ended = LadderEnded(**TAKE_CHARGE, missed_at=MISSED_AT, ended_at=monday("22:50"), priority="low")
    (raised,) = hearing(after(N1_REACHED, ended), reached("N1", "22:55", 15)).events()
    assert isinstance(raised, EscalationRaised)
    assert raised.raised_at == monday("22:55")


def test_a_later_miss_of_the_same_clock_calls_the_level_again() -> None:
    later = reached("N1", "23:55", 15, missed_at=monday("23:40"))
    (raised,) = hearing(after(N1_REACHED, MET_LATE), later).events()
    assert isinstance(raised, EscalationRaised)
    assert raised.missed_at == monday("23:40")


def test_a_retraction_leaves_those_of_another_miss() -> None:
    later = reached("N1", "23:55", 15, missed_at=monday("23:40"))
    hearing(after(N1_REACHED, later), RETRACTED).then(stood_down("retracted", "22:20", "N1"))


def test_closing_the_ticket_is_left_to_sla_timer() -> None:
    closed = TicketClosed(**ABOUT, closed_at=monday("23:00"), closed_by="amelie", reason="solved")
    assert ESCALATION.react(Received(closed, TICKET, 4, MISSED_AT, MISSED_AT)) is None


# By hand


def test_a_level_that_is_asked_for_is_called() -> None:
    asked = EscalationRequested(**ABOUT, requested_at=monday("23:05"), requested_by="amelie", level="N2")
    hearing(after(), asked).then(
        EscalationRaised(
            **ABOUT, level="N2", reason="by_hand", clock=None, raised_at=monday("23:05"), requested_by="amelie"
        )
    )


def test_the_same_request_calls_once() -> None:
    asked = EscalationRequested(**ABOUT, requested_at=monday("23:05"), requested_by="amelie", level="N2")
    hearing(after(asked), asked).then_nothing()


def test_a_level_asked_for_by_hand_outlasts_the_ladder() -> None:
    asked = EscalationRequested(**ABOUT, requested_at=monday("23:05"), requested_by="amelie", level="N3")
    hearing(after(N1_REACHED, asked), MET_LATE).then(stood_down("met_late", "23:10", "N1"))


# Answers


def answer(level: str, at: str) -> EscalationTakenUp:
    return EscalationTakenUp(**ABOUT, taken_up_at=monday(at), taken_up_by="nadia", level=level)


def test_a_level_that_stands_may_answer() -> None:
    hearing(after(N1_REACHED), answer("N1", "22:50")).then(
        EscalationAcknowledged(**ABOUT, level="N1", acknowledged_at=monday("22:50"), acknowledged_by="nadia")
    )


def test_the_same_answer_counts_once() -> None:
    hearing(after(N1_REACHED, answer("N1", "22:50")), answer("N1", "22:50")).then_nothing()


def test_an_answer_does_not_hold_back_the_next_level() -> None:
    (raised,) = hearing(after(N1_REACHED, answer("N1", "22:50")), N2_REACHED).events()
    assert isinstance(raised, EscalationRaised)
    assert (raised.level, raised.overrun_seconds) == ("N2", HOUR // 2)


def test_after_the_end_there_is_nothing_to_answer() -> None:
    hearing(after(N1_REACHED, MET_LATE), answer("N1", "23:20")).then_nothing()


def test_an_answer_given_before_the_end_counts_when_it_is_read_after_it() -> None:
    (acknowledged,) = hearing(after(N1_REACHED, MET_LATE), answer("N1", "22:50")).events()
    assert isinstance(acknowledged, EscalationAcknowledged)


def test_an_answer_that_is_read_before_the_call_counts() -> None:
    (acknowledged,) = hearing(after(), answer("N1", "22:50")).events()
    assert isinstance(acknowledged, EscalationAcknowledged)


def test_time_alone_calls_nobody() -> None:
    assert ESCALATION.decider.wake_at(after(N1_REACHED).state()) is None
