"""The directory by HTTP."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from integration.intake.front_desk import FrontDesk

JEANNE = {"name": "Jeanne Martin", "email": "jeanne@acme.example", "trained": {"ocm": ["EBP"]}}
CONTRACT: dict[str, Any] = {"contract": "C-1", "desk": "systell", "valid_from": "2026-01-01"}
SHEET: dict[str, Any] = {
    "name": "Acme",
    "audit_accepted": True,
    "hours": {"mon": ["09:00-12:00"]},
    "sites": [{"name": "Siège", "address": "1 rue Haute"}],
    "contacts": [{**JEANNE, "phone": "+33612345678", "language": "es", "may_open": True}],
    "contracts": [{**CONTRACT, "services": ["Réseau"], "sla": True, "valid_to": "2026-12-31"}],
}


@pytest.fixture
def acme() -> str:
    """The id of a customer of this test alone."""
    return f"acme-{uuid4().hex[:8]}"


async def put(
    desk: FrontDesk, customer: str, sheet: Any, *, token: str = "admin-token", **headers: str
) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    login = {"Authorization": f"Bearer {token}"}
    return await desk.http.put(f"/v1/customers/{customer}", json=sheet, headers={**login, **named})


async def sheet_of(desk: FrontDesk, customer: str) -> dict[str, Any]:
    answer = await desk.get(f"/v1/customers/{customer}")
    assert answer.status_code == 200, answer.text
    sheet: dict[str, Any] = answer.json()["sheet"]
    return sheet


def names(answer: httpx.Response) -> list[str]:
    return [one["event"] for one in answer.json()["happened"]]


async def test_a_new_customer_is_created_and_shown_as_written(front_desk: FrontDesk, acme: str) -> None:
    created = await put(front_desk, acme, SHEET)
    assert (created.status_code, created.headers["etag"], created.json()["is_new"]) == (201, '"7"', True)
    shown = await front_desk.get(f"/v1/customers/{acme}")
    assert shown.headers["etag"] == '"7"'
    assert shown.json()["sheet"] == {
        "name": "Acme",
        "audit_accepted": True,
        "hours": {"mon": ["09:00-12:00"]},
        "sites": [{"name": "Siège", "address": "1 rue Haute"}],
        "contacts": [
            {
                "name": "Jeanne Martin",
                "email": "jeanne@acme.example",
                "phone": "+33612345678",
                "language": "es",
                "may_open": True,
                "trained": {"ocm": ["EBP"]},
            }
        ],
        "contracts": [
            {
                "contract": "C-1",
                "desk": "systell",
                "maintained": True,
                "sla": True,
                "on_call": False,
                "services": ["Réseau"],
                "valid_from": "2026-01-01",
                "valid_to": "2026-12-31",
            }
        ],
    }


async def test_what_is_shown_can_be_recorded_again_and_changes_nothing(front_desk: FrontDesk, acme: str) -> None:
    await put(front_desk, acme, SHEET)
    again = await put(front_desk, acme, await sheet_of(front_desk, acme))
    assert (again.status_code, again.json()["happened"], again.json()["version"]) == (200, [], 7)


async def test_only_the_differences_happen(front_desk: FrontDesk, acme: str) -> None:
    await put(front_desk, acme, SHEET)
    changed = await put(front_desk, acme, {**SHEET, "name": "Acme France", "sites": []})
    assert names(changed) == ["CustomerRenamed", "SiteRemoved"]


async def test_a_change_that_was_decided_by_an_older_version_is_refused(front_desk: FrontDesk, acme: str) -> None:
    await put(front_desk, acme, SHEET)
    stale = await put(front_desk, acme, {"name": "Other"}, If_Match='"6"')
    assert (stale.status_code, stale.json()["name"]) == (412, "stale_version")
    assert (await put(front_desk, acme, {"name": "Other"}, If_Match='"7"')).status_code == 200


async def test_the_same_key_is_answered_alike_and_nothing_happens_twice(front_desk: FrontDesk, acme: str) -> None:
    first = await put(front_desk, acme, {"name": "Acme"}, Idempotency_Key=acme)
    await put(front_desk, acme, {"name": "Zeta"})
    again = await put(front_desk, acme, {"name": "Acme"}, Idempotency_Key=acme)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert (await sheet_of(front_desk, acme))["name"] == "Zeta"


async def test_the_same_key_for_another_code_is_another_request(front_desk: FrontDesk, acme: str) -> None:
    for code, status in (("4711", 201), ("0815", 422)):
        sheet = {"name": "Acme", "contracts": [{**CONTRACT, "access_code": code}]}
        assert (await put(front_desk, acme, sheet, Idempotency_Key=acme)).status_code == status


async def test_a_code_is_never_shown_but_that_there_is_one(front_desk: FrontDesk, acme: str) -> None:
    put_answer = await put(front_desk, acme, {"name": "A", "contracts": [{**CONTRACT, "access_code": "s3cret"}]})
    shown = await front_desk.get(f"/v1/customers/{acme}")
    assert shown.json()["access_codes"] == ["C-1"]
    assert "s3cret" not in put_answer.text + shown.text
    assert "hash" not in put_answer.text + shown.text


async def test_a_code_stays_over_a_sheet_without_it_and_goes_with_an_empty_one(
    front_desk: FrontDesk, acme: str
) -> None:
    await put(front_desk, acme, {"name": "A", "contracts": [{**CONTRACT, "access_code": "4711"}]})
    await put(front_desk, acme, {"name": "B", "contracts": [CONTRACT]})
    assert (await front_desk.get(f"/v1/customers/{acme}")).json()["access_codes"] == ["C-1"]
    await put(front_desk, acme, {"name": "B", "contracts": [{**CONTRACT, "access_code": ""}]})
    assert (await front_desk.get(f"/v1/customers/{acme}")).json()["access_codes"] == []


@pytest.mark.parametrize(
    ("sheet", "field"),
    [
        ({}, "name"),
        ({"name": "A", "hours": {"lundi": []}}, "hours"),
        ({"name": "A", "contacts": [JEANNE, JEANNE]}, "contacts.1.email"),
        ({"name": "A", "contracts": [{**CONTRACT, "desk": "nowhere"}]}, "contracts.0.desk"),
        ({"name": "A", "contracts": [{**CONTRACT, "services": ["Fax"]}]}, "contracts.0.services"),
        ({"name": "A", "contracts": [CONTRACT, {**CONTRACT, "contract": "C-2"}]}, "contracts.1.valid_from"),
        ({"name": "A\x00"}, "name"),
    ],
)
async def test_a_wrong_field_is_named_and_nothing_is_written(
    front_desk: FrontDesk, acme: str, sheet: dict[str, Any], field: str
) -> None:
    refused = await put(front_desk, acme, sheet)
    assert (refused.status_code, refused.json()["name"]) == (422, "invalid")
    assert [one["field"] for one in refused.json()["errors"]] == [field]
    assert (await front_desk.get(f"/v1/customers/{acme}")).status_code == 404


async def test_an_id_that_is_none_is_refused(front_desk: FrontDesk) -> None:
    refused = await put(front_desk, "a b", {"name": "A"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "customer")


@pytest.mark.parametrize(("token", "status"), [("nora-token", 201), ("amelie-token", 403), ("portal-token", 403)])
async def test_managers_record_customers(front_desk: FrontDesk, acme: str, token: str, status: int) -> None:
    assert (await put(front_desk, acme, {"name": "A"}, token=token)).status_code == status


async def test_agents_read_customers_and_channels_do_not(front_desk: FrontDesk, acme: str) -> None:
    await put(front_desk, acme, {"name": "A"})
    read = [
        (await front_desk.get(path, token=token)).status_code
        for path in (f"/v1/customers/{acme}", "/v1/customers")
        for token in ("amelie-token", "portal-token")
    ]
    assert read == [200, 403, 200, 403]


async def test_whom_the_directory_does_not_know_is_not_found(front_desk: FrontDesk) -> None:
    for answer in (
        await front_desk.get("/v1/customers/nobody"),
        await front_desk.post("/v1/customers/nobody/accept-audit"),
    ):
        assert (answer.status_code, answer.json()["name"]) == (404, "customer_unknown")


async def test_customers_are_found_by_name_and_listed_page_by_page(front_desk: FrontDesk, acme: str) -> None:
    for number, name in enumerate(("Écluse", "écluse", "Bac")):
        await put(front_desk, f"{acme}-{number}", {"name": f"{name} {acme}"})
    found = [f"Bac {acme}", f"Écluse {acme}", f"écluse {acme}"]
    whole = await front_desk.get("/v1/customers", q=acme.upper())
    assert sorted(one["name"] for one in whole.json()["customers"]) == sorted(found)
    first = await front_desk.get("/v1/customers", q=acme, limit=2)
    second = await front_desk.get("/v1/customers", q=acme, limit=2, cursor=first.json()["next"])
    listed = [one["name"] for one in (*first.json()["customers"], *second.json()["customers"])]
    assert listed == [one["name"] for one in whole.json()["customers"]]
    assert (len(first.json()["customers"]), second.json()["next"]) == (2, None)
    assert (await front_desk.get(first.headers["link"].split(">")[0][1:])).json() == second.json()


async def test_customers_are_listed_by_the_desk_of_their_contracts(front_desk: FrontDesk, acme: str) -> None:
    await put(front_desk, acme, {"name": acme, "contracts": [CONTRACT]})
    with_systell = await front_desk.get("/v1/customers", q=acme, desk="systell")
    with_ocm = await front_desk.get("/v1/customers", q=acme, desk="ocm")
    assert (len(with_systell.json()["customers"]), len(with_ocm.json()["customers"])) == (1, 0)


@pytest.mark.parametrize("cursor", ["x", "W10", "WyJhIiwxXQ", "WyJcdTAwMDAiLCIiXQ", "WyJcdWQ4MDAiLCIiXQ"])
async def test_a_cursor_that_no_page_gave_is_refused(front_desk: FrontDesk, cursor: str) -> None:
    refused = await front_desk.get("/v1/customers", cursor=cursor)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "cursor")


async def test_an_agent_records_that_the_audit_was_accepted(front_desk: FrontDesk, acme: str) -> None:
    await put(front_desk, acme, {"name": "A"})
    accepted = await front_desk.post(f"/v1/customers/{acme}/accept-audit", token="amelie-token")
    assert (accepted.status_code, names(accepted)) == (200, ["AuditAccepted"])
    assert (await sheet_of(front_desk, acme))["audit_accepted"] is True


async def test_an_agent_records_a_training_of_their_desk_only(front_desk: FrontDesk, acme: str) -> None:
    await put(front_desk, acme, {"name": "A", "contacts": [JEANNE]})
    path, said = f"/v1/customers/{acme}/trainings", {"email": "JEANNE@acme.example", "service": "Support technique"}
    own = await front_desk.post(path, {**said, "desk": "serveurcom"}, token="amelie-token")
    other = await front_desk.post(path, {**said, "desk": "ocm"}, token="amelie-token")
    assert (own.status_code, names(own)) == (200, ["UserTrained"])
    assert (other.status_code, other.json()["name"]) == (403, "desk_not_yours")
    trained = (await sheet_of(front_desk, acme))["contacts"][0]["trained"]
    assert trained == {"ocm": ["EBP"], "serveurcom": ["Support technique"]}


@pytest.mark.parametrize(
    ("path", "said", "status", "field"),
    [
        ("trainings", {"email": "no@acme.example", "desk": "ocm", "service": "EBP"}, 409, "email"),
        ("trainings", {"email": "jeanne@acme.example", "desk": "nowhere", "service": "EBP"}, 422, "desk"),
        ("end-contract", {"contract": "C-9", "last_day": "2026-12-31"}, 409, "contract"),
        ("end-contract", {"contract": "C-1", "last_day": "2025-12-31"}, 409, "last_day"),
        ("end-contract", {"contract": "C-1", "last_day": "soon"}, 422, "last_day"),
    ],
)
async def test_a_command_that_cannot_be_meant_names_its_field(
    front_desk: FrontDesk, acme: str, path: str, said: dict[str, str], status: int, field: str
) -> None:
    await put(front_desk, acme, {"name": "A", "contacts": [JEANNE], "contracts": [CONTRACT]})
    refused = await front_desk.post(f"/v1/customers/{acme}/{path}", said)
    assert (refused.status_code, [one["field"] for one in refused.json()["errors"]]) == (status, [field])


async def test_a_contract_is_ended(front_desk: FrontDesk, acme: str) -> None:
    await put(front_desk, acme, {"name": "A", "contracts": [CONTRACT]})
    await front_desk.post(f"/v1/customers/{acme}/end-contract", {"contract": "C-1", "last_day": "2026-06-30"})
    assert (await sheet_of(front_desk, acme))["contracts"][0]["valid_to"] == "2026-06-30"
