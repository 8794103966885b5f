"""The ``vigie`` command: a thin host for the commands that each package brings."""

from vigie.cli.host import main

__all__ = ["main"]
