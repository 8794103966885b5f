"""Real servers and those services that a measurement is about, each a process of its own; what each costs in CPU time.

Each site has servers of its own: a service that starts would otherwise read what an earlier measurement left behind.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import psutil

from support.ports import free_port
from support.stack import Stack, embedded
from vigie_local.ports import HOST
from vigie_local.services import MODULES

POLICIES = Path(__file__).parents[3] / "policies"
TOKEN = "bench"
READY_WITHIN = 60.0
_SERVERS = {"postgres": "postgres", "java": "kafka"}
_GIVEN_ELSEWHERE = ("DATABASE_URL", "VIGIE_KAFKA", "VIGIE_SMTP", "VIGIE_IMAP", "VIGIE_CLOCK")


@dataclass
class Site:
    """What is there to be measured."""

    stack: Stack
    environ: Mapping[str, str]
    api: int = field(default_factory=free_port)
    """The port of intake's API."""
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, *services: str) -> None:
        """Start ``services`` and wait until they are ready."""
        health = {name: free_port() for name in services}
        for name in services:
            environ = {**self.environ, "VIGIE_HEALTH": f"{HOST}:{health[name]}", "VIGIE_HTTP": f"{HOST}:{self.api}"}
            self.running[name] = subprocess.Popen([sys.executable, "-m", MODULES[name]], env=environ)
        for name in services:
            _wait_for(name, health[name])

    def stop(self, *services: str) -> None:
        """Ask ``services`` to end, and wait."""
        for name in services:
            self.running[name].terminate()
        for name in services:
            self.running.pop(name).wait(timeout=30)

    def cpu(self) -> dict[str, float]:
        """CPU seconds that services and servers have used so far, by name; ``client`` is this process."""
        own = psutil.Process()
        names = {process.pid: name for name, process in self.running.items()}
        used = {"client": _seconds(own)}
        for process in own.children(recursive=True):
            try:
                name = names.get(process.pid) or _SERVERS.get(process.name())
                if name is not None:
                    used[name] = used.get(name, 0.0) + _seconds(process)
            except psutil.NoSuchProcess:
                continue
        return used

    def sizes(self) -> dict[str, dict[str, int]]:
        """Resident MiB, open descriptors and connections of each service."""
        sizes = {}
        for name, process in self.running.items():
            of = psutil.Process(process.pid)
            connections = len(of.net_connections(kind="tcp"))
            sizes[name] = {"mib": of.memory_info().rss >> 20, "fds": of.num_fds(), "connections": connections}
        return sizes


@contextmanager
def site(*services: str, smtp: str = "") -> Iterator[Site]:
    """Servers of its own and ``services``, for the length of the block; mails go to ``smtp`` (host:port) if given."""
    with ExitStack() as stack:
        servers = stack.enter_context(embedded({k: v for k, v in os.environ.items() if k not in _GIVEN_ELSEWHERE}))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vigie-bench-")))
        environ = {
            **os.environ,
            "DATABASE_URL": servers.database,
            "VIGIE_KAFKA": servers.kafka,
            "VIGIE_SMTP": smtp or servers.smtp,
            "VIGIE_POLICIES": str(POLICIES),
            "VIGIE_DEV_TOKEN": TOKEN,
            "VIGIE_ATTACHMENTS": (folder / "attachments").as_uri(),
            "VIGIE_LOG_LEVEL": "warning",
        }
        there = Site(servers, environ)
        stack.callback(lambda: there.stop(*tuple(there.running)))
        there.start(*services)
        yield there


def spent(before: Mapping[str, float], after: Mapping[str, float], things: int) -> dict[str, int]:
    """CPU microseconds a thing, by process."""
    return {name: round(1e6 * (used - before.get(name, 0.0)) / things) for name, used in sorted(after.items())}


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """Milliseconds that half and 99 of 100 stay below, and the longest."""
    ordered = sorted(seconds)
    return {
        "p50_ms": _milliseconds(ordered[len(ordered) // 2]),
        "p99_ms": _milliseconds(ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]),
        "max_ms": _milliseconds(ordered[-1]),
    }


def _milliseconds(seconds: float) -> float:
    return round(1_000 * seconds, 1)


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _wait_for(name: str, port: int) -> None:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        try:
            with urlopen(f"http://{HOST}:{port}/health/ready", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"{name} was not ready within {READY_WITHIN:.0f} s")
