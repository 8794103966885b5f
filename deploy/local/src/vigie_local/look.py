"""How the services are doing, asked of themselves: their /metrics answer also while Kafka is away."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from urllib.error import URLError
from urllib.request import urlopen

from vigie.io.beats import Beat
from vigie.io.doctor.findings import Finding, fail
from vigie.io.doctor.life import judge_replica
from vigie.io.metrics import read_figures
from vigie_local.home import Home
from vigie_local.ports import HOST
from vigie_local.run import Run, Running
from vigie_local.services import MODULES

ANSWER_WITHIN = 1.5
"""Seconds. A service asks its database before it answers."""


def figures_of(home: Home, run: Run) -> dict[str, Beat | None]:
    """By service, what it says of itself; None: no answer."""
    services = [one.child.name for one in run.programs if one.child.name in MODULES]
    if not services:
        return {}
    ports = json.loads(home.ports.read_text())
    with ThreadPoolExecutor(len(services)) as hands:
        answers = hands.map(lambda service: _ask(service, ports[f"health-{service}"]), services)
        return dict(zip(services, answers, strict=True))


def judge_run(run: Run, figures: dict[str, Beat | None]) -> list[Finding]:
    """What is wrong, in words, with what to do: first what does not run, then what runs and does not get on."""
    down = [one for one in run.programs if one.child.find() is None]
    findings = [_down(one) for one in down]
    dead = {one.child.name for one in down}
    for service, beat in figures.items():
        if service in dead:
            continue
        if beat is None:
            seen = f"did not tell its figures within {ANSWER_WITHIN:g} s: it hangs, or its database does"
            findings.append(fail(service, seen, f"vigie logs {service}, then vigie doctor"))
        else:
            findings.append(judge_replica(beat, beat.at)._replace(check=service))
    return [finding for finding in findings if finding.verdict != "ok"]


def _down(one: Running) -> Finding:
    name = one.child.name
    return fail(name, f"is down ({one.restarts} restarts so far); it is being started again", f"vigie logs {name}")


def _ask(service: str, port: int) -> Beat | None:
    try:
        with urlopen(f"http://{HOST}:{port}/metrics", timeout=ANSWER_WITHIN) as answer:
            return Beat(service, "1", time.time(), read_figures(answer.read().decode(), service))
    except (URLError, OSError, HTTPException, ValueError):
        return None
