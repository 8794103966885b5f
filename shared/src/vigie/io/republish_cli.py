"""``vigie <service> republish``: the same command for every service, which says what it publishes where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from vigie.io.database import connect, run_command
from vigie.io.migrations import Place
from vigie.io.retelling import republish


def add_republish(app: typer.Typer, service: str, topics: Mapping[str, str]) -> None:
    """Give ``app`` the command. ``topics`` are by category of streams."""

    @app.command("republish")
    def republish_(
        database: Annotated[str, typer.Option("--database", envvar="DATABASE_URL", help="postgresql://…")],
    ) -> None:
        """Publish every stored event again, for readers who start from nothing or were away longer than topics keep.

        The running service sends them. Whoever has them already drops them; nothing is mailed a second time.
        """
        typer.echo(f"{run_command(_republish(database, service, topics))} events will be published again")


def service_app(service: str, help_: str) -> typer.Typer:
    """A group of commands named after ``service``, which stays one even with a single command."""
    app = typer.Typer(name=service, help=help_, no_args_is_help=True)
    app.callback(help=help_)(lambda: None)
    return app


async def _republish(database: str, service: str, topics: Mapping[str, str]) -> int:
    connection = await connect(database, Place.of(service), application=f"vigie {service} republish")
    try:
        return await republish(connection, service, topics)
    finally:
        await connection.close()
