"""The only place where Kafka clients are configured. The libraries' defaults lose, skip or double records.

aiokafka alone would write with acks=1 and start reading at the end of a topic; FastStream alone would acknowledge
before the handler has run, or rewind for ever on a poison record, and drops records whose headers are null or not
UTF-8 before anybody sees them. Here: acks from all replicas, an idempotent producer, manual acknowledgement, the
beginning of the topic, explicit group ids, static membership, and a parser that hands on the raw record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zlib import crc32

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaMessage
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from vigie.io import hangup, lenient, offsets
from vigie.io.records import RawRecord

if TYPE_CHECKING:
    from aiokafka import ConsumerRecord
    from aiokafka.abc import ConsumerRebalanceListener
    from faststream.kafka.subscriber.usecase import BatchSubscriber

    from vigie.io.settings import Settings

BATCH_RECORDS = 500
"""One transaction holds at most so many streams; all open transactions together must fit PostgreSQL's lock table."""

FETCH_BYTES = 131_072
"""Of one partition at a time, some hundreds of records; a larger batch still comes whole. With megabytes, a consumer
that was hours behind grew to 900 MiB: so much is read ahead, for each of its partitions, and freed in pieces."""

SESSION_TIMEOUT_MS = 6_000
"""The smallest that a broker allows by default: a replica that dies and stays away is replaced after this."""

_SASL = {"PLAIN": SASLPlaintext, "SCRAM-SHA-256": SASLScram256, "SCRAM-SHA-512": SASLScram512}


def producer(settings: Settings, client_id: str) -> AIOKafkaProducer:
    """A producer whose acknowledgement means that the record is on all in-sync replicas, once and in order."""
    _mend()
    return AIOKafkaProducer(
        client_id=client_id,
        acks="all",
        enable_idempotence=True,
        compression_type="lz4",
        linger_ms=0,
        max_batch_size=1_000_000,
        max_request_size=1_048_576,
        request_timeout_ms=10_000,
        **settings.kafka_connection(),
    )


def reader(settings: Settings, client_id: str) -> AIOKafkaConsumer:
    """A consumer of no group: it reads what it is assigned, from the beginning, and nobody's offsets move."""
    _mend()
    return AIOKafkaConsumer(
        client_id=client_id,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        max_partition_fetch_bytes=FETCH_BYTES,
        **settings.kafka_connection(),
    )


def subscription(
    settings: Settings, *, group: str, topics: tuple[str, ...], listener: ConsumerRebalanceListener
) -> tuple[KafkaBroker, BatchSubscriber]:
    """FastStream's broker and batch subscriber for ``topics``, one group member per replica.

    The range assignor gives a member the same partitions of every topic, so that whoever reads a ticket's facts
    reads all of them and owns its wake-ups.
    """
    _mend()
    broker = KafkaBroker(
        settings.kafka.split(","),
        client_id=client_of(group, settings.replica),
        consumer_only=True,
        allow_auto_create_topics=False,
        apply_types=False,
        graceful_timeout=20.0,
        security=_security(settings),
        logger=None,
    )
    subscriber: Any = broker.subscriber(
        *topics,
        group_id=group,
        group_instance_id=_member(group, settings.replica, topics),
        batch=True,
        max_records=BATCH_RECORDS,
        batch_timeout_ms=1,  # FastStream also sleeps for so long after an empty poll; the consumer's polls wait longer
        ack_policy=AckPolicy.MANUAL,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        partition_assignment_strategy=(RangePartitionAssignor,),
        session_timeout_ms=SESSION_TIMEOUT_MS,
        heartbeat_interval_ms=1_500,
        rebalance_timeout_ms=30_000,
        fetch_max_wait_ms=300,
        max_partition_fetch_bytes=FETCH_BYTES,
        listener=listener,
        no_reply=True,
        parser=_whole_batch,
        decoder=_raw_records,
    )
    return broker, subscriber


def _mend() -> None:
    """What aiokafka gets wrong, for every client of this process; each module says what and why."""
    hangup.install()
    lenient.install()
    offsets.install()


def client_of(group: str, replica: str) -> str:
    """The client that reads for ``group`` in ``replica``, as brokers name it."""
    return f"{group}-{replica}"


def _member(group: str, replica: str, topics: tuple[str, ...]) -> str:
    """The static member's name. A member that comes back is given what it had; when it hears other topics by then (a
    new version), aiokafka takes that for an error, for ever. So with other topics it is another member."""
    return f"{group}-{replica}-{crc32(' '.join(sorted(topics)).encode()):08x}"


async def _whole_batch(message: tuple[ConsumerRecord[bytes, bytes], ...]) -> KafkaMessage:
    """FastStream's own parser decodes every header here, and a record that it cannot decode is lost unseen."""
    return KafkaMessage(body=b"", raw_message=message, consumer=_NO_CONSUMER)


async def _raw_records(message: KafkaMessage) -> list[RawRecord]:
    return [raw_record(record) for record in message.raw_message]


class _NoConsumer:
    """Nobody acknowledges through FastStream: its ack commits whatever was fetched."""

    async def commit(self) -> None:
        raise NotImplementedError

    def seek(self, partition: Any, offset: int) -> None:
        raise NotImplementedError


_NO_CONSUMER = _NoConsumer()


def raw_record(record: ConsumerRecord[bytes, bytes]) -> RawRecord:
    """``record`` with every byte as it came."""
    return RawRecord(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        timestamp_ms=record.timestamp,
        key=record.key,
        headers=tuple(record.headers),
        value=record.value,
    )


def _security(settings: Settings) -> BaseSecurity | None:
    connection = settings.kafka_connection()
    tls = connection.get("ssl_context")
    if settings.kafka_security.startswith("SASL"):
        return _SASL[settings.kafka_sasl_mechanism](
            username=connection["sasl_plain_username"] or "",
            password=connection["sasl_plain_password"] or "",
            use_ssl=tls is not None,
            ssl_context=tls,
        )
    return BaseSecurity(ssl_context=tls, use_ssl=True) if tls is not None else None
