"""A promise changes with a new file and a restart; what was promised before stays as it was promised."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree
from typing import Any

import httpx

from support.deployment import place, run_vigie, up, vigie
from support.eventually import eventually

POLICIES = Path(__file__).parents[2] / "policies"
REQUEST = {
    "desk": "serveurcom",
    "contact": {"name": "Jeanne Martin", "email": "jeanne@acme.example"},
    "kind": "technical",
    "priority": "high",
    "subject": "Plus de téléphone",
}


async def test_a_new_version_is_taken_up_at_the_restart_and_an_edited_one_is_refused(tmp_path: Path) -> None:
    policies = tmp_path / "policies"
    copytree(POLICIES, policies)
    first = policies / "serveurcom" / "1.yaml"
    with place() as home:
        before = up(home, policies=policies)
        async with before.client() as http:
            old = (await http.post("/v1/tickets", json=REQUEST)).headers["location"]
            assert await _versions(http, old) == [(1, 30 * 60)]
        vigie(home, "down")

        _write_second_version(first)
        after = up(home, policies=policies)
        async with after.client() as http:
            new = (await http.post("/v1/tickets", json=REQUEST)).headers["location"]
            assert await _versions(http, new) == [(2, 10 * 60)]
            await http.post(f"{old}/priority", json={"priority": "medium"})
            await http.post(f"{old}/priority", json={"priority": "high"})
            assert (await _clock(http, old))["budget_seconds"] == 30 * 60
        vigie(home, "down")

        first.write_bytes(first.read_bytes() + b"# edited\n")
        refused = run_vigie(home, "up", "--detach", policies=policies)
        assert refused.returncode != 0
        said = refused.stdout + refused.stderr
        assert "leave it as it was and put what is new into version 3" in said


def _write_second_version(first: Path) -> None:
    """Ten minutes instead of half an hour, in force since yesterday's yesterday: no clock has to be waited for."""
    promised = "high: {within: 30m, calendar: always}      #"
    source = first.read_text()
    assert source.count(promised) == 1
    source = source.replace(promised, "high: {within: 10m, calendar: always}      #")
    source = source.replace("version: 1\n", "version: 2\n").replace("2017-09-01", "2020-01-01")
    first.with_name("2.yaml").write_text(source)


async def _clock(http: httpx.AsyncClient, path: str) -> dict[str, Any]:
    async def running() -> dict[str, Any]:
        commitments: list[dict[str, Any]] = (await http.get(path)).json()["commitments"]
        return next(one for one in commitments if one["clock"] == "take_charge")

    return await eventually(running)


async def _versions(http: httpx.AsyncClient, path: str) -> list[tuple[int, int]]:
    """The version that each opening names, and the budget that sla-timer gave it."""

    async def told() -> list[tuple[int, int]]:
        history = (await http.get(path)).json()["history"]
        opened = [one["facts"] for one in history if one["event"] == "TicketOpened"]
        started = [
            one["facts"] for one in history if one["event"] == "ClockStarted" and one["facts"]["clock"] == "take_charge"
        ]
        assert started
        return [(one["policy_version"], clock["budget_seconds"]) for one, clock in zip(opened, started, strict=True)]

    return await eventually(told)
