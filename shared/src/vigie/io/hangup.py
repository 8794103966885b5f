"""Makes aiokafka take a connection that was closed a moment ago for what it is, under uvloop too.

Between the end of a connection and the moment at which its owner is told, asyncio drops what is written and uvloop
raises RuntimeError. aiokafka (0.14) expects OSError there. What it does not expect ends the task that keeps a consumer
in its group: the consumer polls in vain until it is given up a minute later. Any broker that goes away under load can
do it (aiokafka's issue 1038).

It replaces a name in an aiokafka module, because nothing else stands between the transport and that task. The test
with a connection of that kind says when aiokafka no longer needs it, or no longer has that place.
"""

from __future__ import annotations

from typing import Any

from aiokafka import conn
from aiokafka.conn import AIOKafkaConnection, CloseReason
from aiokafka.errors import KafkaConnectionError

from vigie.io.errors import is_hung_up


def install() -> None:
    """From now on, in this process, no client of Kafka dies of a closed connection. To be called once or more."""
    conn.AIOKafkaConnection = _Connection


class _Connection(AIOKafkaConnection):  # type: ignore[misc]
    """Raises KafkaConnectionError, as aiokafka's own does under asyncio."""

    def send(self, request: Any, expect_response: bool = True) -> Any:
        try:
            return super().send(request, expect_response)
        except RuntimeError as error:
            if not is_hung_up(error):
                raise
            self.close(reason=CloseReason.CONNECTION_BROKEN)
            raise KafkaConnectionError(f"Connection at {self.host}:{self.port} broken: {error}") from error
