"""A process that cannot start says why, in one sentence, and how it ends tells its supervisor what to do."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

from support.ports import free_port
from vigie.io.settings import Settings

TESTS = Path(__file__).parents[2]
PROGRAM = """
import sys
from vigie.io.main import serve
from vigie.io.service import Parts

def make_core(policies):
    raise SystemExit("nobody comes this far in these tests")

sys.exit(serve(Parts(name="probe", make_core=make_core)))
"""


async def start(*arguments: str, program: str = PROGRAM, **environment: str) -> asyncio.subprocess.Process:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("VIGIE_", "DATABASE_"))}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, *arguments, env=env | environment, stderr=asyncio.subprocess.PIPE
    )


async def end_of(process: asyncio.subprocess.Process) -> tuple[int | None, str]:
    _, said = await asyncio.wait_for(process.communicate(), 20)
    return process.returncode, said.decode()


async def test_a_missing_setting_is_one_sentence() -> None:
    code, said = await end_of(await start(DATABASE_URL="postgresql://nowhere/x"))
    assert (code, said) == (2, "probe: VIGIE_KAFKA is not set\n")


async def test_a_broken_policy_stops_the_start_with_its_line(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "desk").mkdir()
    broken = tmp_path / "desk" / "1.yaml"
    broken.write_text("policy: desk\nversion: [\n")
    code, said = await end_of(
        await start(DATABASE_URL=settings.database_url, VIGIE_KAFKA=settings.kafka, VIGIE_POLICIES=str(tmp_path))
    )
    assert code == 2
    assert said.startswith(f"{broken}:")
    assert "Traceback" not in said


async def test_a_taken_address_is_one_line(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        code, said = await end_of(
            await start(
                DATABASE_URL=settings.database_url,
                VIGIE_KAFKA=settings.kafka,
                VIGIE_POLICIES=str(settings.policies),
                VIGIE_HEALTH=address,
            )
        )
    assert code == 1
    assert f"cannot listen on {address}" in said
    assert said.count("\n") == 1


async def test_a_database_that_is_away_is_waited_for_until_the_service_is_stopped(settings: Settings) -> None:
    process = await start(
        DATABASE_URL=f"postgresql://vigie@127.0.0.1:{free_port()}/vigie",
        VIGIE_KAFKA=settings.kafka,
        VIGIE_POLICIES=str(settings.policies),
    )
    assert process.stderr is not None
    said = await asyncio.wait_for(process.stderr.readline(), 20)
    assert b'"waiting_for": "database"' in said
    assert b"Traceback" not in said
    process.send_signal(signal.SIGTERM)
    assert (await end_of(process))[0] == 0


STUBBORN = """
import asyncio, sys
from contextlib import asynccontextmanager
from dataclasses import replace

sys.path.insert(0, sys.argv[1])
from integration.service.probe import parts
from vigie.io.main import serve

@asynccontextmanager
async def never_ends(service):
    yield
    await asyncio.Event().wait()

sys.exit(serve(replace(parts(*sys.argv[2:]), extend=never_ends)))
"""


async def test_a_stop_that_does_not_end_is_cut_off(settings: Settings, hears: str, says: str) -> None:
    process = await start(
        str(TESTS),
        hears,
        says,
        program=STUBBORN,
        DATABASE_URL=settings.database_url,
        VIGIE_KAFKA=settings.kafka,
        VIGIE_POLICIES=str(settings.policies),
        VIGIE_STOP_WITHIN="1",
    )
    assert process.stderr is not None
    while b'"ready"' not in await asyncio.wait_for(process.stderr.readline(), 30):
        pass
    process.send_signal(signal.SIGTERM)
    code, said = await end_of(process)
    assert code == 0
    assert '"cut_off"' in said
