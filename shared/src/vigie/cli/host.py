"""One command line made of many packages.

A package brings commands by registering a typer app under the entry point group ``vigie.commands``, once for each word
that may follow ``vigie``. An app with a name becomes a group (``vigie policy …``); one without has its commands put at
the top (``vigie up``). So no package imports another, a deployment that leaves one out loses only its commands, and
``vigie status`` need not wait for the libraries of ``vigie demo``.
"""

from __future__ import annotations

import os
import sys
from importlib.metadata import entry_points

import typer

GROUP = "vigie.commands"

DESCRIPTION = """Vigie: the support desk whose promises keep themselves.

[bold]vigie up[/bold] starts everything on this machine;
[bold]vigie policy show DESK[/bold] prints what a desk promises.
"""


def compose(word: str = "") -> typer.Typer:
    """The command, with what ``word`` needs; with everything, where no package has registered that word."""
    root = typer.Typer(name="vigie", no_args_is_help=True, rich_markup_mode="rich", add_completion=False)
    root.callback(help=DESCRIPTION)(_a_group)
    entries = entry_points(group=GROUP)
    chosen = [entry for entry in entries if entry.name == word] or sorted(entries, key=lambda entry: entry.name)
    for app in dict.fromkeys(entry.load() for entry in chosen):
        add(root, app)
    return root


def _a_group() -> None:
    """A typer app with a callback stays a group of commands even where it has only one."""


def add(root: typer.Typer, app: typer.Typer) -> None:
    """Put ``app`` into ``root``: as a group if it has a name, else command by command."""
    if isinstance(app.info.name, str):
        root.add_typer(app)
    else:
        root.registered_commands.extend(app.registered_commands)


def main() -> None:
    """Run the command. What goes wrong outside our power is one sentence and exit code 1, unless VIGIE_DEBUG is set."""
    if sys.version_info < (3, 11):  # noqa: UP036 — a person can run this with whatever Python the shell finds
        sys.exit("vigie needs Python 3.11 or later; this is " + sys.version.split()[0])
    try:
        compose(next(iter(sys.argv[1:]), ""))()
    except (OSError, RuntimeError) as error:
        if os.environ.get("VIGIE_DEBUG"):
            raise
        sys.exit(f"vigie: {sentence(error)}")


def sentence(error: Exception) -> str:
    """What to tell a person: the system's own words, with the file where there is one."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error) or type(error).__name__
