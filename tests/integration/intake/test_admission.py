"""Whom the directory knows, and what follows for their requests, both ways in which they come."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from integration.intake.front_desk import NIGHT, POLICIES, REQUEST, FrontDesk
from vigie.contracts import topics
from vigie.contracts.ids import customer_key, request_key
from vigie.contracts.requests import REQUEST_SUBMITTED
from vigie.io.engine import Contracts, Engine, LookUps
from vigie.io.records import Order, RawRecord
from vigie_intake.adapters.directory import contracts_of
from vigie_intake.adapters.view import project
from vigie_intake.core import core
from vigie_intake.core.directory.commands import RecordCustomer
from vigie_intake.core.directory.sheet import Sheet

CONTRACT: dict[str, Any] = {"contract": "C-1", "desk": "systell", "valid_from": "2026-01-01"}
SYSTELL: dict[str, Any] = {
    **{name: REQUEST[name] for name in ("contact", "subject")},
    "desk": "systell",
    "kind": "technical",
    "customer": "acme",
}
OCM: dict[str, Any] = {**SYSTELL, "desk": "ocm", "kind": "software", "service": "EBP"}
TRAINED = {"name": "Jeanne Martin", "email": "Jeanne@ACME.example", "trained": {"ocm": ["EBP"]}}
FIRST = "select convert_from(facts, 'UTF8') from events where stream = $1 and version = 1"
DEFAULTS = {
    "maintained": True,
    "audit_accepted": True,
    "user_trained": True,
    "on_call": False,
    "sla": False,
    "access_code_wrong": False,
    "customer_hours": None,
}


@dataclass
class Admission:
    """The front desk, with customers of this test alone: their ids end in its ``mark``."""

    front: FrontDesk
    mark: str = field(default_factory=lambda: uuid4().hex[:8])

    async def know(self, customer: str = "acme", **sheet: Any) -> None:
        """Write a customer into the directory."""
        directory, named = self.front.directory, f"{customer}.{self.mark}"
        written = Sheet.model_validate({"name": "Acme", **sheet})
        command = RecordCustomer(NIGHT, named, written, directory.codes_on(named, written))
        await directory.engine.perform(Order(customer_key(named), command, uuid4(), "agent:test", "test"))

    def marked(self, request: dict[str, Any]) -> dict[str, Any]:
        return {**request, "customer": f"{request['customer']}.{self.mark}"}

    async def post(self, request: dict[str, Any], **headers: str) -> httpx.Response:
        return await self.front.post("/v1/tickets", self.marked(request), **headers)

    async def submit(self, *requests: dict[str, Any], contracts: Contracts | None = None) -> list[dict[str, Any]]:
        """The requests in one batch, as they come from the topic; what became of each: the facts of its first event."""
        look_up = contracts or contracts_of(self.front.directory.key, POLICIES)
        engine = Engine(core(POLICIES), self.front.pool, self.front.clock, project=project, look_ups=LookUps(look_up))
        ids = [str(uuid4()) for _ in requests]
        batch = zip(requests, ids, strict=True)
        await engine.handle([record(self.marked(one), offset, ce_id) for offset, (one, ce_id) in enumerate(batch)])
        facts = [await self.front.pool.fetchval(FIRST, f"ticket-{request_key('/test', ce_id)}") for ce_id in ids]
        return [json.loads(one) for one in facts]

    async def opened_terms(self, **changes: Any) -> dict[str, Any]:
        """The contract that the ticket of a request to Serveurcom, which refuses nobody, carries."""
        (opened,) = await self.submit({**REQUEST, **changes})
        terms: dict[str, Any] = opened["contract"]
        return terms


@pytest.fixture
def desk(front_desk: FrontDesk) -> Admission:
    return Admission(front_desk)


def record(request: dict[str, Any], offset: int, ce_id: str) -> RawRecord:
    headers = {"specversion": "1.0", "id": ce_id, "source": "/test", "type": REQUEST_SUBMITTED}
    named = tuple((f"ce_{name}", value.encode()) for name, value in headers.items())
    return RawRecord(topics.REQUESTS, 0, offset, 0, None, named, json.dumps(request).encode())


async def test_whom_the_directory_does_not_know_is_treated_as_before(desk: Admission) -> None:
    assert await desk.opened_terms() == DEFAULTS


async def test_a_customer_without_a_contract_with_the_desk_has_nothing(desk: Admission) -> None:
    await desk.know(contracts=[CONTRACT])
    nothing = {"maintained": False, "audit_accepted": False, "user_trained": False}
    assert await desk.opened_terms() == {**DEFAULTS, **nothing}


async def test_all_that_is_known_travels_in_the_ticket(desk: Admission) -> None:
    await desk.know(
        audit_accepted=True,
        hours={"mon": ["09:00-12:00"]},
        contacts=[{**TRAINED, "trained": {"serveurcom": ["Support technique"]}}],
        contracts=[{**CONTRACT, "desk": "serveurcom", "maintained": False, "sla": True, "on_call": True}],
    )
    assert await desk.opened_terms() == {
        "maintained": False,
        "audit_accepted": True,
        "user_trained": True,
        "on_call": True,
        "sla": True,
        "access_code_wrong": False,
        "customer_hours": {"mon": ["09:00-12:00"]},
    }


@pytest.mark.parametrize(
    ("occurred_at", "on_call"),
    [
        ("2026-02-28T22:59:59Z", False),  # 23:59:59 in Paris, the evening before the first day
        ("2026-02-28T23:00:00Z", True),
        ("2026-03-20T22:59:59Z", True),
        ("2026-03-20T23:00:00Z", False),
    ],
)
async def test_a_contract_counts_on_its_days_by_the_desks_own_calendar(
    desk: Admission, occurred_at: str, on_call: bool
) -> None:
    days = {"valid_from": "2026-03-01", "valid_to": "2026-03-20"}
    await desk.know(contracts=[{**CONTRACT, "desk": "serveurcom", "on_call": True, **days}])
    assert (await desk.opened_terms(occurred_at=occurred_at))["on_call"] is on_call


@pytest.mark.parametrize(("service", "on_call"), [("Support technique", True), ("Service commercial", False)])
async def test_a_contract_counts_for_the_services_that_it_covers(desk: Admission, service: str, on_call: bool) -> None:
    covered = {"services": ["Support technique"], "on_call": True}
    await desk.know(contracts=[{**CONTRACT, "desk": "serveurcom", **covered}])
    assert (await desk.opened_terms(service=service))["on_call"] is on_call


async def test_a_request_that_names_no_service_has_the_contract_whatever_it_covers(desk: Admission) -> None:
    covered = {"services": ["Support technique"], "on_call": True}
    await desk.know(contracts=[{**CONTRACT, "desk": "serveurcom", **covered}])
    assert (await desk.opened_terms(service=None))["on_call"] is True


async def test_systell_serves_maintained_customers_only(desk: Admission) -> None:
    await desk.know("maintained", contracts=[CONTRACT])
    await desk.know("not-maintained", contracts=[{**CONTRACT, "maintained": False}])
    await desk.know("without-contract")
    customers = ("maintained", "not-maintained", "without-contract", "unknown")
    heard = await desk.submit(*({**SYSTELL, "customer": customer} for customer in customers))
    assert [one.get("reason") if "refused_at" in one else "opened" for one in heard] == [
        "opened",
        "no_maintenance_contract",
        "no_maintenance_contract",
        "opened",
    ]


async def test_systell_serves_maintained_customers_only_by_http_too(desk: Admission) -> None:
    await desk.know(contracts=[{**CONTRACT, "maintained": False}])
    refused = await desk.post(SYSTELL)
    assert (refused.status_code, refused.json()["name"]) == (409, "no_maintenance_contract")
    await desk.know(contracts=[CONTRACT])
    assert (await desk.post(SYSTELL)).status_code == 201


async def test_ocm_asks_for_the_audit_and_for_training(desk: Admission) -> None:
    await desk.know("new", contacts=[TRAINED])
    await desk.know("untrained", audit_accepted=True, contacts=[{**TRAINED, "trained": {"ocm": ["Sage"]}}])
    await desk.know("ready", audit_accepted=True, contacts=[TRAINED])
    heard = await desk.submit(*({**OCM, "customer": customer} for customer in ("new", "untrained", "ready")))
    assert [one["reason"] if "refused_at" in one else "opened" for one in heard] == [
        "audit_not_accepted",
        "user_not_trained",
        "opened",
    ]


async def test_ocms_sales_answer_customers_who_have_accepted_and_learned_nothing(desk: Admission) -> None:
    await desk.know()
    (heard,) = await desk.submit({**OCM, "kind": "commercial"})
    assert "opened_at" in heard


async def test_whoever_names_no_product_must_be_trained_for_any(desk: Admission) -> None:
    await desk.know("any", audit_accepted=True, contacts=[TRAINED])
    await desk.know("none", audit_accepted=True, contacts=[{**TRAINED, "trained": {}}])
    heard = await desk.submit(*({**OCM, "service": None, "customer": one} for one in ("any", "none")))
    assert ["opened" if "opened_at" in one else one["reason"] for one in heard] == ["opened", "user_not_trained"]


@pytest.mark.parametrize(
    ("code", "wrong"), [({"access_code": "4711"}, False), ({"access_code": "0815"}, True), ({}, False)]
)
async def test_a_code_is_wrong_when_it_is_not_the_contracts(desk: Admission, code: dict[str, str], wrong: bool) -> None:
    await desk.know(contracts=[{**CONTRACT, "desk": "serveurcom", "access_code": "4711"}])
    assert (await desk.opened_terms(**code))["access_code_wrong"] is wrong


async def test_a_code_for_a_contract_without_one_is_not_wrong(desk: Admission) -> None:
    await desk.know(contracts=[{**CONTRACT, "desk": "serveurcom"}])
    assert (await desk.opened_terms(access_code="4711"))["access_code_wrong"] is False


async def test_no_code_is_kept_anywhere(desk: Admission) -> None:
    await desk.know(contracts=[{**CONTRACT, "desk": "serveurcom", "access_code": "s3cret-4711"}])
    await desk.submit({**REQUEST, "access_code": "s3cret-0815"})
    await desk.post({**REQUEST, "access_code": "s3cret-0815"}, Idempotency_Key="once")
    tables = await desk.front.pool.fetch(
        "select table_name from information_schema.tables where table_schema = current_schema()"
    )
    for (table,) in tables:
        for row in await desk.front.pool.fetch(f"select * from {table}"):
            assert "s3cret" not in str(tuple(row)), table


async def test_esii_refuses_a_wrong_code_by_name(desk: Admission) -> None:
    await desk.know(contracts=[{**CONTRACT, "desk": "esii", "access_code": "4711"}])
    request = {**SYSTELL, "desk": "esii", "kind": "anomaly", "priority": "major"}
    wrong = await desk.post({**request, "access_code": "0815"})
    assert (wrong.status_code, wrong.json()["name"]) == (409, "access_code_wrong")
    assert (await desk.post({**request, "access_code": "4711"})).status_code == 201


async def test_a_batch_asks_the_directory_once(desk: Admission) -> None:
    asked: list[int] = []
    look_up = contracts_of(desk.front.directory.key, POLICIES)

    async def counted(conn: Any, heard: Any, now: datetime) -> Any:
        asked.append(len(heard))
        return await look_up(conn, heard, now)

    await desk.submit(*[REQUEST] * 20, contracts=counted)
    assert asked == [20]
