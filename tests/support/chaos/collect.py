"""Reads what a run has left behind, with plain SQL and a Kafka client that shares no code with the services."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC
from typing import Any

import asyncpg
from confluent_kafka import Consumer, KafkaException, TopicPartition

from support.chaos.recording import Reading, Record, Recording, Stored

SCHEMAS = {
    "intake": "vigie_intake",
    "sla-timer": "vigie_sla_timer",
    "escalation": "vigie_escalation",
    "notifier": "vigie_notifier",
}
SPEAKS = {
    "intake": "vigie.tickets.v1",
    "sla-timer": "vigie.sla.v1",
    "escalation": "vigie.escalations.v1",
    "notifier": "vigie.notifications.v1",
}
TOPICS = (*SPEAKS.values(), *(f"vigie.{service}.dlq.v1" for service in SPEAKS))
HEARS = {
    "sla-timer": ("intake",),
    "escalation": ("intake", "sla-timer"),
    "notifier": ("intake", "escalation"),
}
GROUPS = {
    "intake": ("vigie.requests.v1",),
    "intake-view": ("vigie.sla.v1", "vigie.escalations.v1", "vigie.notifications.v1"),
    **{service: tuple(SPEAKS[author] for author in authors) for service, authors in HEARS.items()},
}
PARTITIONS = 12


async def open_tickets(database: str) -> dict[str, str]:
    """Number → id of every ticket that nobody has resolved."""
    rows = await _fetch(
        database,
        """select convert_from(o.facts, 'UTF8')::json->>'number' as number, o.correlation as ticket
        from vigie_intake.events o where o.type = 'vigie.TicketOpened.v1' and not exists (
        select from vigie_intake.events r where r.stream = o.stream and r.type = 'vigie.TicketResolved.v1')""",
    )
    return {row["number"]: row["ticket"] for row in rows}


async def left(database: str) -> dict[str, int]:
    """``notifier.outbox`` → rows, of what is empty when there is nothing to do."""
    parts = [
        f'(select count(*) from {schema}.{table}) as "{service}.{table}"'
        for service, schema in SCHEMAS.items()
        for table in ("outbox", "parked", "wakeups")
    ]
    [row] = await _fetch(database, "select " + ", ".join(parts))
    return dict(row)


async def unheard(database: str) -> dict[str, int]:
    """``notifier of intake`` → events on a topic that it hears which it has not applied."""
    parts = [
        f"""(select count(*) from {SCHEMAS[author]}.events e where not starts_with(e.stream, 'customer-')
        and not exists (select from {SCHEMAS[reader]}.inbox i where i.consumer = '{reader}' and i.stream = e.stream
        and i.version = e.version and i.event_id = e.event_id)) as "{reader} of {author}" """
        for reader, authors in HEARS.items()
        for author in authors
    ]
    [row] = await _fetch(database, "select " + ", ".join(parts))
    return dict(row)


async def keep_store(recording: Recording, database: str) -> None:
    """Everything in the four stores."""
    for service, schema in SCHEMAS.items():
        events = f"""select stream, version, event_id::text, type, schema_version, occurred_at, recorded_at, actor,
            causation, correlation, facts, personal, personal_hash, hash from {schema}.events order by position"""
        for row in await _fetch(database, events):
            values = dict(row)
            instants = {name: values[name].astimezone(UTC) for name in ("occurred_at", "recorded_at")}
            recording.stored.append(Stored(service=service, **{**values, **instants}))
        for row in await _fetch(database, f"select value, reason from {schema}.dead_letters"):
            text = (row["value"] or b"").decode("utf-8", "replace")
            recording.dead_letters.append((service, f"{text} ({row['reason']})"))
    recording.left = await left(database)
    recording.unheard = await unheard(database)


async def _fetch(database: str, query: str) -> list[Any]:
    connection = await asyncpg.connect(database, timeout=10)
    try:
        return list(await connection.fetch(query))
    finally:
        await connection.close()


def readings(kafka: str) -> list[Reading]:
    """Where every group stands. Asked without joining it: nobody's partitions move.

    A broker that was started a moment ago does not know its groups yet, and is asked again.
    """
    limit = time.monotonic() + 60
    while True:
        try:
            return [one for group, topics in GROUPS.items() for one in _readings(kafka, group, topics)]
        except KafkaException:
            if time.monotonic() > limit:
                raise
            time.sleep(0.5)


def _readings(kafka: str, group: str, topics: tuple[str, ...]) -> Iterator[Reading]:
    consumer = Consumer({"bootstrap.servers": kafka, "group.id": group, "enable.auto.commit": False})
    try:
        partitions = [TopicPartition(topic, number) for topic in topics for number in range(PARTITIONS)]
        for one in consumer.committed(partitions, timeout=20):
            _, end = consumer.get_watermark_offsets(TopicPartition(one.topic, one.partition), timeout=20)
            yield Reading(group, one.topic, one.partition, max(0, one.offset), end)
    finally:
        consumer.close()


def records(kafka: str) -> list[Record]:
    """All records of the topics, each partition in its own order."""
    consumer = Consumer({"bootstrap.servers": kafka, "group.id": "chaos-auditor", "enable.auto.commit": False})
    found: list[Record] = []
    try:
        places = [TopicPartition(topic, number, 0) for topic in TOPICS for number in range(PARTITIONS)]
        wanted = sum(consumer.get_watermark_offsets(place, timeout=20)[1] for place in places)
        consumer.assign(places)
        while len(found) < wanted:
            # No more than there are: it waits for as many as it is asked for.
            messages = consumer.consume(min(1000, wanted - len(found)), timeout=20)
            assert messages, f"{wanted - len(found)} records cannot be read"
            found += [_record(message) for message in messages]
    finally:
        consumer.close()
    return found


def _record(message: Any) -> Record:
    assert message.error() is None, message.error()
    headers = tuple((name, value) for name, value in message.headers() or ())
    place = message.topic(), message.partition(), message.offset()
    return Record(*place, message.key(), headers, message.value(), message.timestamp()[1] / 1000)
