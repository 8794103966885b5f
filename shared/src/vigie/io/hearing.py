"""From raw record to something a core can react to, or a reason why nobody can.

Vigie's own events carry their stream and version; external ones (CloudEvents, binary or structured mode) are streams
of one, named after ``request_key(source, id)``, so that the inbox treats both alike. One that is about a ticket is for
that ticket's stream: at once where it names the ticket's id, once the shell has found it where it names its number.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from vigie.contracts.catalog import EVENTS, EVENTS_BY_TOPIC
from vigie.contracts.envelope import UnusableRecord, from_headers, read_headers
from vigie.contracts.ids import request_key
from vigie.contracts.instants import to_utc
from vigie.contracts.text import storable
from vigie.decider import Core
from vigie.io.records import RawRecord

UNKNOWN: Final = object()
"""The event of a type that this process does not know: a newer version speaks. It is passed over, and counted."""

_LONGEST = 1_000
_LAST_VERSION = 2**31 - 1
_STRUCTURED = "application/cloudevents+json"


@dataclass(frozen=True, slots=True)
class Heard:
    """A record that could be read."""

    record: RawRecord
    id: UUID
    sender: str
    """The sender's stream."""
    sequence: int
    """The version in it."""
    key: UUID
    """The ticket; for an external event that names none whose id is known, the event's own ``id``."""
    event: Any
    """A contract event, what a reader made of an external one, or UNKNOWN."""
    occurred_at: datetime | None
    causation: str
    """``ce_id`` as it was written."""
    actor: str
    """Who is answerable for what follows from it."""
    external: bool
    traceparent: str | None
    number: str | None = None
    """Of the ticket, where an external event names it so."""
    recorded_at: datetime | None = None
    """By the service that says it; nobody has recorded an external event before us."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that nobody can use, with what could still be learned of it."""

    record: RawRecord
    reason: str
    sender: str | None = None
    version: int | None = None
    event_id: UUID | None = None
    key: UUID | None = None


def hear(core: Core[Any, Any, Any], record: RawRecord) -> Heard | Unreadable:
    """Read ``record`` on behalf of ``core``."""
    try:
        if record.topic in EVENTS_BY_TOPIC:
            return _own(core.service, record)
        return _external(core, record)
    except UnusableRecord as error:
        return Unreadable(record, error.reason)


def _own(service: str, record: RawRecord) -> Heard | Unreadable:
    envelope = from_headers(read_headers(record.headers))
    key = _uuid("ce_subject", envelope.subject)
    sender = _text("ce_stream", envelope.stream)
    if not 1 <= envelope.sequence <= _LAST_VERSION:
        raise UnusableRecord(f"ce_sequence {envelope.sequence} is no version")
    kind = EVENTS.get(envelope.type)
    try:
        event = UNKNOWN if kind is None else kind.model_validate_json(_bytes(record))
    except ValueError as error:
        reason = f"the value is no {envelope.type}: {_first_line(error)}"
        return Unreadable(record, reason, sender, envelope.sequence, envelope.id, key)
    return Heard(
        record=record,
        id=envelope.id,
        sender=sender,
        sequence=envelope.sequence,
        key=key,
        event=event,
        occurred_at=envelope.occurred_at,
        causation=str(envelope.id),
        actor=f"service:{service}",
        external=False,
        traceparent=_trace(envelope.traceparent),
        recorded_at=envelope.recorded_at,
    )


def _external(core: Core[Any, Any, Any], record: RawRecord) -> Heard:
    texts = read_headers(record.headers)
    structured = texts.get("content-type", "").partition(";")[0].strip().lower() == _STRUCTURED
    attributes, data = _structured(_bytes(record)) if structured else (_binary(texts), record.value)
    if attributes.get("specversion") != "1.0":
        raise UnusableRecord("attribute specversion is missing or not 1.0")
    source, event_id, kind = (_attribute(attributes, name) for name in ("source", "id", "type"))
    reader = core.readers.get(kind)
    if reader is None:
        raise UnusableRecord(f"unknown type {kind}")
    if data is None:
        raise UnusableRecord("there is no data")
    try:
        event = reader(data)
    except ValueError as error:
        raise UnusableRecord(f"the data is no {kind}: {_first_line(error)}") from error
    key = request_key(source, event_id)
    named = core.addressee(event)
    return Heard(
        record=record,
        id=key,
        sender=f"request-{key}",
        sequence=1,
        key=named if isinstance(named, UUID) else key,
        event=event,
        occurred_at=_instant(attributes.get("time")),
        causation=event_id,
        actor=f"channel:{source}",
        external=True,
        traceparent=_trace(attributes.get("traceparent") or texts.get("traceparent")),
        number=named if isinstance(named, str) else None,
    )


def _binary(texts: Mapping[str, str]) -> dict[str, Any]:
    return {name[3:]: text for name, text in texts.items() if name.startswith("ce_")}


def _structured(value: bytes) -> tuple[dict[str, Any], bytes | None]:
    try:
        document = json.loads(value)
    except (ValueError, RecursionError) as error:
        raise UnusableRecord("the value is not JSON") from error
    if not isinstance(document, dict):
        raise UnusableRecord("the value is no JSON object")
    try:
        if "data_base64" in document:
            return document, base64.b64decode(document["data_base64"], validate=True)
        return document, json.dumps(document["data"], ensure_ascii=False).encode() if "data" in document else None
    except (ValueError, TypeError) as error:
        raise UnusableRecord("data cannot be read") from error


def _attribute(attributes: Mapping[str, Any], name: str) -> str:
    value = attributes.get(name)
    if not isinstance(value, str) or not value:
        raise UnusableRecord(f"attribute {name} is missing")
    return _text(name, value)


def _text(name: str, text: str) -> str:
    if len(text) > _LONGEST:
        raise UnusableRecord(f"attribute {name} is longer than {_LONGEST} characters")
    try:
        return storable(text)
    except ValueError as error:
        raise UnusableRecord(f"attribute {name}: {error}") from error


def _uuid(name: str, text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise UnusableRecord(f"attribute {name} is no UUID") from error


def _instant(text: object) -> datetime | None:
    if text is None:
        return None
    try:
        return to_utc(datetime.fromisoformat(str(text)))
    except (ValueError, OverflowError) as error:
        raise UnusableRecord("attribute time is no instant with an offset") from error


def _trace(text: object) -> str | None:
    """W3C trace context, where it is one; a broken one is nobody's loss."""
    return text if isinstance(text, str) and len(text) == 55 and text.isascii() and "\x00" not in text else None


def _bytes(record: RawRecord) -> bytes:
    if record.value is None:
        raise UnusableRecord("there is no value")
    return record.value


def _first_line(error: Exception) -> str:
    """Where and why, without the values, which may be personal."""
    problems = getattr(error, "errors", None)
    if callable(problems):
        first = problems(include_url=False, include_input=False, include_context=False)[0]
        return f"{'.'.join(str(part) for part in first['loc']) or 'data'}: {first['msg']}"
    return str(error).partition("\n")[0] or type(error).__name__
