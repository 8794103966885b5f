"""Virtual time: every service's core in one process, and time that jumps from one wake-up to the next.

What production does with Kafka, PostgreSQL and a clock is done here with a queue, a dictionary and a heap; the
decisions are made by the very same cores. Ids come from a seed, so a run can be repeated.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from heapq import heappop, heappush
from importlib.metadata import entry_points
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID

from vigie.contracts.event import Event
from vigie.contracts.ids import derived_id, request_key, wake_cause
from vigie.contracts.requests import RequestSubmitted
from vigie.contracts.terms import ContractTerms
from vigie.contracts.tickets import RequestRefused
from vigie.decider import Core, Elsewhere, Reaction, Received, Wake, due_before, stream_name
from vigie.policy import Policies

FIRST_NUMBER = 1001


class Recorded(NamedTuple):
    """An event where it stands: the simulation's stand-in for an envelope."""

    service: str
    topic: str
    stream: str
    version: int
    id: UUID
    causation: UUID
    event: Event


class _Stream:
    __slots__ = ("core", "due", "key", "name", "state", "version")

    def __init__(self, core: Core[Any, Any, Any], key: UUID) -> None:
        self.core = core
        self.key = key
        self.name = stream_name(core.category, key)
        self.state = core.decider.initial
        self.version = 0
        self.due: datetime | None = None
        """What ``wake_at`` says of ``state``."""


def installed_cores(policies: Policies) -> tuple[Core[Any, Any, Any], ...]:
    """The cores of every installed service, by the entry point group ``vigie.cores``."""
    entries = sorted(entry_points(group="vigie.cores"), key=lambda entry: entry.name)
    return tuple(entry.load()(policies) for entry in entries)


