"""« 643 matériels dépannés en atelier »."""

from __future__ import annotations

from support.scenario import given
from unit.intake.histories import ABOUT, INTAKE, OPENED, RESOLVED, at
from vigie.contracts.tickets import RepairFinished, RepairOrdered
from vigie_intake.core import commands as do
from vigie_intake.core import refusals

ORDERED = RepairOrdered(**ABOUT, ordered_at=at("22:20"), ordered_by="agent", item="Borne")
FINISHED = RepairFinished(**ABOUT, finished_at=at("23:00"), finished_by="agent", outcome="repaired")
FINISH = do.FinishRepair(at=at("23:00"))


def test_every_order_of_a_repair_counts() -> None:
    order = do.OrderRepair(at=at("22:20"), item="Borne")
    given(INTAKE.decider, OPENED).when(order).then(ORDERED).when(order).then(ORDERED)


def test_what_was_sent_to_the_workshop_comes_back_once() -> None:
    given(INTAKE.decider, OPENED, ORDERED).when(FINISH).then(FINISHED).when(FINISH).then_refused(
        refusals.NothingInWorkshop
    )


def test_two_devices_come_back_one_after_the_other() -> None:
    given(INTAKE.decider, OPENED, ORDERED, ORDERED, FINISHED).when(FINISH).then(FINISHED)


def test_nothing_is_sent_for_a_resolved_ticket_but_what_is_there_comes_back() -> None:
    given(INTAKE.decider, OPENED, RESOLVED).when(do.OrderRepair(at=at("22:30"))).then_refused(refusals.TicketResolved)
    given(INTAKE.decider, OPENED, ORDERED, RESOLVED).when(FINISH).then(FINISHED)


def test_what_cannot_be_repaired_comes_back_too() -> None:
    irreparable = FINISHED.model_copy(update={"outcome": "irreparable"})
    given(INTAKE.decider, OPENED, ORDERED).when(do.FinishRepair(at=at("23:00"), outcome="irreparable")).then(
        irreparable
    )
