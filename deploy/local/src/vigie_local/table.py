"""How a run is shown: one JSON object for programs, tables for people."""

from __future__ import annotations

import time
from typing import Any

import psutil
from rich.console import Console, RenderableType
from rich.live import Live
from rich.table import Table

from vigie_local import lock
from vigie_local import run as run_file
from vigie_local.figures import figures_table, with_words
from vigie_local.home import Home
from vigie_local.look import figures_of, judge_run
from vigie_local.run import Run, Running

LABELS = {
    "api": "API",
    "token": "token",
    "mailbox": "mailbox",
    "database": "PostgreSQL",
    "kafka": "Kafka",
    "smtp": "SMTP",
    "imap": "IMAP",
}


def addresses_as_json(run: Run) -> dict[str, Any]:
    """What `up --json` prints: the addresses, the token, and the pid of every process by name."""
    where = run.addresses.model_dump() if run.addresses else {}
    pids = {"supervisor": run.supervisor.pid} | {one.child.name: one.child.pid for one in run.programs}
    return {**where, "processes": pids}


def show_addresses(run: Run) -> None:
    """Where everything is, for a person: on stdout, one a line, so that it can be copied."""
    where = run.addresses.model_dump() if run.addresses else {}
    out = Console(highlight=False)
    for key, label in LABELS.items():
        if where.get(key):
            out.print(f"{label:<12}{where[key]}", markup=False, soft_wrap=True)


def status_as_json(home: Home, run: Run) -> dict[str, Any]:
    """What `status --json` prints: what `up --json` does, and each service's figures (null: no answer), by the names
    that heartbeats use, and what is wrong."""
    figures = figures_of(home, run)
    return {
        "up": True,
        "phase": run.phase,
        **addresses_as_json(run),
        "figures": {service: beat.figures if beat else None for service, beat in figures.items()},
        "wrong": [finding._asdict() for finding in judge_run(run, figures)],
    }


def status_table(home: Home, *, watch: bool) -> None:
    """Print processes, figures and addresses; with `watch` all but the addresses again every second, until Ctrl-C or
    the end of the run."""
    out = Console(highlight=False)
    if run := run_file.read(home):
        show_addresses(run)
        if not watch:
            out.print(_picture(home, run))
            return
        with Live(_picture(home, run), console=out, auto_refresh=False) as live:
            while lock.is_held(home) and (now := run_file.read(home)):
                live.update(_picture(home, now), refresh=True)
                time.sleep(1)


def _picture(home: Home, run: Run) -> RenderableType:
    figures = figures_of(home, run)
    tables = (_table(run), figures_table(figures)) if figures else (_table(run),)
    return with_words(*tables, wrong=judge_run(run, figures))


def _table(run: Run) -> Table:
    table = Table(
        "process", "pid", "state", "for", "memory", "restarts", title=f"Vigie is {run.phase}", title_justify="left"
    )
    for one in (Running(child=run.supervisor, ready=True), *run.programs):
        state, lasting, memory = _look_at(one)
        table.add_row(one.child.name, str(one.child.pid), state, lasting, memory, str(one.restarts))
    return table


def _look_at(one: Running) -> tuple[str, str, str]:
    if (process := one.child.find()) is None:
        return "[red]down[/red]", "", ""
    try:
        resident = sum(each.memory_info().rss for each in (process, *process.children(recursive=True)))
    except psutil.Error:
        return "[red]down[/red]", "", ""
    if one.child.name == "supervisor":
        resident = process.memory_info().rss
    seconds = int(time.time() - one.child.started)
    lasting = f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return "[green]ready[/green]" if one.ready else "[yellow]starting[/yellow]", lasting, f"{resident // 1_000_000} MB"
