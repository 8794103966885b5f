"""A Kafka client that shares no code with ours: confluent-kafka, on librdkafka, used as its own documentation says."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from confluent_kafka import Consumer, Message, Producer

PATIENCE = 30.0
"""Seconds until what is looked for must have been read."""


@dataclass(frozen=True, slots=True)
class Event:
    """A record as a stranger reads it."""

    topic: str
    key: str
    headers: dict[str, str]
    data: dict[str, Any]
    raw: bytes


class Reader:
    """Reads topics from their beginning."""

    def __init__(self, consumer: Consumer) -> None:
        self._consumer = consumer
        self.events: list[Event] = []

    def until(self, wanted: Callable[[Event], bool]) -> Event:
        """The first event that is wanted, read already or still to come; an AssertionError if none does."""
        checked = 0
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for event in self.events[checked:]:
                if wanted(event):
                    return event
            checked = len(self.events)
            message = self._consumer.poll(0.2)
            if message is not None and message.error() is None:
                self.events.append(event_of(message))
        raise AssertionError(f"not among {[(one.topic, one.headers.get('ce_type')) for one in self.events]}")


@contextmanager
def reading(kafka: str, *topics: str) -> Iterator[Reader]:
    consumer = Consumer(
        {"bootstrap.servers": kafka, "group.id": f"stranger-{uuid4()}", "auto.offset.reset": "earliest"}
    )
    consumer.subscribe(list(topics))
    try:
        yield Reader(consumer)
    finally:
        consumer.close()


def publish(kafka: str, topic: str, value: bytes | None, headers: Any, key: bytes | None = None) -> None:
    """Publish one record and wait until the broker has it."""
    producer = Producer({"bootstrap.servers": kafka, "acks": "all"})
    failures: list[object] = []

    def delivered(error: object, _: object) -> None:
        if error is not None:
            failures.append(error)

    producer.produce(
        topic,
        value=value,
        key=key,
        headers=headers,
        on_delivery=delivered,
    )
    assert producer.flush(10) == 0
    assert not failures


def event_of(message: Message) -> Event:
    """A record, read as any program would."""
    pairs: Any = message.headers() or []
    headers = {name: (value or b"").decode(errors="replace") for name, value in pairs}
    raw = message.value() or b""
    try:
        data = json.loads(raw)
    except ValueError:
        data = {}
    return Event(message.topic() or "", (message.key() or b"").decode(errors="replace"), headers, data, raw)
