"""Keeps the first load of every policy version, and decides by what was kept: a file may be edited, a promise not."""

from __future__ import annotations

import json
from datetime import datetime

import asyncpg
import structlog

from vigie.io.queries import queries
from vigie.policy import Policies, PolicyPin, from_pin, pin

log = structlog.get_logger(__name__)


async def pinned(pool: asyncpg.Pool, loaded: Policies, now: datetime) -> Policies:
    """Every version in the database, those of ``loaded`` included, as each was at its first load.

    Takes some tenths of a second for each version that is new.
    """
    known = {(row["policy"], row["version"]): row for row in await pool.fetch(queries("policies")["kept"])}
    for policy in loaded.all():
        kept = known.get((policy.id, policy.version))
        if kept is None:
            new = pin(policy)
            holidays = json.dumps(new.holidays).encode()
            await pool.execute(
                queries("policies")["keep"],
                *(new.policy, new.version, new.hash, new.source, holidays, new.tz_release, now),
            )
        elif kept["hash"] != policy.hash:
            log.warning("policy_file_edited", policy=policy.id, version=policy.version, decides=kept["hash"])
    return Policies(from_pin(_pin_of(row)) for row in await pool.fetch(queries("policies")["kept"]))


def _pin_of(row: asyncpg.Record) -> PolicyPin:
    return PolicyPin(
        policy=row["policy"],
        version=row["version"],
        hash=row["hash"],
        source=row["source"],
        holidays=json.loads(row["holidays"]),
        tz_release=row["timezones"],
    )
