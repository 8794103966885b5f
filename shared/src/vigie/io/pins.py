"""Keeps the first load of every policy version, and decides by what was kept: a file may be edited, a promise not."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

import asyncpg

from vigie.io.queries import queries
from vigie.lined_yaml import BadFile
from vigie.policy import BadPolicy, Policies, Policy, PolicyPin, from_pin, pin


async def pinned(pool: asyncpg.Pool, loaded: Policies, now: datetime) -> Policies:
    """Every version in the database, those of ``loaded`` included, as each was at its first load.

    Takes some tenths of a second for each version that is new. Raises BadPolicy for a version that was edited after
    its first load: whoever edited it believes that the desk now promises something else, and it does not.
    """
    known = {(row["policy"], row["version"]): row["hash"] for row in await pool.fetch(queries("policies")["kept"])}
    edited = [one for one in loaded.all() if known.get((one.id, one.version), one.hash) != one.hash]
    if edited:
        raise BadPolicy([_edited(one, 1 + _last_version(one.id, loaded, known)) for one in edited])
    for policy in loaded.all():
        if (policy.id, policy.version) not in known:
            new = pin(policy)
            holidays = json.dumps(new.holidays).encode()
            await pool.execute(
                queries("policies")["keep"],
                *(new.policy, new.version, new.hash, new.source, holidays, new.tz_release, now),
            )
    return await kept(pool)


async def kept(database: asyncpg.Pool | asyncpg.Connection) -> Policies:
    """Every version that was ever loaded here, as the services decide by it; for those who only read."""
    return Policies(from_pin(_pin_of(row)) for row in await database.fetch(queries("policies")["kept"]))


def _last_version(desk: str, loaded: Policies, known: Iterable[tuple[str, int]]) -> int:
    """Of the folder or the database, whichever has more."""
    versions = [*known, *((one.id, one.version) for one in loaded.all())]
    return max(version for policy, version in versions if policy == desk)


def _edited(policy: Policy, free: int) -> BadFile:
    reason = (
        f"version {policy.version} was in use before with other contents, and tickets were opened under it; "
        f"leave it as it was and put what is new into version {free}"
    )
    return BadFile(f"{policy.id}/{policy.version}.yaml", 1, reason)


def _pin_of(row: asyncpg.Record) -> PolicyPin:
    return PolicyPin(
        policy=row["policy"],
        version=row["version"],
        hash=row["hash"],
        source=row["source"],
        holidays=json.loads(row["holidays"]),
        tz_release=row["timezones"],
    )
