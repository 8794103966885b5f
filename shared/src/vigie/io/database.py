"""Connections to PostgreSQL, every one with the same limits.

A process that is stopped in the middle (a debugger, a swapped-out machine, SIGSTOP) must not hold a ticket: the
server ends what waits too long for a lock, idles inside a transaction, or runs too long.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any, Final, TypeVar

import asyncpg

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
        reset=_leave,
        server_settings=session_settings(place, application),
    )


async def _leave(_: asyncpg.Connection) -> None:
    """Nothing to clean up: what works on a pooled connection sets, locks and listens for its transaction only.

    asyncpg rolls back what was left open before it calls this. Its own reset is one more round trip, each time.
    """


async def connect(
    dsn: str, place: Place, *, application: str, answer_within: float | None = None
) -> asyncpg.Connection:
    """One connection of one's own, for a session lock or LISTEN."""
    settings = session_settings(place, application)
    return await asyncpg.connect(dsn, timeout=10, command_timeout=answer_within, server_settings=settings)


def run_command(work: Coroutine[Any, Any, T]) -> T:
    """Run ``work`` for a person at a terminal: a database that says no is one sentence, a RuntimeError."""
    try:
        return asyncio.run(work)
    except asyncpg.PostgresError as error:
        raise RuntimeError(f"the database refuses: {error}") from error
    except asyncpg.InterfaceError as error:
        raise RuntimeError(f"DATABASE_URL cannot be used: {error}") from error
