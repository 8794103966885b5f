"""What the story sees: all events of the four topics, as any Kafka client would, each with the moment it arrived."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from vigie.contracts import topics
from vigie.contracts.catalog import EVENTS_BY_TOPIC
from vigie.contracts.envelope import Envelope, from_headers, read_headers

TICKETLESS = frozenset({"RequestRefused", "MessageRefused", "CallQueued"})
"""What comes of a request, a message or a call that becomes no ticket."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An event as it was read."""

    envelope: Envelope
    data: dict[str, Any]
    arrived_at: datetime
    """Machine time."""

    @property
    def name(self) -> str:
        """``DeadlineMissed``"""
        return self.envelope.type.split(".")[1]


@dataclass
class Watcher:
    """Reads the topics from their beginning and remembers everything, repeats left out."""

    kafka: str
    tell: Callable[[Seen], None]
    seen: list[Seen] = field(default_factory=list)
    _ids: set[str] = field(default_factory=set)

    async def watch(self, ready: asyncio.Event) -> None:
        """Read until cancelled. ``ready`` is set once nothing that follows can be missed."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.kafka, auto_offset_reset="earliest", enable_auto_commit=False
        )
        await consumer.start()
        try:
            consumer.assign(
                [TopicPartition(topic, number) for topic in EVENTS_BY_TOPIC for number in range(topics.PARTITIONS)]
            )
            ready.set()
            async for record in consumer:
                self._take(record)
        finally:
            with suppress(Exception):
                await consumer.stop()

    def _take(self, record: Any) -> None:
        envelope = from_headers(read_headers(record.headers))
        if str(envelope.id) not in self._ids:
            self._ids.add(str(envelope.id))
            seen = Seen(envelope, json.loads(record.value), datetime.now(UTC))
            self.seen.append(seen)
            self.tell(seen)

    def opened(self, *, ticket: str | None = None, cause: str | None = None) -> str | None:
        """The number of the ticket with this id, or that this request led to."""
        for one in self.named("TicketOpened"):
            if one.envelope.subject == ticket or one.envelope.causation == cause:
                return str(one.data["number"])
        return None

    def answered(self, cause: str) -> str | None:
        """The id of what this request or message led to, where that is no ticket."""
        answers = (one for one in self.seen if one.name in TICKETLESS and one.envelope.causation == cause)
        return next((one.envelope.subject for one in answers), None)

    def named(self, name: str) -> Iterator[Seen]:
        """The events of one type, in the order in which they arrived."""
        return (one for one in self.seen if one.name == name)
