"""Clients that cost little, so that the services are measured and not they."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from vigie.contracts import topics
from vigie.contracts.requests import REQUEST_SUBMITTED

CUSTOMERS: Final = 5_000
"""Different contacts: a desk's requests come from many."""


def request(number: int, *, priority: str = "low", asked_at: datetime | None = None) -> dict[str, Any]:
    """The data of a request of Serveurcom's."""
    asked = {} if asked_at is None else {"occurred_at": asked_at.isoformat()}
    contact = {"name": "Jeanne Martin", "email": f"jeanne.{number % CUSTOMERS}@acme.example"}
    common = {"desk": "serveurcom", "channel": "bench", "kind": "technical", "subject": "Mesure"}
    return {**common, "contact": contact, "priority": priority, **asked}


async def submit(kafka: str, requests: Sequence[dict[str, Any]]) -> None:
    """Put ``requests`` on their topic, durably."""
    producer = AIOKafkaProducer(bootstrap_servers=kafka, acks="all", linger_ms=5)
    await producer.start()
    try:
        sent = []
        for one in requests:
            event_id = str(uuid4())
            headers = {
                "ce_specversion": "1.0",
                "ce_id": event_id,
                "ce_source": "/bench",
                "ce_type": REQUEST_SUBMITTED,
                "content-type": "application/json",
            }
            value = json.dumps(one).encode()
            encoded = [(name, text.encode()) for name, text in headers.items()]
            sent.append(await producer.send(topics.REQUESTS, value, key=event_id.encode(), headers=encoded))
        await asyncio.gather(*sent)
    finally:
        await producer.stop()


class Reader:
    """Reads a topic from where it ends when the reading begins."""

    def __init__(self, consumer: AIOKafkaConsumer, partitions: list[TopicPartition]) -> None:
        self._consumer, self._partitions = consumer, partitions

    async def written(self) -> int:
        """How many records the topic has had so far; costs next to nothing to ask."""
        return sum((await self._consumer.end_offsets(self._partitions)).values())

    async def records(self, until: Callable[[], bool]) -> AsyncIterator[Any]:
        """Each record as it arrives, until nothing more is wanted."""
        while not until():
            for records in (await self._consumer.getmany(timeout_ms=20)).values():
                for record in records:
                    yield record


@asynccontextmanager
async def reading(kafka: str, topic: str) -> AsyncIterator[Reader]:
    """A reader of ``topic`` for the length of the block."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False)
    await consumer.start()
    try:
        partitions = [TopicPartition(topic, number) for number in range(topics.PARTITIONS)]
        consumer.assign(partitions)
        await consumer.seek_to_end(*partitions)
        for partition in partitions:
            await consumer.position(partition)
        yield Reader(consumer, partitions)
    finally:
        await consumer.stop()


async def post_until(port: int, token: str, bodies: Callable[[], bytes], until: float) -> list[float]:
    """POST one ticket after the other over one connection until ``until`` (``perf_counter``); how long each took."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST /v1/tickets HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n"
    head += "Content-Type: application/json\r\n"
    took = []
    while (began := time.perf_counter()) < until:
        body = bodies()
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        answered = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(answered.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        answer = await reader.readexactly(length)
        if not answered.startswith(b"http/1.1 201"):
            raise RuntimeError(answer.decode())
        took.append(time.perf_counter() - began)
    writer.close()
    return took
