"""What is measured, each on a site of its own, with the services that it is about and no others."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final

import asyncpg

from support.bench.clients import Reader, post_until, reading, request, submit
from support.bench.site import TOKEN, Site, percentiles, site, spent
from support.chaos.sink import Sink
from support.ports import free_port
from vigie.contracts import topics

Figures = dict[str, Any]

ALL: Final = ("intake", "sla-timer", "escalation", "notifier")
TAKE_CHARGE, N1 = timedelta(minutes=30), timedelta(minutes=45)
"""After how long Serveurcom's high priority is due, and calls N1."""


async def requests_to_tickets(requests: int = 40_000) -> Figures:
    """``vigie.requests.v1`` → ``vigie.tickets.v1``. The requests are there before intake starts; what is timed begins
    when its first tickets have come out, so that starting is not."""
    with site() as there:
        there.start("intake")  # makes the topics
        there.stop("intake")
        await submit(there.stack.kafka, [request(number) for number in range(requests)])
        async with reading(there.stack.kafka, topics.TICKETS) as tickets:
            there.start("intake")
            first = await _written(tickets, 1)
            began, before = time.perf_counter(), there.cpu()
            last = await _written(tickets, requests)
            seconds, after = time.perf_counter() - began, there.cpu()
        done = last - first
        return {"requests": done, "per_second": round(done / seconds), "cpu_us_each": spent(before, after, done)}


async def durable_posts(seconds: float = 15.0, connections: int = 16) -> Figures:
    """Durable ``POST /v1/tickets``, each connection sending the next when the last was answered."""
    with site("intake") as there:
        numbers = count()

        def body() -> bytes:
            return json.dumps(request(next(numbers))).encode()

        async def everybody(lasting: float) -> list[float]:
            until = time.perf_counter() + lasting
            took = await asyncio.gather(*(post_until(there.api, TOKEN, body, until) for _ in range(connections)))
            return [one for of_one in took for one in of_one]

        await everybody(3.0)  # the first ones pay for what is cached afterwards
        before = there.cpu()
        took = await everybody(seconds)
        cpu = spent(before, there.cpu(), len(took))
    return {"posts": len(took), "per_second": round(len(took) / seconds), **percentiles(took), "cpu_us_each": cpu}


async def lateness(deadlines: int = 6_000, per_second: int = 200, pending: int = 1_000_000) -> Figures:
    """Due instant → ``DeadlineMissed`` readable in Kafka by another process, with many more wake-ups pending."""
    with site("intake", "sla-timer") as there:
        await _fill_wakeups(there, pending)
        begin = datetime.now(UTC) + timedelta(seconds=_set_up_seconds(deadlines))
        dues = [begin + timedelta(seconds=number / per_second) for number in range(deadlines)]
        async with reading(there.stack.kafka, topics.SLA) as promises:
            await submit(there.stack.kafka, [_due_at(number, due - TAKE_CHARGE) for number, due in enumerate(dues)])
            before = there.cpu()
            late = await _heard(promises, "DeadlineMissed", "due_at", deadlines)
            cpu = spent(before, there.cpu(), deadlines)
    return {"deadlines": deadlines, "pending": pending, **percentiles(late), "cpu_us_each": cpu}


async def everything_overdue(tickets: int = 10_000) -> Figures:
    """So many tickets overdue at one instant → the last ``EscalationRaised`` in Kafka."""
    with site("intake", "sla-timer", "escalation") as there:
        due = datetime.now(UTC) + timedelta(seconds=_set_up_seconds(tickets) + 10)
        async with reading(there.stack.kafka, topics.ESCALATIONS) as levels:
            await submit(there.stack.kafka, [_due_at(number, due - N1) for number in range(tickets)])
            await asyncio.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds()))
            before = there.cpu()
            late = await _heard(levels, "EscalationRaised", "raised_at", tickets)
            cpu = spent(before, there.cpu(), tickets)
    seconds = max(late)
    return {
        "tickets": tickets,
        "seconds": round(seconds, 2),
        "per_second": round(tickets / seconds),
        "cpu_us_each": cpu,
    }


async def mails(escalations: int = 1_000, per_second: int = 50) -> Figures:
    """Due instant → the mail about it accepted by a mail server that counts."""
    async with counting_mails() as (sink, smtp):
        with site(*ALL, smtp=smtp) as there:
            return await _mails(there, sink, escalations, per_second)


