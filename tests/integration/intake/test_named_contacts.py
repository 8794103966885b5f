"""« Un contact responsable de l'ouverture et de la mise à jour de vos demandes »: Serveurcom's portal, both ways in."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from integration.intake.front_desk import NIGHT, POLICIES, REQUEST, FrontDesk
from vigie.contracts import topics
from vigie.contracts.ids import customer_key
from vigie.io.engine import Engine, LookUps
from vigie.io.records import Order, RawRecord
from vigie_intake.adapters.channels import tickets_by_number
from vigie_intake.adapters.directory import contracts_of
from vigie_intake.adapters.view import project
from vigie_intake.core import core
from vigie_intake.core.directory.commands import RecordCustomer
from vigie_intake.core.directory.sheet import Sheet

JEANNE, KARIM = "jeanne@acme.example", "Karim@acme.example"
CONTACTS = [
    {"name": "Jeanne Martin", "email": JEANNE, "may_open": True},
    {"name": "Karim Haddad", "email": KARIM, "may_open": False},
]


@pytest.fixture
async def customer(front_desk: FrontDesk) -> str:
    """A customer who has named Jeanne for it, and not Karim."""
    named = f"acme.{uuid4().hex[:8]}"
    sheet = Sheet.model_validate({"name": "Acme", "contacts": CONTACTS})
    command = RecordCustomer(NIGHT, named, sheet, front_desk.directory.codes_on(named, sheet))
    await front_desk.directory.engine.perform(Order(customer_key(named), command, uuid4(), "agent:test", "test"))
    return named


def request(customer: str, email: str, **changes: Any) -> dict[str, Any]:
    contact = {**REQUEST["contact"], "email": email}
    return {**REQUEST, "customer": customer, "channel": "portal", "contact": contact, **changes}


async def hear(desk: FrontDesk, name: str, data: dict[str, Any]) -> dict[str, Any]:
    """What came of an event from the topic: type and facts of the last event that was written."""
    look_ups = LookUps(contracts_of(desk.directory.key, POLICIES), None, tickets_by_number)
    engine = Engine(core(POLICIES), desk.pool, desk.clock, project=project, look_ups=look_ups)
    headers = {
        "ce_specversion": "1.0",
        "ce_id": str(uuid4()),
        "ce_source": "/test",
        "ce_type": f"vigie.{name}.v1",
        "content-type": "application/json",
    }
    encoded = tuple((key, value.encode()) for key, value in headers.items())
    await engine.handle([RawRecord(topics.REQUESTS, 0, 0, 0, None, encoded, json.dumps(data).encode())])
    row = await desk.pool.fetchrow(
        "select type, convert_from(facts, 'UTF8') as facts from events order by position desc limit 1"
    )
    assert row is not None
    return {"type": row["type"].split(".")[1], **json.loads(row["facts"])}


async def test_in_the_portal_a_contact_who_was_not_named_for_it_opens_nothing(
    front_desk: FrontDesk, customer: str
) -> None:
    answer = await front_desk.post("/v1/tickets", request(customer, KARIM.casefold()))
    assert (answer.status_code, answer.json()["name"]) == (409, "contact_not_entitled")
    told = await hear(front_desk, "RequestSubmitted", request(customer, KARIM))
    assert (told["type"], told["reason"]) == ("RequestRefused", "contact_not_entitled")


@pytest.mark.parametrize("changes", [{"channel": "phone"}, {"desk": "civ", "priority": "normal", "service": None}])
async def test_by_telephone_and_at_other_desks_nobody_asks(
    front_desk: FrontDesk, customer: str, changes: dict[str, Any]
) -> None:
    assert (await front_desk.post("/v1/tickets", request(customer, KARIM, **changes))).status_code == 201


@pytest.mark.parametrize("email", [JEANNE, "somebody@acme.example"])
async def test_who_was_named_for_it_or_whom_nobody_named_opens_and_updates(
    front_desk: FrontDesk, customer: str, email: str
) -> None:
    opened = await front_desk.post("/v1/tickets", request(customer, email))
    assert opened.status_code == 201
    reply = {"text": "Toujours rien.", "sender": email}
    answer = await front_desk.post(f"/v1/tickets/{opened.json()['number']}/customer-replies", reply)
    assert answer.status_code == 200, answer.text
    told = await hear(front_desk, "ReplyReceived", {"number": opened.json()["number"], **reply})
    assert told["type"] == "CustomerReplied"


async def test_who_was_not_named_for_it_updates_nothing(front_desk: FrontDesk, customer: str) -> None:
    number = (await front_desk.post("/v1/tickets", request(customer, JEANNE))).json()["number"]
    path, before = f"/v1/tickets/{number}", await front_desk.written()
    for action, said in (("customer-replies", {"text": "Bonjour"}), ("files-received", {}), ("reopen", {})):
        answer = await front_desk.post(f"{path}/{action}", {**said, "sender": KARIM})
        assert (answer.status_code, answer.json()["name"]) == (403, "contact_not_entitled")
    file = await front_desk.http.post(
        f"{path}/attachments?sender={KARIM}",
        content=b"PNG",
        headers={"Authorization": "Bearer admin-token", "Content-Disposition": 'attachment; filename="a.png"'},
    )
    assert (file.status_code, file.json()["name"]) == (403, "contact_not_entitled")
    assert await front_desk.written() == before
    for name, said in (("ReplyReceived", {"text": "Bonjour"}), ("FilesDelivered", {})):
        told = await hear(front_desk, name, {"number": number, "sender": KARIM, **said})
        assert (told["type"], told["reason"]) == ("MessageRefused", "contact_not_entitled")


async def test_a_channel_that_does_not_say_who_writes_is_believed(front_desk: FrontDesk, customer: str) -> None:
    number = (await front_desk.post("/v1/tickets", request(customer, JEANNE))).json()["number"]
    told = await hear(front_desk, "ReplyReceived", {"number": number, "text": "Bonjour"})
    assert told["type"] == "CustomerReplied"
