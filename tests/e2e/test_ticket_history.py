"""What the API shows of a ticket: what all four services said of it, in order."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from support.deployment import REQUEST, Deployment
from support.eventually import eventually


async def test_the_history_tells_what_all_four_services_did(vigie_up: Deployment) -> None:
    async with vigie_up.client() as http:
        opened = (await http.post("/v1/tickets", json=REQUEST)).json()
        path = f"/v1/tickets/{opened['number']}"
        await http.post(f"{path}/take-charge", json={"agent": "amelie"})

        async def told() -> list[str]:
            history: list[dict[str, Any]] = (await http.get(path)).json()["history"]
            types = [one["event"] for one in history]
            assert {"TicketOpened", "ClockStarted", "NotificationSent", "TicketTakenInCharge", "ClockMet"} <= set(types)
            return types

        types = await eventually(told)
    assert types[0] == "TicketOpened"
    assert types.index("ClockStarted") < types.index("TicketTakenInCharge") < types.index("ClockMet")


async def test_a_promise_missed_long_ago_calls_every_level_at_its_own_time(vigie_up: Deployment) -> None:
    request = {**REQUEST, "occurred_at": "2026-03-23T22:00:00+01:00"}
    async with vigie_up.client() as http:
        path = (await http.post("/v1/tickets", json=request)).headers["location"]

        async def called() -> list[tuple[str, str]]:
            history: list[dict[str, Any]] = (await http.get(path)).json()["history"]
            raised = [one for one in history if one["event"] == "EscalationRaised"]
            assert len(raised) == 6
            return [(one["facts"]["level"], one["occurred_at"]) for one in raised]

        levels = await eventually(called)
    assert levels == [
        ("N1", "2026-03-23T21:45:00Z"),
        ("N2", "2026-03-23T22:00:00Z"),
        ("N3", "2026-03-23T22:30:00Z"),
        ("N1", "2026-03-24T01:15:00Z"),
        ("N2", "2026-03-24T01:30:00Z"),
        ("N3", "2026-03-24T02:00:00Z"),
    ]


async def test_the_same_idempotency_key_twice_is_one_ticket(vigie_up: Deployment) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    async with vigie_up.client() as http:
        first = await http.post("/v1/tickets", json=REQUEST, headers=key)
        second = await http.post("/v1/tickets", json=REQUEST, headers=key)
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert first.headers["location"] == second.headers["location"]
