"""What work costs: the price that comes first, and the minutes that are charged."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from support.atelier import ABOUT, POLICIES, opened
from support.promises import paris
from support.scenario import Given, given
from vigie.contracts.event import Event
from vigie.contracts.tickets import (
    BilledStep,
    OnSitePlanned,
    PriceAccepted,
    PriceProposed,
    TicketTakenInCharge,
    WorkLogged,
)
from vigie_intake.core import commands as do
from vigie_intake.core import core, refusals

INTAKE = core(POLICIES)
NOON = paris("2026-03-23 12:00")
TAKEN = TicketTakenInCharge(**ABOUT, taken_at=paris("2026-03-23 10:10"), taken_by="amelie")
PROPOSED = PriceProposed(**ABOUT, proposed_at=NOON, proposed_by="amelie", amount=Decimal(90))
ACCEPTED = PriceAccepted(**ABOUT, accepted_at=NOON, recorded_by="amelie", amount=Decimal(90))
PLAN = do.PlanOnSite(at=NOON, agent="amelie")
PLANNED = OnSitePlanned(**ABOUT, planned_at=NOON, planned_by="amelie", visitor="technician")


def ticket(*history: Event, sla: bool = True) -> Given:
    return given(INTAKE.decider, opened(sla=sla), TAKEN, *history)


def test_a_visit_waits_for_the_price() -> None:
    ticket().when(PLAN).then_refused(refusals.PriceNotAccepted)


def test_a_price_that_was_only_proposed_is_not_accepted() -> None:
    ticket(PROPOSED).when(PLAN).then_refused(refusals.PriceNotAccepted)


def test_an_accepted_price_lets_the_visit_be_planned() -> None:
    ticket(PROPOSED, ACCEPTED).when(PLAN).then(PLANNED)


def test_another_price_must_be_accepted_again() -> None:
    ticket(PROPOSED, ACCEPTED, PROPOSED.model_copy(update={"amount": Decimal(120)})).when(PLAN).then_refused(
        refusals.PriceNotAccepted
    )


def test_those_whom_the_rule_is_not_for_need_no_price() -> None:
    ticket(sla=False).when(PLAN).then(PLANNED)


def test_an_intervention_waits_only_in_the_modes_that_the_rule_names() -> None:
    by_phone = do.EndIntervention(at=NOON, agent="amelie", mode="phone", outcome="unresolved")
    there = do.EndIntervention(at=NOON, agent="amelie", mode="on_site", outcome="unresolved")
    assert len(ticket().when(by_phone).events()) == 1
    ticket().when(there).then_refused(refusals.PriceNotAccepted)


def test_accepting_is_of_the_price_that_was_proposed() -> None:
    ticket(PROPOSED).when(do.AcceptPrice(at=NOON, agent="amelie")).then(ACCEPTED)


def test_a_price_that_was_told_elsewhere_can_be_accepted() -> None:
    elsewhere = PriceAccepted(**ABOUT, accepted_at=NOON, recorded_by="amelie", amount=None)
    ticket().when(do.AcceptPrice(at=NOON, agent="amelie")).then(elsewhere).when(PLAN).then(PLANNED)


def test_accepting_again_and_proposing_the_same_again_are_nothing() -> None:
    ticket(PROPOSED, ACCEPTED).when(do.AcceptPrice(at=NOON)).then_nothing()
    ticket(PROPOSED, ACCEPTED).when(do.ProposePrice(at=NOON, agent="amelie", amount=Decimal("90.00"))).then_nothing()


def logged(minutes: int, **more: Any) -> WorkLogged:
    (event,) = ticket().when(do.LogWork(at=NOON, agent="amelie", minutes=minutes, **more)).events()
    assert isinstance(event, WorkLogged)
    return event


@pytest.mark.parametrize(
    ("minutes", "mode", "remote_tool", "billed"),
    [
        (0, "phone", True, 15),
        (14, "phone", True, 15),
        (15, "phone", True, 15),
        (16, "phone", True, 16),
        (14, "remote", True, 15),
        (14, "remote", False, 60),
        (60, "remote", False, 60),
        (61, "remote", False, 61),
        (14, "phone", False, 15),
        (14, "on_site", False, 15),
    ],
)
def test_at_least_the_minimum_is_charged(minutes: int, mode: str, remote_tool: bool, billed: int) -> None:
    work = logged(minutes, mode=mode, remote_tool=remote_tool)
    assert (work.real_minutes, work.billed_minutes) == (minutes, billed)


@pytest.mark.parametrize(
    ("factors", "factor"), [((), 1), (("immediate",), 3), (("out_of_hours",), 2), (("immediate", "out_of_hours"), 6)]
)
def test_all_factors_that_apply_are_multiplied(factors: tuple[str, ...], factor: float) -> None:
    assert logged(20, factors=factors).factor == factor


def test_the_computation_is_told_step_by_step() -> None:
    assert logged(7, factors=("immediate", "out_of_hours")).computation == (
        BilledStep(rule="real", value=7, gives=7),
        BilledStep(rule="minimum", value=15, gives=15),
        BilledStep(rule="immediate", value=3, gives=45),
        BilledStep(rule="out_of_hours", value=2, gives=90),
    )


def test_the_contract_brings_its_own_factors_which_come_first() -> None:
    (work,) = ticket(sla=False).when(do.LogWork(at=NOON, minutes=20, factors=("out_of_hours",))).events()
    assert isinstance(work, WorkLogged)
    assert (work.real_minutes, work.billed_minutes) == (20, 20)
    assert (work.factors, work.factor) == (("unsupported", "out_of_hours"), 3)
    assert work.computation[2:] == (
        BilledStep(rule="unsupported", value=1.5, gives=30),
        BilledStep(rule="out_of_hours", value=2, gives=60),
    )


def test_a_factor_of_the_contract_cannot_be_named() -> None:
    ticket().when(do.LogWork(at=NOON, minutes=7, factors=("unsupported",))).then_refused(refusals.Invalid)


@pytest.mark.parametrize("wrong", [{"factors": ("sunday",)}, {"phase": "lunch"}])
def test_an_unknown_factor_or_phase_is_refused(wrong: dict[str, Any]) -> None:
    ticket().when(do.LogWork(at=NOON, minutes=7, **wrong)).then_refused(refusals.Invalid)


def test_travel_is_apart() -> None:
    assert logged(7, travel=Decimal("42.50")).travel == Decimal("42.50")
