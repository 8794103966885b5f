"""What is asked of the directory without a whole sheet."""

from __future__ import annotations

from datetime import date

from support.scenario import given
from unit.directory.acme import CONTACT, MORNING, NOON, REGISTERED, signed
from vigie.contracts.customers import AuditAccepted, ContractEnded, UserTrained
from vigie_intake.core.directory import DECIDER
from vigie_intake.core.directory.commands import AcceptAudit, EndContract, RecordTraining
from vigie_intake.core.directory.refusals import (
    ContactUnknown,
    ContractUnknown,
    CustomerUnknown,
    DeskNotYours,
    EndsBeforeItBegins,
)

ACCEPT = AcceptAudit(NOON, "acme")
TRAIN = RecordTraining(NOON, "acme", "JEANNE@acme.example", "ocm", "EBP")
END = EndContract(NOON, "acme", "C-1", date(2026, 3, 31))


def test_an_audit_is_accepted_once() -> None:
    accepted = AuditAccepted(customer="acme", accepted_at=NOON)
    given(DECIDER, REGISTERED).when(ACCEPT).then(accepted).when(ACCEPT).then_nothing()


def test_whom_the_directory_does_not_know_accepts_no_audit() -> None:
    given(DECIDER).when(ACCEPT).then_refused(CustomerUnknown)


def test_a_contact_learns_a_product_once() -> None:
    trained = UserTrained(customer="acme", trained_at=NOON, contact=2, desk="ocm", service="EBP")
    given(DECIDER, REGISTERED, CONTACT).when(TRAIN).then(trained).when(TRAIN).then_nothing()


def test_only_a_contact_of_the_customer_is_trained() -> None:
    given(DECIDER, REGISTERED).when(TRAIN).then_refused(ContactUnknown)


def test_a_contract_is_given_a_last_day_once() -> None:
    ended = ContractEnded(customer="acme", ended_at=NOON, contract="C-1", desk="systell", valid_to=date(2026, 3, 31))
    given(DECIDER, REGISTERED, signed()).when(END).then(ended).when(END).then_nothing()


def test_a_contract_that_nobody_signed_does_not_end() -> None:
    given(DECIDER, REGISTERED).when(END).then_refused(ContractUnknown)


def test_a_contract_does_not_end_before_it_has_begun() -> None:
    before = EndContract(NOON, "acme", "C-1", date(2025, 12, 31))
    given(DECIDER, REGISTERED, signed()).when(before).then_refused(EndsBeforeItBegins)


def test_whoever_is_of_another_desk_ends_no_contract_with_this_one() -> None:
    by_another = EndContract(NOON, "acme", "C-1", date(2026, 3, 31), frozenset({"ocm"}))
    given(DECIDER, REGISTERED, signed(MORNING)).when(by_another).then_refused(DeskNotYours)
