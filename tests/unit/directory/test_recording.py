"""What a sheet makes of a customer."""

from __future__ import annotations

from datetime import date

from support.scenario import given
from unit.directory.acme import (
    CONTACT,
    CONTRACT,
    FULL,
    JEANNE,
    MORNING,
    NOON,
    REGISTERED,
    SITE,
    record,
    signed,
)
from vigie.contracts.customers import (
    AuditAcceptanceWithdrawn,
    AuditAccepted,
    ContactAdded,
    ContactChanged,
    ContactRemoved,
    ContractChanged,
    ContractSigned,
    ContractWithdrawn,
    CustomerHoursSet,
    CustomerRegistered,
    CustomerRenamed,
    Location,
    Named,
    Reach,
    SiteAdded,
    SiteChanged,
    SiteRemoved,
    TrainingWithdrawn,
    UserTrained,
)
from vigie_intake.core.directory import DECIDER
from vigie_intake.core.directory.refusals import DeskNotYours

directory = given(DECIDER)
acme = given(DECIDER, REGISTERED)
TRAINED = UserTrained(customer="acme", trained_at=MORNING, contact=2, desk="ocm", service="EBP")


def test_a_new_customer_is_registered_with_all_that_the_sheet_says() -> None:
    directory.when(record(**FULL)).then(
        CustomerRegistered(customer="acme", registered_at=NOON, personal=Named(name="Acme")),
        CustomerHoursSet(customer="acme", set_at=NOON, hours={"mon": ("09:00-12:00",)}),
        AuditAccepted(customer="acme", accepted_at=NOON),
        SiteAdded(
            customer="acme", added_at=NOON, site=1, personal=Location(name="Siège", address="1 rue Haute, Le Mans")
        ),
        ContactAdded(
            customer="acme",
            added_at=NOON,
            contact=2,
            language="fr",
            may_open=True,
            personal=Reach(name="Jeanne Martin", email="jeanne@acme.example", phone="+33612345678"),
        ),
        UserTrained(customer="acme", trained_at=NOON, contact=2, desk="ocm", service="EBP"),
        signed(NOON),
    )


def test_the_same_sheet_again_says_nothing() -> None:
    directory.when(record(**FULL)).then(*directory.when(record(**FULL)).events()).when(record(**FULL)).then_nothing()


def test_another_name_renames() -> None:
    renamed = CustomerRenamed(customer="acme", renamed_at=NOON, personal=Named(name="Acme France"))
    acme.when(record(name="Acme France")).then(renamed)


def test_hours_that_the_sheet_leaves_out_are_not_known_any_more() -> None:
    hours = CustomerHoursSet(customer="acme", set_at=MORNING, hours="always")
    given(DECIDER, REGISTERED, hours).when(record()).then(CustomerHoursSet(customer="acme", set_at=NOON, hours=None))


def test_a_sheet_without_the_audit_withdraws_it() -> None:
    accepted = AuditAccepted(customer="acme", accepted_at=MORNING)
    withdrawn = AuditAcceptanceWithdrawn(customer="acme", withdrawn_at=NOON)
    given(DECIDER, REGISTERED, accepted).when(record()).then(withdrawn)


def test_a_site_of_the_same_name_is_the_same_site() -> None:
    moved = SiteChanged(customer="acme", changed_at=NOON, site=1, personal=Location(name="siège", address="Laval"))
    given(DECIDER, REGISTERED, SITE).when(record(sites=[{"name": "siège", "address": "Laval"}])).then(moved)


def test_a_site_that_is_not_on_the_sheet_is_removed() -> None:
    given(DECIDER, REGISTERED, SITE).when(record()).then(SiteRemoved(customer="acme", removed_at=NOON, site=1))


def test_a_contact_is_known_by_the_mail_address_whatever_its_case() -> None:
    given(DECIDER, REGISTERED, CONTACT).when(record(contacts=[{**JEANNE, "email": "Jeanne@Acme.example"}])).then(
        ContactChanged(
            customer="acme",
            changed_at=NOON,
            contact=2,
            language="fr",
            may_open=False,
            personal=Reach(name="Jeanne Martin", email="Jeanne@acme.example"),
        )
    )


