"""When it is not the caller's fault."""

from __future__ import annotations

import asyncio

import pytest
from fastapi import Response

from integration.intake.front_desk import POLICIES, REQUEST, FrontDesk, asked
from vigie_intake.adapters.http.access import bearer_tokens
from vigie_intake.adapters.http.desk import Desk
from vigie_intake.adapters.http.problems import Wrong
from vigie_intake.adapters.http.strict import answered_in_time


async def test_while_the_database_is_away_the_caller_is_told_to_come_back(empty_desk: FrontDesk) -> None:
    await empty_desk.pool.close()
    answer = await empty_desk.post("/v1/tickets", REQUEST)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["name"] == "unavailable"


async def test_whoever_waits_for_a_silent_database_is_told_to_come_back() -> None:
    """Its connections are not given back either, however they are asked for: see what cancelling is met with."""

    async def silence() -> Response:
        while True:
            try:
                await asyncio.sleep(1)
            except asyncio.CancelledError:
                await asyncio.sleep(1)
                over.set()
                raise

    over = asyncio.Event()
    with pytest.raises(Wrong) as told:
        await answered_in_time(silence(), within=0.05)
    assert not over.is_set()
    assert (told.value.status_code, told.value.problem.name) == (503, "unavailable")
    assert told.value.headers == {"Retry-After": "1"}


async def test_a_mistake_of_ours_is_a_problem_that_tells_nothing_of_the_inside(empty_desk: FrontDesk) -> None:
    pool, clock = empty_desk.pool, empty_desk.clock
    access, directory, filing = bearer_tokens(pool), empty_desk.directory, empty_desk.filing
    async with asked(Desk(None, pool, POLICIES, clock, access, directory, filing)) as http:  # type: ignore[arg-type]
        answer = await http.post("/v1/tickets", json=REQUEST, headers={"Authorization": "Bearer admin-token"})
    assert (answer.status_code, answer.json()["name"]) == (500, "internal_error")
    assert answer.headers["content-type"] == "application/problem+json"
    assert "NoneType" not in answer.text
