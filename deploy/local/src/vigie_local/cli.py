"""`vigie up | down | status | logs | reset`: the embedded stack's part of the command."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from errno import ENOSPC
from pathlib import Path
from typing import Annotated, NoReturn, ParamSpec

import typer

from vigie_local import lock, logs, processes, stack, supervisor
from vigie_local import run as run_file
from vigie_local.errors import StackError
from vigie_local.home import Home, find_home
from vigie_local.postgres import data_folder
from vigie_local.progress import Progress, console, shown
from vigie_local.run import Phase, Run
from vigie_local.table import addresses_as_json, show_addresses, status_as_json, status_table

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help="The embedded stack on this machine.")

CLOCK_HELP = "`system`, or `2026-03-23T21:55:00+01:00 x120`: from that instant on, 120 times as fast. Kept until reset."
LOGS_HELP = "intake, sla-timer, escalation, notifier, postgres, kafka, mail or supervisor"

P = ParamSpec("P")
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout, nothing else.")]


def one_sentence(command: Callable[P, None]) -> Callable[P, None]:
    """Say a StackError on stderr and exit with 1, instead of a traceback."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except StackError as error:
            _refuse(str(error))
        except OSError as error:
            if error.errno != ENOSPC:
                raise
            _refuse(f"The disk is full; {error.filename or 'a file'} could not be written.")

    return wrapped


def _refuse(sentence: str) -> NoReturn:
    console.print(sentence, style="red", markup=False, soft_wrap=True)
    raise typer.Exit(1)


@app.command()
@one_sentence
def up(
    detach: Annotated[bool, typer.Option("--detach", "-d", help="Return once everything is ready.")] = False,
    json_: Json = False,
    clock: Annotated[str | None, typer.Option(help=CLOCK_HELP)] = None,
    policies: Annotated[Path | None, typer.Option(help="Policy files.", file_okay=False, exists=True)] = None,
    services: Annotated[bool, typer.Option(help="Without the four services: only the servers.")] = True,
) -> None:
    """Start PostgreSQL, Kafka, a mail server and the four services; stop them all with Ctrl-C or `vigie down`."""
    home = find_home()
    home.create()
    wishes = stack.Wishes(clock, policies and policies.resolve(), services)
    _await_end_of_stopping(home)
    try:
        if lock.is_held(home):
            raise lock.AlreadyUpError  # the same answer as when the other is quicker by a moment
        if detach:
            _show(_detach(home, wishes), json_)
        else:
            _in_foreground(home, wishes, json_)
    except lock.AlreadyUpError:
        ready = _follow(home)
        console.print(f"Vigie is already up (process {ready.supervisor.pid}).")
        _show(ready, json_)


def _await_end_of_stopping(home: Home) -> None:
    while lock.is_held(home) and (now := run_file.read(home)) and now.phase is Phase.STOPPING:
        time.sleep(0.1)


def _in_foreground(home: Home, wishes: stack.Wishes, json_: bool) -> None:
    progress = Progress()
    with shown(progress) as hide:

        def on_ready() -> None:
            hide()
            if ready := run_file.read(home):
                _show(ready, json_)
            console.print("Ctrl-C stops everything.")

        stack.run(home, wishes, progress.say, on_ready)


