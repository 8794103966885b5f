"""One command line made of many packages.

A package brings commands by registering a typer app under the entry point group ``vigie.commands``. An app
with ``info.name`` set becomes a group (``vigie policy …``); one without has its commands put at the top
(``vigie up``). So no package imports another, and a deployment that leaves one out loses only its commands.
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


def compose() -> typer.Typer:
    """The whole command, with every group that an installed package has registered, in the order of their names."""
    root = typer.Typer(
        name="vigie", help=DESCRIPTION, no_args_is_help=True, rich_markup_mode="rich", add_completion=False
    )
    for entry in sorted(entry_points(group=GROUP), key=lambda one: one.name):
        add(root, entry.load())
    return root


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
        compose()()
    except (OSError, RuntimeError) as error:
        if os.environ.get("VIGIE_DEBUG"):
            raise
        sys.exit(f"vigie: {sentence(error)}")


def sentence(error: Exception) -> str:
    """What to tell a person: the system's own words, with the file where there is one."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error) or type(error).__name__
