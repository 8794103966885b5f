"""Tells the ops topic, every few seconds of machine time, how a replica is doing: what an operator reads without
reaching any machine."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from vigie.contracts.event import encode
from vigie.contracts.instants import iso
from vigie.contracts.ops import Heartbeat
from vigie.contracts.topics import OPS
from vigie.io.backoff import Backoff
from vigie.io.kafka import producer

if TYPE_CHECKING:
    from uuid import UUID

    from vigie.io.settings import Settings

EVERY: Final = 5.0
_LEAVE_WITHIN: Final = 1.0
"""Machine seconds. A producer waits for a broker that is away for as long as it is, and with it a service that was
asked to stop; a heartbeat is not worth that."""

log = structlog.get_logger(__name__)


def headers_of(service: str, replica: str, event_id: UUID, now: datetime) -> list[tuple[str, bytes]]:
    """The CloudEvents attributes of a heartbeat; it belongs to no stream and is kept nowhere."""
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", str(event_id).encode()),
        ("ce_source", f"/vigie/{service}".encode()),
        ("ce_type", Heartbeat.ce_type.encode()),
        ("ce_subject", f"{service}-{replica}".encode()),
        ("ce_time", iso(now).encode()),
        ("content-type", b"application/json"),
    ]


async def beat(
    settings: Settings,
    service: str,
    *,
    stopping: asyncio.Event,
    figures: Callable[[], Awaitable[Mapping[str, float]]],
    stamp: Callable[[], tuple[UUID, datetime]],
    pause: Callable[[float], Awaitable[None]],
) -> None:
    """Publish ``figures`` until ``stopping``. ``stamp`` gives each heartbeat its id and domain time. What cannot be
    sent is dropped: the next one says more."""
    backoff = Backoff(first=EVERY, limit=60.0)
    key = f"{service}-{settings.replica}"
    while not stopping.is_set():
        client = producer(settings, f"{key}-heartbeat")
        try:
            await _unless(stopping, client.start())
            while not stopping.is_set():
                event_id, now = stamp()
                heartbeat = Heartbeat(
                    service=service, replica=settings.replica, sent_at=now, figures=dict(await figures())
                )
                record = client.send_and_wait(
                    OPS,
                    key=key.encode(),
                    value=encode(heartbeat).facts,
                    headers=headers_of(service, settings.replica, event_id, now),
                )
                await _unless(stopping, record)
                backoff.reset()
                await pause(EVERY)
        except (KafkaError, OSError, TimeoutError) as error:
            log.warning("heartbeat_failed", error=repr(error))
            await pause(backoff.next_delay())
        finally:
            await _leave(client)


async def _unless(stopping: asyncio.Event, work: Coroutine[Any, Any, object]) -> None:
    """``work``, or as much of it as is done shortly after the service was asked to stop."""
    working, asked = asyncio.create_task(work), asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait((working, asked), return_when=asyncio.FIRST_COMPLETED)
        # aiokafka forgets a connection that it was making when it was cancelled, and leaves it open.
        await asyncio.wait((working,), timeout=_LEAVE_WITHIN)
        if working.done():
            working.result()
    finally:
        for task in (working, asked):
            task.cancel()
        await asyncio.gather(working, asked, return_exceptions=True)


async def _leave(client: AIOKafkaProducer) -> None:
    try:
        await asyncio.wait_for(client.stop(), _LEAVE_WITHIN)
    except (KafkaError, OSError, TimeoutError) as error:
        log.debug("heartbeat_abandoned", error=repr(error))
        await client.client.close()  # what it has in hand fails at once
        if client._sender is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(client._sender.close(), _LEAVE_WITHIN)  # it would go on looking for its broker
        await client.client.close()
