"""What the look-up and the API read of customers: a function of each customer's state, written whole.

Customers change seldom and are small. So the rows of whoever changed are made anew from their events, and the same
function makes them all again (:func:`rebuild`): there is no second account of what each event means.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import asyncpg

from vigie.io.memory import Memory
from vigie.io.queries import queries
from vigie.io.records import Appended
from vigie.io.store import load, lock
from vigie_intake.adapters.view import columns
from vigie_intake.core.directory import CATEGORY, DECIDER
from vigie_intake.core.directory.customers import Registered

SQL: Final = queries("directory", "vigie_intake.adapters")
LOCK: Final = "customers"
"""What every writer of the directory holds. Few write it, and an import holds thousands of customers at once."""
_AT_ONCE = 1_000


class Head(NamedTuple):
    """Where a customer's stream stands."""

    version: int
    changed_at: datetime


async def project(conn: asyncpg.Connection, appended: Sequence[Appended]) -> None:
    """Write those anew to whom something has happened, in the transaction that appends."""
    await _write(conn, {one.stream: Head(one.version, one.recorded_at) for one in appended})


async def rebuild(conn: asyncpg.Connection) -> int:
    """Make the projection of every customer again from the events, while requests are answered; how many there are.

    Runs in transactions of its own; each holds the directory for as long as a thousand customers take.
    """
    rows = await conn.fetch(SQL["streams"], CATEGORY, None)
    streams = [row["stream"] for row in rows]
    for start in range(0, len(streams), _AT_ONCE):
        async with conn.transaction():
            await lock(conn, [LOCK])
            rows = await conn.fetch(SQL["streams"], CATEGORY, streams[start : start + _AT_ONCE])
            await _write(conn, {row["stream"]: Head(row["version"], row["changed_at"]) for row in rows})
    return len(streams)


async def _write(conn: asyncpg.Connection, heads: Mapping[str, Head]) -> None:
    versions = {stream: head.version for stream, head in heads.items()}
    loaded = await load(conn, DECIDER, versions, Memory(0))
    known = [(heads[stream], one.state) for stream, one in loaded.items() if isinstance(one.state, Registered)]
    await conn.execute(SQL["forget"], [customer.customer for _, customer in known])
    for name, rows in (
        ("keep_customers", [_customer(head, customer) for head, customer in known]),
        ("keep_sites", [row for _, customer in known for row in _sites(customer)]),
        ("keep_contacts", [row for _, customer in known for row in _contacts(customer)]),
        ("keep_trainings", [row for _, customer in known for row in _trainings(customer)]),
        ("keep_contracts", [row for _, customer in known for row in _contracts(customer)]),
    ):
        if rows:
            await conn.execute(SQL[name], *columns(rows))


def _customer(head: Head, known: Registered) -> tuple[Any, ...]:
    hours = None if known.hours is None else json.dumps(known.hours)
    return known.customer, head.version, head.changed_at, known.name, known.audit_accepted, hours


def _sites(known: Registered) -> Iterable[tuple[Any, ...]]:
    for number, site in known.sites.items():
        yield (known.customer, number, site.name, site.address) if site else (known.customer, number, None, None)


def _contacts(known: Registered) -> Iterable[tuple[Any, ...]]:
    for number, person in known.people.items():
        reach = person.reach
        said = (reach.email.casefold(), reach.name, reach.email, reach.phone) if reach else (None, None, None, None)
        yield (known.customer, number, *said, person.language, person.may_open)


def _trainings(known: Registered) -> Iterable[tuple[Any, ...]]:
    for number, person in known.people.items():
        for product in person.trained:
            yield known.customer, number, product.desk, product.service


def _contracts(known: Registered) -> Iterable[tuple[Any, ...]]:
    for name, contract in known.contracts.items():
        yield (
            known.customer,
            name,
            contract.desk,
            contract.maintained,
            contract.sla,
            contract.on_call,
            json.dumps(contract.services),
            contract.valid_from,
            contract.valid_to,
            contract.access_code_hash,
        )
