"""What one service keeps: its schema as this program knows it, what waits in it, and whether its record is whole."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import asyncpg

from vigie.contracts.topics import PARTITIONS
from vigie.io.clock import Clock
from vigie.io.database import connect
from vigie.io.doctor.findings import Finding, counted, fail, lasting, ok, sentence, warn
from vigie.io.errors import DATABASE_ERRORS
from vigie.io.hashing import Broken
from vigie.io.migrations import STORE, Place, read_migrations, store_sql
from vigie.io.queries import queries
from vigie.io.store import verify
from vigie.policy import Policies

STUCK_AFTER = 2.0
"""Seconds that the oldest row of an outbox is watched."""
PARKED_WARNS, PARKED_FAILS = 60.0, 3_600.0
"""Seconds that a stream may wait for what it builds on."""
OVERDUE_WARNS, OVERDUE_FAILS = 5.0, 60.0
"""Machine seconds after its instant at which a stream should have been woken: usually it takes hundredths of one."""


async def check_store(url: str, service: str, clock: Clock, policies: Policies | None) -> list[Finding]:
    """Everything that ``service``'s schema tells; ``policies``: those on disk, None where they cannot be read."""
    place = Place.of(service)
    missing = await _missing(url, place, service)
    if missing is not None:
        return [missing]
    conn = await connect(url, place, application="vigie-doctor", answer_within=20)
    try:
        book = {row["name"]: row["checksum"] for row in await conn.fetch(queries("doctor")["migrations"], STORE)}
        [rights] = await conn.fetch(queries("doctor")["rights"])
        findings = [judge_schema(service, book), judge_rights(service, dict(rights))]
        findings.append(await _outbox(conn, service))
        findings.append(judge_parked(service, await _rows(conn, "parked")))
        findings.append(judge_dead_letters(service, await _rows(conn, "dead_letters")))
        findings.append(await _overdue(conn, service, clock))
        findings.append(await _chains(conn, service))
        if policies is not None:
            kept = {(row["policy"], row["version"]): row["hash"] for row in await _rows(conn, "policies")}
            findings.append(judge_pins(service, policies, kept))
        return findings
    finally:
        await conn.close(timeout=2)


async def _missing(url: str, place: Place, service: str) -> Finding | None:
    conn = await asyncpg.connect(url, timeout=5, command_timeout=5)
    try:
        [row] = await conn.fetch(queries("doctor")["place"], place.schema, place.role)
    finally:
        await conn.close(timeout=2)
    check = f"schema of {service}"
    start = f"start {service} once with VIGIE_MIGRATE_URL naming the database's owner: it makes both"
    if not row["schema_is_there"] or not row["role_is_there"]:
        what = "schema" if not row["schema_is_there"] else "role"
        return fail(check, f"there is no {what} {place.schema}: {service} has never started here", start)
    if not row["may_be"]:
        return fail(check, f"this login may not act as {place.role}", f"as owner: grant {place.role} to <login>")
    return None


def judge_schema(service: str, book: Mapping[str, str]) -> Finding:
    """The store's migrations, as applied (name → checksum), against those of this program."""
    check = f"schema of {service}"
    known = {migration.name: migration.checksum for migration in read_migrations(store_sql())}
    if edited := sorted(name for name in known if name in book and book[name] != known[name]):
        return fail(check, f"{edited[0]} was applied with other contents", "install the release that applied it")
    if ahead := sorted(book.keys() - known.keys()):
        return fail(check, f"has {ahead[-1]}, which this version does not know", "upgrade this machine's Vigie")
    if behind := sorted(known.keys() - book.keys()):
        return warn(check, f"lacks {behind[0]}", f"restart {service}: it migrates when it starts")
    return ok(check, f"up to date ({len(known)} migrations)")


def judge_rights(service: str, rights: Mapping[str, bool]) -> Finding:
    """Whether the record is protected from the service itself."""
    check = f"rights of {service}"
    if can := [name.removeprefix("may_") for name, may in rights.items() if may]:
        role = Place.of(service).role
        todo = f"as owner: revoke update, delete on {role}.events from {role}"
        return fail(check, f"the role {role} may {' and '.join(can)} events", todo)
    return ok(check, "can add to its record and change nothing in it")


async def _outbox(conn: asyncpg.Connection, service: str) -> Finding:
    """Watched for some seconds: what waits long is not deep, and what is deep may be draining."""
    [before] = await conn.fetch(queries("doctor")["outbox"])
    if not before["depth"]:
        return ok(f"outbox of {service}", "empty")
    await asyncio.sleep(STUCK_AFTER)
    [after] = await conn.fetch(queries("doctor")["outbox"])
    return judge_outbox(service, after["depth"], stuck=after["oldest"] == before["oldest"])


def judge_outbox(service: str, depth: int, *, stuck: bool) -> Finding:
    """``stuck``: its oldest row has not gone while it was watched."""
    check = f"outbox of {service}"
    if stuck:
        seen = (
            f"{counted(depth, 'record')} waiting, none has gone in {STUCK_AFTER:g} s: nobody hears what {service} says"
        )
        return fail(check, seen, f"is Kafka up, and {service}? vigie logs {service}, and look for relay_failed")
    return ok(check, f"draining, {counted(depth, 'record')} left" if depth else "empty")


