"""What customers and technicians do meanwhile, and the list of everything that was accepted: the ground truth.

Requests come by HTTP and as CloudEvents, some of these twice; technicians take tickets in charge, answer and resolve.
Whoever gets no answer, or 503, asks again under the same idempotency key until there is one.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from support.chaos.recording import Wanted
from support.chaos.stand import Stand

SOURCE = "/chaos/crm"
REQUESTS = "vigie.requests.v1"
ACTS = {
    "take-charge": ("TicketTakenInCharge", "agent"),
    "replies": ("AgentReplied", "text"),
    "resolve": ("TicketResolved", "text"),
}
"""What a technician does → the event that comes of it, and the field that carries the token."""
ASK_AGAIN = 0.3
ANSWER_WITHIN = 8.0
"""Machine seconds until whoever asked hangs up, and asks again."""


class Load:
    """People at work. ``accepted`` is what they were told is done."""

    def __init__(self, stand: Stand, dice: random.Random, *, ago: timedelta = timedelta()) -> None:
        """``ago``: requests were made up to so long before they come, in the desk's time."""
        self._stand, self._dice, self._ago = stand, dice, ago
        self._next = 0
        self.accepted: list[Wanted] = []
        self.poison: list[str] = []
        self.answers: Counter[str] = Counter()
        """``201``, ``503``, ``no answer``, ``sent twice`` …"""
        self._busy: set[asyncio.Task[None]] = set()
        self._http: httpx.AsyncClient
        self._producer: AIOKafkaProducer | None = None
        self._connecting = asyncio.Lock()
        self._evening = asyncio.Event()

    async def open(self) -> None:
        """Make the clients."""
        none_kept = httpx.Limits(max_keepalive_connections=0)
        login = {"Authorization": f"Bearer {self._stand.token}"}
        self._http = httpx.AsyncClient(timeout=ANSWER_WITHIN, limits=none_kept, headers=login)

    async def close(self) -> None:
        """Nobody asks for anything any more."""
        for task in self._busy:
            task.cancel()
        await asyncio.gather(*self._busy, return_exceptions=True)
        await self._http.aclose()
        await self._drop_producer()

    async def run(self, a_second: float, at_most: int) -> None:
        """Customers come at this rate, until this is cancelled or so many have come."""
        for _ in range(at_most):
            story = self._by_http if self._dice.random() < 0.65 else self._by_event
            task = asyncio.create_task(story(self._dice.choice(("high", "high", "high", "medium"))))
            self._busy.add(task)
            task.add_done_callback(self._busy.discard)
            await asyncio.sleep(self._dice.expovariate(a_second))

    async def finish(self) -> None:
        """Returns once everybody has done what they wanted to, at once, and had an answer."""
        self._evening.set()
        while self._busy:
            await asyncio.gather(*self._busy)

    async def spoil(self) -> None:
        """Publish a record that nobody can use: its header is null, and its value no JSON."""
        token = self._token()
        self.poison.append(token)
        await self._publish(token, f"{token} {{".encode(), [("ce_id", None)])

    async def resolve(self, numbers: dict[str, str]) -> None:
        """Resolve these tickets (number → id), a few at a time: nothing is owed to anybody afterwards."""
        places = asyncio.Semaphore(8)

        async def one(number: str, ticket: str) -> None:
            async with places:
                await self.act(number, ticket, "resolve")

        await asyncio.gather(*(one(number, ticket) for number, ticket in numbers.items()))

    async def open_ticket(self, priority: str, occurred_at: datetime | None = None) -> tuple[str, str]:
        """Ask for a ticket by HTTP; its number and its id."""
        token = self._token()
        answer = await self._ask("/v1/tickets", request(token, priority, occurred_at), 201)
        self.accepted.append(Wanted(token, "TicketOpened", answer["ticket_id"]))
        return answer["number"], answer["ticket_id"]

    async def act(self, number: str, ticket: str, what: str) -> None:
        """``take-charge``, ``replies`` or ``resolve`` by HTTP."""
        token = self._token()
        event, field = ACTS[what]
        await self._ask(f"/v1/tickets/{number}/{what}", {"agent": "amelie", field: token}, 200)
        self.accepted.append(Wanted(token, event, ticket))

    async def _by_http(self, priority: str) -> None:
        number, ticket = await self.open_ticket(priority, self._before())
        fate = self._dice.random()
        if fate < 0.35:
            await self._a_while()
            await self.act(number, ticket, "take-charge")
            if fate < 0.15:
                await self._a_while()
                await self.act(number, ticket, "replies")
                await self._a_while()
                await self.act(number, ticket, "resolve")

    async def _by_event(self, priority: str) -> None:
        token = self._token()
        headers = request_headers()
        value = json.dumps(request(token, priority, self._before())).encode()
        await self._publish(token, value, headers)
        self.accepted.append(Wanted(token, "TicketOpened"))
        if self._dice.random() < 0.2:
            self.answers["sent twice"] += 1
            await self._publish(token, value, headers)

    async def _a_while(self) -> None:
        """Between none and an hour and a half of the desk's time; not once it is evening."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._evening.wait(), self._dice.uniform(0, 5400) / self._stand.speed)

    async def _ask(self, path: str, body: dict[str, Any], wanted: int) -> dict[str, Any]:
        """The answer, asked for until it comes; an AssertionError for one that says no."""
        key = {"Idempotency-Key": str(uuid4())}
        pause = ASK_AGAIN
        while True:
            with suppress(httpx.TransportError, IndexError):
                api = self._dice.choice(self._stand.apis())
                answer = await self._http.post(f"{api}{path}", json=body, headers=key)
                self.answers[str(answer.status_code)] += 1
                if answer.status_code == wanted:
                    known: dict[str, Any] = answer.json()
                    return known
                assert answer.status_code == 503, f"{path}: {answer.status_code} {answer.text}"
                assert "Retry-After" in answer.headers
                await asyncio.sleep(ASK_AGAIN)
                continue
            self.answers["no answer"] += 1
            await asyncio.sleep(pause)
            pause = min(2 * pause, 2.0)

    async def _publish(self, key: str, value: bytes, headers: list[tuple[str, bytes | None]]) -> None:
        """Until the broker has acknowledged it; one that was and did not say so comes twice."""
        while True:
            try:
                async with asyncio.timeout(ANSWER_WITHIN):
                    async with self._connecting:
                        producer = await self._connected()
                    await producer.send_and_wait(REQUESTS, value, key=key.encode(), headers=headers)
                return
            except (OSError, TimeoutError, KafkaError):
                self.answers["not acknowledged"] += 1
                await asyncio.sleep(ASK_AGAIN)

    async def _connected(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = AIOKafkaProducer(bootstrap_servers=self._stand.kafka, acks="all", enable_idempotence=True)
            try:
                await producer.start()
            except BaseException:
                await producer.stop()
                raise
            self._producer = producer
        return self._producer

    async def _drop_producer(self) -> None:
        if self._producer is not None:
            with suppress(OSError, TimeoutError, KafkaError):
                await asyncio.wait_for(self._producer.stop(), 5)

    def _before(self) -> datetime | None:
        return self._stand.now() - self._ago * self._dice.random() if self._ago else None

    def _token(self) -> str:
        self._next += 1
        return f"chaos-{self._next:06d}"


def request(token: str, priority: str, occurred_at: datetime | None = None) -> dict[str, Any]:
    """The body of ``POST /v1/tickets``, and the data of a request by event."""
    asked = {
        "desk": "serveurcom",
        "customer": "acme",
        "contact": {"name": "Jeanne Martin", "email": f"{token}@acme.example", "language": "fr"},
        "kind": "technical",
        "priority": priority,
        "subject": f"Panne {token}",
    }
    return asked if occurred_at is None else {**asked, "occurred_at": occurred_at.isoformat()}


def request_headers() -> list[tuple[str, bytes | None]]:
    """Those of a request by event, which has an id of its own."""
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", str(uuid4()).encode()),
        ("ce_source", SOURCE.encode()),
        ("ce_type", b"vigie.RequestSubmitted.v1"),
        ("content-type", b"application/json"),
    ]
