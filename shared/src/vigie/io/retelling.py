"""What was told before, told again: the whole of a topic to whoever starts from nothing, the whole of a store to the
topics that have forgotten it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import asyncpg
from aiokafka import TopicPartition

from vigie.contracts.topics import PARTITIONS
from vigie.io.batch import outbox_row
from vigie.io.kafka import raw_record, reader
from vigie.io.queries import queries
from vigie.io.records import RawRecord
from vigie.io.store import EventRow

if TYPE_CHECKING:
    from vigie.io.settings import Settings

SILENCE: Final = 30.0
"""Machine seconds without a record after which a broker that still owes some is given up."""
_AT_ONCE: Final = 1_000


async def read_topics(settings: Settings, topics: Sequence[str], client_id: str) -> AsyncIterator[list[RawRecord]]:
    """All records that ``topics`` hold at the time of the call, in batches, each partition in its order.

    Raises KafkaError when the broker is away, TimeoutError when it goes silent.
    """
    consumer = reader(settings, client_id)
    await consumer.start()
    try:
        partitions = [TopicPartition(topic, number) for topic in topics for number in range(PARTITIONS)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        ends = await consumer.end_offsets(partitions)
        while owing := [tp for tp in partitions if await consumer.position(tp) < ends[tp]]:
            batches = await consumer.getmany(*owing, timeout_ms=int(SILENCE * 1000), max_records=_AT_ONCE)
            if not batches:
                raise TimeoutError(f"no record for {SILENCE:g} s, though {len(owing)} partitions hold more")
            yield [raw_record(record) for records in batches.values() for record in records]
    finally:
        await consumer.stop()


async def republish(conn: asyncpg.Connection, service: str, topics: Mapping[str, str]) -> int:
    """Put every stored event into the outbox again, for the running relay to publish; how many there were.

    ``topics`` are by category of streams. The records are those of the first time, to the byte, unless a personal part
    was erased since; whoever has applied them drops them. In the order of their positions, so that each stream is in
    its own; those that are only being written are published by their own transaction.
    """
    done = after = 0
    while True:
        async with conn.transaction():
            rows = await conn.fetch(queries("retelling")["stored"], after, _AT_ONCE)
            if not rows:
                return done
            after = rows[-1]["position"]
            told = [
                outbox_row(service, topic, EventRow(*row[1:]))
                for row in rows
                if (topic := topics.get(row["stream"][:-37])) is not None  # a hyphen and the key, a UUID
            ]
            if told:
                await conn.execute(queries("retelling")["tell"], *map(list, zip(*told, strict=True)))
            done += len(told)
