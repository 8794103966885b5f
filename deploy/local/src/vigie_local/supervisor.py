"""The one process that starts the others, restarts what dies, and leaves nothing behind.

Everything it starts is in run.json before the next thing is started, so that after its own kill -9 the next `up` knows
what to clear away. It is a plain loop: five times a second it looks at its children and at whether it is asked to stop.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from types import FrameType

import psutil

from vigie_local import logs, processes, run
from vigie_local.errors import StackError
from vigie_local.home import Home
from vigie_local.processes import Child
from vigie_local.programs import Program
from vigie_local.run import Addresses, Phase, Run, Running

LOOK = 0.2
"""Seconds between two looks at the children."""
READY_WITHIN = 90.0
"""Seconds a program may take to be ready at the start of the run; Kafka on a slow disk needs a few dozen."""
TRIES = 3
"""How often a program may die while it starts, before the run is given up."""
NO_USE_TO_RETRY = 2
"""Exit code of a program that was told something wrong (a bad policy file, an unknown setting)."""
STEADY = 60.0
"""Seconds a program must have run for its earlier deaths to be forgotten."""
LONGEST_PAUSE = 30.0


def pause(deaths: int) -> float:
    """Seconds to wait before a program that died `deaths` times in a row is started again: 0.5, 1, 2 … 30."""
    return min(0.5 * 2.0 ** min(deaths - 1, 10), LONGEST_PAUSE)  # the inner limit: 2 ** 5000 is no float


class StopWanted(Exception):
    """SIGINT or SIGTERM came."""


@dataclass
class _Slot:
    """A program's place in the run: the child that runs now, or when the next one is due (machine time)."""

    program: Program
    child: Child
    process: subprocess.Popen[bytes]
    begun: float
    ready: bool = False
    deaths: int = 0
    restarts: int = 0
    due: float | None = None


