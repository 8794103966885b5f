"""Connections to PostgreSQL, every one with the same limits.

A process that is stopped in the middle (a debugger, a swapped-out machine, SIGSTOP) must not hold a ticket: the
server ends what waits too long for a lock, idles inside a transaction, or runs too long.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from typing import Any, Final, TypeVar

import asyncpg
from asyncpg import connect_utils

from vigie.io.errors import DATABASE_ERRORS
from vigie.io.migrations import Place

T = TypeVar("T")

LIMITS: Mapping[str, str] = {
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "10s",
    "statement_timeout": "30s",
    # The server notices a client that has vanished without a word.
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}

ANSWER_WITHIN: Final = 10.0
"""Seconds until a service gives up a statement. The server's own limits say nothing to a client whose connection hangs
without a reset: its relay and its wake-ups would wait for an answer for ever, and nobody would notice."""


def session_settings(place: Place, application: str) -> dict[str, str]:
    """The settings of a connection that works for ``place``; any of them survives ``reset all``."""
    return {
        "role": place.role,
        "search_path": place.schema,
        "timezone": "UTC",
        "jit": "off",  # only short statements here; compiling one costs more than it runs
        "application_name": application,
        **LIMITS,
    }


async def open_pool(
    dsn: str, place: Place, *, application: str, size: int = 8, answer_within: float | None = None
) -> asyncpg.Pool:
    """A pool of at most ``size`` connections that run as the service's own role.

    TLS is part of the DSN (``?sslmode=verify-full&sslrootcert=…``). Nothing is kept open but what has been needed.
    """
    return await asyncpg.create_pool(
        dsn,
        min_size=1,
        max_size=size,
        timeout=10,
        command_timeout=answer_within,
        connection_class=_Connection,
        setup=_take,
        reset=_leave,
        server_settings=session_settings(place, application),
    )


async def _take(proxy: Any) -> None:
    """A caller has the connection from now on."""
    proxy._con.taken_at = asyncio.get_running_loop().time()


async def _leave(_: asyncpg.Connection) -> None:
    """Nothing to clean up: what works on a pooled connection sets, locks and listens for its transaction only.

    asyncpg rolls back what was left open before it calls this. Its own reset is one more round trip, each time.
    """


async def connect(
    dsn: str, place: Place, *, application: str, answer_within: float | None = None
) -> asyncpg.Connection:
    """One connection of one's own, for a session lock or LISTEN."""
    settings = session_settings(place, application)
    return await asyncpg.connect(
        dsn, timeout=10, command_timeout=answer_within, connection_class=_Connection, server_settings=settings
    )


class _Connection(asyncpg.Connection):
    """A statement that is given up takes its connection with it, and after a long wait the idle ones of the same pool.

    asyncpg alone would ask the server to cancel the statement, and keep the caller for as long again until the
    connection says that it was: one that hangs never does. Its neighbours in the pool most likely hang as well; each
    would be found out for itself, by another caller, one after the other.

    A caller who was cancelled soon after it was given the connection says nothing of others. After an outage such
    callers come by the dozen, each at the end of its own patience: if they took everybody's connections along, nobody
    would finish anything, and the next ones would wait until they are cancelled too.
    """

    taken_at = 0.0
    """When a caller was given it by its pool, in the loop's seconds."""

    _loop: asyncio.AbstractEventLoop  # asyncpg's own, of which its types say nothing
    _protocol: Any
    _pool_holder: Any
    _config: Any
    _addr: Any
    _params: Any

    def _cancel_current_command(self, *_: object) -> None:
        """Called by asyncpg where a statement took too long, or its caller was cancelled."""
        waited = self._loop.time() - self.taken_at >= (self._config.command_timeout or 0.0) / 2
        task = self._loop.create_task(self._give_up(self._protocol.backend_pid, self._protocol.backend_secret, waited))
        _GIVING_UP.add(task)
        task.add_done_callback(_GIVING_UP.discard)

    async def _give_up(self, pid: int, secret: int, waited: bool) -> None:
        for _ in range(3):  # first the caller is told why; a pool takes what ends in between for given back twice
            await asyncio.sleep(0)
        holder = self._pool_holder() if self._pool_holder is not None else None
        self.terminate()
        if holder is not None and waited:
            _expire(holder._pool)
        # A server that is merely slow need not finish. Best effort: statement_timeout ends it in any case.
        with suppress(*DATABASE_ERRORS):
            async with asyncio.timeout(ANSWER_WITHIN):
                await connect_utils._cancel(  # type: ignore[attr-defined]
                    loop=self._loop, addr=self._addr, params=self._params, backend_pid=pid, backend_secret=secret
                )


_GIVING_UP: Final[set[asyncio.Task[None]]] = set()


def _expire(pool: Any) -> None:
    """None of the connections that ``pool`` has is used for anything new."""
    pool._generation += 1  # as expire_connections does; those in use are closed when they come back
    for holder in pool._holders:
        if holder.is_connected() and holder.is_idle():
            holder.terminate()


def run_command(work: Coroutine[Any, Any, T]) -> T:
    """Run ``work`` for a person at a terminal: a database that says no is one sentence, a RuntimeError."""
    try:
        return asyncio.run(work)
    except asyncpg.PostgresError as error:
        raise RuntimeError(f"the database refuses: {error}") from error
    except asyncpg.InterfaceError as error:
        raise RuntimeError(f"DATABASE_URL cannot be used: {error}") from error
