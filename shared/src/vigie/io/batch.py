"""What one transaction comes to: pure bookkeeping between reading the streams and writing the rows.

A command counts as a whole or not at all: what it makes happen (and the wake-ups that come before it) is added only
when all of it has been decided and encoded, so that a record that fails leaves nothing behind for its neighbours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from vigie.contracts.envelope import Envelope, to_headers
from vigie.contracts.event import Event, encode, published
from vigie.contracts.ids import derived_id, wake_cause
from vigie.decider import Core, Wake, due_before
from vigie.io.codec import pack_headers
from vigie.io.hashing import Hashed, hash_event, hash_personal
from vigie.io.memory import Loaded
from vigie.io.partitioning import partition_of
from vigie.io.records import Appended
from vigie.io.store import EventRow, OutboxRow, WakeupRow


class RestlessStream(Exception):
    """A decider wants to be woken again for an instant that has been served: it would be due for ever."""


class Cause(NamedTuple):
    """Why something happens."""

    id: UUID
    """What the ids of the events are derived from."""
    causation: str
    """The id of the message or command, as it was written."""
    actor: str
    is_first_id: bool = False
    """Whether the first event has ``id`` itself: what people cause directly."""
    traceparent: str | None = None
    recorded_at: datetime | None = None
    """When it was recorded, where a service of Vigie has recorded it."""


class _Draft(NamedTuple):
    row: EventRow
    out: OutboxRow
    appended: Appended


class _Attempt:
    """A stream while something is being made of a command."""

    def __init__(
        self, core: Core[Any, Any, Any], recorded_at: Callable[[Event], datetime], stream: str, loaded: Loaded
    ) -> None:
        self._core, self._recorded_at, self._stream = core, recorded_at, stream
        self._named = stream[len(core.category) + 1 :]
        self._key = UUID(self._named)
        self.loaded = loaded
        self.drafts: list[_Draft] = []

    def wake(self, until: datetime, *, inclusive: bool) -> None:
        """Let what was due before ``until`` happen first."""
        decider = self._core.decider
        last: datetime | None = None
        while (due := due_before(decider, self.loaded.state, until, inclusive=inclusive)) is not None:
            if last is not None and due <= last:
                raise RestlessStream(f"{self._stream} wants to be woken at {due} again")
            last = due
            events = decider.decide(self.loaded.state, Wake(due))
            cause = wake_cause(self._stream, self.loaded.version, due)
            actor = f"service:{self._core.service}"
            self.add(events, Cause(cause, str(cause), actor, traceparent=self.loaded.traceparent))

    def decide(self, command: Any, cause: Cause) -> tuple[Event, ...]:
        events = tuple(self._core.decider.decide(self.loaded.state, command))
        self.add(events, cause)
        return events

    def add(self, events: Iterable[Event], cause: Cause) -> None:
        for ordinal, event in enumerate(events):
            direct = cause.is_first_id and ordinal == 0
            self._append(event, cause, cause.id if direct else derived_id(cause.id, self._stream, ordinal))

    def _append(self, event: Event, cause: Cause, event_id: UUID) -> None:
        version, previous, state, trace = self.loaded
        version += 1
        facts, personal = encode(event)
        recorded_at = self._recorded_at(event)
        hashed = Hashed(
            stream=self._stream,
            version=version,
            event_id=event_id,
            type=event.ce_type,
            schema_version=event.schema_version,
            occurred_at=event.occurred_at,
            recorded_at=recorded_at,
            actor=cause.actor,
            causation=cause.causation,
            correlation=self._named,
            facts=facts,
            personal_hash=hash_personal(personal),
        )
        digest = hash_event(previous, hashed)
        row = EventRow(*hashed[:11], personal, hashed.personal_hash, digest, cause.traceparent)
        appended = Appended(
            self._key, self._stream, version, event_id, event, recorded_at, cause.actor, cause.causation
        )
        self.drafts.append(_Draft(row, outbox_row(self._core.service, self._core.topic, row), appended))
        state = self._core.decider.evolve(state, event)
        self.loaded = Loaded(version, digest, state, cause.traceparent or trace)


def outbox_row(service: str, topic: str, row: EventRow) -> OutboxRow:
    """The record that tells a stored event: the same bytes whenever it is made."""
    envelope = Envelope(
        id=row.event_id,
        source=f"/vigie/{service}",
        type=row.type,
        subject=row.correlation,
        stream=row.stream,
        sequence=row.version,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        actor=row.actor,
        correlation=row.correlation,
        causation=row.causation,
        hash=row.hash.hex(),
        traceparent=row.traceparent,
    )
    key = row.correlation.encode()
    return OutboxRow(
        topic, partition_of(key), key, pack_headers(to_headers(envelope)), published(row.facts, row.personal)
    )


class Batch:
    """The locked streams of one transaction, and what is to be written about them."""

    def __init__(self, core: Core[Any, Any, Any], now: datetime, streams: Mapping[str, Loaded]) -> None:
        self._core, self.now = core, now
        self.streams: dict[str, Loaded] = dict(streams)
        self.events: list[EventRow] = []
        self.outbox: list[OutboxRow] = []
        self.appended: list[Appended] = []
        self.touched: set[str] = set()
        """Streams whose wake-up row may have to change."""
        self.schedules = False
        """Whether wake-ups were written."""

    def not_before(self, recorded_at: datetime | None) -> datetime:
        """The transaction's time, or the one at which a service of Vigie recorded the cause, if its clock was ahead."""
        return self.now if recorded_at is None else max(self.now, recorded_at)

    def execute(self, stream: str, command: Any, cause: Cause) -> tuple[tuple[Event, ...], int]:
        """Carry out ``command``: what it makes happen, and how many events that is with the wake-ups before it.

        It is recorded at the transaction's time, but nothing of it before it happened or before its cause was recorded:
        clocks disagree, and an effect that stands before its cause explains nothing.
        """
        not_before = self.not_before(cause.recorded_at)

        def carry_out(attempt: _Attempt) -> tuple[Event, ...]:
            attempt.wake(command.at, inclusive=False)
            return attempt.decide(command, cause)

        return self._attempt(stream, carry_out, lambda event: max(not_before, event.occurred_at))

    def wake(self, stream: str, due: datetime) -> int:
        """Let all happen that is due at ``due`` or before: the number of events.

        Recorded at the transaction's time, whatever it is: what was woken too early must show.
        """
        self.touched.add(stream)
        return self._attempt(stream, lambda attempt: attempt.wake(due, inclusive=True), lambda _: self.now)[1]

    def wakeup_rows(self) -> tuple[list[WakeupRow], list[str]]:
        """When the streams that were touched want to be woken, and which of them want nothing."""
        rows, cancelled = [], []
        for stream in sorted(self.touched):
            due = self._core.decider.wake_at(self.streams[stream].state)
            if due is None:
                cancelled.append(stream)
            else:
                key = stream[len(self._core.category) + 1 :]
                rows.append(WakeupRow(stream, partition_of(key.encode()), due))
        return rows, cancelled

    def _attempt(
        self, stream: str, act: Callable[[_Attempt], Any], recorded_at: Callable[[Event], datetime]
    ) -> tuple[Any, int]:
        attempt = _Attempt(self._core, recorded_at, stream, self.streams[stream])
        result = act(attempt)
        for row, out, appended in attempt.drafts:
            self.events.append(row)
            self.outbox.append(out)
            self.appended.append(appended)
        self.streams[stream] = attempt.loaded
        if attempt.drafts:
            self.touched.add(stream)
        return result, len(attempt.drafts)
