"""``vigie dlq …``: what an operator does about records that nobody could use, and about those that wait too long."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import asyncpg
import typer
from rich.console import Console
from rich.table import Table

from vigie.contracts.topics import SERVICES
from vigie.io.database import connect, run_command
from vigie.io.deadletters import DeadLetter, drop, drop_parked, find, listed, listed_parked, replay
from vigie.io.migrations import Place
from vigie.io.surroundings import database_here

app = typer.Typer(name="dlq", help="Dead letters: records that a service could not use.", no_args_is_help=True)

T = TypeVar("T")


def _known(service: str) -> str:
    if service not in SERVICES:
        raise typer.BadParameter(f"is none of {', '.join(SERVICES)}")
    return service


ServiceName = Annotated[str, typer.Argument(help=f"One of {', '.join(SERVICES)}.", callback=_known, metavar="SERVICE")]
Number = Annotated[int, typer.Argument(help="The id that `list` shows.")]
Database = Annotated[
    str,
    typer.Option(
        "--database",
        envvar="DATABASE_URL",
        help="postgresql://… Default: that of the stack that runs here.",
        default_factory=database_here,
        show_default=False,
    ),
]
Parked = Annotated[bool, typer.Option("--parked", help="Records that wait for another, instead of dead ones.")]


@app.command("list")
def list_(service: ServiceName, database: Database, parked: Parked = False) -> None:
    """List the oldest hundred, with why nobody could use them."""
    rows = _in_transaction(service, database, listed_parked if parked else listed)
    table = Table("id", "since", "stream", "from", "reason")
    for row in rows:
        since = row["parked_at" if parked else "died_at"]
        origin = f"{row['topic']}/{row['partition']}@{row['offset']}"
        table.add_row(str(row["id"]), f"{since:%Y-%m-%d %H:%M:%S}", row["stream"] or "", origin, row["reason"])
    Console().print(table)


@app.command()
def show(service: ServiceName, number: Number, database: Database) -> None:
    """Print one as it came; bytes that are no text as \\xNN."""
    found = _in_transaction(service, database, lambda conn: find(conn, number))
    if found is None:
        _fail(f"there is no dead letter {number}")
    else:
        _print(*found)


@app.command("replay")
def replay_(service: ServiceName, number: Number, database: Database) -> None:
    """Put one on its topic again, now that the service can use it."""
    if not _in_transaction(service, database, lambda conn: replay(conn, number)):
        _fail(f"there is no dead letter {number}")


@app.command("drop")
def drop_(service: ServiceName, number: Number, database: Database, parked: Parked = False) -> None:
    """Give one up. A stream that waited for it goes on without it, within half a minute."""
    if not _in_transaction(service, database, lambda conn: (drop_parked if parked else drop)(conn, number)):
        _fail(f"there is no {'parked record' if parked else 'dead letter'} {number}")


def _in_transaction(service: str, database: str, act: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
    async def run() -> T:
        conn = await connect(database, Place.of(service), application="vigie-dlq")
        try:
            async with conn.transaction():
                return await act(conn)
        finally:
            await conn.close()

    return run_command(run())


def _print(letter: DeadLetter, consumer: str) -> None:
    record = letter.record
    for name, value in (
        ("reason", letter.reason),
        ("consumer", consumer),
        ("stream", letter.stream),
        ("from", f"{record.topic}/{record.partition}@{record.offset}"),
        ("key", _text(record.key)),
        *((f"header {name}", _text(value)) for name, value in record.headers),
        ("value", _text(record.value)),
    ):
        typer.echo(f"{name}: {value}")


def _text(value: bytes | None) -> str:
    """As one line; what a terminal might obey is escaped."""
    if value is None:
        return "null"
    text = value.decode("utf-8", "backslashreplace")
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def _fail(sentence: str) -> None:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)
