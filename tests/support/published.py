"""What was published, read with none of our code."""

from __future__ import annotations

from collections.abc import Iterable

from confluent_kafka import Consumer, TopicPartition

from support.librdkafka import Event, event_of

TOPICS = ("vigie.tickets.v1", "vigie.sla.v1", "vigie.escalations.v1", "vigie.notifications.v1")


def everything(kafka: str) -> list[Event]:
    """All records of the four topics, each partition in its own order."""
    consumer = Consumer({"bootstrap.servers": kafka, "group.id": "auditor", "enable.auto.commit": False})
    try:
        partitions = [
            TopicPartition(topic, number, 0)
            for topic in TOPICS
            for number in consumer.list_topics(topic, timeout=10).topics[topic].partitions
        ]
        ends = {(one.topic, one.partition): consumer.get_watermark_offsets(one, timeout=10)[1] for one in partitions}
        consumer.assign(partitions)
        left = sum(ends.values())
        events = []
        while left > 0:
            message = consumer.poll(10)
            assert message is not None, f"{left} records cannot be read"
            assert message.error() is None
            events.append(event_of(message))
            left -= 1
        return events
    finally:
        consumer.close()


def without_repeats(events: Iterable[Event]) -> tuple[list[Event], int]:
    """The events, second copies left out, and how many there were. A copy must be the same to the byte."""
    first: dict[str, Event] = {}
    repeats = 0
    for event in events:
        known = first.setdefault(event.headers["ce_id"], event)
        if known is not event:
            assert known == event, f"{event.headers['ce_id']} was published twice, differently"
            repeats += 1
    return list(first.values()), repeats
