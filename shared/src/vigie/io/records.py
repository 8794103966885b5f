"""What goes into the engine and what comes out of it: plain values, so that neither half needs the other's library."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol
from uuid import UUID

from vigie.contracts.event import Event

RawHeaders = tuple[tuple[str, bytes | None], ...]


class DomainClock(Protocol):
    """The deployment's one clock."""

    def now(self) -> datetime:
        """Domain time, aware, UTC."""


class RawRecord(NamedTuple):
    """A Kafka record as it was fetched, nothing decoded: what a dead letter and a parked record must give back."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    headers: RawHeaders
    value: bytes | None


class Appended(NamedTuple):
    """An event that was just written."""

    key: UUID
    """The ticket."""
    stream: str
    version: int
    event_id: UUID
    event: Event
    recorded_at: datetime
    actor: str
    causation: str


Fate = Literal["applied", "repeated", "skipped", "refused", "parked", "drained", "dead_letter"]
"""What became of a record. ``skipped``: a type nobody here knows; ``refused``: a rule said no, nobody is there to be
told; ``drained``: parked earlier, applied now."""


class Outcome(NamedTuple):
    """What became of one record: the keys of its log line."""

    record: RawRecord
    fate: Fate
    stream: str | None = None
    """The own stream; None where the record could not be read."""
    events: int = 0
    """How many events it made happen, wake-ups before it included."""
    reason: str | None = None
    """Why it was parked, refused or given up."""


class Woken(NamedTuple):
    """What became of one due wake-up. Lateness is ``recorded_at - due_at``."""

    stream: str
    due_at: datetime
    recorded_at: datetime
    fate: Literal["woken", "stale", "held"]
    """``stale``: the stream wants another instant by now, the row was corrected; ``held``: records of it are parked."""
    events: int
    traceparent: str | None = None
    """Of what the stream was last told."""


class Performed(NamedTuple):
    """An order was carried out."""

    version: int
    """Of the stream afterwards: the ``ETag``."""
    state: Any
    events: tuple[Event, ...]
    """What it made happen, wake-ups before it not included; () for a repeat without an idempotency key."""
    answer: bytes
    """What ``Order.render`` made of it."""


class Repeated(NamedTuple):
    """The same order with the same idempotency key was carried out before; this is what was answered then."""

    answer: bytes


Answer = Performed | Repeated


def _no_body(_version: int, _state: Any, _events: tuple[Event, ...]) -> bytes:
    return b""


@dataclass(frozen=True, slots=True)
class Order:
    """A command that somebody gives and waits for, by HTTP."""

    key: UUID
    """The ticket; for a new one, its id to be (a UUIDv7)."""
    command: Any
    """The command; where ``numbered``, a function that makes it of a fresh ticket number (``T-1042``)."""
    id: UUID
    """A fresh UUIDv7: the cause, and the id of the first event it makes happen."""
    actor: str
    """``agent:amelie``"""
    principal: str
    """Whose idempotency keys are meant: two principals may use the same one."""
    idempotency_key: str | None = None
    digest: bytes = b""
    """sha256 of what was asked (action, path, body): the same key with another digest is IdempotencyMismatch."""
    expected_version: int | None = None
    """``If-Match``; otherwise StaleVersion."""
    expect_exists: bool = False
    """UnknownStream when nothing has happened to the stream."""
    numbered: bool = False
    render: Callable[[int, Any, tuple[Event, ...]], bytes] = _no_body
    """(version, state, events) → the answer's bytes, kept under the idempotency key in the same transaction."""
    traceparent: str | None = None
