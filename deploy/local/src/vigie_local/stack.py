"""Composition: which programs a run has, what each is told, and the whole life of a run."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from errno import ENOSPC
from pathlib import Path

from vigie_local import clock, lock, ports
from vigie_local.errors import StackError
from vigie_local.home import Home
from vigie_local.kafka import Kafka
from vigie_local.mail import Mail
from vigie_local.postgres import Postgres
from vigie_local.programs import Program
from vigie_local.reach import check_own_servers
from vigie_local.run import Addresses
from vigie_local.services import MODULES, ServiceProcess
from vigie_local.supervisor import StopWanted, Supervisor

PORTS = (
    "postgres",
    "kafka",
    "kafka-controller",
    "smtp",
    "imap",
    "mailbox",
    "api",
    *(f"health-{name}" for name in MODULES),
)


SHORTEST_HEAD_START = 6.0
LONGEST_HEAD_START = 45.0


@dataclass(frozen=True, slots=True)
class Wishes:
    """What `vigie up` was asked for."""

    clock: str | None = None
    policies: Path | None = None
    services: bool = True


@dataclass(frozen=True, slots=True)
class Servers:
    """The three servers of a run: our own, except where the environment names others."""

    programs: tuple[Program, ...]
    database: str
    kafka: str
    smtp: str
    imap: str | None
    mailbox: str | None


def choose_servers(home: Home, port: Mapping[str, int], environ: Mapping[str, str] = os.environ) -> Servers:
    """Embedded servers for whatever DATABASE_URL, VIGIE_KAFKA and VIGIE_SMTP do not name."""
    mail = Mail(home, port["smtp"], port["imap"], port["mailbox"])
    kafka = Kafka(home, port["kafka"], port["kafka-controller"])
    postgres = Postgres(home, port["postgres"])
    embedded: dict[str, Program] = {"VIGIE_SMTP": mail, "DATABASE_URL": postgres, "VIGIE_KAFKA": kafka}
    own_mail = "VIGIE_SMTP" not in environ
    return Servers(
        programs=tuple(program for variable, program in embedded.items() if variable not in environ),
        database=environ.get("DATABASE_URL") or postgres.dsn,
        kafka=environ.get("VIGIE_KAFKA") or kafka.address,
        smtp=environ.get("VIGIE_SMTP") or mail.smtp,
        imap=mail.imap if own_mail else environ.get("VIGIE_IMAP"),
        mailbox=mail.web if own_mail else environ.get("VIGIE_MAILBOX"),
    )


def run(home: Home, wishes: Wishes, say: Callable[[str], None], on_ready: Callable[[], None]) -> None:
    """A whole run: start, `on_ready`, watch until a signal, stop. Raises StackError, lock.AlreadyUpError."""
    home.create()
    with lock.held(home):
        supervisor = Supervisor(home, say)
        supervisor.obey_signals()
        try:
            _start(supervisor, home, wishes)
            on_ready()
            supervisor.watch()
        except StopWanted:
            pass
        except StackError as error:
            supervisor.stop()
            supervisor.fail(str(error))
            raise
        except OSError as error:
            supervisor.stop()
            if error.errno != ENOSPC:
                raise
            raise StackError(f"The disk that holds {home.root} is full.") from error
        except BaseException:
            supervisor.stop()
            raise
        supervisor.stop()


def _start(supervisor: Supervisor, home: Home, wishes: Wishes) -> None:
    supervisor.clear_leftovers()
    home.check_space()
    check_own_servers()
    port = ports.settle(PORTS, home.ports)
    servers = choose_servers(home, port)
    began = time.monotonic()
    supervisor.start(servers.programs)
    if wishes.services:
        settings = _settings(home, wishes, servers, port["api"], head_start(time.monotonic() - began))
        supervisor.start([ServiceProcess(name, port[f"health-{name}"], settings) for name in MODULES])
    supervisor.announce(
        Addresses(
            api=f"http://{ports.HOST}:{port['api']}" if wishes.services else None,
            kafka=servers.kafka,
            database=servers.database,
            smtp=servers.smtp,
            imap=servers.imap,
            mailbox=servers.mailbox,
            token=home.secret("token"),
        )
    )


def head_start(servers_took: float) -> float:
    """Seconds that a scaled clock leaves the services to start: its first instant comes when somebody can act on it.

    A machine on which the servers took long (``servers_took``, seconds) is slow or busy, and the services will take
    about as long. What the first start fetches from elsewhere may take longer still, which says nothing of the machine.
    """
    return min(max(servers_took, SHORTEST_HEAD_START), LONGEST_HEAD_START)


def _settings(home: Home, wishes: Wishes, servers: Servers, api_port: int, head_start: float) -> dict[str, str]:
    """What all four services are told. The clock starts here, after whatever the first start had to fetch."""
    return {
        "DATABASE_URL": servers.database,
        "VIGIE_KAFKA": servers.kafka,
        "VIGIE_SMTP": servers.smtp,
        "VIGIE_CLOCK": clock.settle(_wished_clock(wishes), home.clock, time.time() + head_start),
        "VIGIE_POLICIES": str(wishes.policies or _nearest_policies(home)),
        "VIGIE_HTTP": f"{ports.HOST}:{api_port}",
        "VIGIE_MAIL_FROM": os.environ.get("VIGIE_MAIL_FROM", "support@vigie.example"),
        "VIGIE_DEV_TOKEN": home.secret("token"),
        "VIGIE_ATTACHMENTS": os.environ.get("VIGIE_ATTACHMENTS", home.attachments.as_uri()),
    }


def _wished_clock(wishes: Wishes) -> str | None:
    return wishes.clock or os.environ.get("VIGIE_CLOCK")


def _nearest_policies(home: Home) -> Path:
    """`$VIGIE_POLICIES`, else `policies/` of the current folder or beside the data folder."""
    if own := os.environ.get("VIGIE_POLICIES"):
        return Path(own).resolve()
    for candidate in (Path.cwd() / "policies", home.root.parent / "policies"):
        if candidate.is_dir():
            return candidate
    raise StackError("No policies/ folder here: run `vigie up` in the project's folder or name one with --policies.")
