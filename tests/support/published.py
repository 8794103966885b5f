"""What the topics must look like, whatever happened: judged from the documents, with none of our code."""

from __future__ import annotations

from collections import Counter, defaultdict
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


def check_streams(events: Iterable[Event]) -> None:
    """The versions of every stream are 1, 2, 3 … in that order; every record's key is its ticket."""
    versions: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for event in events:
        versions[event.topic, event.headers["ce_stream"]].append(int(event.headers["ce_sequence"]))
        assert event.headers["ce_stream"].endswith(event.key)
        assert event.headers["ce_subject"] == event.key
    for where, seen in versions.items():
        assert seen == list(range(1, len(seen) + 1)), f"{where}: {seen}"
    owners = Counter(stream for _, stream in versions)
    assert set(owners.values()) <= {1}, "a stream is on more than one topic"
