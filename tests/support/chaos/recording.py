"""What a run leaves behind: everything the model may look at, and nothing of the code that made it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Record:
    """A record of a topic, as bytes."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]
    value: bytes | None
    timestamp: float = 0.0
    """When its sender sent it, in machine seconds since 1970."""

    @cached_property
    def attributes(self) -> dict[str, str]:
        """The headers as text."""
        return {name: (value or b"").decode("utf-8", "replace") for name, value in self.headers}

    @cached_property
    def data(self) -> dict[str, Any]:
        """The value as JSON."""
        data: dict[str, Any] = json.loads(self.value or b"{}")
        return data

    @cached_property
    def name(self) -> str:
        """``DeadlineMissed``"""
        return self.attributes["ce_type"].split(".")[1]

    @cached_property
    def version(self) -> int:
        return int(self.attributes["ce_sequence"])

    @cached_property
    def occurred_at(self) -> datetime:
        return datetime.fromisoformat(self.attributes["ce_time"])

    @cached_property
    def recorded_at(self) -> datetime:
        return datetime.fromisoformat(self.attributes["ce_recordedtime"])

    @property
    def content(self) -> tuple[object, ...]:
        """What makes two records the same to the byte."""
        return self.topic, self.partition, self.key, self.headers, self.value


@dataclass(frozen=True, slots=True)
class Stored:
    """A row of a service's ``events``."""

    service: str
    stream: str
    version: int
    event_id: str
    type: str
    schema_version: int
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    causation: str
    correlation: str
    facts: bytes
    personal: bytes | None
    personal_hash: bytes | None
    hash: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that the mail server took. ``taken_at``: the machine's monotonic seconds."""

    message_id: str
    recipient: str
    content: str
    """sha256 of it."""
    taken_at: float
    acknowledged: bool
    """False: it hung up instead of saying so."""


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """A recipient or a mail that the mail server did not take."""

    recipient: str
    code: int
    at: float


@dataclass(frozen=True, slots=True)
class Done:
    """A fault that was inflicted, in the machine's monotonic seconds."""

    kind: str
    target: str
    begun: float
    ended: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something that Vigie accepted: it answered 201 or 200, or the broker acknowledged the record.

    ``token`` is a word that stands in the text of the event that must come of it, once.
    """

    token: str
    event: str
    """``TicketOpened``, ``TicketTakenInCharge`` …"""
    ticket: str | None = None
    """Its id, where it was answered."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How far a group has come in a partition of a topic."""

    group: str
    topic: str
    partition: int
    committed: int
    end: int


@dataclass
class Recording:
    """A whole run, at rest."""

    accepted: list[Wanted] = field(default_factory=list)
    poison: list[str] = field(default_factory=list)
    """Tokens of the records that nobody can use, which the load published on purpose."""
    faults: list[Done] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    """Of all topics but requests and heartbeats, each partition in its own order."""
    stored: list[Stored] = field(default_factory=list)
    unheard: dict[str, int] = field(default_factory=dict)
    """``notifier of intake`` → how many events of a stream that it hears a service has not applied."""
    left: dict[str, int] = field(default_factory=dict)
    """``notifier.outbox`` → rows that should not be there any more: outbox, parked, wakeups."""
    dead_letters: list[tuple[str, str]] = field(default_factory=list)
    """(service, what is left of the record as text)."""
    readings: list[Reading] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)
    turned_away: list[TurnedAway] = field(default_factory=list)
