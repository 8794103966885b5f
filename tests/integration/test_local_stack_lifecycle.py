"""`vigie up` and `vigie down` as a person runs them: the real command, real signals, real servers."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from support.eventually import eventually


@dataclass
class Vigie:
    """The command on a data folder of its own. Servers that the environment names are not passed on: these are ours."""

    home: Path
    told: dict[str, Any] | None = None
    """What `up` told of what runs now."""

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        named = ("DATABASE_URL", "VIGIE_KAFKA", "VIGIE_SMTP", "VIGIE_CLOCK")
        env = {name: value for name, value in os.environ.items() if name not in named}
        return subprocess.run(
            [sys.executable, "-m", "vigie_local", *words],
            env={**env, "VIGIE_HOME": str(self.home), **more},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def up(self) -> dict[str, Any]:
        done = self.run("up", "--detach", "--no-services", "--json")
        assert done.returncode == 0, done.stderr
        self.told = json.loads(done.stdout)
        assert self.told is not None
        return self.told

    def down(self) -> None:
        self.told = None
        done = self.run("down")
        assert done.returncode == 0, done.stderr

    def kill(self) -> dict[str, int]:
        """kill -9 to the supervisor; the processes there were."""
        killed: dict[str, int] = self.status()["processes"]
        os.kill(killed["supervisor"], signal.SIGKILL)
        self.told = None
        return killed

    def status(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self.run("status", "--json").stdout)
        return said


@pytest.fixture(scope="module")
def vigie() -> Iterator[Vigie]:
    vigie = Vigie(Path(tempfile.mkdtemp(prefix="vigie-test-")))
    yield vigie
    vigie.run("down")
    vigie.run("reset", "--yes")
    shutil.rmtree(vigie.home, ignore_errors=True)


@pytest.fixture
def running(vigie: Vigie) -> dict[str, Any]:
    """What `up` told. Starting takes seconds, so what runs already is left to the next test."""
    return vigie.told or vigie.up()


@pytest.fixture
def stopped(vigie: Vigie) -> None:
    if vigie.told is not None:
        vigie.down()


def alive(pids: dict[str, int]) -> set[str]:
    return {name for name, pid in pids.items() if psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie"}


@dataclass(frozen=True)
class TwoLives:
    """What `up` told before and after a `down`, and what the first life left behind."""

    first: dict[str, Any]
    left: set[str]
    second: dict[str, Any]


@pytest.fixture(scope="module")
async def two_lives(vigie: Vigie) -> TwoLives:
    first = vigie.up()
    await write(first)
    assert alive(first["processes"]) == {"supervisor", "postgres", "kafka", "mail"}
    vigie.down()
    return TwoLives(first, alive(first["processes"]), vigie.up())


def test_down_leaves_no_process(two_lives: TwoLives) -> None:
    assert two_lives.left == set()


@pytest.mark.usefixtures("two_lives")
async def test_data_survive_down_and_up(running: dict[str, Any]) -> None:
    assert await read(running) == ("kept by PostgreSQL", b"kept by Kafka")


def test_addresses_and_token_stay_the_same(two_lives: TwoLives) -> None:
    assert {**two_lives.first, "processes": None} == {**two_lives.second, "processes": None}


def test_a_second_up_says_so_and_starts_nothing(vigie: Vigie, running: dict[str, Any]) -> None:
    second = vigie.run("up", "--no-services", "--json")
    assert second.returncode == 0
    assert "already up" in second.stderr
    assert json.loads(second.stdout) == running


async def test_a_server_that_dies_is_started_again(vigie: Vigie, running: dict[str, Any]) -> None:
    os.kill(running["processes"]["mail"], signal.SIGKILL)

    def another_one_runs() -> bool:
        return bool(vigie.status()["processes"]["mail"] != running["processes"]["mail"])

    await eventually(another_one_runs, within=20)


def test_a_fixed_port_that_is_taken_is_one_sentence(vigie: Vigie, running: dict[str, Any], tmp_path: Path) -> None:
    port = running["smtp"].split(":")[1]
    other = Vigie(tmp_path / "other")

    refused = other.run("up", "--detach", "--no-services", VIGIE_PORT_SMTP=port)

    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1] == f"Port {port}, set by VIGIE_PORT_SMTP, is taken by another program."
    assert "Traceback" not in refused.stderr


@pytest.mark.usefixtures("running")
def test_reset_is_refused_while_it_is_up(vigie: Vigie) -> None:
    refused = vigie.run("reset", "--yes")
    assert (refused.returncode, refused.stderr) == (1, "Vigie is up; `vigie down` first.\n")


@pytest.mark.usefixtures("running")
def test_after_a_kill_9_of_the_supervisor_the_next_up_clears_away_and_starts_anew(vigie: Vigie) -> None:
    killed = vigie.kill()

    started = vigie.up()["processes"]

    assert alive(killed) == set()
    assert alive(started) == {"supervisor", "postgres", "kafka", "mail"}


@pytest.mark.usefixtures("running")
def test_after_a_kill_9_of_the_supervisor_nothing_stays_behind(vigie: Vigie) -> None:
    killed = vigie.kill()

    vigie.down()

    assert alive(killed) == set()


@pytest.mark.usefixtures("stopped")
def test_down_may_be_repeated(vigie: Vigie) -> None:
    vigie.down()


@pytest.mark.usefixtures("stopped", "two_lives")
def test_reset_asks_and_deletes_nothing_without_a_yes(vigie: Vigie) -> None:
    asked = vigie.run("reset")
    assert asked.returncode == 1
    assert (vigie.home / "postgres" / "PG_VERSION").exists()


@pytest.mark.usefixtures("stopped")
def test_status_says_when_nothing_runs(vigie: Vigie) -> None:
    told = vigie.run("status", "--json")
    assert (told.returncode, json.loads(told.stdout)) == (3, {"up": False})


async def write(told: dict[str, Any]) -> None:
    connection = await asyncpg.connect(told["database"])
    await connection.execute("create table kept (text text)")
    await connection.execute("insert into kept values ('kept by PostgreSQL')")
    await connection.close()
    admin = AIOKafkaAdminClient(bootstrap_servers=told["kafka"])
    await admin.start()
    await admin.create_topics([NewTopic("kept", num_partitions=1, replication_factor=1)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=told["kafka"], acks="all") as producer:
        await producer.send_and_wait("kept", b"kept by Kafka")


async def read(told: dict[str, Any]) -> tuple[str, bytes | None]:
    connection = await asyncpg.connect(told["database"])
    text: str = await connection.fetchval("select text from kept")
    await connection.close()
    async with AIOKafkaConsumer("kept", bootstrap_servers=told["kafka"], auto_offset_reset="earliest") as consumer:
        return text, (await consumer.getone()).value
