"""How programs are started, given up and stopped; the programs are a few lines of Python each, the processes real."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from vigie_local import run
from vigie_local.errors import StackError
from vigie_local.home import Home
from vigie_local.programs import Command
from vigie_local.run import Phase
from vigie_local.supervisor import Supervisor

COUNTS_ITS_STARTS = "open('starts', 'a').write('x')\n"
SERVES = """\
import signal, sys, time
def stop(*_):
    open('stopped', 'a').write(NAME + ' ')
    sys.exit()
signal.signal(signal.SIGTERM, stop)
open(NAME + '.ready', 'w').close()
time.sleep(60)
"""


@dataclass(frozen=True)
class Script:
    """A program that is ready once it has made the file NAME.ready."""

    name: str
    text: str
    folder: Path

    def prepare(self, say: Callable[[str], None]) -> None:
        say(f"preparing {self.name}")

    def command(self) -> Command:
        text = f"import os\nos.chdir({str(self.folder)!r})\nNAME = {self.name!r}\n{self.text}"
        return Command(argv=(sys.executable, "-c", text))

    def is_ready(self) -> bool:
        return (self.folder / f"{self.name}.ready").exists()


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    home = Home(tmp_path / ".vigie")
    home.create()
    supervisor = Supervisor(home, lambda _step: None)
    yield supervisor
    supervisor.stop()


def test_a_program_is_started_and_recorded(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start([Script("intake", SERVES, tmp_path)])

    recorded = run.read(supervisor.home)
    assert recorded is not None
    assert [(one.child.name, one.child.find() is not None) for one in recorded.programs] == [("intake", True)]


def test_a_program_that_was_told_something_wrong_ends_the_start_at_once(supervisor: Supervisor, tmp_path: Path) -> None:
    refuses = COUNTS_ITS_STARTS + "import sys; print('policies/ocm/1.yaml:3: no such calendar'); sys.exit(2)"

    with pytest.raises(StackError, match=r"^intake did not start: policies/ocm/1\.yaml:3: no such calendar$"):
        supervisor.start([Script("intake", refuses, tmp_path)])

    assert (tmp_path / "starts").read_text() == "x"


def test_a_program_that_dies_at_its_first_start_gets_another(supervisor: Supervisor, tmp_path: Path) -> None:
    stumbles = "import sys\nif not os.path.exists('starts'):\n    open('starts', 'w').close()\n    sys.exit(1)\n"

    supervisor.start([Script("intake", stumbles + SERVES, tmp_path)])

    assert [(slot.ready, slot.restarts) for slot in supervisor.slots] == [(True, 1)]


def test_a_program_that_dies_three_times_while_it_starts_is_given_up(supervisor: Supervisor, tmp_path: Path) -> None:
    dies = COUNTS_ITS_STARTS + "raise SystemExit('no broker')"

    with pytest.raises(StackError, match=r"^intake did not start: no broker$"):
        supervisor.start([Script("intake", dies, tmp_path)])

    assert (tmp_path / "starts").read_text() == "xxx"


def test_services_have_ended_before_the_servers_are_stopped(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start([Script("kafka", SERVES, tmp_path)])
    supervisor.start([Script("intake", SERVES, tmp_path)])

    supervisor.stop()

    assert (tmp_path / "stopped").read_text() == "intake kafka "


def test_what_a_killed_supervisor_left_is_stopped_by_the_next(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start([Script("kafka", SERVES, tmp_path)])
    left = supervisor.slots[0].child

    Supervisor(supervisor.home, lambda _step: None).clear_leftovers()

    assert left.find() is None


def test_nobody_else_reads_the_passwords_of_a_run(supervisor: Supervisor) -> None:
    supervisor.clear_leftovers()
    assert supervisor.home.run.stat().st_mode & 0o777 == 0o600


def test_a_failed_start_leaves_its_reason(supervisor: Supervisor) -> None:
    supervisor.fail("Port 8080 is taken.")
    left = run.read(supervisor.home)
    assert left is not None
    assert (left.phase, left.error) == (Phase.FAILED, "Port 8080 is taken.")
