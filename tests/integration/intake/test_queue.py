"""The queue of a desk by HTTP, on a real database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from integration.intake.front_desk import NIGHT, FrontDesk


async def queue(desk: FrontDesk, name: str = "serveurcom") -> list[str]:
    answer = await desk.get(f"/v1/desks/{name}/queue")
    assert answer.status_code == 200, answer.text
    return [ticket["number"] for ticket in answer.json()["tickets"]]


async def next_of(desk: FrontDesk, name: str = "serveurcom", **query: Any) -> str | None:
    answer = await desk.get(f"/v1/desks/{name}/queue/next", **query)
    assert answer.status_code == 200, answer.text
    ticket = answer.json()["ticket"]
    return None if ticket is None else str(ticket["number"])


async def promise(desk: FrontDesk, number: str, clock: str, result: str, minutes: int) -> None:
    """What sla-timer last said of a promise: due so many minutes from the evening's beginning."""
    ticket_id = UUID((await desk.get(f"/v1/tickets/{number}")).json()["ticket_id"])
    await desk.pool.execute(
        "insert into commitments values ($1, $2, 1, $3, $4)",
        ticket_id,
        clock,
        result,
        NIGHT + timedelta(minutes=minutes),
    )


async def test_open_tickets_stand_in_the_order_of_the_policy(empty_desk: FrontDesk) -> None:
    low = await empty_desk.open(priority="low")
    later = await empty_desk.open()
    sooner = await empty_desk.open()
    medium = await empty_desk.open(priority="medium")
    await promise(empty_desk, later, "take_charge", "running", 30)
    await promise(empty_desk, sooner, "take_charge", "missed", -5)
    assert await queue(empty_desk) == [sooner, later, medium, low]


async def test_a_promise_that_is_kept_is_not_due_any_more(empty_desk: FrontDesk) -> None:
    first = await empty_desk.open()
    second = await empty_desk.open()
    await promise(empty_desk, first, "take_charge", "met", 1)
    await promise(empty_desk, first, "resolution", "running", 240)
    await promise(empty_desk, second, "take_charge", "running", 30)
    assert await queue(empty_desk) == [second, first]


async def test_what_somebody_has_taken_waits_for_the_customer_or_is_closed_is_not_in_it(empty_desk: FrontDesk) -> None:
    taken, asked, closed, waiting = [await empty_desk.open() for _ in range(4)]
    await empty_desk.post(f"/v1/tickets/{taken}/take-charge", {"agent": "amelie"})
    await empty_desk.post(f"/v1/tickets/{asked}/ask-customer", {"agent": "amelie", "for": "answer", "text": "Où ?"})
    await empty_desk.post(f"/v1/tickets/{closed}/close", {"agent": "amelie"})
    assert await queue(empty_desk) == [waiting]


async def test_what_was_taken_waits_again_once_the_on_call_service_is_called(empty_desk: FrontDesk) -> None:
    number = await empty_desk.open()
    await empty_desk.post(f"/v1/tickets/{number}/take-charge", {"agent": "amelie"})
    assert await queue(empty_desk) == []
    await empty_desk.pool.execute(
        """insert into history select gen_random_uuid(), ticket_id, 'intake', 'vigie.OnCallAccepted.v1', stream, 3,
           occurred_at, recorded_at, actor, causation, '{}' from history where type = 'vigie.TicketTakenInCharge.v1'"""
    )
    assert await queue(empty_desk) == [number]


async def test_being_assigned_is_not_being_taken(empty_desk: FrontDesk) -> None:
    number = await empty_desk.open()
    await empty_desk.post(f"/v1/tickets/{number}/assign", {"to": "bruno"})
    ticket = (await empty_desk.get("/v1/desks/serveurcom/queue")).json()["tickets"][0]
    assert (ticket["number"], ticket["assigned_to"]) == (number, "bruno")
    assert await next_of(empty_desk, agent="amelie") is None
    assert await next_of(empty_desk, agent="bruno") == number


async def test_the_queue_says_why(empty_desk: FrontDesk) -> None:
    number = await empty_desk.open()
    await promise(empty_desk, number, "take_charge", "running", 30)
    answer = (await empty_desk.get("/v1/desks/serveurcom/queue")).json()
    assert answer["order"] == ["priority", "deadline"]
    assert answer["waiting"] == 1
    assert answer["tickets"][0] == {
        "number": number,
        "subject": "Plus de tonalité",
        "customer": "acme",
        "service": "Support technique",
        "assigned_to": None,
        "maintained": True,
        "kind": "technical",
        "priority": "high",
        "deadline": "2026-03-23T21:30:00Z",
        "opened_at": "2026-03-23T21:00:00Z",
    }


async def test_a_technician_is_given_what_they_are_qualified_for(empty_desk: FrontDesk) -> None:
    cloud = await empty_desk.open(desk="ocm", kind="cloud", priority="normal", service=None)
    software = await empty_desk.open(desk="ocm", kind="software", priority="normal", service=None)
    assert await queue(empty_desk, "ocm") == [cloud, software]
    assert await next_of(empty_desk, "ocm", agent="amelie") == software
    assert await next_of(empty_desk, "ocm", agent="bruno") == cloud
    assert await next_of(empty_desk, "ocm", agent="claire") is None


async def test_agents_ask_for_themselves(empty_desk: FrontDesk) -> None:
    number = await empty_desk.open()
    answer = await empty_desk.get("/v1/desks/serveurcom/queue/next", token="amelie-token")
    assert answer.json()["ticket"]["number"] == number
    refused = await empty_desk.get("/v1/desks/serveurcom/queue/next", token="amelie-token", agent="bruno")
    assert (refused.status_code, refused.json()["name"]) == (403, "not_for_others")


@pytest.mark.parametrize("path", ["queue", "queue/next"])
@pytest.mark.parametrize(
    ("desk", "token", "status", "name"),
    [
        ("serveurcom", "portal-token", 403, "staff_only"),
        ("serveurcom", "elsewhere-token", 404, "unknown_desk"),
        ("nowhere", "admin-token", 404, "unknown_desk"),
    ],
)
async def test_a_queue_is_for_the_desks_own_people(
    front_desk: FrontDesk, path: str, desk: str, token: str, status: int, name: str
) -> None:
    answer = await front_desk.get(f"/v1/desks/{desk}/{path}", token=token)
    assert (answer.status_code, answer.json()["name"]) == (status, name)


async def test_a_parameter_that_there_is_not_is_refused(front_desk: FrontDesk) -> None:
    assert (await front_desk.get("/v1/desks/serveurcom/queue", order="opened")).status_code == 422
