"""``vigie intake sweep-attachments``: stored contents that belong to no ticket."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import typer

from vigie.io.database import connect, run_command
from vigie.io.errors import Transient
from vigie.io.migrations import Place
from vigie_intake.adapters.attachments import sweep
from vigie_intake.adapters.objects import Objects, WrongStore, open_objects
from vigie_intake.core import SERVICE

LEAST_HOURS: Final = 1.0
"""Far more than an upload may take: whatever is younger may be named by an event in a moment."""

Store = Annotated[str, typer.Option("--attachments", envvar="VIGIE_ATTACHMENTS", help="file:///folder or s3://bucket")]
Hours = Annotated[float, typer.Option("--older-than", min=LEAST_HOURS, help="Hours (of machine time).")]


def sweep_attachments(
    database: Annotated[str, typer.Option("--database", envvar="DATABASE_URL", help="postgresql://…")],
    attachments: Store,
    older_than: Hours = 24.0,
) -> None:
    """Delete what uploads that never became an attachment left behind. Safe while intake works."""
    try:
        objects = open_objects(attachments)
    except WrongStore as wrong:
        raise typer.BadParameter(str(wrong), param_hint="--attachments") from wrong
    before = datetime.fromtimestamp(time.time(), UTC) - timedelta(hours=older_than)
    try:
        swept = run_command(_sweep(database, objects, before))
    except Transient as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{swept} swept")


async def _sweep(database: str, objects: Objects, before: datetime) -> int:
    connection = await connect(database, Place.of(SERVICE), application="vigie intake sweep-attachments")
    try:
        return await sweep(connection, objects, before)
    finally:
        await connection.close()
