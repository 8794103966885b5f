"""What a sheet may not say, and which field is named."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from unit.directory.acme import CONTRACT, FULL, JEANNE, POLICIES, sheet
from vigie_intake.core.directory.sheet import check_sheet

OTHER = {**CONTRACT, "contract": "C-2"}


def wrong(**members: Any) -> list[tuple[str, str]]:
    return [(one.field, one.problem) for one in check_sheet(sheet(**members), POLICIES)]


def test_nothing_is_wrong_with_a_full_sheet() -> None:
    assert wrong(**FULL) == []


def test_two_contacts_have_two_mail_addresses() -> None:
    twice = [JEANNE, {**JEANNE, "email": "JEANNE@acme.example"}]
    assert wrong(contacts=twice) == [("contacts.1.email", "is here a second time")]


def test_two_sites_have_two_names() -> None:
    assert wrong(sites=[{"name": "Nord"}, {"name": "nord"}]) == [("sites.1.name", "is here a second time")]


def test_two_contracts_have_two_ids() -> None:
    later = {**CONTRACT, "valid_from": "2027-01-01"}
    ended = {**CONTRACT, "valid_to": "2026-12-31"}
    assert wrong(contracts=[ended, later]) == [("contracts.1.contract", "is here a second time")]


def test_no_day_has_two_contracts_of_one_desk() -> None:
    ended, next_one = {**CONTRACT, "valid_to": "2026-06-30"}, {**OTHER, "valid_from": "2026-06-30"}
    problem = "on some day the contract C-1 with the same desk is valid too"
    assert wrong(contracts=[ended, next_one]) == [("contracts.1.valid_from", problem)]


def test_a_contract_may_follow_another_the_day_after() -> None:
    assert wrong(contracts=[{**CONTRACT, "valid_to": "2026-06-30"}, {**OTHER, "valid_from": "2026-07-01"}]) == []


def test_contracts_of_two_desks_hold_side_by_side() -> None:
    assert wrong(contracts=[CONTRACT, {**OTHER, "desk": "ocm"}]) == []


def test_a_contract_does_not_end_before_it_begins() -> None:
    backwards = {**CONTRACT, "valid_to": "2025-12-31"}
    assert wrong(contracts=[backwards]) == [("contracts.0.valid_to", "lies before valid_from")]


def test_a_contract_is_with_a_desk_that_there_is() -> None:
    (found,) = wrong(contracts=[{**CONTRACT, "desk": "nowhere"}])
    assert found == ("contracts.0.desk", "is none of the desks civ, esii, ocm, serveurcom, systell")


def test_a_contract_covers_services_that_the_desk_has() -> None:
    (found,) = wrong(contracts=[{**CONTRACT, "desk": "serveurcom", "services": ["Fax"]}])
    services = "Support technique, Service commercial, Service administratif"
    assert found == ("contracts.0.services", f"is none of the services of serveurcom: {services}")


def test_a_desk_that_lists_no_services_has_any() -> None:
    assert wrong(contacts=[{**JEANNE, "trained": {"ocm": ["Anything"]}}]) == []


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ({"name": ""}, ("name",)),
        ({"hours": {"lundi": ["09:00-12:00"]}}, ("hours",)),
        ({"hours": {"mon": ["9-12"]}}, ("hours",)),
        ({"hours": "sometimes"}, ("hours",)),
        ({"contacts": [{**JEANNE, "email": "jeanne"}]}, ("contacts", 0, "email")),
        ({"contacts": [{**JEANNE, "phone": "0612345678"}]}, ("contacts", 0, "phone")),
        ({"contacts": [{**JEANNE, "language": "de"}]}, ("contacts", 0, "language")),
        ({"contracts": [{**CONTRACT, "valid_from": 20260101}]}, ("contracts", 0, "valid_from")),
        ({"contracts": [{**CONTRACT, "services": ["EBP", "EBP"]}]}, ("contracts", 0, "services")),
        ({"contracts": [{**CONTRACT, "access_code": "x" * 65}]}, ("contracts", 0, "access_code")),
        ({"colour": "red"}, ("colour",)),
    ],
)
def test_a_field_that_cannot_be_meant_is_named(members: dict[str, Any], field: tuple[str | int, ...]) -> None:
    with pytest.raises(ValidationError) as refused:
        sheet(**members)
    assert [error["loc"] for error in refused.value.errors()] == [field]


def test_a_weekday_that_is_none_is_named() -> None:
    with pytest.raises(ValidationError, match="lundi: is no weekday"):
        sheet(hours={"lundi": ["09:00-12:00"]})


def test_a_sheet_does_not_show_its_access_codes() -> None:
    assert "s3cret" not in repr(sheet(contracts=[{**CONTRACT, "access_code": "s3cret"}]))
