"""Messages left with the on-call service of Serveurcom, which works outside HOJO for those who bought it."""

from __future__ import annotations

from datetime import datetime

import pytest

from support.scenario import Given, given
from unit.intake.histories import ABOUT, CALLED, CLOSED, INTAKE, ON_CALL_CUSTOMER, OPENED, RESOLVED, TAKEN, at, opened
from vigie.contracts.event import Event
from vigie.contracts.terms import ContractTerms
from vigie.contracts.tickets import OnCallAccepted, OnCallRefusal, OnCallRefused
from vigie_intake.core.commands import OnCallMessage

NIGHT = at("22:30")
MORNING = at("24 10:00")


def accepted(when: datetime = NIGHT) -> OnCallAccepted:
    return OnCallAccepted(**ABOUT, accepted_at=when)


def refused(reason: OnCallRefusal, when: datetime = NIGHT) -> OnCallRefused:
    return OnCallRefused(**ABOUT, refused_at=when, reason=reason)


def ticket(*history: Event) -> Given:
    return given(INTAKE.decider, ON_CALL_CUSTOMER, *history)


def test_a_complete_message_at_night_about_a_covered_service_is_accepted() -> None:
    ticket().when(OnCallMessage(at=NIGHT)).then(accepted())


def test_somebody_having_taken_the_ticket_does_not_silence_the_on_call_service() -> None:
    ticket(TAKEN).when(OnCallMessage(at=NIGHT)).then(accepted())


def test_a_second_message_while_the_first_waits_is_heard_too() -> None:
    ticket(CALLED).when(OnCallMessage(at=NIGHT)).then(accepted())


def test_in_working_hours_the_desk_itself_answers() -> None:
    ticket().when(OnCallMessage(at=MORNING)).then(refused("within_working_hours", MORNING))


def test_working_hours_come_before_any_other_reason() -> None:
    given(INTAKE.decider, OPENED).when(OnCallMessage(at=MORNING, ticket_number=False)).then(
        refused("within_working_hours", MORNING)
    )


@pytest.mark.parametrize("history", [(TAKEN, RESOLVED), (CLOSED,)], ids=["resolved", "closed"])
def test_a_message_about_a_finished_ticket_does_not_conform(history: tuple[Event, ...]) -> None:
    ticket(*history).when(OnCallMessage(at=NIGHT)).then(refused("not_conforming"))


def test_a_message_without_a_subject_does_not_conform() -> None:
    ticket().when(OnCallMessage(at=NIGHT, subject=False, ticket_number=False)).then(refused("not_conforming"))


def test_a_message_must_name_the_ticket() -> None:
    ticket().when(OnCallMessage(at=NIGHT, ticket_number=False, contact_details=False)).then(
        refused("ticket_number_missing")
    )


def test_a_message_must_say_how_to_call_back() -> None:
    ticket().when(OnCallMessage(at=NIGHT, contact_details=False)).then(refused("contact_details_missing"))


def test_who_has_not_bought_the_on_call_service_waits_for_working_hours() -> None:
    given(INTAKE.decider, OPENED).when(OnCallMessage(at=NIGHT)).then(refused("not_covered"))


def test_a_service_that_is_not_covered_waits_for_working_hours() -> None:
    commercial = opened(contract=ContractTerms(on_call=True), service="Service commercial")
    given(INTAKE.decider, commercial).when(OnCallMessage(at=NIGHT)).then(refused("not_covered"))


def test_a_service_that_the_desk_does_not_know_is_not_covered() -> None:
    other = opened(contract=ContractTerms(on_call=True), service="Téléphonie mobile")
    given(INTAKE.decider, other).when(OnCallMessage(at=NIGHT)).then(refused("not_covered"))


def test_the_message_may_name_another_service_than_the_ticket() -> None:
    ticket().when(OnCallMessage(at=NIGHT, service="Service commercial")).then(refused("not_covered"))


def test_a_ticket_that_names_no_service_is_covered() -> None:
    unnamed = opened(contract=ContractTerms(on_call=True), service=None)
    given(INTAKE.decider, unnamed).when(OnCallMessage(at=NIGHT)).then(accepted())
