"""Real servers for tests: those the environment names, else containers, else the embedded stack; never a stand-in.

- `stack` (session): where PostgreSQL, Kafka and the mail server are.
- `database` (test): the administrator's DSN of a database of the test's own, empty.

DATABASE_URL, VIGIE_KAFKA and VIGIE_SMTP (with VIGIE_IMAP, where its mails are read) name servers. What they do not name
comes from containers where a Docker engine answers, and the rest from `vigie up --no-services`. A server that cannot
be had is an error of every test that asked for it; nothing is skipped.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest

import vigie_local
from support import containers

LOCAL = Path(vigie_local.__file__).parent


@dataclass(frozen=True, slots=True)
class Stack:
    """Where the servers are. `imap` has its login in it; it and `mailbox` are "" where mails can only be sent."""

    database: str
    kafka: str
    smtp: str
    imap: str
    mailbox: str


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    with ExitStack() as resources:
        named = containers.for_what_is_missing(os.environ, resources)
        yield resources.enter_context(embedded({**os.environ, **named}))


@pytest.fixture
async def database(stack: Stack) -> AsyncIterator[str]:
    async with empty_database(stack) as dsn:
        yield dsn


@asynccontextmanager
async def empty_database(stack: Stack, template: str = "template1") -> AsyncIterator[str]:
    """What `database` gives, for as long as the block lasts; a copy of ``template``, which nobody may be using."""
    name = f"test_{uuid4().hex[:12]}"
    admin = await asyncpg.connect(stack.database)
    try:
        await admin.execute(f"create database {name} template {template}")
        yield urlsplit(stack.database)._replace(path=f"/{name}").geturl()
        await admin.execute(f"drop database {name} with (force)")
    finally:
        await admin.close()


@contextmanager
def embedded(environ: Mapping[str, str]) -> Iterator[Stack]:
    """`vigie up --no-services` in a data folder of its own; it ends with this process, whatever way that ends."""
    home = Path(tempfile.mkdtemp(prefix="vigie-test-"))
    env = {**environ, "VIGIE_HOME": str(home)}
    guard = [sys.executable, "-I", "-S", str(LOCAL / "guard.py"), "15", "-"]
    up = [sys.executable, "-m", "vigie_local", "up", "--no-services", "--json"]
    process = subprocess.Popen([*guard, *up], env=env, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, "the embedded stack did not start; its reason stands above"
        said = json.loads(line)
        yield Stack(
            **{name: said[name] for name in ("database", "kafka", "smtp")},
            imap=said["imap"] or "",
            mailbox=said["mailbox"] or "",
        )
    finally:
        process.terminate()
        process.communicate(timeout=60)
        reset = [sys.executable, "-m", "vigie_local", "reset", "--yes"]
        subprocess.run(reset, env=env, check=False, capture_output=True)
        shutil.rmtree(home, ignore_errors=True)
