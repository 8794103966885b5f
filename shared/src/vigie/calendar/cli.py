"""`vigie calendar`: checks calendars against cases that people wrote."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from vigie.calendar.cases import BadCases, Outcome, run_file
from vigie.lined_yaml import BadFile

app = typer.Typer(name="calendar", help="Opening hours and the deadlines that follow from them.", no_args_is_help=True)


@app.callback()
def calendar() -> None:
    """Opening hours and the deadlines that follow from them."""


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="case files, JSON or YAML")],
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object instead of lines")] = False,
) -> None:
    """Run calendar cases: exit 0 when all pass, 1 when one fails, 2 when a file cannot be read."""
    outcomes: list[Outcome] = []
    problems: list[BadFile] = []
    for file in files:
        try:
            outcomes += run_file(file)
        except BadCases as e:
            problems += e.problems
    if as_json:
        typer.echo(json.dumps(_as_json(outcomes, problems), ensure_ascii=False, indent=1))
    else:
        _print(outcomes, problems)
    raise typer.Exit(2 if problems else 0 if all(outcome.passed for outcome in outcomes) else 1)


def _print(outcomes: list[Outcome], problems: list[BadFile]) -> None:
    for problem in problems:
        typer.echo(str(problem), err=True)
    for outcome in outcomes:
        for difference in outcome.differences:
            typer.echo(f"{outcome.path}:{outcome.line}: {outcome.id}: {difference.field}")
            typer.echo(f"  expected {difference.expected}\n  came     {difference.came}")
    passed = sum(outcome.passed for outcome in outcomes)
    typer.echo(f"{passed} passed, {len(outcomes) - passed} failed")


def _as_json(outcomes: list[Outcome], problems: list[BadFile]) -> dict[str, Any]:
    passed = sum(outcome.passed for outcome in outcomes)
    return {
        "passed": passed,
        "failed": len(outcomes) - passed,
        "cases": [{**asdict(outcome), "passed": outcome.passed} for outcome in outcomes],
        "errors": [{"file": p.path, "line": p.line, "field": p.field, "reason": p.reason} for p in problems],
    }
