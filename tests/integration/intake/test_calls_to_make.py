"""Whose call is owed, by HTTP, on a real database. OCM calls back everybody; Systell whom it has promised a call."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from integration.intake.front_desk import NIGHT, FrontDesk

OCM: dict[str, Any] = {"desk": "ocm", "kind": "software", "priority": "normal", "service": None, "reason": None}
SYSTELL: dict[str, Any] = {**OCM, "desk": "systell", "kind": "technical"}


async def calls(desk: FrontDesk, name: str, **query: Any) -> list[dict[str, Any]]:
    answer = await desk.get(f"/v1/desks/{name}/calls-to-make", **query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["calls"]
    return found


async def numbers(desk: FrontDesk, name: str, **query: Any) -> list[str]:
    return [one["number"] for one in await calls(desk, name, **query)]


async def promised(desk: FrontDesk, number: str, clock: str, result: str, hours: int) -> None:
    """What sla-timer last said of a promise: due so many hours from the evening's beginning."""
    ticket_id = UUID((await desk.get(f"/v1/tickets/{number}")).json()["ticket_id"])
    due_at = NIGHT + timedelta(hours=hours)
    await desk.pool.execute("insert into commitments values ($1, $2, 1, $3, $4)", ticket_id, clock, result, due_at)


async def test_un_interlocuteur_dedie_vous_rappelle(empty_desk: FrontDesk) -> None:
    first, second = await empty_desk.open(**OCM), await empty_desk.open(**OCM)
    await empty_desk.post(f"/v1/tickets/{first}/assign", {"to": "bruno"})
    (one, other) = await calls(empty_desk, "ocm")
    assert (one["number"], one["owner"], one["promise"], one["deadline"]) == (first, "bruno", None, None)
    assert one["contact"]["phone"] == "+33612345678"
    assert (other["number"], other["owner"]) == (second, None)
    assert await numbers(empty_desk, "ocm", owner="bruno") == [first]


async def test_a_call_that_nobody_answered_is_still_owed_and_one_that_was_is_not(empty_desk: FrontDesk) -> None:
    missed, reached = await empty_desk.open(**OCM), await empty_desk.open(**OCM)
    await empty_desk.post(f"/v1/tickets/{missed}/contact-attempts", {"outcome": "no_answer"})
    await empty_desk.post(f"/v1/tickets/{reached}/contact-attempts", {"outcome": "reached"})
    (one,) = await calls(empty_desk, "ocm")
    assert (one["number"], one["attempts"], one["last_outcome"]) == (missed, 1, "no_answer")


async def test_who_asks_again_is_called_again(empty_desk: FrontDesk) -> None:
    number = await empty_desk.open(**OCM)
    await empty_desk.post(f"/v1/tickets/{number}/end-intervention", {"mode": "phone", "outcome": "solved"})
    assert await numbers(empty_desk, "ocm") == []
    await empty_desk.post(f"/v1/tickets/{number}/reopen")
    assert await numbers(empty_desk, "ocm") == [number]


async def test_systell_calls_whom_it_has_promised_a_call_the_first_deadline_first(empty_desk: FrontDesk) -> None:
    later, sooner, kept, _ = [await empty_desk.open(**SYSTELL) for _ in range(4)]
    await promised(empty_desk, later, "call_back", "running", 26)
    await promised(empty_desk, sooner, "call_back", "missed", -1)
    await promised(empty_desk, kept, "call_back", "met", 26)
    await promised(empty_desk, kept, "take_charge", "running", 1)
    found = await calls(empty_desk, "systell")
    assert [(one["number"], one["promise"]) for one in found] == [(sooner, "call_back"), (later, "call_back")]
    assert found[0]["deadline"] == "2026-03-23T20:00:00Z"


async def test_the_list_is_the_desks_own(empty_desk: FrontDesk) -> None:
    path = "/v1/desks/ocm/calls-to-make"
    assert (await empty_desk.get(path, token="amelie-token")).json()["type"].endswith("unknown_desk")
    assert (await empty_desk.get(path, token="portal-token")).status_code == 403
