"""Child processes, and how to be sure that a process found later is still the one that was started.

A pid alone says nothing: after a crash the number may belong to somebody else's program. A process is ours only if
its pid, its start time and its command line are all the recorded ones; anything else is never signalled.
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import psutil
from pydantic import BaseModel, ConfigDict

from vigie_local.errors import StackError

SAME_START = 2.0
"""Seconds two readings of one process's start time may differ: the kernel derives it from the adjusted wall clock."""


class Found(Protocol):
    """What is asked of a process that runs now; psutil.Process is one."""

    def create_time(self) -> float: ...
    def cmdline(self) -> list[str]: ...


class Child(BaseModel):
    """A process as it was recorded when it was started. `started` is in seconds since 1970."""

    model_config = ConfigDict(frozen=True)

    name: str
    pid: int
    started: float
    argv: tuple[str, ...]
    stop: int = int(signal.SIGTERM)
    """The signal that asks this program to stop in an orderly way."""

    def is_the_same_as(self, found: Found) -> bool:
        """Whether the process that has the pid now is this one."""
        try:
            return abs(found.create_time() - self.started) <= SAME_START and tuple(found.cmdline()) == self.argv
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return False

    def find(self) -> psutil.Process | None:
        """The running process, if it still is this one."""
        try:
            process = psutil.Process(self.pid)
        except psutil.NoSuchProcess:
            return None
        return process if self.is_the_same_as(process) else None


def start(
    name: str,
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    log: Path,
    stop: signal.Signals = signal.SIGTERM,
    account: str | None = None,
) -> tuple[Child, subprocess.Popen[bytes]]:
    """Start `argv` in a session of its own, its output appended to `log`, bound to this process's life where Linux is.

    It goes through guard.py, which takes on the account, asks the kernel for `stop` at this process's death and then
    becomes `argv`: same pid, no window in which a crash could leave it behind.
    """
    guard = [sys.executable, "-I", "-S", str(Path(__file__).with_name("guard.py")), str(int(stop)), account or "-"]
    with log.open("ab") as out:
        process = subprocess.Popen(  # noqa: S603 - our own programs
            [*guard, *argv], env=dict(env), stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
        )
    child = Child(
        name=name, pid=process.pid, started=psutil.Process(process.pid).create_time(), argv=tuple(argv), stop=int(stop)
    )
    _await_exec(child, process)
    return child, process


def _await_exec(child: Child, process: subprocess.Popen[bytes]) -> None:
    """Return once the guard has become the program (some 20 ms), so that what is recorded can be found again."""
    limit = time.monotonic() + 5
    while child.find() is None and process.poll() is None and time.monotonic() < limit:
        time.sleep(0.005)


def stop(children: Iterable[Child], *, within: float) -> None:
    """Ask each to stop, wait `within` seconds at most for all of them, then kill. What is not ours is left alone."""
    running = [(child, process) for child in children if (process := child.find())]
    for child, process in running:
        _signal(process, child.stop)
    _, alive = psutil.wait_procs([process for _, process in running], timeout=within)
    for process in alive:
        for one in (*process.children(recursive=True), process):
            _signal(one, signal.SIGKILL)
    psutil.wait_procs(alive, timeout=5)


def _signal(process: psutil.Process, number: int) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        try:
            process.send_signal(number)  # psutil compares pid and start time once more
        except psutil.AccessDenied:
            raise StackError(f"Process {process.pid} belongs to another user, who alone can stop it.") from None
