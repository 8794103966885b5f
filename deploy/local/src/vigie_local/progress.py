"""What goes on while a person waits: a spinner on a terminal, plain lines elsewhere; always on stderr."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from rich.console import Console

console = Console(stderr=True, highlight=False)

PATIENCE = 1.0
"""Seconds after which an unchanged step is shown where there is no spinner."""


class Progress:
    """The step that is being done. `say` may be called from any thread."""

    def __init__(self) -> None:
        self._step = ""
        self._said_at = time.monotonic()
        self._shown = ""
        self._begun = time.monotonic()

    def say(self, step: str) -> None:
        """Name the step that begins."""
        if step != self._step:
            self._step, self._said_at = step, time.monotonic()

    def line(self) -> str:
        """For the spinner: the step and how long everything has taken."""
        return f"{self._step} [dim]({time.monotonic() - self._begun:.0f} s)[/dim]"

    def overdue(self) -> str | None:
        """A step that has taken longer than a second and was not shown yet."""
        if self._step == self._shown or time.monotonic() - self._said_at < PATIENCE:
            return None
        self._shown = self._step
        return self._step


@contextmanager
def shown(progress: Progress) -> Iterator[None]:
    """Show it for the length of the block."""
    ended = Event()
    show = Thread(target=_spin if console.is_terminal else _print, args=(progress, ended), daemon=True)
    show.start()
    try:
        yield
    finally:
        ended.set()
        show.join()


def _spin(progress: Progress, ended: Event) -> None:
    with console.status("") as status:
        while not ended.wait(0.1):
            status.update(progress.line())


def _print(progress: Progress, ended: Event) -> None:
    while not ended.wait(0.1):
        if step := progress.overdue():
            console.print(f"… {step}", markup=False)
