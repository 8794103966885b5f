"""Which record's turn it is, and what becomes of it: applied, repeated, parked or dead. No I/O.

A stream whose record was applied may be what its parked records waited for: they are tried again, in order, for as
long as any of them gets on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

import structlog

from vigie.contracts.terms import ContractTerms
from vigie.decider import Caller, Core, Elsewhere, Lacking, Reaction, Received, Refused, stream_name
from vigie.io.batch import Batch, Cause
from vigie.io.deadletters import DeadLetter
from vigie.io.hearing import UNKNOWN, Heard, Unreadable
from vigie.io.inbox import Inbox
from vigie.io.parking import Parking, Waiting
from vigie.io.records import Outcome

_log = structlog.get_logger("vigie.engine")


class NotLocked(Exception):
    """A reaction concerns a stream that this transaction does not hold. It starts again, holding that one too."""

    def __init__(self, stream: str) -> None:
        super().__init__(f"{stream} is not held")
        self.stream = stream


class Provided(NamedTuple):
    """What the shell adds to records before the core sees them, by the record's id."""

    numbers: Mapping[UUID, str] = {}
    """A fresh ticket number, for a core that numbers tickets."""
    contracts: Mapping[UUID, ContractTerms] = {}
    """What the directory says of the asker."""
    callers: Mapping[UUID, Caller] = {}
    """Whom the directory knows under the number of a call."""
    tickets: Mapping[str, UUID] = {}
    """By their numbers, those that records name so."""


