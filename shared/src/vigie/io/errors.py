"""What can go wrong between a command and the database, as the callers need to tell it apart."""

from __future__ import annotations

from typing import Final

import asyncpg


class Transient(Exception):
    """The database cannot do this now. Nothing was written; back off and do the same again."""


class StaleVersion(Exception):
    """The stream has moved on since the caller looked at it."""

    def __init__(self, expected: int, actual: int) -> None:
        super().__init__(f"expected version {expected}, it is {actual}")
        self.expected = expected
        self.actual = actual


class IdempotencyMismatch(Exception):
    """The same idempotency key came before with another request."""

    def __init__(self, key: str) -> None:
        super().__init__(f"the idempotency key {key} was used for another request")
        self.key = key


class UnknownStream(Exception):
    """Nothing has ever happened to the stream that the caller names."""

    def __init__(self, stream: str) -> None:
        super().__init__(f"there is no {stream}")
        self.stream = stream


_TRANSIENT_CLASSES = ("08", "40", "53", "55", "57", "58")
"""Connection, rollback (deadlock, serialization), resources, lock not available, operator intervention (shutdown,
statement_timeout), system."""
_TRANSIENT_STATES = ("25006", "25P03", "25P04")
"""Read-only after a fail-over; idle in transaction for too long; transaction_timeout."""
_DATA_CLASSES = ("22", "23")
"""Data exception; integrity constraint."""


DATABASE_ERRORS: Final = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
"""What asyncpg raises when a statement fails, whoever is at fault. The last one says that it has lost track of a
connection, as after one that hung: the next connection is another one."""


def is_transient(error: BaseException) -> bool:
    """Whether the same statement may succeed later without anything being changed."""
    if isinstance(error, asyncpg.PostgresError):
        state = str(error.sqlstate)
        return state[:2] in _TRANSIENT_CLASSES or state in _TRANSIENT_STATES
    if isinstance(error, asyncpg.InterfaceError):  # « connection is closed », but also « this is no uuid »
        return not isinstance(error, asyncpg.DataError)
    return isinstance(error, (OSError, TimeoutError, asyncpg.InternalClientError)) or is_hung_up(error)


def is_hung_up(error: BaseException) -> bool:
    """Whether the connection was closed before its owner was told: what uvloop says of a write to such a one, where
    asyncio drops what is written and tells the owner next."""
    return isinstance(error, RuntimeError) and "the handler is closed" in str(error)


def is_data_error(error: BaseException) -> bool:
    """Whether the values are at fault, so that they can never be written. All else (a missing table, a missing right)
    is the deployment's fault, and no record may be given up for it."""
    if isinstance(error, asyncpg.PostgresError):
        return str(error.sqlstate)[:2] in _DATA_CLASSES
    return isinstance(error, (asyncpg.DataError, UnicodeError, OverflowError))


def is_conflict(error: BaseException) -> bool:
    """Whether the version of a stream that was to be written stood there already."""
    return isinstance(error, asyncpg.UniqueViolationError) and error.constraint_name == "events_stream_version_key"
