"""The examples for integrators do what they say, as they are written: run as programs, against a whole Vigie."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from support.deployment import Deployment

EXAMPLES = Path(__file__).parents[2] / "examples"
Program = Callable[[str, Sequence[str]], subprocess.CompletedProcess[str]]


def run(command: Sequence[str], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A finished program, whatever came of it. Two minutes are much."""
    env = {**os.environ, **environment}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def python(vigie_up: Deployment) -> Program:
    def program(name: str, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
        return run([sys.executable, f"{name}.py", *arguments], EXAMPLES / "python", VIGIE_KAFKA=vigie_up.kafka)

    return program


@pytest.fixture(scope="module")
def javascript_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The JavaScript example with what it needs. Without Node.js: a failure in CI, elsewhere a skip that says so."""
    missing = [name for name in ("node", "npm") if shutil.which(name) is None]
    if missing:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{' and '.join(missing)} not found: install Node.js 18")
    folder = tmp_path_factory.mktemp("javascript") / "example"
    shutil.copytree(EXAMPLES / "javascript", folder, ignore=shutil.ignore_patterns("node_modules"))
    installed = run(["npm", "install", "--no-audit", "--no-fund", "--no-package-lock"], folder)
    assert installed.returncode == 0, installed.stderr
    return folder


@pytest.fixture
def javascript(vigie_up: Deployment, javascript_folder: Path) -> Program:
    def program(name: str, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
        return run(["node", f"{name}.js", *arguments], javascript_folder, VIGIE_KAFKA=vigie_up.kafka)

    return program


@pytest.fixture(params=["python", "javascript"])
def program(request: pytest.FixtureRequest) -> Program:
    chosen: Program = request.getfixturevalue(request.param)
    return chosen


def send(program: Program, *arguments: str) -> str:
    """The id under which something was sent."""
    sent = program("send_request", arguments)
    assert sent.returncode == 0, sent.stderr
    return sent.stdout.strip()


def answer(program: Program, cause: str) -> dict[str, Any]:
    """The event that answers what was sent under an id."""
    followed = program("follow_tickets", ["--cause", cause, "--seconds", "60", "--group", f"test-{uuid4()}"])
    assert followed.returncode == 0, followed.stderr
    events = [json.loads(line) for line in followed.stdout.splitlines()]
    (found,) = [event for event in events if event["causationid"] == cause]
    return dict(found)


def test_a_request_is_sent_and_its_ticket_found(program: Program) -> None:
    opened = answer(program, send(program, "request.json"))
    assert opened["type"] == "vigie.TicketOpened.v1"
    assert opened["data"]["personal"]["subject"] == "Plus de téléphone"


def test_a_reply_in_structured_mode_reaches_the_ticket(program: Program, tmp_path: Path) -> None:
    opened = answer(program, send(program, "request.json"))
    reply = tmp_path / "reply.json"
    reply.write_text(json.dumps({"number": opened["data"]["number"], "text": "Le 400"}))
    replied = answer(program, send(program, "--structured", "--type", "vigie.ReplyReceived.v1", str(reply)))
    assert replied["type"] == "vigie.CustomerReplied.v1"
    assert replied["subject"] == opened["subject"]


def test_what_is_sent_again_under_its_id_counts_once(program: Program) -> None:
    mine, other = str(uuid4()), str(uuid4())
    for one in (mine, mine, other):  # one partition, so that the third is read after the repeat
        send(program, "--id", one, "--key", mine, "request.json")
    assert answer(program, other)["type"] == "vigie.TicketOpened.v1"
    everything = program("follow_tickets", ["--seconds", "12", "--group", f"test-{uuid4()}"])
    causes = [json.loads(line)["causationid"] for line in everything.stdout.splitlines()]
    assert causes.count(mine) == 1


def test_who_waits_in_vain_is_told_so(program: Program) -> None:
    followed = program("follow_tickets", ["--cause", "never", "--seconds", "5", "--group", f"test-{uuid4()}"])
    assert followed.returncode == 1
