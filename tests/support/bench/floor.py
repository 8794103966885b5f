"""What the machine itself can do in the same run: nothing built on it is faster than this."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from support.stack import Stack
from vigie.contracts.topics import PARTITIONS

SECONDS = 3.0
RECORDS = 30_000
RECORD = b"x" * 700
"""About what an opened ticket is, headers included."""
ROWS = 1_000
TOPIC = "bench.floor"


async def floor(stack: Stack) -> dict[str, int]:
    """Per second: fsyncs, durable commits of one row, rows appended by thousands, records that Kafka acknowledged."""
    return {
        "fsyncs": fsyncs(),
        "commits_of_one_row": await commits(stack.database),
        "rows_by_the_thousand": await rows(stack.database),
        "records_acknowledged_by_kafka": await produced(stack.kafka),
    }


def fsyncs() -> int:
    """Writes of 4 KiB, each forced to the disk."""
    with TemporaryDirectory(prefix="vigie-floor-") as folder, (Path(folder) / "file").open("wb", buffering=0) as file:
        began, count = time.perf_counter(), 0
        while (passed := time.perf_counter() - began) < SECONDS:
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())
            count += 1
    return round(count / passed)


async def commits(dsn: str) -> int:
    """Transactions of one row over one connection."""
    connection = await asyncpg.connect(dsn)
    await connection.execute("create table if not exists floor (id bigserial primary key, value bytea)")
    began, count = time.perf_counter(), 0
    while (passed := time.perf_counter() - began) < SECONDS:
        await connection.execute("insert into floor (value) values ($1)", RECORD)
        count += 1
    await connection.close()
    return round(count / passed)


async def rows(dsn: str) -> int:
    """Rows of one column in transactions of a thousand."""
    connection = await asyncpg.connect(dsn)
    began, count = time.perf_counter(), 0
    while (passed := time.perf_counter() - began) < SECONDS:
        await connection.execute("insert into floor (value) select unnest($1::bytea[])", [RECORD] * ROWS)
        count += ROWS
    await connection.execute("drop table floor")
    await connection.close()
    return round(count / passed)


async def produced(kafka: str) -> int:
    """Records that an idempotent producer has acknowledged by all replicas, as fast as it can."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    await admin.create_topics([NewTopic(TOPIC, PARTITIONS, 1)])
    await admin.close()
    producer = AIOKafkaProducer(bootstrap_servers=kafka, acks="all", enable_idempotence=True, linger_ms=5)
    await producer.start()
    await producer.send_and_wait(TOPIC, RECORD, partition=0)
    began = time.perf_counter()
    await asyncio.gather(*[await producer.send(TOPIC, RECORD, partition=n % PARTITIONS) for n in range(RECORDS)])
    passed = time.perf_counter() - began
    await producer.stop()
    return round(RECORDS / passed)
