"""Requests at a steady rate, from customers who cost the machine next to nothing.

Most come by HTTP over kept connections, the others as CloudEvents through librdkafka. At every beat somebody asks:
every other time who was told 503 and has waited for as long as ``Retry-After`` said, under the same idempotency key,
else somebody new. So the rate is what it says, however long nobody is served. Some hang up before their answer comes,
and ask again; some events are sent twice.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter, deque
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import uuid4

from confluent_kafka import Producer

from support.chaos.load import REQUESTS, request, request_headers
from support.chaos.recording import Wanted
from support.chaos.stand import Stand

EVENT_EVERY = 5
"""Of so many new customers one comes by event."""
TWICE_EVERY = 40
HANGS_UP_EVERY = 40
GIVES_UP_AFTER = 20.0
"""Machine seconds that a customer waits for an answer: twice what Vigie allows itself."""
PATIENCE = 1.0
"""Seconds until somebody asks again who had no answer, or none that said when."""
AT_ONCE = 2_500
"""Customers who wait for an answer at the same time, at most."""


class Answer(NamedTuple):
    """What somebody was told. ``asked_at``: the machine's monotonic seconds; ``status`` 0: nothing."""

    asked_at: float
    took: float
    status: int
    retry_after: str | None

    @property
    def at(self) -> float:
        return self.asked_at + self.took


@dataclass
class _Customer:
    token: str
    message: bytes
    """The whole request, as it goes out."""
    hangs_up: bool = False
    not_before: float = 0.0


Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Rush:
    """Customers, ``a_second`` of them. What they were told is done is appended to ``accepted``."""

    def __init__(self, stand: Stand, name: str, a_second: float, accepted: list[Wanted]) -> None:
        self._stand, self._name, self._a_second = stand, name, a_second
        self.accepted = accepted
        self.answers: list[Answer] = []
        self.counted: Counter[str] = Counter()
        """``by event``, ``not acknowledged``, ``sent twice``, ``hung up``, ``stayed away`` (too many were waiting)."""
        self._beats = 0
        self._calm = False
        self._waiting: deque[_Customer] = deque()
        self._busy: set[asyncio.Task[None]] = set()
        self._lines: list[Line] = []
        address = urlsplit(stand.apis()[0])
        self._host, self._port = str(address.hostname), int(address.port or 0)
        self._producer = Producer(
            {"bootstrap.servers": stand.kafka, "acks": "all", "enable.idempotence": True, "log_level": 0}
        )

    async def run(self) -> None:
        """Until ``calm``, and until everybody who has begun has had a yes."""
        began = time.monotonic()
        while not self._calm or self._waiting or self._busy:
            self._beats += 1
            self._producer.poll(0)
            self._somebody(time.monotonic())
            await asyncio.sleep(max(0.0, began + self._beats / self._a_second - time.monotonic()))
        await asyncio.to_thread(self._producer.flush, 60)

    def calm(self) -> None:
        """Nobody new comes."""
        self._calm = True

    async def close(self) -> None:
        """Everybody goes."""
        for task in self._busy:
            task.cancel()
        await asyncio.gather(*self._busy, return_exceptions=True)
        for _, writer in self._lines:
            writer.close()

    def _somebody(self, now: float) -> None:
        again = self._waiting and self._waiting[0].not_before <= now
        if again and (self._calm or self._beats % 2):
            self._begin(self._ask(self._waiting.popleft()))
        elif self._calm:
            return
        elif self._beats % EVENT_EVERY == 0:
            self._by_event()
        elif len(self._busy) < AT_ONCE:
            self._begin(self._ask(self._customer()))
        else:
            self.counted["stayed away"] += 1

    def _begin(self, asking: Awaitable[None]) -> None:
        task = asyncio.ensure_future(asking)
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)

    def _customer(self) -> _Customer:
        token = self._token()
        body = json.dumps(request(token, "high" if self._beats % 3 else "medium")).encode()
        head = (
            f"POST /v1/tickets HTTP/1.1\r\nHost: {self._host}\r\nAuthorization: Bearer {self._stand.token}\r\n"
            f"Idempotency-Key: {uuid4()}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return _Customer(token, head.encode() + body, hangs_up=self._beats % HANGS_UP_EVERY == 1)

    async def _ask(self, customer: _Customer) -> None:
        asked_at = time.monotonic()
        status, headers, body = 0, dict[str, str](), b""
        with suppress(OSError, EOFError, TimeoutError):
            async with asyncio.timeout(GIVES_UP_AFTER):
                if customer.hangs_up:
                    await self._hang_up(customer)
                    return
                status, headers, body = await self._answered(customer)
        retry_after = headers.get("retry-after")
        self.answers.append(Answer(asked_at, time.monotonic() - asked_at, status, retry_after))
        if status == 201:
            self.accepted.append(Wanted(customer.token, "TicketOpened", json.loads(body)["ticket_id"]))
        elif status in (0, 503):
            self._comes_again(customer, float(retry_after or PATIENCE))

    def _comes_again(self, customer: _Customer, after: float) -> None:
        customer.not_before = time.monotonic() + after
        self._waiting.append(customer)

    async def _hang_up(self, customer: _Customer) -> None:
        self.counted["hung up"] += 1
        customer.hangs_up = False
        _, writer = await asyncio.open_connection(self._host, self._port)
        writer.write(customer.message)
        await writer.drain()
        writer.close()
        self._comes_again(customer, PATIENCE)

    async def _answered(self, customer: _Customer) -> tuple[int, dict[str, str], bytes]:
        """Over a line that was kept, if the other side has kept it too; else over a new one."""
        while self._lines:
            line = self._lines.pop()
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                return await self._exchange(line, customer)
        return await self._exchange(await asyncio.open_connection(self._host, self._port), customer)

    async def _exchange(self, line: Line, customer: _Customer) -> tuple[int, dict[str, str], bytes]:
        reader, writer = line
        try:
            writer.write(customer.message)
            head, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in lines)}
            body = await reader.readexactly(int(headers["content-length"]))
        except BaseException:
            writer.close()
            raise
        self._lines.append(line)
        return int(head.split()[1]), headers, body

    def _by_event(self) -> None:
        token = self._token()
        value = json.dumps(request(token, "high")).encode()
        headers: list[tuple[str, str | bytes | None]] = [*request_headers()]

        def delivered(error: Any, _: Any) -> None:
            if error is None:
                self.accepted.append(Wanted(token, "TicketOpened"))
            self.counted["by event" if error is None else "not acknowledged"] += 1

        self._producer.produce(REQUESTS, value, key=token, headers=headers, on_delivery=delivered)
        if self._beats % TWICE_EVERY == 0:
            self.counted["sent twice"] += 1
            self._producer.produce(REQUESTS, value, key=token, headers=headers)

    def _token(self) -> str:
        return f"chaos-{self._name}-{self._beats:06d}"
