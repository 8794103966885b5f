"""A whole Vigie, as `vigie up` makes it: the real command, the real servers, the four real services.

It always brings servers of its own, because these tests kill its processes; `vigie up` itself decides what is embedded.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import psutil

from vigie.io.clock import Clock, parse_clock

REQUEST: Final[dict[str, Any]] = {
    "desk": "serveurcom",
    "channel": "portal",
    "contact": {"name": "Jeanne Martin", "email": "jeanne@acme.example"},
    "kind": "technical",
    "priority": "high",
    "subject": "Plus de téléphone",
}
"""What a customer may ask for: half an hour to take it in charge, three quarters until N1 is called."""
NAMED = ("DATABASE_URL", "VIGIE_KAFKA", "VIGIE_SMTP", "VIGIE_IMAP", "VIGIE_CLOCK")


@dataclass(frozen=True, slots=True)
class Deployment:
    """A running Vigie."""

    home: Path
    api: str
    kafka: str
    token: str

    def clock(self) -> Clock:
        """The deployment's own clock."""
        return parse_clock((self.home / "clock").read_text())

    def client(self, **arguments: Any) -> httpx.AsyncClient:
        """An HTTP client that may do everything."""
        login = {"Authorization": f"Bearer {self.token}"}
        return httpx.AsyncClient(base_url=self.api, headers=login, timeout=20, **arguments)

    def pid(self, service: str) -> int:
        """The process of a service at this moment."""
        pid: int = json.loads(vigie(self.home, "status", "--json"))["processes"][service]
        return pid

    def kill(self, service: str) -> int:
        """kill -9; the supervisor starts it again. The pid that is gone."""
        pid = self.pid(service)
        psutil.Process(pid).send_signal(signal.SIGKILL)
        return pid


@contextmanager
def deployment() -> Iterator[Deployment]:
    """A Vigie of its own for the length of the block."""
    with place() as home:
        yield up(home)


@contextmanager
def place() -> Iterator[Path]:
    """Where a Vigie can live; whatever runs there at the end is stopped."""
    home = Path(tempfile.mkdtemp(prefix="vigie-e2e-"))
    try:
        yield home
    finally:
        vigie(home, "down")
        shutil.rmtree(home, ignore_errors=True)


def up(home: Path, *, policies: Path | None = None) -> Deployment:
    """Start the Vigie that lives in ``home``, with other policies than the shipped ones if some are given."""
    said = json.loads(vigie(home, "up", "--detach", "--json", policies=policies))
    return Deployment(home, **{name: said[name] for name in ("api", "kafka", "token")})


def vigie(home: Path, *arguments: str, policies: Path | None = None) -> str:
    """What a `vigie` command prints; what it says on stderr is shown when it fails."""
    done = run_vigie(home, *arguments, policies=policies)
    assert done.returncode == 0, f"vigie {' '.join(arguments)}: {done.stderr}"
    return done.stdout


def run_vigie(home: Path, *arguments: str, policies: Path | None = None) -> subprocess.CompletedProcess[str]:
    """A `vigie` command, whatever comes of it."""
    env = {name: value for name, value in os.environ.items() if name not in NAMED} | {"VIGIE_HOME": str(home)}
    if policies is not None:
        env["VIGIE_POLICIES"] = str(policies)
    return subprocess.run(
        [sys.executable, "-m", "vigie_local", *arguments], env=env, capture_output=True, text=True, check=False
    )
