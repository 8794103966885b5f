"""The four services as programs of the supervisor: how each is told where everything is, and asked if it is ready."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from urllib.error import URLError
from urllib.request import urlopen

from vigie_local.ports import HOST
from vigie_local.programs import Command

MODULES = {
    "intake": "vigie_intake",
    "sla-timer": "vigie_sla_timer",
    "escalation": "vigie_escalation",
    "notifier": "vigie_notifier",
}


@dataclass(frozen=True, slots=True)
class ServiceProcess:
    """One service. `settings` are the variables all four are given; the health address is its own."""

    name: str
    health_port: int
    settings: Mapping[str, str]

    def prepare(self, say: Callable[[str], None]) -> None:
        """A service makes its own schema."""

    def command(self) -> Command:
        return Command(
            argv=(sys.executable, "-m", MODULES[self.name]),
            env={**self.settings, "VIGIE_HEALTH": f"{HOST}:{self.health_port}", "PYTHONUNBUFFERED": "1"},
        )

    def is_ready(self) -> bool:
        """`GET /health/ready` answers 200."""
        try:
            with urlopen(f"http://{HOST}:{self.health_port}/health/ready", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError, HTTPException):
            return False
