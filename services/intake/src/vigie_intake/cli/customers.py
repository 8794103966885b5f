"""``vigie customers …``: the directory, from files that people keep."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from vigie.contracts.text import Word
from vigie.io.clock import SYSTEM, Clock, UnreadableClock, parse_clock
from vigie.io.database import open_pool, run_command
from vigie.io.migrations import Place
from vigie.lined_yaml import BadFile
from vigie.policy import BadPolicy, Policies, load_policies
from vigie_intake.adapters.directory import open_directory
from vigie_intake.adapters.directory.csv_file import ENCODINGS
from vigie_intake.adapters.directory.importing import Report, read_file, record_all
from vigie_intake.adapters.directory.written import BadCustomers, Written
from vigie_intake.core import SERVICE

app = typer.Typer(name="customers", help="The directory: customers, contacts, contracts.", no_args_is_help=True)


PATIENCE = "10min"
"""Thousands of customers are decided while the transaction is open. Nobody but another import waits for it."""
_WORD = TypeAdapter[str](Word)


@app.callback()
def customers() -> None:
    """The directory: customers, contacts, contracts."""


def _short_name(text: str) -> str:
    try:
        return _WORD.validate_python(text)
    except ValidationError as error:
        raise typer.BadParameter(f"{text!r} is not a short name: letters, digits and _ . & / -") from error


def _readable_clock(text: str) -> str:
    try:
        parse_clock(text)
    except UnreadableClock as error:
        raise typer.BadParameter(str(error)) from error
    return text


def _known_encoding(text: str) -> str:
    if text not in ENCODINGS:
        raise typer.BadParameter(f"is none of {', '.join(ENCODINGS)}")
    return text


@dataclass(frozen=True, slots=True)
class _Result:
    """What is printed: either there are complaints, or there is a report."""

    complaints: list[BadFile]
    report: Report | None
    rehearsed: bool


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Customers in CSV or YAML.")],
    database: Annotated[str, typer.Option("--database", envvar="DATABASE_URL", help="postgresql://…")],
    policies: Annotated[
        Path, typer.Option(envvar="VIGIE_POLICIES", help="The folder with one folder per desk.")
    ] = Path("policies"),
    clock: Annotated[
        str, typer.Option(envvar="VIGIE_CLOCK", help="The deployment's clock.", callback=_readable_clock)
    ] = SYSTEM,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what it would come to.")] = False,
    encoding: Annotated[
        str, typer.Option(help=f"Of a CSV file: {', '.join(ENCODINGS)}.", callback=_known_encoding)
    ] = "utf-8",
    agent: Annotated[str, typer.Option("--as", help="Who does it, for the record.", callback=_short_name)] = "import",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of lines.")] = False,
) -> None:
    """Let every customer of FILE be as it says; those who are not in it stay as they are.

    All of it or, when anything is wrong, nothing. Exit 0 when it is done, 2 when the file cannot be used.
    """
    try:
        known = load_policies(policies)
        written = read_file(file, known, encoding)
    except BadPolicy as error:
        result = _Result(list(error.problems), None, dry_run)
    except BadCustomers as error:
        result = _Result(error.complaints, None, dry_run)
    else:
        report = run_command(_record(database, known, written, parse_clock(clock), agent, dry_run))
        result = _Result([], report, dry_run)
    if as_json:
        _print_json(result)
    else:
        _print(result)
    if result.report is None:
        raise typer.Exit(2)


async def _record(
    database: str, policies: Policies, written: list[Written], clock: Clock, agent: str, rehearse: bool
) -> Report:
    pool = await open_pool(database, Place.of(SERVICE), application="vigie customers import", size=1)
    try:
        for limit in ("idle_in_transaction_session_timeout", "statement_timeout"):
            await pool.execute(f"set {limit} = '{PATIENCE}'")  # its one connection keeps it
        directory = await open_directory(pool, policies, clock)
        return await record_all(directory, written, clock.now(), agent, rehearse=rehearse)
    finally:
        await pool.close()


def _print(result: _Result) -> None:
    for complaint in result.complaints:
        typer.echo(str(complaint), err=True)
    if result.report is None:
        count = len(result.complaints)
        typer.echo(f"nothing was imported: {count} {'complaint' if count == 1 else 'complaints'}", err=True)
        return
    for sign, names in (("+", result.report.new), ("~", result.report.changed)):
        for name in names:
            typer.echo(f"{sign} {name}")
    new, changed, unchanged = (len(names) for names in result.report)
    typer.echo(f"{new} new, {changed} changed, {unchanged} unchanged{' (nothing written)' if result.rehearsed else ''}")


def _print_json(result: _Result) -> None:
    complaints = [
        {"file": one.path, "line": one.line, "field": one.field, "reason": one.reason} for one in result.complaints
    ]
    report = result.report or Report((), (), ())
    said = {
        "imported": result.report is not None and not result.rehearsed,
        "new": report.new,
        "changed": report.changed,
        "unchanged": len(report.unchanged),
        "complaints": complaints,
    }
    typer.echo(json.dumps(said, ensure_ascii=False, indent=1))
