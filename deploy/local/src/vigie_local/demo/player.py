"""Doing what the story says, when it says so."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx
from aiokafka import AIOKafkaProducer

from vigie.contracts import topics
from vigie.contracts.instants import iso
from vigie.contracts.requests import REQUEST_SUBMITTED
from vigie.io.clock import ScaledClock
from vigie_local.demo.story import Deed, Message, Opening, Story
from vigie_local.demo.watcher import Watcher
from vigie_local.errors import StackError

SOURCE = "/demo/crm"
PATIENCE = 60.0
"""Machine seconds for a request to become a ticket, and for the API to answer. A service that was killed is back in two
or three, on a machine that is short of processor time in twenty."""


@dataclass
class Player:
    """Plays a story. ``tickets`` are the numbers of its tickets by the story's names; of what is none, its id."""

    story: Story
    clock: ScaledClock
    http: httpx.AsyncClient
    producer: AIOKafkaProducer
    watcher: Watcher
    tickets: dict[str, str] = field(default_factory=dict)

    async def play(self) -> None:
        """The customers, then all steps, each at its instant; then the rest of the time until the story ends."""
        for customer, sheet in self.story.customers.items():
            await self._ask(f"/v1/customers/{customer}", sheet, method="PUT")
        for step in self.story.steps:
            await self._until(step.at)
            await self._take(step)
        await self._until(self.story.until)

    async def _until(self, moment: datetime) -> None:
        while (delay := self.clock.real_delay(moment)) > 0:
            await asyncio.sleep(delay)

    async def _take(self, step: Opening | Deed | Message) -> None:
        match step:
            case Opening():
                await self._open(step)
            case Deed():
                await self._do(step)
            case Message():
                await self._tell(step)

    async def _open(self, step: Opening) -> None:
        ways: dict[str, Callable[[dict[str, Any]], Awaitable[str]]] = {"http": self._post, "kafka": self._publish}
        self.tickets[step.open] = await ways[step.via]({**step.request, "occurred_at": iso(step.at)})

    async def _post(self, request: dict[str, Any]) -> str:
        return str((await self._ask("/v1/tickets", request))["number"])

    async def _ask(self, path: str, body: dict[str, Any], *, method: str = "POST") -> dict[str, Any]:
        """Ask until there is an answer. The idempotency key makes the second try the same wish as the first."""
        key = {"Idempotency-Key": str(uuid4())}
        async with asyncio.timeout(PATIENCE):
            while True:
                with suppress(httpx.TransportError):
                    answer = await self.http.request(method, path, json=body, headers=key)
                    if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                        return _accepted(answer)
                await asyncio.sleep(0.1)

    async def _publish(self, request: dict[str, Any]) -> str:
        return await self._answered(await self._send(REQUEST_SUBMITTED, request))

    async def _tell(self, step: Message) -> None:
        about = {} if step.ticket is None else {"number": self.tickets[step.ticket]}
        cause = await self._send(f"vigie.{step.tell}.v1", {**step.data, **about, "occurred_at": iso(step.at)})
        if step.name is not None:
            self.tickets[step.name] = await self._answered(cause)

    async def _send(self, ce_type: str, data: dict[str, Any]) -> str:
        """Publish for others to hear; the id of what was published."""
        cause = str(uuid4())
        headers = {
            "ce_specversion": "1.0",
            "ce_id": cause,
            "ce_source": SOURCE,
            "ce_type": ce_type,
            "content-type": "application/json",
        }
        await self.producer.send_and_wait(
            topics.REQUESTS,
            json.dumps(data).encode(),
            key=cause.encode(),
            headers=[(name, value.encode()) for name, value in headers.items()],
        )
        return cause

    async def _answered(self, cause: str) -> str:
        """The ticket that came of what was sent, or the id of what came of it instead."""
        async with asyncio.timeout(PATIENCE):
            while (number := self.watcher.opened(cause=cause) or self.watcher.answered(cause)) is None:
                await asyncio.sleep(0.01)
        return number

    async def _do(self, step: Deed) -> None:
        await self._ask(f"/v1/tickets/{self.tickets[step.ticket]}/{step.do}", step.body)


def _accepted(answer: httpx.Response) -> dict[str, Any]:
    if answer.is_error:
        raise StackError(f"{answer.request.method} {answer.request.url.path} was refused: {answer.text}")
    body: dict[str, Any] = answer.json()
    return body
