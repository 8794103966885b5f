"""Asking for a level by hand, and answering for one that was called.

The ticket is high and was opened at 22:00: taking it in charge is due at 22:30, N1 is called at 22:45, N2 at 23:00.
"""

from __future__ import annotations

import pytest

from support.scenario import Given, given
from unit.intake.histories import ABOUT, INTAKE, OPENED, TAKEN, at, opened
from vigie.contracts.event import Event
from vigie.contracts.tickets import (
    EscalationRequested,
    EscalationTakenUp,
    TicketClosed,
    TicketReopened,
    TicketTakenInCharge,
)
from vigie_intake.core import refusals
from vigie_intake.core.commands import Escalate, TakeUp

REQUESTED = EscalationRequested(**ABOUT, requested_at=at("22:31"), requested_by="bruno", level="N2")


def ticket(*history: Event) -> Given:
    return given(INTAKE.decider, OPENED, *history)


def test_nobody_escalates_before_a_commitment_is_exceeded() -> None:
    ticket().when(Escalate(at=at("22:29"), level="N1")).then_refused(refusals.NoCommitmentExceeded)


def test_a_commitment_is_not_exceeded_at_its_limit() -> None:
    ticket().when(Escalate(at=at("22:30"), level="N1")).then_refused(refusals.NoCommitmentExceeded)


def test_once_a_commitment_is_exceeded_any_level_may_be_asked_for() -> None:
    ticket().when(Escalate(at=at("22:31"), agent="bruno", level="N2")).then(REQUESTED)


def test_a_commitment_that_was_met_late_has_been_exceeded() -> None:
    late = TicketTakenInCharge(**ABOUT, taken_at=at("22:35"), taken_by="amelie")
    ticket(late).when(Escalate(at=at("22:40"), agent="bruno", level="N2")).then(
        EscalationRequested(**ABOUT, requested_at=at("22:40"), requested_by="bruno", level="N2")
    )


def test_a_commitment_that_was_kept_is_no_reason_to_escalate() -> None:
    ticket(TAKEN).when(Escalate(at=at("23:30"), level="N1")).then_refused(refusals.NoCommitmentExceeded)


@pytest.mark.parametrize("facts", [{"priority": "low"}, {"kind": "commercial"}], ids=["low", "no incident"])
def test_a_ticket_that_has_no_ladder_is_never_escalated(facts: dict[str, str]) -> None:
    late = given(INTAKE.decider, opened(**facts))
    late.when(Escalate(at=at("31 22:00"), level="N1")).then_refused(refusals.NoCommitmentExceeded)


def test_a_level_that_the_desk_does_not_have_cannot_be_asked_for() -> None:
    ticket().when(Escalate(at=at("22:31"), level="N4")).then_refused(refusals.UnknownLevel)


def test_asking_for_the_same_level_again_is_nothing() -> None:
    ticket(REQUESTED).when(Escalate(at=at("22:50"), level="N2")).then_nothing()


def test_after_reopening_the_same_level_may_be_asked_for_again() -> None:
    closed = TicketClosed(**ABOUT, closed_at=at("22:50"), closed_by="bruno", reason="solved")
    reopened = TicketReopened(**ABOUT, reopened_at=at("23:00"), reopened_by="bruno", reason="agent")
    ticket(REQUESTED, closed, reopened).when(Escalate(at=at("23:10"), agent="bruno", level="N2")).then(
        EscalationRequested(**ABOUT, requested_at=at("23:10"), requested_by="bruno", level="N2")
    )


def test_a_level_reached_at_this_instant_can_be_taken_up() -> None:
    ticket().when(TakeUp(at=at("22:45"), agent="nora", level="N1")).then(
        EscalationTakenUp(**ABOUT, taken_up_at=at("22:45"), taken_up_by="nora", level="N1")
    )


def test_a_level_that_was_asked_for_can_be_taken_up() -> None:
    ticket(REQUESTED).when(TakeUp(at=at("22:32"), agent="nora", level="N2")).then(
        EscalationTakenUp(**ABOUT, taken_up_at=at("22:32"), taken_up_by="nora", level="N2")
    )


def test_a_level_that_nobody_called_cannot_be_taken_up() -> None:
    ticket().when(TakeUp(at=at("22:44"), level="N1")).then_refused(refusals.LevelNotRaised)


def test_a_level_that_the_desk_does_not_have_cannot_be_taken_up() -> None:
    ticket().when(TakeUp(at=at("22:50"), level="R&D")).then_refused(refusals.UnknownLevel)


def test_taking_up_again_is_nothing() -> None:
    taken_up = EscalationTakenUp(**ABOUT, taken_up_at=at("22:46"), taken_up_by="nora", level="N1")
    ticket(taken_up).when(TakeUp(at=at("22:50"), agent="nora", level="N1")).then_nothing()


def test_somebody_else_of_the_level_may_take_it_up_too() -> None:
    taken_up = EscalationTakenUp(**ABOUT, taken_up_at=at("22:46"), taken_up_by="nora", level="N1")
    ticket(taken_up).when(TakeUp(at=at("22:50"), agent="omar", level="N1")).then(
        EscalationTakenUp(**ABOUT, taken_up_at=at("22:50"), taken_up_by="omar", level="N1")
    )


def test_a_level_that_another_commitment_calls_again_is_taken_up_again() -> None:
    """Resolution is due at 02:00, so it calls N1 at 02:15."""
    taken_up = EscalationTakenUp(**ABOUT, taken_up_at=at("22:46"), taken_up_by="nora", level="N1")
    ticket(taken_up).when(TakeUp(at=at("24 02:20"), agent="nora", level="N1")).then(
        EscalationTakenUp(**ABOUT, taken_up_at=at("24 02:20"), taken_up_by="nora", level="N1")
    )