def judge_parked(service: str, rows: Sequence[Mapping[str, object]]) -> Finding:
    """``rows``: reason, streams, fork, seconds; the commonest reason first."""
    check = f"parked streams of {service}"
    if not rows:
        return ok(check, "none")
    oldest = max(float(str(row["seconds"])) for row in rows)
    reasons = _counted([(str(row["reason"]), int(str(row["streams"]))) for row in rows])
    seen = f"the oldest has waited {lasting(oldest)}: {reasons}"
    todo = f"vigie dlq list {service} --parked"
    if any(row["fork"] for row in rows):
        return fail(check, f"two histories of one stream: {reasons}", f"{todo}; drop the one that is wrong")
    if oldest >= PARKED_FAILS:
        return fail(check, seen, f"{todo}; if what is missing was lost: vigie <its service> republish")
    return warn(check, seen, todo) if oldest >= PARKED_WARNS else ok(check, seen)


def judge_dead_letters(service: str, rows: Sequence[Mapping[str, object]]) -> Finding:
    """``rows``: reason, letters; the commonest reason first."""
    check = f"dead letters of {service}"
    if not rows:
        return ok(check, "none")
    seen = _counted([(str(row["reason"]), int(str(row["letters"]))) for row in rows])
    return warn(check, seen, f"vigie dlq list {service}, then vigie dlq replay {service} ID, or drop")


async def _overdue(conn: asyncpg.Connection, service: str, clock: Clock) -> Finding:
    now = clock.now()
    [(count, oldest)] = await conn.fetch(queries("wakeups")["overdue"], list(range(PARTITIONS)), now)
    return judge_overdue(service, count, clock.machine_seconds(now - oldest) if oldest else 0.0, oldest)


def judge_overdue(service: str, count: int, seconds: float, oldest: datetime | None) -> Finding:
    """``count`` streams wait for an instant that has come, the first, ``oldest``, ``seconds`` ago."""
    check = f"wake-ups of {service}"
    if seconds < OVERDUE_WARNS or oldest is None:
        return ok(check, f"{count} due at this moment" if count else "nothing is overdue")
    seen = f"{counted(count, 'stream')} overdue, the first by {lasting(seconds)} (due {oldest:%Y-%m-%d %H:%M:%S} UTC)"
    todo = f"start {service} if it is not alive; else vigie logs {service}, and vigie dlq list {service} --parked"
    return fail(check, seen, todo) if seconds >= OVERDUE_FAILS else warn(check, seen, todo)


async def _chains(conn: asyncpg.Connection, service: str) -> Finding:
    streams = [row["stream"] for row in await conn.fetch(queries("doctor")["sample"])]
    for stream in streams:
        if broken := await verify(conn, stream):
            return judge_chain(service, broken)
    return ok(f"record of {service}", f"the hashes of {len(streams)} streams, chosen by chance, hold")


def judge_chain(service: str, broken: Broken) -> Finding:
    """A stream that is not what was written."""
    seen = f"{broken.stream} version {broken.version} {broken.problem}"
    todo = "somebody changed it as the database's owner: change that password, compare with a backup"
    return fail(f"record of {service}", seen, todo)


async def _rows(conn: asyncpg.Connection, query: str) -> list[dict[str, Any]]:
    return [dict(row) for row in await conn.fetch(queries("doctor")[query])]


def judge_pins(service: str, policies: Policies, kept: Mapping[tuple[str, int], str]) -> Finding:
    """``policies``: those on disk; ``kept``: the hashes of those that decide."""
    check = f"policies of {service}"
    for one in policies.all():
        name = f"{one.id}/{one.version}.yaml"
        pin = kept.get((one.id, one.version))
        if pin is not None and pin != one.hash:
            todo = f"put {name} back as it was, and what is new into another version; else {service} cannot start again"
            return fail(check, f"{name} was edited after its first load: the earlier one decides", todo)
        if pin is None:
            return warn(check, f"{name} is on disk, but {service} has not loaded it", f"restart {service}")
    return ok(check, f"{len(kept)} versions decide, as they were when first loaded")


def _counted(reasons: Sequence[tuple[str, int]]) -> str:
    shown = "; ".join(f"{count} × {reason[:120]}" for reason, count in reasons[:3])
    return shown + (f"; and {len(reasons) - 3} other reasons" if len(reasons) > 3 else "")


async def looked_at(url: str, service: str, clock: Clock, policies: Policies | None) -> list[Finding]:
    """:func:`check_store`; what goes wrong while looking is a finding too."""
    try:
        return await check_store(url, service, clock, policies)
    except DATABASE_ERRORS as error:
        todo = f"vigie logs {service}, and the database's own log"
        return [fail(f"schema of {service}", f"could not be read: {sentence(error)}", todo)]
