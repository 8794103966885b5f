"""Which shards of the outbox this relay publishes: each shard (a Kafka partition) has one owner among the replicas.

The owner holds a session advisory lock, so PostgreSQL frees it the moment the owner's connection is gone. The
connection is pinged, and the server drops it when it goes silent: a replica on a machine that vanished, or that was
stopped, does not keep its shards. Two owners for a moment would publish rows twice, each in order; readers drop that.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from typing import Final

import asyncpg
import structlog

from vigie.contracts.topics import PARTITIONS
from vigie.io.database import ANSWER_WITHIN, connect
from vigie.io.errors import DATABASE_ERRORS
from vigie.io.migrations import Place
from vigie.io.queries import queries

PING_EVERY: Final = 0.5
_PING_WITHIN: Final = 5.0
_MEMBERS: Final = 1_000
"""The lock that every relay shares: how many hold it is how many there are."""
_SILENCE: Final = {
    "idle_session_timeout": "12s",  # a process that is stopped, or cut off; longer than the relay takes to send
    "tcp_user_timeout": "10s",  # a machine that is gone, with something on its way to it
    "tcp_keepalives_idle": "5",  # a machine that is gone, with nothing on its way
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
}

log = structlog.get_logger(__name__)


def channel_of(place: Place) -> str:
    """Where replicas tell each other, after a commit, that there is something to publish."""
    return f"{place.schema}_outbox"


class Shards:
    """A fair part of the shards, kept by calling ``keep`` again and again, never while one of them is being sent."""

    def __init__(self, dsn: str, place: Place, *, told: Callable[[], None]) -> None:
        """``told`` is called when another replica has something for this one to publish."""
        self._dsn = dsn
        self._place = place
        self._told = told
        self._lock_class = int.from_bytes(sha256(f"relay {place.schema}".encode()).digest()[:4], "big") >> 1
        self._connection: asyncpg.Connection | None = None
        self._pinged_at = 0.0
        self.held: frozenset[int] = frozenset()
        self.lost = 0
        """How often the connection was lost, and all shards with it."""

    async def keep(self) -> None:
        """Hold a fair part: let go of what is too much, take what is free. A round trip, at most every 0.5 s."""
        if time.monotonic() - self._pinged_at < PING_EVERY and not self._gone():
            return
        try:
            await self._balance(await self._connected())
            self._pinged_at = time.monotonic()
        except Exception as error:
            log.warning("relay_lost_its_shards", shards=len(self.held), error=repr(error))
            self.lost += 1
            await self.close()
            raise

    async def close(self) -> None:
        """Let go of all."""
        connection, self._connection, self.held = self._connection, None, frozenset()
        if connection is not None:
            with suppress(*DATABASE_ERRORS):
                await connection.close(timeout=2)

    def _gone(self) -> bool:
        return self._connection is None or self._connection.is_closed()

    async def _connected(self) -> asyncpg.Connection:
        if self._connection is None:
            name = f"{self._place.schema} relay"
            connection = await connect(self._dsn, self._place, application=name, answer_within=ANSWER_WITHIN)
            self._connection = connection
            for name, value in _SILENCE.items():
                await connection.execute("select set_config($1, $2, false)", name, value)
            await connection.execute("select pg_advisory_lock_shared($1, $2)", self._lock_class, _MEMBERS)
            await connection.add_listener(channel_of(self._place), lambda *_: self._told())
        return self._connection

    async def _balance(self, connection: asyncpg.Connection) -> None:
        rows = await connection.fetch(queries("relay")["locks"], self._lock_class, timeout=_PING_WITHIN)
        holders = {row["object"]: row["holders"] for row in rows}
        fair = -(-PARTITIONS // max(1, holders.get(_MEMBERS, 1)))
        held = set(self.held)
        for shard in sorted(held)[fair:]:
            await connection.execute("select pg_advisory_unlock($1, $2)", self._lock_class, shard)
            held.discard(shard)
        for shard in (free for free in range(PARTITIONS) if free not in holders):
            if len(held) >= fair:
                break
            if await connection.fetchval("select pg_try_advisory_lock($1, $2)", self._lock_class, shard):
                held.add(shard)
        if held != self.held:
            log.info("relay_shards", shards=sorted(held))
        self.held = frozenset(held)
