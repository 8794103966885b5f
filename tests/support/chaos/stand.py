"""The whole of Vigie as processes, with our proxies between the services and the servers, and a hand on each process.

The servers are those of deploy/local. Unlike `vigie up` this can stop and start any of them, runs more than one replica
of a service, and gives each service a wall clock that can be stepped.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import struct
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import Popen
from urllib.request import urlopen

import psutil

import vigie_local
from support.chaos.proxy import Proxy
from support.chaos.sink import Sink
from vigie_local import ports, processes
from vigie_local.home import Home
from vigie_local.kafka import Kafka
from vigie_local.postgres import Postgres, data_folder
from vigie_local.programs import Command
from vigie_local.services import MODULES, ServiceProcess

LAUNCH = Path(__file__).with_name("launch.py")
POLICIES = Path(vigie_local.__file__).parents[4] / "policies"
REPLICAS = ("1", "2")
START_WITHIN = 90.0
HEAD_START = 8.0
"""Machine seconds for the services to start before the clock reaches its first instant."""


@dataclass
class Process:
    """A server or a service, and whether it should be running."""

    name: str
    command: Callable[[], Command]
    is_ready: Callable[[], bool]
    wanted: bool = False
    child: processes.Child | None = None
    popen: Popen[bytes] | None = None
    stopped_by_us: bool = False
    """The next end of it is our doing."""
    own_ends: int = 0
    """How often it has ended by itself."""
    again_at: float = 0.0
    """When it is started again after its end, in monotonic seconds."""

    @property
    def running(self) -> bool:
        return self.popen is not None and self.popen.poll() is None


@dataclass
class Stand:
    """A deployment under test."""

    home: Home
    port: dict[str, int]
    speed: float
    postgres: Postgres
    broker: Kafka
    sink: Sink
    proxies: dict[str, Proxy]
    broken: dict[str, str]
    """Service → the defects it is given."""
    processes: dict[str, Process] = field(default_factory=dict)
    clock: str = ""
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def kafka(self) -> str:
        """The broker, without the proxy: what we know of it must not depend on what we do to others."""
        return self.broker.address

    @property
    def database(self) -> str:
        """The administrator's address, without the proxy."""
        return self.postgres.dsn

    def apis(self) -> list[str]:
        """The addresses of the replicas of intake that should be running."""
        wanted = [one for one in REPLICAS if self.processes[f"intake-{one}"].wanted]
        return [f"http://{ports.HOST}:{self.port[f'api-{one}']}" for one in wanted]

    @property
    def token(self) -> str:
        return self.home.secret("token")

    def now(self) -> datetime:
        """The deployment's time, by a clock that nobody steps."""
        virtual, _, rest = self.clock.partition("@")
        real = datetime.fromisoformat(rest.split()[0])
        return datetime.fromisoformat(virtual) + (datetime.now(UTC) - real) * self.speed

    def pids(self) -> dict[str, int]:
        """Of the service processes that run."""
        return {one.name: one.popen.pid for one in self.services() if one.popen is not None and one.running}

    async def figures(self, name: str) -> dict[str, float]:
        """What a replica of a service shows on /metrics: ``vigie_records_total{fate="repeated"}`` → its value."""
        address = f"http://{ports.HOST}:{self.port[f'health-{name}']}/metrics"
        answer = await asyncio.to_thread(lambda: urlopen(address, timeout=10).read().decode())
        lines = (line.rpartition(" ") for line in answer.splitlines() if not line.startswith("#"))
        return {name: float(value) for name, _, value in lines}

    def services(self) -> list[Process]:
        """The service processes that should be running."""
        return [one for name, one in self.processes.items() if name not in ("postgres", "kafka") and one.wanted]

    async def start(self, name: str) -> None:
        """Start a process that is not running; it is kept running from now on."""
        process = self.processes[name]
        async with self._lock:
            process.wanted, process.stopped_by_us = True, False
            await self._launch(process)

    async def ready(self, name: str, within: float = START_WITHIN) -> None:
        """Returns once it serves."""
        process = self.processes[name]
        limit = time.monotonic() + within
        while not (process.running and await asyncio.to_thread(process.is_ready)):
            assert time.monotonic() < limit, f"{name} is not ready: {self._last_words(name)}"
            await asyncio.sleep(0.1)

    async def kill(self, name: str, *, for_good: bool = False) -> None:
        """kill -9, its children included. It is started again half a second later, unless ``for_good``."""
        process = self.processes[name]
        process.stopped_by_us = True
        process.wanted = not for_good
        if process.popen is not None and process.running:
            found = psutil.Process(process.popen.pid)
            for one in (found, *found.children(recursive=True)):
                with suppress(psutil.NoSuchProcess):
                    one.kill()
            await asyncio.to_thread(process.popen.wait)

    async def stop(self, name: str) -> None:
        """Ask it to stop, in an orderly way; it stays away."""
        process = self.processes[name]
        process.stopped_by_us, process.wanted = True, False
        if process.child is not None:
            await asyncio.to_thread(processes.stop, [process.child], within=40)
            assert process.popen is not None
            await asyncio.to_thread(process.popen.wait)

    def freeze(self, name: str) -> None:
        """SIGSTOP."""
        self._signal(name, signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        """SIGCONT."""
        self._signal(name, signal.SIGCONT)

    def step_clock(self, service: str | None, seconds: float) -> None:
        """Put the wall clock of a service (None: of all) so many machine seconds before the true one."""
        for name in MODULES if service is None else (service,):
            _write(self._wall(name), seconds)

    async def supervise(self) -> None:
        """Start again what ends, half a second later, as a supervisor does."""
        while True:
            await asyncio.sleep(0.1)
            for process in list(self.processes.values()):
                async with self._lock:
                    await self._look_after(process)

    async def _look_after(self, process: Process) -> None:
        if process.popen is None or process.running or not process.wanted or process.name in ("postgres", "kafka"):
            return
        if not process.again_at:
            process.own_ends += not process.stopped_by_us
            process.again_at = time.monotonic() + 0.5
        elif time.monotonic() >= process.again_at:
            process.again_at, process.stopped_by_us = 0.0, False
            await self._launch(process)

    async def _launch(self, process: Process) -> None:
        command = process.command()
        process.child, process.popen = await asyncio.to_thread(
            lambda: processes.start(
                process.name,
                command.argv,
                env={**os.environ, **command.env},
                log=self.home.log(process.name),
                stop=command.stop,
                account=command.account,
            )
        )

    def _signal(self, name: str, number: signal.Signals) -> None:
        process = self.processes[name]
        if process.popen is not None and process.running:
            process.popen.send_signal(number)

    def _last_words(self, name: str) -> str:
        with suppress(FileNotFoundError):
            return self.home.log(name).read_text(errors="replace")[-2000:]
        return "it has said nothing"

    def _wall(self, service: str) -> Path:
        return self.home.root / f"wall-{service}"

    def add_services(self) -> None:
        """Describe all replicas of all services; none is started."""
        settings = {
            "DATABASE_URL": self.proxies["postgres"].stands_for(self.database),
            "VIGIE_KAFKA": f"{ports.HOST}:{self.port['kafka-proxy']}",
            "VIGIE_SMTP": f"{ports.HOST}:{self.port['smtp-proxy']}",
            "VIGIE_CLOCK": self.clock,
            "VIGIE_POLICIES": str(POLICIES),
            "VIGIE_DEV_TOKEN": self.token,
            "VIGIE_ATTACHMENTS": self.home.attachments.as_uri(),
        }
        for service in MODULES:
            _write(self._wall(service), 0.0)
            for replica in REPLICAS:
                own = {
                    "VIGIE_REPLICA": replica,
                    "VIGIE_HTTP": f"{ports.HOST}:{self.port[f'api-{replica}']}",
                    "CHAOS_WALL": str(self._wall(service)),
                    "CHAOS_BREAK": self.broken.get(service, ""),
                }
                name = f"{service}-{replica}"
                one = ServiceProcess(service, self.port[f"health-{name}"], {**settings, **own})
                self.processes[name] = Process(name, lambda one=one: _launched(one), one.is_ready)  # type: ignore[misc]


def _launched(service: ServiceProcess) -> Command:
    command = service.command()
    return Command(argv=(sys.executable, str(LAUNCH), MODULES[service.name]), env=command.env)


def _write(file: Path, seconds: float) -> None:
    """In place: whoever has mapped the file sees it."""
    with file.open("r+b" if file.exists() else "wb") as out:
        out.write(struct.pack("d", seconds))


def broken_on_purpose() -> dict[str, str]:
    """BROKEN: ``service:defect,defect service:defect``, to see a test turn red (``support.chaos.defects``)."""
    return dict(one.split(":") for one in os.environ.get("BROKEN", "").split())


@asynccontextmanager
async def stand(
    virtual: str, speed: float, replicas: int, *, broken: dict[str, str] | None = None, say: Callable[[str], None]
) -> AsyncIterator[Stand]:
    """A deployment that starts at ``virtual``, ``speed`` times as fast as the machine, with ``replicas`` of each."""
    home = Home(Path(tempfile.mkdtemp(prefix="vigie-chaos-")))
    home.create()
    made = _described(home, speed, broken or {})
    supervising: asyncio.Task[None] | None = None
    try:
        say("PostgreSQL and Kafka are starting")
        await asyncio.gather(*(_prepared(made, name) for name in ("postgres", "kafka")))
        await asyncio.gather(made.sink.open(), *(proxy.open() for proxy in made.proxies.values()))
        real = datetime.now(UTC) + timedelta(seconds=HEAD_START)
        made.clock = f"{virtual}@{real.isoformat()} x{speed:g}"
        made.add_services()
        names = [name for name in made.processes if name.endswith(REPLICAS[:replicas])]
        say(f"{len(names)} services are starting")
        for name in names:
            await made.start(name)
        supervising = asyncio.create_task(made.supervise())
        await asyncio.gather(*(made.ready(name) for name in names))
        yield made
    finally:
        if supervising is not None:
            supervising.cancel()
            await asyncio.gather(supervising, return_exceptions=True)
        await _cleared(made)


def _described(home: Home, speed: float, broken: dict[str, str]) -> Stand:
    names = ["postgres", "postgres-proxy", "kafka", "kafka-services", "kafka-proxy", "kafka-controller"]
    names += ["smtp", "smtp-proxy", *(f"api-{one}" for one in REPLICAS)]
    names += [f"health-{service}-{one}" for service in MODULES for one in REPLICAS]
    port = ports.settle(tuple(names), home.ports)
    upstream = {"postgres": "postgres", "kafka": "kafka-services", "smtp": "smtp"}
    made = Stand(
        home=home,
        port=port,
        speed=speed,
        postgres=Postgres(home, port["postgres"]),
        broker=Kafka(home, port["kafka"], port["kafka-controller"]),
        sink=Sink(port["smtp"]),
        proxies={name: Proxy(port[f"{name}-proxy"], port[server]) for name, server in upstream.items()},
        broken=broken,
    )
    made.processes["postgres"] = Process("postgres", made.postgres.command, made.postgres.is_ready)
    made.processes["kafka"] = Process("kafka", made.broker.command, made.broker.is_ready)
    return made


async def _prepared(made: Stand, name: str) -> None:
    program = made.postgres if name == "postgres" else made.broker
    await asyncio.to_thread(program.prepare, lambda _: None)
    if name == "kafka":
        _advertise(made)
    await made.start(name)
    await made.ready(name)


def _advertise(made: Stand) -> None:
    """A second listener, which tells its clients to come through the proxy."""
    inside, outside = made.port["kafka-services"], made.port["kafka-proxy"]
    lines = []
    for line in made.broker.properties.read_text().splitlines():
        key, _, value = line.partition("=")
        match key:
            case "listeners":
                value += f",SERVICES://{ports.HOST}:{inside}"
            case "advertised.listeners":
                value += f",SERVICES://{ports.HOST}:{outside}"
            case "listener.security.protocol.map":
                value += ",SERVICES:PLAINTEXT"
            case _:
                pass
        lines.append(f"{key}={value}")
    made.broker.properties.write_text("\n".join(lines) + "\n")


async def _cleared(made: Stand) -> None:
    """Everything ends; nothing stays on the disk unless CHAOS_KEEP is set."""
    for process in made.services():
        made.thaw(process.name)

    async def end(stop: Callable[[str], Awaitable[None]], names: list[str]) -> None:
        await asyncio.gather(*(stop(name) for name in names))

    await end(lambda name: made.kill(name, for_good=True), [one.name for one in made.services()])
    await asyncio.gather(*(proxy.close() for proxy in made.proxies.values()))
    await made.sink.close()
    await end(lambda name: made.kill(name, for_good=True), ["kafka", "postgres"])
    if os.environ.get("CHAOS_KEEP"):
        return
    shutil.rmtree(made.home.root, ignore_errors=True)
    if (elsewhere := data_folder(made.home).parent) != made.home.root:
        shutil.rmtree(elsewhere, ignore_errors=True)
