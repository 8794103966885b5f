"""When it is not the caller's fault."""

from __future__ import annotations

import httpx

from integration.intake.front_desk import POLICIES, REQUEST, FrontDesk
from vigie_intake.adapters.http.access import bearer_tokens
from vigie_intake.adapters.http.application import api
from vigie_intake.adapters.http.desk import Desk


async def test_while_the_database_is_away_the_caller_is_told_to_come_back(empty_desk: FrontDesk) -> None:
    await empty_desk.pool.close()
    answer = await empty_desk.post("/v1/tickets", REQUEST)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["name"] == "unavailable"


async def test_a_mistake_of_ours_is_a_problem_that_tells_nothing_of_the_inside(empty_desk: FrontDesk) -> None:
    broken = api(Desk(None, empty_desk.pool, POLICIES, empty_desk.clock, bearer_tokens(empty_desk.pool)))  # type: ignore[arg-type]
    transport = httpx.ASGITransport(broken, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://vigie") as http:
        answer = await http.post("/v1/tickets", json=REQUEST, headers={"Authorization": "Bearer admin-token"})
    assert (answer.status_code, answer.json()["name"]) == (500, "internal_error")
    assert answer.headers["content-type"] == "application/problem+json"
    assert "NoneType" not in answer.text
