"""The API against a machine that has read its documentation and sends what that allows, and what it does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from support.deployment import Deployment

SCHEMATHESIS = str(Path(sys.executable).with_name("schemathesis"))


@pytest.mark.timeout(240)
def test_whatever_is_sent_to_the_api_is_answered_and_never_with_a_server_error(
    vigie_up: Deployment, tmp_path: Path
) -> None:
    options = ["--phases", "examples,fuzzing", "--max-examples", "6", "--seed", "1", "--checks", "not_a_server_error"]
    command = [SCHEMATHESIS, "run", f"{vigie_up.api}/openapi.json", "-H", f"Authorization: Bearer {vigie_up.token}"]
    command = [*command, *options, "--no-color"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6_000:] + done.stderr[-2_000:]
