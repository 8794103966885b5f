"""``vigie intake rebuild``: the view made again while intake works."""

from __future__ import annotations

from typing import Annotated

import typer
from aiokafka.errors import KafkaError

from vigie.io.database import connect, run_command
from vigie.io.migrations import Place
from vigie.io.pins import kept
from vigie.io.retelling import read_topics
from vigie.io.settings import Settings, WrongSettings, read_settings
from vigie_intake.adapters.directory.projection import rebuild as rebuild_directory
from vigie_intake.adapters.others import TOPICS
from vigie_intake.adapters.rebuild import Forgotten, Rebuilt, rebuild
from vigie_intake.core import SERVICE


def rebuild_(
    desk: Annotated[
        str | None, typer.Option(help="Only the tickets of this desk; none: all, and the directory.")
    ] = None,
) -> None:
    """Make what the API reads again, from the store and the topics, without stopping the desk.

    Asks DATABASE_URL and VIGIE_KAFKA, as the service does. Refused, before anything is touched, where the topics have
    forgotten what the view shows: `vigie SERVICE republish` first.
    """
    try:
        settings = read_settings(Settings)
    except WrongSettings as error:
        raise RuntimeError(str(error)) from error
    try:
        made = run_command(_rebuild(settings, desk))
    except (Forgotten, KafkaError) as error:
        raise RuntimeError(str(error)) from error
    typer.echo(f"{made.tickets} tickets, calls and requests made again; {made.heard} events of other services heard")


async def _rebuild(settings: Settings, desk: str | None) -> Rebuilt:
    connection = await connect(settings.database_url, Place.of(SERVICE), application="vigie intake rebuild")
    try:
        await connection.execute(
            "set statement_timeout = '10min'"
        )  # it looks at every ticket, and holds none meanwhile
        policies = await kept(connection)
        if desk is not None and desk not in policies.desks():
            raise RuntimeError(f"there is no desk {desk!r} among {', '.join(policies.desks())}")
        told = read_topics(settings, TOPICS, "vigie-intake-rebuild")
        made = await rebuild(connection, told, policies, desk=desk)
        if desk is None:
            await rebuild_directory(connection)
        return made
    finally:
        await connection.close()