@dataclass
class Supervisor:
    """Use it inside `lock.held`: `start` each group of programs, `announce`, `watch` until stopped, always `stop`."""

    home: Home
    say: Callable[[str], None]
    groups: list[list[_Slot]] = field(default_factory=list)
    phase: Phase = Phase.STARTING
    doing: str = ""
    addresses: Addresses | None = None
    _stop_wanted: bool = False

    @property
    def slots(self) -> list[_Slot]:
        """Every program of the run, in the order they were started."""
        return [slot for group in self.groups for slot in group]

    def obey_signals(self) -> None:
        """Take SIGINT and SIGTERM as the wish to stop, from now on."""

        def wanted(_number: int, _frame: FrameType | None) -> None:
            self._stop_wanted = True

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, wanted)

    def clear_leftovers(self) -> None:
        """Stop what a supervisor that was killed left running. Nothing else is touched."""
        if (left := run.read(self.home)) and any(child.find() for child in left.children()):
            self.say("clearing away what an earlier run left")
            processes.stop(left.children(), within=20)
        self._record()

    def tell(self, step: str) -> None:
        """Name what is being done, from any thread. It ends that thread's work when the run is to stop."""
        self._check_wish()
        self.doing = step
        self.say(step)

    def start(self, programs: Sequence[Program]) -> None:
        """Prepare, start and await these programs, all at the same time. Raises StackError, StopWanted."""
        with ThreadPoolExecutor(max(len(programs), 1)) as pool:
            preparing = [pool.submit(program.prepare, self.tell) for program in programs]
            while not all(one.done() for one in preparing):
                self._record()
                time.sleep(0.1)
            for one in preparing:
                one.result()
        group: list[_Slot] = []
        self.groups.append(group)
        for program in programs:
            group.append(self._launch(program))
            self._record()
        self._await(group)

    def announce(self, addresses: Addresses) -> None:
        """All is ready: from now on run.json says where."""
        self.addresses, self.phase = addresses, Phase.READY
        self._record()

    def watch(self) -> None:
        """Restart what dies, until a signal asks to stop."""
        while True:
            try:
                self._check_wish()
            except StopWanted:
                return
            with contextlib.suppress(OSError):  # a full disk: an old run.json is better than no services
                self._look()
                logs.rotate_large(self.home)
            time.sleep(LOOK)

    def stop(self) -> None:
        """Stop everything: the services, and when they have ended the servers."""
        self.phase = Phase.STOPPING
        with contextlib.suppress(OSError):
            self._record()
        for group in reversed(self.groups):
            self.say(f"stopping {', '.join(slot.program.name for slot in group)}")
            processes.stop([slot.child for slot in group], within=20)
            for slot in group:
                _reap(slot.process)
        self.home.run.unlink(missing_ok=True)

    def fail(self, error: str) -> None:
        """Leave the reason to whoever follows this run."""
        run.write(self.home, Run(supervisor=_myself(), phase=Phase.FAILED, error=error))

    def _launch(self, program: Program) -> _Slot:
        command = program.command()
        child, process = processes.start(
            program.name,
            command.argv,
            env={**os.environ, **command.env},
            log=self.home.log(program.name),
            stop=command.stop,
            account=command.account,
        )
        return _Slot(program, child, process, begun=time.monotonic())

    def _await(self, slots: list[_Slot]) -> None:
        limit = time.monotonic() + READY_WITHIN
        while waiting := [slot for slot in slots if not slot.ready]:
            names = ", ".join(slot.program.name for slot in waiting)
            self.tell(f"waiting for {names}")
            self._record()
            for slot in waiting:
                self._check_wish()
                self._look_at_start(slot)
                slot.ready = slot.process.poll() is None and slot.program.is_ready()
            if time.monotonic() > limit:
                first = waiting[0].program.name
                raise StackError(f"Not ready after {READY_WITHIN:.0f} s: {names}; see `vigie logs {first}`.")
            time.sleep(0.05)

    def _look_at_start(self, slot: _Slot) -> None:
        """A program that dies before it was ever ready gets two more tries, unless it says that they are no use."""
        if (code := slot.process.poll()) is None:
            return
        slot.deaths += 1
        if slot.deaths >= TRIES or code == NO_USE_TO_RETRY:
            raise StackError(f"{slot.program.name} did not start: {logs.last_words(self.home, slot.program.name)}")
        time.sleep(pause(slot.deaths))
        self._restart(slot)

    def _look(self) -> None:
        for slot in self.slots:
            if slot.due is None and slot.process.poll() is not None:
                if time.monotonic() - slot.begun > STEADY:
                    slot.deaths = 0
                slot.deaths += 1
                slot.ready, slot.due = False, time.monotonic() + pause(slot.deaths)
                self._record()
            elif slot.due is not None and time.monotonic() >= slot.due:
                self._restart(slot)
            elif slot.due is None and not slot.ready and slot.program.is_ready():
                slot.ready = True
                self._record()

    def _restart(self, slot: _Slot) -> None:
        fresh = self._launch(slot.program)
        slot.child, slot.process, slot.begun, slot.due = fresh.child, fresh.process, fresh.begun, None
        slot.restarts += 1
        self._record()

    def _check_wish(self) -> None:
        if self._stop_wanted:
            raise StopWanted

    def _record(self) -> None:
        programs = tuple(Running(child=slot.child, ready=slot.ready, restarts=slot.restarts) for slot in self.slots)
        run.write(
            self.home,
            Run(supervisor=_myself(), phase=self.phase, doing=self.doing, addresses=self.addresses, programs=programs),
        )


def _reap(process: subprocess.Popen[bytes]) -> None:
    """Take note of its end. One that could not be found by its record (it was still becoming itself) ends here."""
    try:
        process.wait(timeout=1)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _myself() -> Child:
    me = psutil.Process()
    return Child(name="supervisor", pid=me.pid, started=me.create_time(), argv=tuple(me.cmdline()))


def command(*options: str) -> list[str]:
    """How a supervisor is started in the background."""
    return [sys.executable, "-m", "vigie_local", "up", *options]