async def _mails(there: Site, sink: Sink, escalations: int, per_second: int) -> Figures:
    wall_ahead = time.time() - time.monotonic()
    begin = datetime.now(UTC) + timedelta(seconds=_set_up_seconds(escalations) * 4)
    dues = [begin + timedelta(seconds=number / per_second) for number in range(escalations)]
    asked = [_due_at(number, due - N1) for number, due in enumerate(dues)]
    await submit(there.stack.kafka, asked)
    await asyncio.sleep(max(0.0, (begin - datetime.now(UTC)).total_seconds()))
    before = there.cpu()
    await _until(lambda: bool(sink.mails) and time.time() > dues[-1].timestamp() + 15)
    raised: dict[str, list[float]] = {}
    for mail in sink.mails:
        raised.setdefault(mail.recipient, []).append(mail.taken_at + wall_ahead)
    most = max(len(taken) for taken in raised.values())  # those of N1 hear of every ticket
    to_n1 = next(sorted(taken) for taken in raised.values() if len(taken) == most)
    about = [at for at in to_n1 if at >= begin.timestamp()]
    late = [at - due.timestamp() for at, due in zip(about[-escalations:], dues, strict=False)]
    cpu = spent(before, there.cpu(), escalations)
    return {"escalations": escalations, "mails": len(sink.mails), **percentiles(late), "cpu_us_each": cpu}


async def steady(minutes: float = 30.0, per_second: int = 300) -> Figures:
    """Requests at a steady pace: memory, descriptors and connections every minute, and how far all has got by then."""
    async with counting_mails() as (sink, smtp):
        with site(*ALL, smtp=smtp) as there:
            async with reading(there.stack.kafka, topics.TICKETS) as tickets:
                return await _steady(there, sink, tickets, round(minutes * 60), per_second)


async def _steady(there: Site, sink: Sink, tickets: Reader, seconds: int, per_second: int) -> Figures:
    begin, minutes = time.monotonic(), []
    for second in range(seconds):
        await asyncio.sleep(max(0.0, begin + second - time.monotonic()))
        if second % 60 == 0:
            so_far = {"requests": second * per_second, "tickets": await tickets.written(), "mails": len(sink.mails)}
            minutes.append({**so_far, **there.sizes()})
        numbers = range(second * per_second, (second + 1) * per_second)
        await submit(there.stack.kafka, [request(number) for number in numbers])
    return {"requests": seconds * per_second, "took_seconds": round(time.monotonic() - begin), "minutes": minutes}


@asynccontextmanager
async def counting_mails() -> AsyncIterator[tuple[Sink, str]]:
    """A mail server that takes every mail and remembers when, and its address."""
    sink = Sink(free_port())
    await sink.open()
    try:
        yield sink, f"127.0.0.1:{sink.port}"
    finally:
        await sink.close()


def _due_at(number: int, asked_at: datetime) -> dict[str, Any]:
    return request(number, priority="high", asked_at=asked_at)


def _set_up_seconds(requests: int) -> float:
    """Enough to get so many requests through before the first of them is due, on a slow machine."""
    return 5 + requests / 400


async def _written(reader: Reader, wanted: int) -> int:
    while (written := await reader.written()) < wanted:
        await asyncio.sleep(0.05)
    return written


async def _heard(reader: Reader, event: str, instant: str, wanted: int) -> list[float]:
    """Seconds from ``instant`` of each of the first ``wanted`` events to its arrival here."""
    late: list[float] = []
    ce_type = f"vigie.{event}.v1".encode()
    async for record in reader.records(lambda: len(late) >= wanted):
        arrived = time.time()
        if dict(record.headers)["ce_type"] == ce_type:
            late.append(arrived - datetime.fromisoformat(json.loads(record.value)[instant]).timestamp())
    return late


async def _until(check: Callable[[], bool]) -> None:
    while not check():
        await asyncio.sleep(0.1)


async def _fill_wakeups(there: Site, pending: int) -> None:
    """Wake-ups that are due in a year, spread over the partitions, as a desk of many open tickets has them."""
    connection = await asyncpg.connect(there.stack.database)
    try:
        await connection.execute(
            """
            insert into vigie_sla_timer.wakeups (stream, partition, due_at)
            select 'promises-' || gen_random_uuid(), n % 12, now() + interval '365 days' + n * interval '1 second'
            from generate_series(1, $1) as n
            """,
            pending,
        )
        await connection.execute("analyze vigie_sla_timer.wakeups")
    finally:
        await connection.close()
