"""What goes on while a person waits: a spinner on a terminal, plain lines elsewhere; always on stderr."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from rich.console import Console

console = Console(stderr=True, highlight=False)

PATIENCE = 1.0
"""Seconds without a word after which the step is told, where there is no spinner."""


class Progress:
    """The step that is being done. `say` may be called from any thread."""

    def __init__(self) -> None:
        self._step = self._shown = ""
        self._begun = self._shown_at = time.monotonic()
        self.hidden = False

    def say(self, step: str) -> None:
        """Name the step that begins."""
        if step != self._step and self.hidden:
            console.print(f"… {step}", markup=False)
        self._step = step

    def line(self) -> str:
        """For the spinner: the step and how long everything has taken."""
        return f"{self._step} [dim]({time.monotonic() - self._begun:.0f} s)[/dim]"

    def overdue(self) -> str | None:
        """The step, if it has not been shown yet and nothing has been for a second."""
        if self._step == self._shown or time.monotonic() - self._shown_at < PATIENCE:
            return None
        self._shown, self._shown_at = self._step, time.monotonic()
        return self._step


@contextmanager
def shown(progress: Progress) -> Iterator[Callable[[], None]]:
    """Show it for the length of the block, or until what is yielded is called: then steps are plain lines."""
    ended = Event()
    show = Thread(target=_spin if console.is_terminal else _print, args=(progress, ended), daemon=True)
    show.start()

    def hide() -> None:
        ended.set()
        show.join()
        progress.hidden = True

    try:
        yield hide
    finally:
        hide()


def _spin(progress: Progress, ended: Event) -> None:
    with console.status("") as status:
        while not ended.wait(0.1):
            status.update(progress.line())


def _print(progress: Progress, ended: Event) -> None:
    while not ended.wait(0.1):
        if step := progress.overdue():
            console.print(f"… {step}", markup=False)
