"""Orders that people give by HTTP: each succeeds or fails for itself, several in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from vigie.decider import Core, stream_name
from vigie.io.batch import Batch, Cause
from vigie.io.errors import IdempotencyMismatch, StaleVersion, UnknownStream
from vigie.io.queries import queries
from vigie.io.records import Answer, Order, Performed, Repeated

Ticket = tuple[str, str]
"""(principal, idempotency key)"""


@dataclass(slots=True)
class Desk:
    """The orders' side of one transaction."""

    core: Core[Any, Any, Any]
    batch: Batch
    answered: dict[Ticket, tuple[bytes, bytes]]
    """(digest, answer) of every key that has been used."""
    numbers: Iterator[str]
    new: list[Ticket] = field(default_factory=list)

    async def write(self, conn: asyncpg.Connection) -> None:
        """Keep the answers of this transaction under their keys."""
        if self.new:
            principals, keys = zip(*self.new, strict=True)
            digests, answers = zip(*(self.answered[ticket] for ticket in self.new), strict=True)
            await conn.execute(queries("commands")["answer"], principals, keys, digests, answers, self.batch.now)


def lock_names(orders: Iterable[Order]) -> set[str]:
    """What must be held beside the streams: two orders with one key must not both be the first."""
    return {f"command {len(principal)}:{principal}{key}" for principal, key in map(_ticket, orders) if key}


def numbers_wanted(orders: Iterable[Order]) -> int:
    """How many ticket numbers they need."""
    return sum(order.numbered for order in orders)


async def take_up(
    conn: asyncpg.Connection, core: Core[Any, Any, Any], batch: Batch, orders: Sequence[Order], numbers: Iterable[str]
) -> Desk:
    """Read what is known of the orders' keys. ``numbers``: as many as :func:`numbers_wanted`."""
    keyed = [_ticket(order) for order in orders if order.idempotency_key]
    answered = {}
    if keyed:
        rows = await conn.fetch(queries("commands")["answered"], *zip(*keyed, strict=True))
        answered = {(row["principal"], row["key"]): (row["digest"], row["answer"]) for row in rows}
    return Desk(core, batch, answered, iter(numbers))


def carry_out(desk: Desk, order: Order) -> Answer | Exception:
    """Carry out one order. Its error is its answer, whatever the error is: its neighbours go on."""
    known = desk.answered.get(_ticket(order)) if order.idempotency_key else None
    if known is not None:
        digest, answer = known
        return Repeated(answer) if digest == order.digest else IdempotencyMismatch(order.idempotency_key or "")
    try:
        performed = _perform(desk, order)
    except Exception as error:  # noqa: BLE001 - handed to whoever gave the order
        return error
    if order.idempotency_key:
        desk.answered[_ticket(order)] = (order.digest, performed.answer)
        desk.new.append(_ticket(order))
    return performed


def _perform(desk: Desk, order: Order) -> Performed:
    stream = stream_name(desk.core.category, order.key)
    version = desk.batch.streams[stream].version
    if order.expect_exists and version == 0:
        raise UnknownStream(stream)
    if order.expected_version is not None and order.expected_version != version:
        raise StaleVersion(order.expected_version, version)
    command = order.command(next(desk.numbers)) if order.numbered else order.command
    cause = Cause(order.id, str(order.id), order.actor, is_first_id=True, traceparent=order.traceparent)
    events, _ = desk.batch.execute(stream, command, cause)
    version, state = desk.batch.streams[stream].version, desk.batch.streams[stream].state
    return Performed(version, state, events, order.render(version, state, events))


def _ticket(order: Order) -> Ticket:
    return order.principal, order.idempotency_key or ""
