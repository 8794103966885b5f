"""The stack that a story is played on: a data folder of its own, empty at the start, stopped at the end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from vigie.io.clock import ScaledClock, parse_clock
from vigie_local.demo.story import Story
from vigie_local.errors import StackError
from vigie_local.home import Home
from vigie_local.run import Addresses

FOLDER = ".vigie-demo"


@contextmanager
def stage(story: Story) -> Iterator[tuple[Addresses, ScaledClock]]:
    """Everything up, living by the story's clock, with no data from before; down again at the end of the block.

    A machine that was not ready when the story began is given half as long again as it took, once.
    """
    home = Home(Path.cwd() / FOLDER)
    if home.root.exists():
        _empty(home)
    try:
        began = datetime.now(UTC)
        addresses, clock = _up(home, story.clock)
        if clock.now() > story.first_after(clock.virtual):
            took = datetime.now(UTC) - began
            _empty(home)
            begins = datetime.now(UTC) + 1.5 * took
            addresses, clock = _up(home, f"{clock.virtual.isoformat()}@{begins.isoformat()} x{clock.speed:g}")
        yield addresses, clock
    finally:
        _vigie(home, "down")


def _up(home: Home, clock: str) -> tuple[Addresses, ScaledClock]:
    said = _vigie(home, "up", "--detach", "--json", "--clock", clock)
    return Addresses.model_validate(json.loads(said)), _clock(home)


def _empty(home: Home) -> None:
    _vigie(home, "down")
    _vigie(home, "reset", "--yes")


def _clock(home: Home) -> ScaledClock:
    clock = parse_clock(home.clock.read_text())
    if not isinstance(clock, ScaledClock):
        raise StackError("A story needs a clock of its own, like `2026-03-23T21:55:00+01:00 x100`.")
    return clock


def _vigie(home: Home, *arguments: str) -> str:
    """Run a command of ours on ``home``; its progress goes to our stderr. Raises StackError when it fails."""
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-m", "vigie_local", *arguments],
        env={**os.environ, "VIGIE_HOME": str(home.root)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise StackError(f"`vigie {' '.join(arguments)}` failed; its reason stands above.")
    return done.stdout
