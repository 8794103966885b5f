"""A mail server of ours that counts what it takes, and can be as unhelpful as mail servers are (RFC 5321).

``mood``: ``take`` · ``stall`` (says nothing more, connections stay) · ``defer`` (451 to the recipient) · ``refuse``
(550 to the recipient) · ``defer_late`` (452 after the mail) · ``cut`` (takes the mail and hangs up without a word).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from email import message_from_bytes
from hashlib import sha256
from typing import Literal

from support.chaos.recording import Mail, TurnedAway

Mood = Literal["take", "stall", "defer", "refuse", "defer_late", "cut"]
HOST = "127.0.0.1"


class Sink:
    """Listens on ``port``; ``mails`` is what it has taken, ``turned_away`` what not."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.mood: Mood = "take"
        self.mails: list[Mail] = []
        self.turned_away: list[TurnedAway] = []
        self._server: asyncio.Server | None = None
        self._talking: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._visit, HOST, self.port, limit=2**20)

    async def close(self) -> None:
        """Hang up on everybody."""
        if self._server is not None:
            self._server.close()
        for task in self._talking:
            task.cancel()
        await asyncio.gather(*self._talking, return_exceptions=True)

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talking.add(task)
        try:
            await _Conversation(self, reader, writer).hold()
        except (OSError, EOFError, ValueError, asyncio.CancelledError):
            pass  # whoever was there has gone, or we are closing
        finally:
            self._talking.discard(task)
            writer.transport.abort()


class _HungUp(EOFError):
    """We end it."""


class _Conversation:
    """One connection."""

    def __init__(self, sink: Sink, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._sink, self._reader, self._writer = sink, reader, writer
        self._recipient = ""

    async def hold(self) -> None:
        verbs: dict[str, Callable[[str], Awaitable[None]]] = {
            "RCPT": self._rcpt,
            "DATA": self._data,
            "QUIT": self._quit,
        }
        await self._say("220 sink.example")
        while line := (await self._reader.readline()).decode("utf-8", "replace").strip():
            verb = line.partition(" ")[0].upper()
            if verb in verbs:
                await verbs[verb](line)
            elif verb == "EHLO":
                await self._say("250-sink.example\r\n250-8BITMIME\r\n250 SMTPUTF8")
            else:  # HELO, MAIL, RSET, NOOP
                await self._say("250 ok")

    async def _say(self, text: str) -> None:
        while self._sink.mood == "stall":
            await asyncio.sleep(0.1)
        self._writer.write(f"{text}\r\n".encode())
        await self._writer.drain()

    async def _rcpt(self, line: str) -> None:
        self._recipient = line.partition(":")[2].strip().partition(">")[0].lstrip("<")
        codes = {"defer": "451 not now", "refuse": "550 never"}
        answer = codes.get(self._sink.mood, "250 ok")
        if not answer.startswith("2"):
            self._sink.turned_away.append(TurnedAway(self._recipient, int(answer[:3]), time.monotonic()))
        await self._say(answer)

    async def _data(self, _: str) -> None:
        await self._say("354 go on")
        content = await self._reader.readuntil(b"\r\n.\r\n")
        mood = self._sink.mood
        if mood in ("defer_late", "stall"):
            self._sink.turned_away.append(TurnedAway(self._recipient, 452, time.monotonic()))
            await self._say("452 no room")
            return
        self._sink.mails.append(
            Mail(
                message_id=str(message_from_bytes(content)["Message-ID"]).strip("<>"),
                recipient=self._recipient,
                content=sha256(content).hexdigest(),
                taken_at=time.monotonic(),
                acknowledged=mood != "cut",
            )
        )
        if mood == "cut":
            raise _HungUp
        await self._say("250 taken")

    async def _quit(self, _: str) -> None:
        await self._say("221 bye")
        raise _HungUp
