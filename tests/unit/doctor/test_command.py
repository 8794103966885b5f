"""The command: a line each, what is wrong last, the exit code for scripts, the same as JSON."""

from __future__ import annotations

import json

import pytest
from rich.console import Console
from typer.testing import CliRunner

from vigie.cli.doctor import app, show
from vigie.io.doctor.findings import fail, lasting, ok, warn


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    for name in ("DATABASE_URL", "VIGIE_KAFKA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))


@pytest.mark.usefixtures("nowhere")
def test_who_is_told_of_no_servers_says_what_to_set() -> None:
    said = CliRunner().invoke(app, ["--json"])
    assert said.exit_code == 1
    assert json.loads(said.stdout) == {
        "healthy": False,
        "findings": [
            {
                "check": "settings",
                "verdict": "fail",
                "seen": "DATABASE_URL is not set; VIGIE_KAFKA is not set",
                "todo": "set them as the services have them; on this machine alone: vigie up",
            }
        ],
    }


def test_what_is_wrong_comes_last_with_what_to_do() -> None:
    out = Console(width=100)
    with out.capture() as said:
        show(out, [fail("Kafka", "is away", "start it"), ok("disk", "is empty"), warn("name", "odd", "look")])
    assert said.get().splitlines() == [
        "ok   disk   is empty",
        "fail Kafka  is away  → start it",
        "warn name   odd  → look",
    ]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.4, "0.4 s"), (59, "59 s"), (119, "119 s"), (180, "3 min"), (7200, "2 h"), (432_000, "5 days")],
)
def test_spans_are_said_as_people_say_them(seconds: float, said: str) -> None:
    assert lasting(seconds) == said
