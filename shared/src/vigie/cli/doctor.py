"""``vigie doctor``: what is wrong with this deployment, and what to type next."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from vigie.io.doctor.examination import examine
from vigie.io.doctor.findings import Finding, Verdict
from vigie.io.surroundings import surroundings

app = typer.Typer(help="Look at a whole deployment.")

COLOURS: dict[Verdict, str] = {"ok": "green", "warn": "yellow", "fail": "bold red"}
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout, nothing else.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Only what is wrong.")]


@app.command()
def doctor(json_: Json = False, quiet: Quiet = False) -> None:
    """Check everything, change nothing, and say what to do. Exit code 1 when anything fails.

    Servers are those of DATABASE_URL, VIGIE_KAFKA and VIGIE_SMTP, else those of the stack that `vigie up` runs here.
    """
    findings = asyncio.run(examine(surroundings()))
    counts = Counter(finding.verdict for finding in findings)
    if json_:
        told = [finding._asdict() for finding in findings]
        typer.echo(json.dumps({"healthy": not counts["fail"], "findings": told}, ensure_ascii=False))
    else:
        show(Console(highlight=False), findings, quiet=quiet)
        typer.echo(f"{counts['ok']} ok, {counts['warn']} to look at, {counts['fail']} failed")
    raise typer.Exit(1 if counts["fail"] else 0)


def show(out: Console, findings: Sequence[Finding], *, quiet: bool = False) -> None:
    """A line each: the verdict in a word and a colour, what was seen, what to do. What is wrong comes last, where the
    eye is, the cause before what follows from it."""
    well = [one for one in findings if one.verdict == "ok" and not quiet]
    wrong = [one for one in findings if one.verdict != "ok"]
    width = max((len(one.check) for one in (*well, *wrong)), default=0)
    for one in (*well, *wrong):
        line = Text.assemble((f"{one.verdict:<5}", COLOURS[one.verdict]), f"{one.check:<{width}}  {one.seen}")
        if one.todo:
            line.append(f"  → {one.todo}", style="bold")
        out.print(line, soft_wrap=True)
