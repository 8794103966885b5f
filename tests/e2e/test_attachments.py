"""Files, brought to a real Vigie whose intake is killed in the middle."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from hashlib import sha256

import httpx
import psutil

from support.deployment import Deployment
from support.eventually import eventually

REQUEST = {
    "desk": "serveurcom",
    "contact": {"name": "Jeanne Martin", "email": "jeanne@acme.example"},
    "kind": "technical",
    "priority": "low",
    "subject": "Comment activer mon répondeur ?",
}
HEADERS = {"Content-Disposition": 'attachment; filename="plan.pdf"'}
BEGIN = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
LARGEST = 25_000_000


async def test_a_file_whose_bringer_is_killed_half_way_was_never_there(vigie_up: Deployment) -> None:
    folder = vigie_up.home / "attachments"
    async with vigie_up.client() as http:
        path = (await http.post("/v1/tickets", json=REQUEST)).headers["location"] + "/attachments"

        async def endless() -> AsyncIterator[bytes]:
            yield BEGIN
            while True:
                yield b"\x01" * 65536
                await asyncio.sleep(0.02)

        async def bring() -> None:
            with contextlib.suppress(httpx.HTTPError):
                await http.post(path, content=endless(), headers=HEADERS)

        upload = asyncio.create_task(bring())
        await eventually(lambda: list(folder.glob("*/*#*")))
        vigie_up.kill("intake")
        await upload

    async with vigie_up.client() as http:
        assert (await eventually(lambda: _answer(http, path), within=60))["attachments"] == []
        assert [one for one in folder.glob("*/*") if "#" not in one.name] == []
        again = await http.post(path, content=BEGIN, headers=HEADERS)
        assert again.status_code == 201
        assert (await http.get(again.headers["location"])).content == BEGIN


async def test_memory_does_not_grow_with_the_file(vigie_up: Deployment) -> None:
    async with vigie_up.client() as http:
        path = (await http.post("/v1/tickets", json=REQUEST)).headers["location"] + "/attachments"
        content = BEGIN.ljust(LARGEST, b"\x01")
        await http.post(path, content=content[:10_000_000], headers=HEADERS)
        intake = psutil.Process(vigie_up.pid("intake"))
        before = intake.memory_info().rss
        answers = [await http.post(path, content=content, headers=HEADERS) for _ in range(8)]
        grown = intake.memory_info().rss - before
        assert [answer.status_code for answer in answers] == [201] * 8
        assert sha256((await http.get(answers[0].headers["location"])).content).digest() == sha256(content).digest()
    assert grown < LARGEST


async def _answer(http: httpx.AsyncClient, path: str) -> dict[str, list[object]]:
    with contextlib.suppress(httpx.TransportError):
        found: dict[str, list[object]] = (await http.get(path)).json()
        return found
    raise AssertionError("intake is not back yet")