def _detach(home: Home, wishes: stack.Wishes) -> Run:
    options = ["--services" if wishes.services else "--no-services"]
    options += ["--clock", wishes.clock] if wishes.clock else []
    options += ["--policies", str(wishes.policies)] if wishes.policies else []
    with home.log("supervisor").open("ab") as out:
        started = subprocess.Popen(  # noqa: S603 - ourselves
            supervisor.command(*options),
            env={**os.environ, "VIGIE_HOME": str(home.root)},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    return _follow(home, started)


def _follow(home: Home, started: subprocess.Popen[bytes] | None = None) -> Run:
    """Show a starting run's progress until it is ready. Raises StackError with its reason if it fails."""
    progress = Progress()
    with shown(progress):
        while True:
            ended = started.poll() is not None if started else not lock.is_held(home)
            now = run_file.read(home)
            mine = now is not None and (started is None or now.supervisor.pid == started.pid)
            if now and mine and now.phase is Phase.READY:
                return now
            if now and mine and now.phase is Phase.FAILED:
                raise StackError(now.error)
            if ended and started and lock.is_held(home):
                started = None  # two `up` at once: the other one was quicker
            elif ended:
                raise StackError(f"The supervisor ended: {logs.last_words(home, 'supervisor')}")
            if now and mine and now.doing:
                progress.say(now.doing)
            time.sleep(0.1)


def _show(ready: Run, json_: bool) -> None:
    if json_:
        typer.echo(json.dumps(addresses_as_json(ready)))
    else:
        show_addresses(ready)


@app.command()
@one_sentence
def down() -> None:
    """Stop everything that `up` started. The data stay; there is nothing to do when nothing runs."""
    home = find_home()
    progress = Progress()
    with shown(progress):
        _down(home, progress)
    console.print("Vigie is down.")


def _down(home: Home, progress: Progress) -> None:
    now = run_file.read(home)
    if lock.is_held(home):
        progress.say("stopping the services and servers")
        if now is None:
            raise StackError(f"The data folder {home.root} is held by a process that does not say which it is.")
        processes.stop([now.supervisor], within=60)
    if now is not None:
        processes.stop(now.children(), within=20)  # what a killed supervisor left
    home.run.unlink(missing_ok=True)


@app.command()
@one_sentence
def status(
    json_: Json = False,
    once: Annotated[bool, typer.Option("--once", help="Print it once, also in a terminal.")] = False,
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Refresh until Ctrl-C, also in a pipe.")] = False,
) -> None:
    """Show what runs, since when, where it listens, and how it is doing: live in a terminal, until Ctrl-C.

    Where no stack runs here but VIGIE_KAFKA names one, its heartbeats tell.
    """
    home = find_home()
    now = run_file.read(home)
    watch = watch or (sys.stdout.isatty() and not once)
    if now is None or not lock.is_held(home):
        if os.environ.get("VIGIE_KAFKA"):
            from vigie_local.elsewhere import show_elsewhere  # Kafka's libraries take longer than the rest together

            show_elsewhere(as_json=json_, watch=watch)
            return
        if json_:
            typer.echo(json.dumps({"up": False}))
        else:
            console.print("Vigie is not up; `vigie up` starts it.")
        raise typer.Exit(3)
    if json_:
        typer.echo(json.dumps(status_as_json(home, now)))
    else:
        with contextlib.suppress(KeyboardInterrupt):
            status_table(home, watch=watch)


@app.command(name="logs")
@one_sentence
def logs_(
    service: Annotated[str, typer.Argument(help=LOGS_HELP)],
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C.")] = False,
    lines: Annotated[int, typer.Option("-n", help="How many of the last lines.", min=0)] = 50,
) -> None:
    """Print the log of one service or server."""
    home = find_home()
    if not home.log(service).exists():
        known = ", ".join(sorted(log.stem for log in home.logs.glob("*.log"))) or "none yet"
        raise StackError(f"There is no log of {service!r}; logs there are: {known}.")
    for line in logs.tail(home, service, lines):
        typer.echo(line)
    if follow:
        for line in logs.follow(home, service):
            typer.echo(line)


@app.command()
@one_sentence
def reset(yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False) -> None:
    """Delete all data of this folder's stack: tickets, topics, mails, clock, token."""
    home = find_home()
    if lock.is_held(home):
        raise StackError("Vigie is up; `vigie down` first.")
    if not home.root.exists():
        console.print("There is nothing to delete.")
        return
    if not yes:
        typer.confirm(f"Delete everything in {home.root}?", abort=True, err=True)
    progress = Progress()
    _down(home, progress)
    if (elsewhere := data_folder(home).parent) != home.root:
        shutil.rmtree(elsewhere, ignore_errors=True)
    shutil.rmtree(home.root)
    console.print(f"Deleted {home.root}.", soft_wrap=True)
