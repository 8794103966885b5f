"""A TCP proxy that can misbehave: what stands between a service and a server, on one machine, in place of a network.

- ``hang``: from now on no byte passes in either direction and nobody is told. The connections there are stay so for
  ever (what was swallowed cannot be made good); the server's side notices after ``SERVER_NOTICES``, as keep-alive
  would. New connections are accepted and swallowed too, until ``heal``.
- ``refuse``: nobody listens, until ``heal``.
- ``cut``: every connection is reset, at once; new ones pass.
- ``slow``: every byte is that much later, until ``heal``.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, cast
from urllib.parse import urlsplit

from support.ports import free_port

HOST: Final = "127.0.0.1"
SERVER_NOTICES: Final = 25.0
"""Seconds: ten idle ones and three probes, as the services ask of PostgreSQL."""
_RESET: Final = struct.pack("ii", 1, 0)
"""SO_LINGER with no time: closing sends RST."""


class Proxy:
    """Listens on ``port`` for a server that listens on ``upstream``, both on loopback."""

    def __init__(self, port: int, upstream: int) -> None:
        self.port = port
        self._upstream = upstream
        self._links: set[_Link] = set()
        self._hung: set[_Link] = set()
        self._server: asyncio.Server | None = None
        self.hanging = False
        self.delay = 0.0
        self.swallowed = 0
        """Connections that were hung so far."""

    @property
    def connections(self) -> int:
        """Those that are not over on both sides, or hung and given up by their client."""
        return len(self._links)

    def stands_for(self, url: str) -> str:
        """``url``, which names the server, with this proxy in its place."""
        parts = urlsplit(url)
        return parts._replace(netloc=f"{parts.netloc.rpartition('@')[0]}@{HOST}:{self.port}").geturl()

    async def open(self) -> None:
        """Listen."""
        if self._server is None:
            loop = asyncio.get_running_loop()
            self._server = await loop.create_server(lambda: _Link(self).client, HOST, self.port, backlog=512)

    async def close(self) -> None:
        """Listen no more, and reset what there is."""
        await self.refuse()
        self.cut()
        for link in self._hung:
            link.reset()
        self._hung.clear()

    async def refuse(self) -> None:
        """Let nobody in; those inside stay."""
        if self._server is not None:
            self._server.close()
            self._server = None
            await asyncio.sleep(0)

    async def heal(self) -> None:
        """Everything passes again, but for connections that were hung: those are dead, and nobody has been told."""
        self.hanging, self.delay = False, 0.0
        await self.open()

    def hang(self) -> None:
        """Swallow."""
        self.hanging = True
        for link in list(self._links):
            link.hang()

    def slow(self, seconds: float) -> None:
        """Delay every byte."""
        self.delay = seconds

    def cut(self) -> None:
        """Reset every connection that is not hung."""
        for link in list(self._links):
            if not link.hung:
                link.reset()

    def connect_to_server(self, link: _Link) -> None:
        """Make the server's side of ``link``; one that cannot be made resets the client."""
        self._links.add(link)
        if self.hanging:
            link.hang()
            return
        link.connecting = asyncio.ensure_future(self._connected(link))

    def swallow(self, link: _Link) -> None:
        """``link`` hangs; the server's side of it stays, also when the client has gone."""
        self.swallowed += 1
        self._hung.add(link)

    def forget(self, link: _Link) -> None:
        """``link`` is over."""
        self._links.discard(link)

    async def _connected(self, link: _Link) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: link.server, HOST, self._upstream)
        except OSError:
            link.reset()


@asynccontextmanager
async def standing_before(upstream: int) -> AsyncIterator[Proxy]:
    """A proxy on a free port, for as long as the block lasts."""
    made = Proxy(free_port(), upstream)
    await made.open()
    try:
        yield made
    finally:
        await made.close()


class _Link:
    """A client's connection and the server's that belongs to it."""

    def __init__(self, proxy: Proxy) -> None:
        self.proxy = proxy
        self.client = _Side(self)
        self.server = _Side(self)
        self.hung = False
        self.connecting: asyncio.Future[None] | None = None

    def other(self, side: _Side) -> _Side:
        return self.server if side is self.client else self.client

    def hang(self) -> None:
        if not self.hung:
            self.hung = True
            self.proxy.swallow(self)
            asyncio.get_running_loop().call_later(SERVER_NOTICES, self.server.end)

    def reset(self) -> None:
        for side in (self.client, self.server):
            side.reset()
        self.proxy.forget(self)


class _Side(asyncio.Protocol):
    """One of the two connections of a link."""

    def __init__(self, link: _Link) -> None:
        self._link = link
        self._transport: asyncio.Transport | None = None
        self._early: list[bytes] = []
        """What came before there was anybody to give it to."""
        self._ended = False
        self._over = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are no subclass
        if (raw := transport.get_extra_info("socket")) is not None:
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self is self._link.client:
            self._link.proxy.connect_to_server(self._link)
        elif self._ended:
            self._transport.close()
        else:
            for data in self._early:
                self.write(data)
            self._early.clear()

    def data_received(self, data: bytes) -> None:
        if not self._link.hung:
            self._later(self._link.other(self).write, data)

    def eof_received(self) -> bool:
        if not self._link.hung:
            self._later(self._link.other(self).end)
        return False

    def connection_lost(self, error: Exception | None) -> None:
        self._over = True
        if not self._link.hung:
            self._later(self._link.other(self).end)
        if self._link.other(self)._over or (self._link.hung and self is self._link.client):
            self._link.proxy.forget(self._link)

    def pause_writing(self) -> None:
        self._link.other(self).hold()

    def resume_writing(self) -> None:
        self._link.other(self).go_on()

    def write(self, data: bytes) -> None:
        if self._link.hung:
            return
        if self._transport is None:
            self._early.append(data)
        elif not self._transport.is_closing():
            self._transport.write(data)

    def end(self) -> None:
        self._ended = True
        if self._transport is not None:
            self._transport.close()

    def reset(self) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        if (raw := self._transport.get_extra_info("socket")) is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._transport.abort()

    def hold(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def go_on(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def _later(self, act: object, *arguments: object) -> None:
        assert callable(act)
        if self._link.proxy.delay:
            asyncio.get_running_loop().call_later(self._link.proxy.delay, act, *arguments)
        else:
            act(*arguments)
