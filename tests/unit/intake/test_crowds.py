"""More ask than can be answered: whoever comes too many is told so at once, and keeps nobody waiting."""

from __future__ import annotations

import asyncio

import httpx
from fastapi import APIRouter, FastAPI, Request

from support.eventually import eventually
from vigie_intake.adapters.http.problems import answer_problems
from vigie_intake.adapters.http.strict import strict_route
from vigie_intake.adapters.tokens import Principal


async def anybody(_: Request) -> Principal:
    return Principal("amelie", "agent")


async def test_whoever_comes_while_as_many_as_may_be_are_answered_is_told_to_come_back() -> None:
    go_on, begun = asyncio.Event(), []
    app, router = FastAPI(), APIRouter(route_class=strict_route(anybody, in_hand=2))

    @router.get("/slow")
    async def slow() -> str:
        begun.append("somebody")
        await go_on.wait()
        return "served"

    app.include_router(router)
    answer_problems(app)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://vigie") as http:
        served = [asyncio.create_task(http.get("/slow")) for _ in range(2)]
        await eventually(lambda: len(begun) == 2)
        refused = await http.get("/slow")
        go_on.set()
        answers = [await one for one in served]
        later = await http.get("/slow")
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    assert [one.status_code for one in (*answers, later)] == [200, 200, 200]
