"""PostgreSQL itself: reachable, of a version that serves, safe against a power cut, with the machine's time."""

from __future__ import annotations

import time

import asyncpg

from vigie.io.database import LIMITS, connect
from vigie.io.doctor.findings import Finding, fail, ok, sentence, warn
from vigie.io.errors import DATABASE_ERRORS
from vigie.io.migrations import Place
from vigie.io.queries import queries

OLDEST, NEWEST = 15, 18
SKEW_WARNS, SKEW_FAILS = 1.0, 30.0
"""Seconds. Domain time is the services' machine's; the database's is used for what has waited."""
LEFT_FREE = 0.2
"""Of the connections that the server allows."""
LOCKS = 64
"""PostgreSQL's own default for max_locks_per_transaction; a batch locks up to 500 streams."""

START_POSTGRES = "start PostgreSQL, or correct DATABASE_URL; on this machine: vigie status, vigie logs postgres"


async def check_database(url: str) -> list[Finding]:
    """What there is to say of the server; one failure alone where it does not answer."""
    try:
        began = time.time()
        conn = await asyncpg.connect(url, timeout=5, command_timeout=5)
    except (ValueError, *DATABASE_ERRORS) as error:
        return [fail("PostgreSQL", f"does not answer: {sentence(error)}", START_POSTGRES)]
    try:
        began = time.time()
        [row] = await conn.fetch(queries("doctor")["server"])
        return judge_server(row, now=(began + time.time()) / 2)
    except DATABASE_ERRORS as error:
        return [fail("PostgreSQL", f"answered no question: {sentence(error)}", START_POSTGRES)]
    finally:
        await conn.close(timeout=2)


def judge_server(row: asyncpg.Record | dict[str, object], now: float) -> list[Finding]:
    """What the server's own figures mean; ``now`` is the machine's clock when they were read."""
    return [_version(row), _durability(row), _skew(float(str(row["now"])) - now), _room(row)]


def _version(row: asyncpg.Record | dict[str, object]) -> Finding:
    name, major, seen = "PostgreSQL", int(str(row["version"])) // 10_000, f"answers, version {row['version_text']}"
    if row["in_recovery"]:
        return fail(name, f"{seen}, but takes no writes: it is a standby", "point DATABASE_URL at the primary")
    if major < OLDEST:
        return fail(name, seen, f"upgrade to PostgreSQL {OLDEST} to {NEWEST}")
    if major > NEWEST:
        return warn(name, seen, f"Vigie is tested on {OLDEST} to {NEWEST}: try it elsewhere first")
    return ok(name, seen)


def _durability(row: asyncpg.Record | dict[str, object]) -> Finding:
    name = "durability"
    off = [setting for setting in ("fsync", "full_page_writes") if not row[setting]]
    if off:
        todo = f"alter system set {off[0]} = on; select pg_reload_conf()"
        return fail(name, f"{' and '.join(off)} off: a power cut loses what was answered with 201", todo)
    if row["synchronous_commit"] == "off":
        todo = "alter system reset synchronous_commit; select pg_reload_conf()"
        return fail(name, "synchronous_commit is off: a crash loses what was answered with 201", todo)
    return ok(name, f"fsync on, synchronous_commit {row['synchronous_commit']}")


def _skew(seconds: float) -> Finding:
    name = "clocks"
    seen = f"the database's clock is {abs(seconds):.1f} s {'ahead of' if seconds > 0 else 'behind'} this machine's"
    if abs(seconds) >= SKEW_FAILS:
        return fail(name, seen, "set both clocks by NTP: timedatectl status")
    if abs(seconds) >= SKEW_WARNS:
        return warn(name, seen, "set both clocks by NTP: timedatectl status")
    return ok(name, f"database and machine differ by {abs(seconds) * 1000:.0f} ms")


def _room(row: asyncpg.Record | dict[str, object]) -> Finding:
    name, connected, allowed = "connections", int(str(row["connected"])), int(str(row["allowed"]))
    seen = f"{connected} of {allowed} in use"
    if connected > allowed * (1 - LEFT_FREE):
        return warn(name, seen, "raise max_connections: each replica takes up to 12")
    if int(str(row["locks"])) < LOCKS:
        return warn(name, f"max_locks_per_transaction is {row['locks']}", f"set it to {LOCKS} or more, and restart")
    return ok(name, seen)


async def check_limits(url: str, service: str) -> Finding:
    """Whether the limits that every connection asks for arrive: a pooler in between may drop them."""
    name = "time limits"
    conn = await connect(url, Place.of(service), application="vigie-doctor", answer_within=5)
    try:
        wanted = {key: LIMITS[key] for key in ("lock_timeout", "idle_in_transaction_session_timeout")}
        got = {key: await conn.fetchval(f"show {key}") for key in wanted}
    finally:
        await conn.close(timeout=2)
    if got != wanted:
        lost = ", ".join(f"{key} is {value}" for key, value in got.items() if value != wanted[key])
        return fail(name, f"{lost}: a stopped process would hold its tickets", "connect without a transaction pooler")
    return ok(name, "locks, idle transactions and statements are cut off by the server")
