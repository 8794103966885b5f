"""Schema changes: numbered SQL files, each applied once, in order, and never edited afterwards.

Several components share a service's schema: ``store``, which all services have, then the service's own. What was
applied is kept with a checksum: an edited file would mean that two installations of one version differ, so it is
refused. Migrations run as the owner; the service runs as a role that cannot change what it has written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple

import asyncpg

STORE = "store"
_FILE = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,50}")
_CREATE_ROLE = """
do $$ begin
    create role {name} nologin;
exception when duplicate_object or unique_violation then null; -- another database of this server has made it
end $$
"""
_CREATE_BOOK = """
create table if not exists {schema}.migrations (
    component  text        not null,
    number     integer     not null,
    name       text        not null,
    checksum   text        not null, -- sha256 of the file, hex
    applied_at timestamptz not null default now(),
    primary key (component, number)
)
"""


class EditedMigration(Exception):
    """A migration was changed after it had been applied. Write a new one instead."""

    def __init__(self, component: str, name: str) -> None:
        super().__init__(f"migration {component}/{name} was applied here with other contents; write a new one instead")


class MissingMigration(Exception):
    """The database is ahead of this program: it has a migration that is not among the files."""

    def __init__(self, component: str, name: str) -> None:
        super().__init__(f"the database has migration {component}/{name}, which this version of Vigie does not know")


class Migration(NamedTuple):
    """One numbered file."""

    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return sha256(self.sql.encode()).hexdigest()


class Place(NamedTuple):
    """Where a service keeps its own: a schema, and the roles that may use it. All are named after the service."""

    schema: str

    @classmethod
    def of(cls, service: str) -> Place:
        """``sla-timer`` → ``vigie_sla_timer``."""
        schema = f"vigie_{service.replace('-', '_')}"
        if not _NAME.fullmatch(schema):
            raise ValueError(f"{service!r} is no name for a service")
        return cls(schema)

    @property
    def role(self) -> str:
        """What the service runs as."""
        return self.schema

    @property
    def eraser(self) -> str:
        """The only role that may erase an event's personal part."""
        return f"{self.schema}_eraser"


def read_migrations(folder: Traversable) -> list[Migration]:
    """The numbered files of ``folder``, in order; other files are none of its business."""
    found = [
        Migration(int(match[1]), file.name, file.read_text(encoding="utf-8"))
        for file in folder.iterdir()
        if (match := _FILE.fullmatch(file.name))
    ]
    found.sort()
    if [one.number for one in found] != list(range(1, len(found) + 1)):
        raise ValueError(f"the migrations in {folder} are not numbered 1 to {len(found)}")
    return found


def store_sql() -> Traversable:
    """The folder of the store's own migrations."""
    return files("vigie.io") / "sql"


async def migrate(owner_dsn: str, place: Place, components: Mapping[str, Traversable] | None = None) -> list[str]:
    """Bring ``place`` up to date, in one transaction: the store first, then ``components`` in their order.

    Returns what was applied (``store/0001_store.sql``). Replicas that start together wait for each other. Raises
    EditedMigration or MissingMigration, and then nothing was changed.
    """
    wanted = {STORE: store_sql(), **(components or {})}
    migrations = {component: read_migrations(folder) for component, folder in wanted.items()}
    connection = await asyncpg.connect(owner_dsn, timeout=10, server_settings={"timezone": "UTC"})
    try:
        async with connection.transaction():
            return await _apply(connection, place, migrations)
    finally:
        await connection.close()


async def _apply(conn: asyncpg.Connection, place: Place, migrations: Mapping[str, list[Migration]]) -> list[str]:
    await conn.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"migrate {place.schema}")
    await _prepare(conn, place)
    book = {(row["component"], row["number"]): row for row in await conn.fetch("select * from migrations")}
    applied = []
    for component, known in migrations.items():
        _refuse_unknown(component, known, book)
        for migration in known:
            done = book.get((component, migration.number))
            if done is None:
                await conn.execute(migration.sql)
                await conn.execute(
                    "insert into migrations (component, number, name, checksum) values ($1, $2, $3, $4)",
                    *(component, migration.number, migration.name, migration.checksum),
                )
                applied.append(f"{component}/{migration.name}")
            elif done["checksum"] != migration.checksum:
                raise EditedMigration(component, migration.name)
    if applied:
        grants = (store_sql() / "grants.sql").read_text(encoding="utf-8")
        await conn.execute(grants.format(schema=place.schema, role=place.role, eraser=place.eraser))
    return applied


async def _prepare(conn: asyncpg.Connection, place: Place) -> None:
    """The schema, the roles and the book of what was applied; only what is missing, which may need more rights."""
    for role in (place.role, place.eraser):
        if not await conn.fetchval("select exists (select from pg_roles where rolname = $1)", role):
            await conn.execute(_CREATE_ROLE.format(name=role))
        if not await conn.fetchval("select pg_has_role($1, 'member')", role):
            await conn.execute(f"grant {role} to current_user")
    if not await conn.fetchval("select exists (select from pg_namespace where nspname = $1)", place.schema):
        await conn.execute(f"create schema {place.schema}")
    await conn.execute(f"set local search_path = {place.schema}")
    await conn.execute(_CREATE_BOOK.format(schema=place.schema))


def _refuse_unknown(component: str, known: list[Migration], book: Mapping[tuple[str, int], asyncpg.Record]) -> None:
    numbers = {migration.number for migration in known}
    for (of, number), row in book.items():
        if of == component and number not in numbers:
            raise MissingMigration(component, row["name"])