def test_numbers_of_contacts_who_have_gone_are_not_given_again() -> None:
    bruno = {"name": "Bruno", "email": "bruno@acme.example"}
    given(DECIDER, REGISTERED, CONTACT).when(record(contacts=[bruno])).then(
        ContactRemoved(customer="acme", removed_at=NOON, contact=2),
        ContactAdded(
            customer="acme",
            added_at=NOON,
            contact=3,
            language=None,
            may_open=False,
            personal=Reach(name="Bruno", email="bruno@acme.example"),
        ),
    )


def test_a_contact_whose_person_was_erased_is_removed_and_may_come_back_under_another_number() -> None:
    erased = CONTACT.model_copy(update={"personal": None})
    given(DECIDER, REGISTERED, erased).when(record(contacts=[JEANNE])).then(
        ContactRemoved(customer="acme", removed_at=NOON, contact=2),
        CONTACT.model_copy(update={"added_at": NOON, "contact": 3}),
    )


def test_trainings_follow_the_sheet() -> None:
    given(DECIDER, REGISTERED, CONTACT, TRAINED).when(record(contacts=[{**JEANNE, "trained": {"ocm": ["Sage"]}}])).then(
        TrainingWithdrawn(customer="acme", withdrawn_at=NOON, contact=2, desk="ocm", service="EBP"),
        UserTrained(customer="acme", trained_at=NOON, contact=2, desk="ocm", service="Sage"),
    )


def test_a_contract_that_says_something_else_is_changed() -> None:
    given(DECIDER, REGISTERED, signed()).when(
        record(contracts=[{**CONTRACT, "maintained": False, "valid_to": "2026-12-31"}])
    ).then(
        ContractChanged(
            customer="acme",
            changed_at=NOON,
            contract="C-1",
            desk="systell",
            maintained=False,
            sla=False,
            on_call=False,
            services=(),
            valid_from=date(2026, 1, 1),
            valid_to=date(2026, 12, 31),
        )
    )


def test_a_contract_that_is_not_on_the_sheet_is_withdrawn() -> None:
    withdrawn = ContractWithdrawn(customer="acme", withdrawn_at=NOON, contract="C-1", desk="systell")
    given(DECIDER, REGISTERED, signed()).when(record()).then(withdrawn)


def test_a_code_stays_when_the_sheet_does_not_name_one() -> None:
    given(DECIDER, REGISTERED, signed(access_code_hash="ab")).when(record(contracts=[CONTRACT])).then_nothing()


def test_a_new_code_changes_the_contract() -> None:
    events = given(DECIDER, REGISTERED, signed(access_code_hash="ab")).when(
        record(contracts=[CONTRACT], codes={"C-1": "cd"})
    )
    assert [(type(event), getattr(event, "access_code_hash", "")) for event in events.events()] == [
        (ContractChanged, "cd")
    ]


def test_a_code_can_be_taken_away() -> None:
    events = given(DECIDER, REGISTERED, signed(access_code_hash="ab")).when(
        record(contracts=[CONTRACT], codes={"C-1": None})
    )
    assert [getattr(event, "access_code_hash", "") for event in events.events()] == [None]


def test_whoever_is_of_another_desk_signs_no_contract_with_this_one() -> None:
    acme.when(record(contracts=[CONTRACT], desks="ocm")).then_refused(DeskNotYours)


def test_whoever_is_of_another_desk_withdraws_no_contract_with_this_one() -> None:
    given(DECIDER, REGISTERED, signed()).when(record(desks="ocm")).then_refused(DeskNotYours)


def test_contracts_of_other_desks_may_stand_on_the_sheet_as_they_are() -> None:
    happened = given(DECIDER, REGISTERED, signed()).when(record(name="A", contracts=[CONTRACT], desks="ocm")).events()
    assert [type(event) for event in happened] == [CustomerRenamed]


def test_two_contracts_of_one_customer_are_two() -> None:
    second = {**CONTRACT, "contract": "C-2", "desk": "ocm"}
    happened = given(DECIDER, REGISTERED, signed()).when(record(contracts=[CONTRACT, second])).events()
    assert [(type(event), getattr(event, "contract", "")) for event in happened] == [(ContractSigned, "C-2")]
