"""The data folder: where everything that `vigie up` keeps is found.

```
.vigie/
  run.json       who runs, where they listen (only while up, or after a crash)     lock   held by the supervisor
  ports.json     the ports of the last start, taken again if they are free         clock  VIGIE_CLOCK, written once
  secrets/       passwords and the development token, one a file, mode 0600        logs/  one file a process
  postgres/      kafka/      the data
```
"""

from __future__ import annotations

import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from vigie_local.errors import StackError

FOLDER = ".vigie"
ENOUGH_SPACE = 500_000_000
"""Bytes that must be free before a start: an empty PostgreSQL and Kafka with their first segments need half of it."""


@dataclass(frozen=True, slots=True)
class Home:
    """The data folder's own layout; nobody else joins its paths."""

    root: Path

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    @property
    def run(self) -> Path:
        return self.root / "run.json"

    @property
    def ports(self) -> Path:
        return self.root / "ports.json"

    @property
    def clock(self) -> Path:
        return self.root / "clock"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def attachments(self) -> Path:
        return self.root / "attachments"

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def secret(self, name: str) -> str:
        """A random password that is made at the first call and stays; only the owner can read its file."""
        file = self.root / "secrets" / name
        if not file.exists():
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
                out.write(secrets.token_urlsafe(24))
        return file.read_text().strip()

    def create(self) -> None:
        """Make the folders. Root's are passable, as its PostgreSQL runs as another account below them."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self.root.chmod(0o711 if os.geteuid() == 0 else 0o700)
            for folder in (self.root / "secrets", self.logs):
                folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise StackError(f"The data folder {self.root} cannot be used: {error.strerror}.") from error

    def check_space(self, needed: int = ENOUGH_SPACE) -> None:
        """A full disk is said before anything is started, not found in a server's log afterwards."""
        if (free := shutil.disk_usage(self.root).free) < needed:
            raise StackError(
                f"The disk that holds {self.root} has {free // 1_000_000} MB left; "
                f"Vigie needs {needed // 1_000_000} MB."
            )


def find_home() -> Home:
    """`$VIGIE_HOME`, else the nearest `.vigie` from the current folder upwards, else a new one here."""
    if own := os.environ.get("VIGIE_HOME"):
        return Home(Path(own).expanduser().resolve())
    here = Path.cwd()
    return Home(next((up / FOLDER for up in (here, *here.parents) if (up / FOLDER).is_dir()), here / FOLDER))
