"""What the supervisor runs: the three servers and the four services have this shape."""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Command:
    """How a program is started. `env` is added to the supervisor's own; `account` is taken on when that is root's."""

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    stop: signal.Signals = signal.SIGTERM
    account: str | None = None


class Program(Protocol):
    """A program that is prepared, started and then asked whether it serves."""

    @property
    def name(self) -> str: ...

    def prepare(self, say: Callable[[str], None]) -> None:
        """Make what must exist before the first start; `say` shows what takes long. Raises StackError."""

    def command(self) -> Command: ...

    def is_ready(self) -> bool:
        """Whether it serves now, found out by using it; never raises for a program that does not answer yet."""