class Simulation:
    """One run. Steps are given in the order of time; between them the wake-ups come at their own instants."""

    def __init__(self, cores: Sequence[Core[Any, Any, Any]], *, seed: int = 0) -> None:
        self.log: list[Recorded] = []
        self.now = datetime.min.replace(tzinfo=UTC)
        self._desk = next(core for core in cores if core.actions)
        self._listeners = {core.topic: [other for other in cores if core.topic in other.consumes] for core in cores}
        self._streams: dict[tuple[str, UUID], _Stream] = {}
        self._due: list[tuple[datetime, int, _Stream]] = []
        """A heap; what a stream no longer waits for is passed over when its instant comes."""
        self._undelivered: deque[tuple[_Stream, Recorded]] = deque()
        self._order = count()
        self._steps = count()
        self._serials = count(FIRST_NUMBER)
        self._seed = seed

    def request(self, request: RequestSubmitted, at: datetime, contract: ContractTerms | None = None) -> UUID:
        """Submit ``request`` at ``at``, as a channel would; the id of the ticket, or of the refusal."""
        self._reach(at)
        key = request_key("/simulation", f"{self._seed}/{next(self._steps)}")
        serial = f"T-{next(self._serials)}"
        reaction = self._desk.react(
            Received(event=request, id=key, sequence=1, occurred_at=at, now=at, serial=serial, contract=contract)
        )
        if reaction is None:
            raise RuntimeError(f"{self._desk.service} does not hear requests")
        self._apply(self._desk, reaction, cause=key)
        self._settle()
        return reaction.key

    def act(self, ticket: UUID, action: str, at: datetime, **fields: Any) -> None:
        """Give the command ``action`` (``take_charge``) at ``at``, as the API would.

        Raises ``Refused`` where a rule forbids it, pydantic's ValidationError where ``fields`` do not fit the
        command, KeyError for an unknown action.
        """
        command = self._desk.actions[action].model_validate({**fields, "at": at})
        self._reach(at)
        cause = derived_id(ticket, action, next(self._steps))
        try:
            self._apply(self._desk, Reaction(ticket, command), cause)
        finally:
            self._settle()

    def order_all(self, orders: Sequence[tuple[UUID, Any]]) -> None:
        """Give commands of one instant to several tickets: all are carried out, or none when one is ``Refused``."""
        at = orders[0][1].at
        self._reach(at)
        streams = [self._stream(self._desk, ticket) for ticket, _ in orders]
        for stream in streams:
            self._feed_wakes(stream, at)
        decided = [
            self._desk.decider.decide(stream.state, command)
            for stream, (_, command) in zip(streams, orders, strict=True)
        ]
        cause = derived_id(streams[0].key, "order_all", next(self._steps))
        for stream, events in zip(streams, decided, strict=True):
            self._record(stream, events, cause)
            self._schedule(stream)
        self._settle()

    def run(self, until: datetime) -> None:
        """Let time pass until ``until``, included."""
        while self._due and self._due[0][0] <= until:
            self._wake_next()
        self.now = max(self.now, until)

    def is_open(self, ticket: UUID) -> bool:
        """Whether a request became a ticket (and was not refused)."""
        return self._stream(self._desk, ticket).version > 0 and not any(
            isinstance(one.event, RequestRefused) and one.event.request_id == ticket for one in self.log
        )

    def _reach(self, moment: datetime) -> None:
        """Everything that is due before ``moment`` happens; at ``moment`` itself the step comes first."""
        while self._due and self._due[0][0] < moment:
            self._wake_next()
        self.now = max(self.now, moment)

    def _wake_next(self) -> None:
        due, _, stream = heappop(self._due)
        if stream.due != due:
            return
        self.now = max(self.now, due)
        self._feed_wakes(stream, due, inclusive=True)
        self._settle()

    def _apply(self, core: Core[Any, Any, Any], reaction: Reaction, cause: UUID) -> None:
        stream = self._stream(core, reaction.key)
        self._feed_wakes(stream, reaction.command.at)
        try:
            events = core.decider.decide(stream.state, reaction.command)
        except Elsewhere as elsewhere:
            self._apply(core, reaction._replace(key=elsewhere.key), cause)
            return
        self._record(stream, events, cause)
        self._schedule(stream)

    def _feed_wakes(self, stream: _Stream, moment: datetime, *, inclusive: bool = False) -> None:
        if stream.due is None or stream.due > moment:
            return
        decider = stream.core.decider
        while (due := due_before(decider, stream.state, moment, inclusive=inclusive)) is not None:
            events = decider.decide(stream.state, Wake(due))
            self._record(stream, events, wake_cause(stream.name, stream.version, due))
        self._schedule(stream)

    def _record(self, stream: _Stream, events: Iterable[Event], cause: UUID) -> None:
        for ordinal, event in enumerate(events):
            stream.version += 1
            stream.state = stream.core.decider.evolve(stream.state, event)
            recorded = Recorded(
                service=stream.core.service,
                topic=stream.core.topic,
                stream=stream.name,
                version=stream.version,
                id=derived_id(cause, stream.name, ordinal),
                causation=cause,
                event=event,
            )
            self.log.append(recorded)
            self._undelivered.append((stream, recorded))

    def _settle(self) -> None:
        """Deliver what was said to all who listen, until nobody has anything to add."""
        while self._undelivered:
            self._deliver(*self._undelivered.popleft())

    def _deliver(self, stream: _Stream, recorded: Recorded) -> None:
        received = Received(
            event=recorded.event,
            id=recorded.id,
            sequence=recorded.version,
            occurred_at=recorded.event.occurred_at,
            now=self.now,
        )
        for core in self._listeners[recorded.topic]:
            reaction = core.react(received)
            if reaction is not None:
                self._apply(core, reaction, recorded.id)
        answer = stream.core.answer(recorded.event) if stream.core.answer else None
        if answer is not None:
            self._apply(stream.core, answer, recorded.id)

    def _schedule(self, stream: _Stream) -> None:
        due = stream.core.decider.wake_at(stream.state)
        if due is not None and due != stream.due:
            heappush(self._due, (due, next(self._order), stream))
        stream.due = due

    def _stream(self, core: Core[Any, Any, Any], key: UUID) -> _Stream:
        stream = self._streams.get((core.category, key))
        if stream is None:
            stream = self._streams[core.category, key] = _Stream(core, key)
        return stream
