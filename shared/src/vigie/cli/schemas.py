"""``vigie schemas``: the contracts as files, made from the code and never edited by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from vigie.documents import asyncapi, incompatibilities, schemas
from vigie.policy import policy_schema

app = typer.Typer(
    name="schemas", help="JSON Schemas of events and policies, and the AsyncAPI document.", no_args_is_help=True
)

FOLDER = Path("shared/schemas")
Folder = Annotated[Path, typer.Option("--folder", help="Where the files are kept.")]


def documents() -> dict[str, dict[str, Any]]:
    """Every document by file name."""
    return {
        "asyncapi.json": asyncapi(),
        "policy.schema.json": policy_schema(),
        **{f"{name}.json": schema for name, schema in schemas().items()},
    }


def rendered(document: dict[str, Any]) -> str:
    """The one spelling of a document: what `check` compares."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def broken_promises(folder: Path) -> list[str]:
    """How the code's schemas would break readers of those kept in ``folder``."""
    problems = []
    for name, new in schemas().items():
        kept = folder / f"{name}.json"
        if kept.exists():
            problems += [f"{kept}: {problem}" for problem in incompatibilities(json.loads(kept.read_text()), new)]
    return problems


@app.command()
def write(folder: Folder = FOLDER) -> None:
    """Write the documents. Refuses a change that would break a reader: give the event a new schema version instead."""
    if problems := broken_promises(folder):
        typer.echo("\n".join(problems), err=True)
        raise typer.Exit(1)
    folder.mkdir(parents=True, exist_ok=True)
    wanted = documents()
    for name, document in wanted.items():
        (folder / name).write_text(rendered(document))
    typer.echo(f"{len(wanted)} documents in {folder}")


@app.command()
def check(folder: Folder = FOLDER) -> None:
    """Say which documents are not what the code says; exit 1 if any."""
    stale = [name for name, document in documents().items() if not _is_current(folder / name, document)]
    for name in stale:
        typer.echo(f"{folder / name}: not what the code says; run `make schemas`", err=True)
    raise typer.Exit(1 if stale else 0)


def _is_current(path: Path, document: dict[str, Any]) -> bool:
    return path.exists() and path.read_text() == rendered(document)