class Hearings:
    """Goes through the records of one transaction."""

    def __init__(
        self, core: Core[Any, Any, Any], batch: Batch, inbox: Inbox, parking: Parking, provided: Provided
    ) -> None:
        self._core, self._batch, self._inbox, self._parking, self._provided = core, batch, inbox, parking, provided
        self.dead: list[DeadLetter] = []

    def take(self, heard: Heard | Unreadable, *, draining: bool = True) -> list[Outcome]:
        """What becomes of a record, then (if ``draining``) of those that had waited for it."""
        if isinstance(heard, Unreadable):
            return [self._bury_unreadable(heard)]
        stream = stream_name(self._core.category, heard.key)
        match self._inbox.judge(heard):
            case "repeated":
                return [Outcome(heard.record, "repeated", stream)]
            case "fork":
                return [self._park_fork(heard, stream)]
            case "gap":
                reason = f"{heard.sender} was heard up to version {self._inbox.head(heard.sender)} only"
                return [self._park(heard, stream, reason)]
            case "new":
                try:
                    outcome = self._apply(heard, stream)
                except Lacking as error:
                    return [self._park(heard, stream, str(error))]
                return [outcome, *(self.drain(outcome.stream or stream) if draining else ())]

    def drain(self, stream: str) -> list[Outcome]:
        """Try what waits at ``stream`` again; the outcomes of what waits no longer."""
        outcomes: list[Outcome] = []
        progress = True
        while progress:
            progress = False
            for one in list(self._parking.at(stream)):
                outcome = self._retry(one)
                if outcome is not None:
                    self._parking.leave(one)
                    outcomes.append(outcome)
                    progress = True
        return outcomes

    def _retry(self, one: Waiting) -> Outcome | None:
        heard = one.heard
        match self._inbox.judge(heard):
            case "repeated":
                return Outcome(heard.record, "repeated", one.stream)
            case "fork" | "gap":
                return None
            case "new":
                try:
                    outcome = self._apply(heard, one.stream)
                except Lacking as error:
                    return self._give_up(one, error) if one.overdue else None
                return outcome if outcome.fate == "dead_letter" else outcome._replace(fate="drained")

    def _apply(self, heard: Heard, stream: str) -> Outcome:
        """Let ``heard`` have its effect; raises Lacking when it must wait."""
        if heard.event is UNKNOWN:
            return self._applied(heard, stream, Outcome(heard.record, "skipped", stream))
        after = self._batch.streams[stream].version
        try:
            reaction = self._core.react(self._received(heard))
            if reaction is None:
                return self._applied(heard, stream, Outcome(heard.record, "applied", stream))
            stream, after, events = self._carry_out(reaction, heard)
        except Refused as refusal:
            _log.warning("refused", stream=stream, rule=refusal.name, ce_id=heard.causation)
            return self._applied(heard, stream, Outcome(heard.record, "refused", stream, reason=refusal.name), after)
        except (Lacking, NotLocked):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this record's, and its neighbours go on
            _log.exception("poison", stream=stream, sender=heard.sender, version=heard.sequence, ce_id=heard.causation)
            return self._bury(heard, stream, f"{type(error).__name__}: {error}")
        return self._applied(heard, stream, Outcome(heard.record, "applied", stream, events), after)

    def _carry_out(self, reaction: Reaction, heard: Heard) -> tuple[str, int, int]:
        """The stream that took it, its version before, and how many events that made."""
        stream = self._held(reaction)
        after = self._batch.streams[stream].version
        try:
            return stream, after, self._batch.execute(stream, reaction.command, _cause(heard))[1]
        except Elsewhere as elsewhere:
            return self._carry_out(reaction._replace(key=elsewhere.key), heard)

    def _held(self, reaction: Reaction) -> str:
        stream = stream_name(self._core.category, reaction.key)
        if stream not in self._batch.streams:
            raise NotLocked(stream)
        return stream

    def _received(self, heard: Heard) -> Received:
        now = self._batch.not_before(heard.recorded_at)
        return Received(
            event=heard.event,
            id=heard.id,
            sequence=heard.sequence,
            occurred_at=heard.occurred_at or now,
            now=now,
            serial=self._provided.numbers.get(heard.id),
            contract=self._provided.contracts.get(heard.id),
            about=self._about(heard),
            caller=self._provided.callers.get(heard.id),
        )

    def _about(self, heard: Heard) -> UUID | None:
        if not heard.external:
            return None
        return heard.key if heard.key != heard.id else self._provided.tickets.get(heard.number or "")

    def _applied(self, heard: Heard, stream: str, outcome: Outcome, after: int | None = None) -> Outcome:
        self._inbox.apply(heard, stream, self._batch.streams[stream].version if after is None else after)
        return outcome

    def _park(self, heard: Heard, stream: str, reason: str) -> Outcome:
        self._parking.park(heard, stream, reason)
        return Outcome(heard.record, "parked", stream, reason=reason)

    def _park_fork(self, heard: Heard, stream: str) -> Outcome:
        reason = f"another event was applied as version {heard.sequence} of {heard.sender}"
        _log.error("fork", stream=stream, sender=heard.sender, version=heard.sequence, ce_id=heard.causation)
        self._inbox.forked.add(heard.sender)
        self._parking.park(heard, stream, reason, fork=True)
        return Outcome(heard.record, "parked", stream, reason=reason)

    def _give_up(self, one: Waiting, error: Lacking) -> Outcome:
        reason = f"waited in vain: {error}"
        _log.warning("dead_letter", stream=one.stream, reason=reason, ce_id=one.heard.causation)
        return self._bury(one.heard, one.stream, reason)

    def _bury(self, heard: Heard, stream: str, reason: str) -> Outcome:
        self.dead.append(dead_letter(heard, stream, reason))
        return Outcome(heard.record, "dead_letter", stream, reason=reason)

    def _bury_unreadable(self, one: Unreadable) -> Outcome:
        stream = own_stream(self._core, one.key)
        self.dead.append(dead_letter(one, stream, one.reason))
        return Outcome(one.record, "dead_letter", stream, reason=one.reason)


def dead_letter(one: Heard | Unreadable, stream: str | None, reason: str) -> DeadLetter:
    """``one`` as nobody could use it, with what is known of the sender's stream, which waits for it."""
    if isinstance(one, Unreadable):
        return DeadLetter(one.record, reason, stream, one.sender, one.version, one.event_id)
    if one.external:  # a stream of one: nothing waits for it, and it may be sent again once repaired
        return DeadLetter(one.record, reason, stream)
    return DeadLetter(one.record, reason, stream, one.sender, one.sequence, one.id)


def own_stream(core: Core[Any, Any, Any], key: UUID | None) -> str | None:
    """The stream of ``core`` that a message about ``key`` is for."""
    return None if key is None else stream_name(core.category, key)


def _cause(heard: Heard) -> Cause:
    return Cause(heard.id, heard.causation, heard.actor, traceparent=heard.traceparent, recorded_at=heard.recorded_at)
