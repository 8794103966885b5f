"""``vigie intake token``, as an operator uses it."""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256

from integration.intake.front_desk import REQUEST, FrontDesk


def vigie(desk: FrontDesk, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "DATABASE_URL": desk.dsn, "COLUMNS": "160"}
    command = [sys.executable, "-m", "vigie.cli", "intake", "token", *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


async def test_a_token_is_shown_once_and_kept_as_its_hash(empty_desk: FrontDesk) -> None:
    made = vigie(empty_desk, "create", "carla", "--role", "agent", "--desk", "serveurcom")
    assert made.returncode == 0, made.stderr
    token = made.stdout.strip()
    row = await empty_desk.pool.fetchrow("select hash, role, desks from tokens where principal = 'carla'")
    assert row is not None
    assert (row["hash"], row["role"], row["desks"]) == (sha256(token.encode()).digest(), "agent", ["serveurcom"])
    assert (await empty_desk.post("/v1/tickets", REQUEST, token=token)).status_code == 201


async def test_a_revoked_token_ends_at_once(empty_desk: FrontDesk) -> None:
    token = vigie(empty_desk, "create", "carla").stdout.strip()
    assert "carla" in vigie(empty_desk, "list").stdout
    assert vigie(empty_desk, "revoke", "carla").stdout == "1 revoked\n"
    assert (await empty_desk.post("/v1/tickets", REQUEST, token=token)).status_code == 401


def test_revoking_nobodys_token_fails(empty_desk: FrontDesk) -> None:
    assert vigie(empty_desk, "revoke", "nobody").returncode == 1


def test_a_role_that_is_none_is_refused_in_a_sentence(empty_desk: FrontDesk) -> None:
    refused = vigie(empty_desk, "create", "carla", "--role", "king")
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr


def test_a_database_that_is_away_is_a_sentence(empty_desk: FrontDesk) -> None:
    refused = vigie(empty_desk, "list", "--database", "postgresql://nobody@127.0.0.1:9/none")
    assert refused.returncode == 1
    assert len(refused.stderr.strip().splitlines()) == 1
