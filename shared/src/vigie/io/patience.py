"""Waiting for a server that is away: it will come back, and until then one line says who is missed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from aiokafka.errors import KafkaError

from vigie.io.backoff import Backoff
from vigie.io.errors import Transient, is_transient

T = TypeVar("T")

log = structlog.get_logger(__name__)


class Stopped(Exception):
    """The service was asked to stop while it waited."""


async def patiently(what: str, action: Callable[[], Awaitable[T]], stopping: asyncio.Event) -> T:
    """What ``action`` returns, tried again while ``what`` is away. Raises Stopped, and whatever waiting cannot cure."""
    backoff = Backoff(first=0.2, limit=5.0)
    while not stopping.is_set():
        try:
            return await action()
        except Exception as error:
            if not isinstance(error, (Transient, KafkaError)) and not is_transient(error):
                raise
            delay = backoff.next_delay()
            log.warning("waiting", waiting_for=what, reason=str(error) or repr(error), again_in_seconds=round(delay, 2))
            await pause(delay, stopping)
    raise Stopped


async def pause(seconds: float, stopping: asyncio.Event) -> None:
    """For ``seconds``, or until the service is to stop."""
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return
