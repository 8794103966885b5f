"""How a run is shown: one JSON object for programs, tables for people."""

from __future__ import annotations

import time
from typing import Any

import psutil
from rich.console import Console
from rich.live import Live
from rich.table import Table

from vigie_local import lock
from vigie_local import run as run_file
from vigie_local.home import Home
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


def status_table(home: Home, *, watch: bool) -> None:
    """Print the processes and addresses; with `watch` again every second, until Ctrl-C or the end of the run."""
    out = Console(highlight=False)
    if run := run_file.read(home):
        if not watch:
            out.print(_table(run))
            show_addresses(run)
            return
        with Live(_table(run), console=out, auto_refresh=False) as live:
            while lock.is_held(home) and (now := run_file.read(home)):
                live.update(_table(now), refresh=True)
                time.sleep(1)


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
