"""Serves an ASGI app inside the service's own process and loop; the service, not the server, hears signals."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

from vigie.io.settings import Address


class AddressTaken(Exception):
    """Somebody else listens there, or this user may not."""

    def __init__(self, address: Address, reason: str) -> None:
        super().__init__(f"cannot listen on {address}: {reason}")
        self.address = address


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(app: Any, address: Address, **options: Any) -> AsyncIterator[Address]:
    """``app`` answers at the address that this gives (a port 0 becomes a real one) until the block is left.

    Requests that are being answered when it is left have five seconds. Raises AddressTaken.
    """
    listening = _listen(address)
    defaults: dict[str, Any] = {"lifespan": "off", "access_log": False, "log_config": None, "server_header": False}
    server = _Server(uvicorn.Config(app, timeout_graceful_shutdown=5, **(defaults | options)))
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield Address(address.host, listening.getsockname()[1])
    finally:
        server.should_exit = True
        await task
        listening.close()


def _listen(address: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        return socket.create_server((address.host, address.port), family=family, backlog=512)
    except OSError as error:
        raise AddressTaken(address, error.strerror or str(error)) from None
