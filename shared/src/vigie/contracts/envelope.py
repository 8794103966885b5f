"""What stands around an event: CloudEvents 1.0 attributes in Kafka's binary mode, every one UTF-8 and none null."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from vigie.contracts.instants import iso

Headers = list[tuple[str, bytes]]

CONTENT_TYPE = b"application/json"


@dataclass(frozen=True, slots=True)
class Envelope:
    """The attributes of a recorded event. Texts are as published; instants are UTC."""

    id: UUID
    source: str
    """``/vigie/intake``"""
    type: str
    """``vigie.TicketOpened.v1``"""
    subject: str
    """The key: the ticket id."""
    stream: str
    sequence: int
    """The version in ``stream``, from 1, without gaps."""
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    """``agent:amelie``, ``contact:<id>``, ``service:sla-timer``, ``channel:<source>``"""
    correlation: str
    causation: str
    hash: str
    """sha256 of the chain up to this event, hex."""
    traceparent: str | None = None


def to_headers(envelope: Envelope) -> Headers:
    """The Kafka headers of ``envelope``, in a fixed order, so that a repeat is byte-identical."""
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", str(envelope.id).encode()),
        ("ce_source", envelope.source.encode()),
        ("ce_type", envelope.type.encode()),
        ("ce_subject", envelope.subject.encode()),
        ("ce_time", iso(envelope.occurred_at).encode()),
        ("ce_dataschema", f"/vigie/schemas/{envelope.type}.json".encode()),
        ("ce_stream", envelope.stream.encode()),
        ("ce_sequence", str(envelope.sequence).encode()),
        ("ce_recordedtime", iso(envelope.recorded_at).encode()),
        ("ce_actor", envelope.actor.encode()),
        ("ce_correlationid", envelope.correlation.encode()),
        ("ce_causationid", envelope.causation.encode()),
        ("ce_hash", envelope.hash.encode()),
        ("content-type", CONTENT_TYPE),
    ]
    if envelope.traceparent is not None:
        headers.append(("traceparent", envelope.traceparent.encode()))
    return headers


class UnusableRecord(ValueError):
    """A record that nobody can act on: its reason is what the dead letter says."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_headers(headers: object) -> dict[str, str]:
    """Raw Kafka headers as text (of a repeated one, the last); UnusableRecord names one that is null or not UTF-8."""
    texts: dict[str, str] = {}
    for name, value in headers or ():  # type: ignore[attr-defined]
        if value is None:
            raise UnusableRecord(f"header {name} is null")
        try:
            texts[name] = value.decode()
        except UnicodeDecodeError as error:
            raise UnusableRecord(f"header {name} is not UTF-8") from error
    return texts


def from_headers(texts: dict[str, str]) -> Envelope:
    """The envelope of one of Vigie's own events, or UnusableRecord naming the attribute that is missing or wrong."""
    try:
        return Envelope(
            id=UUID(texts["ce_id"]),
            source=texts["ce_source"],
            type=texts["ce_type"],
            subject=texts["ce_subject"],
            stream=texts["ce_stream"],
            sequence=int(texts["ce_sequence"]),
            occurred_at=datetime.fromisoformat(texts["ce_time"]),
            recorded_at=datetime.fromisoformat(texts["ce_recordedtime"]),
            actor=texts["ce_actor"],
            correlation=texts["ce_correlationid"],
            causation=texts["ce_causationid"],
            hash=texts["ce_hash"],
            traceparent=texts.get("traceparent"),
        )
    except KeyError as error:
        raise UnusableRecord(f"attribute {error.args[0]} is missing") from error
    except ValueError as error:
        raise UnusableRecord(f"an attribute is malformed: {error}") from error
