"""PostgreSQL and Kafka in containers, where a Docker engine answers."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from support.ports import free_port

POSTGRES = "postgres:18"
KAFKA = "apache/kafka:4.2.0"


def for_what_is_missing(environ: Mapping[str, str], resources: ExitStack) -> dict[str, str]:
    """Addresses of containers for what DATABASE_URL and VIGIE_KAFKA do not name; none without a Docker engine."""
    missing = {"DATABASE_URL": _postgres, "VIGIE_KAFKA": _kafka}
    wanted = {name: start for name, start in missing.items() if not environ.get(name)}
    if not wanted or not engine_answers(environ):
        return {}
    return {name: start(resources) for name, start in wanted.items()}


def engine_answers(environ: Mapping[str, str]) -> bool:
    """Whether there is a Docker engine to talk to; a socket file alone is none."""
    if not environ.get("DOCKER_HOST") and not Path("/var/run/docker.sock").exists():
        return False
    import docker  # type: ignore[import-untyped]  # it has no types
    from docker.errors import DockerException  # type: ignore[import-untyped]

    try:
        client = docker.from_env(timeout=3)
        try:
            return bool(client.ping())
        finally:
            client.close()
    except (DockerException, OSError):
        return False


def _postgres(resources: ExitStack) -> str:
    from testcontainers.community.postgres import PostgresContainer

    options = "-c max_connections=200 -c max_locks_per_transaction=256 -c jit=off"
    container = PostgresContainer(POSTGRES, username="vigie", password="vigie", dbname="vigie", driver=None)
    started = resources.enter_context(container.with_command(f"postgres {options}"))
    return str(started.get_connection_url())


def _kafka(resources: ExitStack) -> str:
    """A fixed port: the broker must know before it starts under which address its clients reach it."""
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.waiting_utils import wait_for_logs

    port = free_port("0.0.0.0")
    settings = {
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_LISTENERS": "PLAINTEXT://:9092,CONTROLLER://:9093",
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://{_host()}:{port}",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_NUM_PARTITIONS": "12",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR": "1",
    }
    container = DockerContainer(KAFKA).with_bind_ports(9092, port)
    for name, value in settings.items():
        container = container.with_env(name, value)
    started = resources.enter_context(container)
    wait_for_logs(started, "Kafka Server started", timeout=90)
    return f"{_host()}:{port}"


def _host() -> str:
    return os.environ.get("TESTCONTAINERS_HOST_OVERRIDE", "127.0.0.1")
