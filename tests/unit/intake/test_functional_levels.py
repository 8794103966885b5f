"""Levels that work on a ticket calls: interventions without success, declared bugs, somebody's wish."""

from __future__ import annotations

from support.atelier import ABOUT, POLICIES, opened
from support.promises import paris
from support.scenario import Given, given
from vigie.contracts.event import Event
from vigie.contracts.tickets import (
    BugDeclared,
    EscalationRequested,
    EscalationTakenUp,
    FixDelivered,
    InterventionEnded,
    TicketReopened,
    TicketTakenInCharge,
)
from vigie_intake.core import commands as do
from vigie_intake.core import core, refusals
from vigie_intake.core.states import Open

INTAKE = core(POLICIES)
NOON = paris("2026-03-23 12:00")
TAKEN = TicketTakenInCharge(**ABOUT, taken_at=paris("2026-03-23 10:10"), taken_by="amelie")
UNRESOLVED = do.EndIntervention(at=NOON, agent="amelie", mode="phone", outcome="unresolved")


def ticket(*history: Event) -> Given:
    return given(INTAKE.decider, opened(), TAKEN, *history)


def unresolved(level: str | None) -> InterventionEnded:
    return InterventionEnded(
        **ABOUT, ended_at=NOON, ended_by="amelie", mode="phone", outcome="unresolved", escalates_to=level
    )


def declared(level: str | None = "R&D") -> BugDeclared:
    return BugDeclared(**ABOUT, declared_at=NOON, declared_by="amelie", cause="software", escalates_to=level)


def test_an_intervention_without_success_calls_the_first_level_of_the_chain() -> None:
    ticket().when(UNRESOLVED).then(unresolved("N2"))


def test_the_next_one_without_success_calls_the_next_level() -> None:
    ticket(unresolved("N2")).when(UNRESOLVED).then(unresolved("vendor"))


def test_at_the_end_of_the_chain_nobody_further_is_called() -> None:
    ticket(unresolved("N2"), unresolved("vendor")).when(UNRESOLVED).then(unresolved(None))


def test_a_level_that_somebody_asked_for_is_not_called_again() -> None:
    asked = EscalationRequested(**ABOUT, requested_at=NOON, requested_by="amelie", level="N2")
    ticket(asked).when(UNRESOLVED).then(unresolved("vendor"))


def test_a_reopened_ticket_begins_at_the_first_level() -> None:
    reopened = TicketReopened(**ABOUT, reopened_at=NOON, reopened_by="amelie", reason="agent")
    ticket(unresolved("N2"), reopened).when(UNRESOLVED).then(unresolved("N2"))


def test_a_level_that_work_called_can_be_answered_for() -> None:
    ticket(unresolved("N2")).when(do.TakeUp(at=NOON, agent="bruno", level="N2")).then(
        EscalationTakenUp(**ABOUT, taken_up_at=NOON, taken_up_by="bruno", level="N2")
    )


def test_a_bug_calls_the_level_that_mends_bugs() -> None:
    ticket().when(do.DeclareBug(at=NOON, agent="amelie")).then(declared())


def test_the_same_bug_declared_again_is_nothing() -> None:
    ticket(declared()).when(do.DeclareBug(at=NOON, agent="amelie")).then_nothing()


def test_after_a_fix_a_bug_is_another_one_and_its_level_knows_already() -> None:
    fixed = FixDelivered(**ABOUT, delivered_at=NOON, delivered_by="amelie")
    ticket(declared(), fixed).when(do.DeclareBug(at=NOON, agent="amelie")).then(declared(level=None))


def test_misuse_is_no_bug() -> None:
    ticket().when(do.DeclareBug(at=NOON, agent="amelie", cause="misuse")).then_refused(refusals.NotABug)


def test_neither_a_workaround_nor_a_fix_resolves_the_ticket() -> None:
    after = ticket(declared()).when(do.ProvideWorkaround(at=NOON, agent="amelie")).events()
    after += ticket(declared()).when(do.DeliverFix(at=NOON, agent="amelie", reference="4.2.1")).events()
    assert isinstance(ticket(declared(), *after).state(), Open)
