"""How fast a whole Vigie takes requests, on this machine, everything on it: `python tests/bench/bench_pipeline.py`.

- requests topic → tickets topic: from the first request being sent to the last `TicketOpened` being read;
- durable `POST /v1/tickets` over 16 connections;
- lateness: how long after its due instant a missed deadline is read by another process.

All four services run, and mails go to the embedded mail server. Prints one JSON object; nothing here fails for being
slow.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Awaitable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any
from uuid import uuid4

import httpx
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.deployment import Deployment, deployment
from vigie.contracts import topics

REQUESTS = 10_000
POSTS_FOR = 10.0
DEADLINES = 300
REQUEST = {
    "desk": "serveurcom",
    "channel": "bench",
    "contact": {"name": "Jeanne Martin", "email": "jeanne@acme.example"},
    "kind": "technical",
    "priority": "low",
    "subject": "Mesure",
}


@asynccontextmanager
async def reading(kafka: str, topic: str) -> Any:
    """A consumer at the end of every partition of ``topic``."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False)
    await consumer.start()
    try:
        partitions = [TopicPartition(topic, number) for number in range(topics.PARTITIONS)]
        consumer.assign(partitions)
        await consumer.seek_to_end(*partitions)
        yield consumer
    finally:
        await consumer.stop()


async def requests_to_tickets(up: Deployment) -> dict[str, float]:
    """Requests a second, from the requests topic to the tickets topic."""
    producer = AIOKafkaProducer(bootstrap_servers=up.kafka, acks="all", linger_ms=5)
    await producer.start()
    value = json.dumps(REQUEST).encode()
    try:
        async with reading(up.kafka, topics.TICKETS) as consumer:
            began = time.perf_counter()
            sending = asyncio.gather(*(_submit(producer, value) for _ in range(REQUESTS)))
            left = REQUESTS
            while left:
                for records in (await consumer.getmany(timeout_ms=500)).values():
                    left -= len(records)
            seconds = time.perf_counter() - began
            await sending
    finally:
        await producer.stop()
    return {"requests": REQUESTS, "seconds": round(seconds, 2), "per_second": round(REQUESTS / seconds)}


async def _submit(producer: AIOKafkaProducer, value: bytes) -> None:
    event_id = str(uuid4())
    headers = {
        "ce_specversion": "1.0",
        "ce_id": event_id,
        "ce_source": "/bench",
        "ce_type": "vigie.RequestSubmitted.v1",
        "content-type": "application/json",
    }
    encoded = [(name, text.encode()) for name, text in headers.items()]
    await (await producer.send(topics.REQUESTS, value, key=event_id.encode(), headers=encoded))


async def posts(up: Deployment) -> dict[str, float]:
    """Durable POSTs a second over 16 connections, and how long one takes."""
    until = time.perf_counter() + POSTS_FOR
    took: list[float] = []

    async def post_on() -> None:
        async with up.client(limits=httpx.Limits(max_connections=1)) as http:
            while (began := time.perf_counter()) < until:
                answer = await http.post("/v1/tickets", json=REQUEST)
                answer.raise_for_status()
                took.append(time.perf_counter() - began)

    await asyncio.gather(*(post_on() for _ in range(16)))
    return {"per_second": round(len(took) / POSTS_FOR), **_milliseconds(took)}


async def lateness(up: Deployment) -> dict[str, float]:
    """Milliseconds from a due instant to its `DeadlineMissed` being read, for deadlines some seconds away."""
    late: list[float] = []
    async with reading(up.kafka, topics.SLA) as consumer, up.client() as http:
        for number in range(DEADLINES):
            # High: half an hour. Asked for almost half an hour ago, so that it is due in some seconds.
            asked = datetime.now(UTC) - timedelta(minutes=30) + timedelta(seconds=6 + number * 0.02)
            request = {**REQUEST, "priority": "high", "occurred_at": asked.isoformat()}
            (await http.post("/v1/tickets", json=request)).raise_for_status()
        while len(late) < DEADLINES:
            for records in (await consumer.getmany(timeout_ms=20)).values():
                arrived = datetime.now(UTC)
                late += [
                    (arrived - datetime.fromisoformat(json.loads(one.value)["due_at"])).total_seconds()
                    for one in records
                    if dict(one.headers)["ce_type"] == b"vigie.DeadlineMissed.v1"
                ]
    return {"deadlines": DEADLINES, **_milliseconds(late)}


def _milliseconds(seconds: list[float]) -> dict[str, float]:
    cuts = quantiles(seconds, n=100)
    return {"p50_ms": round(cuts[49] * 1000, 1), "p99_ms": round(cuts[98] * 1000, 1)}


async def measure(up: Deployment) -> dict[str, Any]:
    """Everything, one after the other."""
    rounds: dict[str, Awaitable[dict[str, float]]] = {
        "due instant → DeadlineMissed read": lateness(up),
        "durable POST /v1/tickets, 16 connections": posts(up),
        "requests topic → tickets topic": requests_to_tickets(up),
    }
    return {name: await figures for name, figures in rounds.items()}


if __name__ == "__main__":
    with deployment() as running:
        print(json.dumps(asyncio.run(measure(running)), indent=2, ensure_ascii=False))
