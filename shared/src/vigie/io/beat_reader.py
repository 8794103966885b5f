"""Reads the heartbeats from their topic."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from aiokafka import AIOKafkaConsumer, TopicPartition

from vigie.contracts.topics import OPS, PARTITIONS
from vigie.io.beats import WINDOW, Beat
from vigie.io.kafka import reader

if TYPE_CHECKING:
    from aiokafka import ConsumerRecord

    from vigie.io.settings import Settings


class Beats:
    """The heartbeats of the last seconds, and then those that come."""

    def __init__(self, client: AIOKafkaConsumer) -> None:
        self._client = client

    async def news(self, within: float = 0.5) -> list[Beat]:
        """What has come since the last call, in the order in which it was sent; waits ``within`` seconds for it."""
        beats: list[Beat] = []
        until = time.monotonic() + within
        while (left := until - time.monotonic()) > 0 and not (beats and await self._at_end()):
            batches = await self._client.getmany(timeout_ms=int(left * 1000) + 1)
            beats += [beat for batch in batches.values() for record in batch if (beat := _beat(record)) is not None]
        return sorted(beats, key=lambda beat: beat.at)

    async def _at_end(self) -> bool:
        ends = await self._client.end_offsets(self._client.assignment())
        return all([await self._client.position(tp) >= end for tp, end in ends.items()])


@asynccontextmanager
async def hearing_beats(settings: Settings, *, back: float = WINDOW) -> AsyncIterator[Beats]:
    """Heartbeats from ``back`` seconds ago on. Raises KafkaError when no broker answers."""
    client = reader(settings, "vigie-beats")
    try:
        await client.start()
        places = [TopicPartition(OPS, partition) for partition in range(PARTITIONS)]
        client.assign(places)
        since = int((time.time() - back) * 1000)
        for place, found in (await client.offsets_for_times(dict.fromkeys(places, since))).items():
            if found is None:
                await client.seek_to_end(place)
            else:
                client.seek(place, found.offset)
        yield Beats(client)
    finally:
        await client.stop()


def _beat(record: ConsumerRecord[bytes, bytes]) -> Beat | None:
    """None for what is no heartbeat: anybody may write to a topic."""
    try:
        told = json.loads(record.value or b"")
        figures = {str(name): float(value) for name, value in told["figures"].items()}
        return Beat(str(told["service"]), str(told["replica"]), record.timestamp / 1000, figures)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
