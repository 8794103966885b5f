"""A mail server as bad as we like: its answers are set by the test, what it is told is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class SmtpPeer:
    """Answers by command; ``drop`` instead of an answer hangs up, ``stall`` never answers,
    ``wait`` answers as usual once ``go_on`` is set."""

    answers: dict[str, str] = field(default_factory=dict)
    """Keys: ``CONNECT``, ``EHLO``, ``MAIL``, ``RCPT``, ``DATA``, and ``.`` for the end of the message."""
    connections: int = 0
    messages: list[bytes] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    port: int = 0
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    writers: set[asyncio.StreamWriter] = field(default_factory=set)

    def hang_up(self) -> None:
        """Close every connection, as servers do with idle ones."""
        for writer in self.writers:
            writer.close()

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.add(writer)
        try:
            await self._say(writer, "CONNECT", "220 peer ready")
            while line := (await reader.readline()).decode():
                verb = line[:4].upper().strip()
                self.commands.append(verb)
                await self._say(writer, verb, {"DATA": "354 go on", "QUIT": "221 bye"}.get(verb, "250 fine"))
                if verb == "DATA" and self.answers.get("DATA", "354").startswith("354"):
                    self.messages.append(await reader.readuntil(b"\r\n.\r\n"))
                    await self._say(writer, ".", "250 taken")
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.writers.discard(writer)
            writer.close()

    async def _say(self, writer: asyncio.StreamWriter, verb: str, usual: str) -> None:
        answer = self.answers.get(verb, usual)
        if answer == "drop":
            raise ConnectionAbortedError
        if answer == "stall":
            await asyncio.sleep(3600)
        if answer == "wait":
            await self.go_on.wait()
            answer = usual
        writer.write(f"{answer}\r\n".encode())
        await writer.drain()


@asynccontextmanager
async def smtp_peer(**answers: str) -> AsyncIterator[SmtpPeer]:
    """A peer that listens on ``peer.port`` of 127.0.0.1; ``end`` stands for ``.``."""
    peer = SmtpPeer({"." if verb == "end" else verb: answer for verb, answer in answers.items()})
    conversations: set[asyncio.Task[None]] = set()

    async def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        conversations.add(task)
        with suppress(asyncio.CancelledError):  # at the end of the test; asyncio would report it as an error
            await peer.converse(reader, writer)

    server = await asyncio.start_server(begin, "127.0.0.1", 0)
    peer.port = server.sockets[0].getsockname()[1]
    try:
        yield peer
    finally:
        server.close()
        for task in conversations:
            task.cancel()
        await asyncio.gather(*conversations, return_exceptions=True)
