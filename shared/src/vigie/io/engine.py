"""One message, one transaction: the one way in which anything happens to a stream.

Invariants, and what breaks without them:

- All streams of a transaction are locked, sorted, by its first statement. Unsorted, two batches deadlock at once.
- What is read under the lock is read by later statements. In the same statement it would be as old as the wait.
- Events, outbox, wake-ups, inbox, parked records and dead letters are written by one commit. Apart, a crash between
  two of them would lose or double something.
- A record is applied once, and after the one before it in its sender's stream. Else facts come in an order that
  never was.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

import asyncpg

from vigie.decider import Core
from vigie.io.records import Answer, Appended, DomainClock, Order, Outcome, RawRecord, Woken

Project = Callable[[asyncpg.Connection, Sequence[Appended]], Awaitable[None]]
"""Writes a read model in the transaction that appends. It never commits."""


class Engine:
    """A core on PostgreSQL. All methods may run at the same time, also in other processes.

    All raise ``Transient`` when the database cannot do it now: nothing was written, the caller backs off and repeats.
    """

    def __init__(
        self,
        core: Core[Any, Any, Any],
        pool: asyncpg.Pool,
        clock: DomainClock,
        *,
        consumer: str | None = None,
        project: Project | None = None,
        on_appended: Callable[[Sequence[Appended]], None] | None = None,
        remembered: int = 20_000,
    ) -> None:
        """``consumer`` names the inbox (default: the service); ``on_appended`` is called after each commit that wrote
        events, in the order they were written; ``remembered`` is how many folded streams are kept in memory."""

    async def handle(self, records: Sequence[RawRecord]) -> list[Outcome]:
        """Apply ``records``, in order, in one transaction; one outcome each, then those of parked records that drained.

        When it returns, all that the records made happen is committed and their offsets may be.
        """
        raise NotImplementedError

    async def wake(self, due: Sequence[tuple[str, datetime]]) -> list[Woken]:
        """Wake streams for the instants of their ``wakeups`` rows, in one transaction."""
        raise NotImplementedError

    async def perform(self, order: Order) -> Answer:
        """Carry out one order; those that wait at the same time share a transaction.

        Raises Refused, Lacking, StaleVersion, IdempotencyMismatch or UnknownStream: nothing was written for it.
        """
        raise NotImplementedError

    async def retry_parked(self) -> list[Outcome]:
        """Try every parked record again, as at a start with new policies; the outcomes of those that drained."""
        raise NotImplementedError

    async def close(self) -> None:
        """Wait for the orders that are being carried out."""
        raise NotImplementedError
