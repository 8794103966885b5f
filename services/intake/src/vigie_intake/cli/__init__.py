"""``vigie intake …``: what an operator does to intake by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import asyncpg
import typer
from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.table import Table

from vigie.contracts.text import Word
from vigie.contracts.topics import CUSTOMERS, TICKETS
from vigie.io.database import connect, run_command
from vigie.io.migrations import Place
from vigie.io.republish_cli import add_republish
from vigie_intake.adapters.tokens import ROLES, Principal, fresh_token, keep_token, list_tokens, revoke_tokens
from vigie_intake.cli.attachments import sweep_attachments
from vigie_intake.cli.rebuild import rebuild_
from vigie_intake.core import SERVICE

app = typer.Typer(name="intake", help="Intake: who may use the API.", no_args_is_help=True)
tokens = typer.Typer(name="token", help="Bearer tokens of the API.", no_args_is_help=True)
app.add_typer(tokens)
app.command("sweep-attachments")(sweep_attachments)
app.command("rebuild")(rebuild_)
add_republish(app, SERVICE, {"ticket": TICKETS, "customer": CUSTOMERS})

Database = Annotated[str, typer.Option("--database", envvar="DATABASE_URL", help="postgresql://…")]
_WORD = TypeAdapter[str](Word)


@tokens.command("create")
def create(
    principal: Annotated[str, typer.Argument(help="Whose it is: a person's or a channel's short name.")],
    database: Database,
    role: Annotated[str, typer.Option(help=f"One of {', '.join(ROLES)}.")] = "agent",
    desk: Annotated[list[str] | None, typer.Option(help="A desk it is for, as often as there are; none: all.")] = None,
) -> None:
    """Print a new token. It is shown this once; only its hash is kept."""
    token = fresh_token()
    holder = Principal(_name(principal), _role(role), frozenset(_name(one) for one in desk or ()))
    run_command(_keep(database, token, holder))
    typer.echo(token)


@tokens.command("list")
def show(database: Database) -> None:
    """Show whose tokens there are, the revoked ones too."""
    table = Table("id", "principal", "role", "desks", "created", "revoked")
    for row in run_command(_list(database)):
        revoked = "" if row["revoked_at"] is None else f"{row['revoked_at']:%Y-%m-%d %H:%M}"
        desks = " ".join(row["desks"]) or "all"
        table.add_row(row["id"], row["principal"], row["role"], desks, f"{row['created_at']:%Y-%m-%d %H:%M}", revoked)
    Console().print(table)


@tokens.command("revoke")
def revoke(
    whose: Annotated[str, typer.Argument(help="A principal, or the id of one token as `list` shows it.")],
    database: Database,
) -> None:
    """End tokens at once."""
    ended = run_command(_revoke(database, whose))
    typer.echo(f"{ended} revoked")
    if not ended:
        raise typer.Exit(1)


def _name(text: str) -> str:
    try:
        return _WORD.validate_python(text)
    except ValidationError as error:
        raise typer.BadParameter(f"{text!r} is not a short name: letters, digits and _ . & / -") from error


def _role(text: str) -> Any:
    if text not in ROLES:
        raise typer.BadParameter(f"{text!r} is none of {', '.join(ROLES)}")
    return text


@asynccontextmanager
async def _connected(database: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await connect(database, Place.of(SERVICE), application="vigie intake token")
    try:
        yield connection
    finally:
        await connection.close()


async def _keep(database: str, token: str, holder: Principal) -> None:
    async with _connected(database) as connection:
        await keep_token(connection, token, holder)


async def _list(database: str) -> list[asyncpg.Record]:
    async with _connected(database) as connection:
        return await list_tokens(connection)


async def _revoke(database: str, whose: str) -> int:
    async with _connected(database) as connection:
        return await revoke_tokens(connection, whose)
