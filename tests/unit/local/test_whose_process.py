"""A process is signalled only if it is the one that was started, not whatever has its number now."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import psutil
import pytest

from vigie_local import processes
from vigie_local.processes import Child

INTAKE = ("/venv/bin/python", "-m", "vigie_intake")
RECORDED = Child(name="intake", pid=4711, started=1000.0, argv=INTAKE)


@dataclass
class Found:
    """The process that has the pid now."""

    started: float
    argv: tuple[str, ...]

    def create_time(self) -> float:
        return self.started

    def cmdline(self) -> list[str]:
        return list(self.argv)


class Hidden(Found):
    """Somebody else's process, where the system does not show those."""

    def cmdline(self) -> list[str]:
        raise psutil.AccessDenied(4711)


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield process
    process.kill()
    process.wait()


def test_the_recorded_process_is_recognised() -> None:
    assert RECORDED.is_the_same_as(Found(1000.0, INTAKE))


def test_a_wall_clock_adjusted_by_a_second_does_not_hide_our_process() -> None:
    assert RECORDED.is_the_same_as(Found(1001.0, INTAKE))


def test_a_later_process_with_the_same_pid_and_command_is_not_ours() -> None:
    assert not RECORDED.is_the_same_as(Found(1010.0, INTAKE))


def test_another_program_that_started_at_the_same_moment_is_not_ours() -> None:
    assert not RECORDED.is_the_same_as(Found(1000.0, ("/usr/bin/vim", "notes")))


def test_our_program_with_other_arguments_is_not_ours() -> None:
    assert not RECORDED.is_the_same_as(Found(1000.0, (*INTAKE, "--another")))


def test_a_process_that_may_not_be_looked_at_is_not_ours() -> None:
    assert not RECORDED.is_the_same_as(Hidden(1000.0, INTAKE))


def test_a_stranger_under_a_recorded_pid_is_left_running(stranger: subprocess.Popen[bytes]) -> None:
    processes.stop([Child(name="intake", pid=stranger.pid, started=1000.0, argv=INTAKE)], within=1)

    assert stranger.poll() is None


def test_our_own_process_is_stopped(stranger: subprocess.Popen[bytes]) -> None:
    now = psutil.Process(stranger.pid)
    own = Child(name="intake", pid=now.pid, started=now.create_time(), argv=tuple(now.cmdline()))

    processes.stop([own], within=5)

    assert own.find() is None
