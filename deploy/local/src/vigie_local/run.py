"""run.json: what a supervisor tells about its run, to `status`, to a second `up`, and to the `up` after a crash."""

from __future__ import annotations

import os
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, ValidationError

from vigie_local.home import Home
from vigie_local.processes import Child


class Phase(StrEnum):
    """How far the run is."""

    STARTING = "starting"
    READY = "ready"
    STOPPING = "stopping"
    FAILED = "failed"


class Addresses(BaseModel):
    """What `up --json` prints, less the processes. None: the stack does not know (a mail server of the user's own)."""

    model_config = ConfigDict(frozen=True)

    api: str | None
    kafka: str
    database: str
    smtp: str
    imap: str | None
    mailbox: str | None
    token: str


class Running(BaseModel):
    """One program of the run. `restarts` counts since the start of the run."""

    model_config = ConfigDict(frozen=True)

    child: Child
    ready: bool = False
    restarts: int = 0


class Run(BaseModel):
    """The whole file; replaced as a whole, so that a reader never sees half of it."""

    model_config = ConfigDict(frozen=True)

    supervisor: Child
    phase: Phase
    doing: str = ""
    error: str = ""
    addresses: Addresses | None = None
    programs: tuple[Running, ...] = ()

    def children(self) -> list[Child]:
        """The servers and services, last started first: the order in which they are stopped."""
        return [running.child for running in reversed(self.programs)]


def read(home: Home) -> Run | None:
    """The run that is or was; None when there is none, or when the file is not ours to understand."""
    try:
        return Run.model_validate_json(home.run.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def write(home: Home, run: Run) -> None:
    """Replace the file; it names passwords, so only the owner can read it."""
    draft = home.run.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(run.model_dump_json(indent=2))
    draft.replace(home.run)
