"""The life of one clock: how each fact, and the time between facts, moves it.

A fact at the due instant comes before the miss (done at the limit is in time), while a level whose threshold is
reached at the instant of a fact is reached before it (« at least 15 minutes late » includes 15).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, assert_never

from vigie.commitments.facts import (
    ArrivedOnSite,
    Closed,
    ContactAttempted,
    CustomerAsked,
    CustomerReplied,
    Fact,
    OnCallAccepted,
    OnSitePlanned,
    Opened,
    PriorityChanged,
    Qualified,
    Reopened,
    Resolved,
    TakenInCharge,
)
from vigie.commitments.moments import (
    Approaching,
    Cancelled,
    LadderEnded,
    Met,
    Missed,
    Moment,
    OverrunPassed,
    Paused,
    Resumed,
    Retargeted,
    Started,
)
from vigie.policy.commitment import Beginning, Commitment, Ending, Rung
from vigie.policy.policy import Policy
from vigie.policy.targets import Target

_BEGINNINGS: Final[dict[Beginning, type[Fact]]] = {
    "TicketOpened": Opened,
    "OnCallAccepted": OnCallAccepted,
    "OnSitePlanned": OnSitePlanned,
    "ContactAttempted": ContactAttempted,
}
_ENDINGS: Final[dict[Ending, type[Fact]]] = {
    "TicketTakenInCharge": TakenInCharge,
    "TicketResolved": Resolved,
    "ArrivedOnSite": ArrivedOnSite,
    "ContactAttempted": ContactAttempted,
}
_NOTHING = timedelta(0)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Idle:
    """Not started, or ended for good: only a new beginning moves it."""


@dataclass(frozen=True, slots=True)
class Running:
    """``left`` of the budget was there at ``since``; ``due`` follows from it."""

    target: Target
    since: datetime
    left: timedelta
    due: datetime
    warning: timedelta
    """How much is left when the warning is given; nothing: none is, or it was."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Paused, with ``left`` of the budget, which warns when so much of it is left as ``warning`` says."""

    target: Target
    left: timedelta
    warning: timedelta


@dataclass(frozen=True, slots=True)
class Stopped:
    """Met in time, or cancelled by closing, at ``at``: a reopened ticket goes on with what was left then."""

    was: Running | Waiting
    at: datetime


@dataclass(frozen=True, slots=True)
class Late:
    """Missed and not yet done."""

    missed_at: datetime
    since: datetime
    """When this ladder came to apply: rungs already past then are reached then."""
    rungs: tuple[Rung, ...]
    """Those still to be reached."""
    reached: tuple[str, ...] = ()


State = Idle | Running | Waiting | Stopped | Late


class Clock:
    """A commitment on its way through the facts of one ticket; ``moments`` fills up in the order of time."""

    __slots__ = (
        "_beginning",
        "_commitment",
        "_customer_has_turn",
        "_ending",
        "_kind",
        "_opened",
        "_policy",
        "_priority",
        "_state",
        "moments",
    )

    def __init__(self, commitment: Commitment, policy: Policy, opened: Opened) -> None:
        self.moments: list[Moment] = []
        self._beginning = _BEGINNINGS[commitment.starts]
        self._ending = _ENDINGS[commitment.ends]
        self._commitment = commitment
        self._policy = policy
        self._opened = opened
        self._priority = opened.priority
        self._kind = opened.kind
        self._customer_has_turn = False
        self._state: State = Idle()

    def begins_with(self, fact: Fact) -> bool:
        """Whether ``fact`` is of the kind that starts this clock."""
        if not isinstance(fact, self._beginning):
            return False
        if not isinstance(fact, ContactAttempted):
            return True
        return self._policy.is_occasion(self._commitment, fact.outcome, fact.at, self._opened.contract)

    def pass_time(self, until: datetime | None) -> None:
        """What time alone brings about before a fact of ``until``, or ever after (None)."""
        if isinstance(self._state, Running):
            self._run_out(self._state, until)
        if isinstance(self._state, Late):
            self._climb(self._state, until)

    def hear(self, fact: Fact, at: datetime) -> None:
        """What ``fact`` does to the clock at ``at``; time must have passed until then."""
        if isinstance(fact, self._ending):
            self._finish(at)
        if self.begins_with(fact):
            self._start(at)
        match fact:
            case CustomerAsked():
                self._give_turn_to_customer(at)
            case CustomerReplied() | Resolved():
                self._give_turn_to_desk(at)
            case Closed():
                self._customer_has_turn = False
                self._cancel(at)
            case Reopened():
                self._reopen(at)
            case PriorityChanged(priority=priority) if priority != self._priority:
                had_ladder = bool(self._ladder())
                self._priority = priority
                self._retarget(at, had_ladder)
            case Qualified(kind=kind):
                had_ladder = bool(self._ladder())
                self._kind = kind
                if isinstance(self._state, Late):
                    self._climb_another(self._state, at, had_ladder)
            case Opened() | OnCallAccepted() | TakenInCharge() | PriorityChanged():
                pass
            case ContactAttempted() | OnSitePlanned() | ArrivedOnSite():
                pass
            case _:
                assert_never(fact)

    def _run_out(self, state: Running, until: datetime | None) -> None:
        name = self._commitment.name
        if state.warning and (until is None or until > _earliest_warning(state)):
            warn_at = state.target.due(state.since, state.left - state.warning)
            if until is None or warn_at < until:
                self.moments.append(Approaching(name, warn_at, state.due))
                self._state = replace(state, warning=_NOTHING)
        if until is None or state.due < until:
            self.moments.append(Missed(name, state.due, self._priority))
            self._state = Late(state.due, state.due, self._ladder())

    def _climb(self, state: Late, until: datetime | None) -> None:
        rungs, reached = state.rungs, state.reached
        for rung in state.rungs:
            at = max(state.missed_at + rung.after, state.since)
            if until is not None and at > until:
                break
            overrun_seconds = rung.after // _SECOND
            self.moments.append(
                OverrunPassed(self._commitment.name, at, rung.level, state.missed_at, overrun_seconds, self._priority)
            )
            rungs, reached = rungs[1:], (*reached, rung.level)
        if reached is not state.reached:
            self._state = replace(state, rungs=rungs, reached=reached)

    def _start(self, at: datetime) -> None:
        """Begin, unless a run is under way: it lasts until it is done, however late."""
        if not isinstance(self._state, Idle | Stopped):
            return
        target = self._target()
        if target is None:
            return
        budget = target.budget(at)
        state = self._run(target, at, budget, target.warning(budget))
        self.moments.append(
            Started(self._commitment.name, at, state.due, budget // _SECOND, target.calendar, self._priority)
        )
        if self._waits():
            self._wait(state, at)

    def _finish(self, at: datetime) -> None:
        match self._state:
            case Running() | Waiting() as state:
                due = state.due if isinstance(state, Running) else None
                self._state = Stopped(state, at)
                self.moments.append(Met(self._commitment.name, at, due, late=False))
            case Late(missed_at):
                self._state = Idle()
                self.moments.append(Met(self._commitment.name, at, missed_at, late=True))
            case Idle() | Stopped():
                pass
            case _:
                assert_never(self._state)

    def _cancel(self, at: datetime) -> None:
        match self._state:
            case Running() | Waiting() as state:
                self._state = Stopped(state, at)
            case Late():
                self._state = Idle()
            case Idle() | Stopped():
                return
            case _:
                assert_never(self._state)
        self.moments.append(Cancelled(self._commitment.name, at))

    def _reopen(self, at: datetime) -> None:
        """Only what ends with the resolution goes on; what was missed is not missed again."""
        if self._commitment.ends == "TicketResolved" and isinstance(self._state, Stopped):
            was, stopped_at = self._state.was, self._state.at
            self._resume(was if isinstance(was, Waiting) else _stopped(was, stopped_at), at)

    def _give_turn_to_customer(self, at: datetime) -> None:
        self._customer_has_turn = True
        if self._waits() and isinstance(self._state, Running):
            self._wait(self._state, at)

    def _give_turn_to_desk(self, at: datetime) -> None:
        self._customer_has_turn = False
        if isinstance(self._state, Waiting):
            self._resume(self._state, at)

    def _resume(self, state: Waiting, at: datetime) -> None:
        """Go on with what was left, unless the customer has the turn."""
        remaining_seconds = state.left // _SECOND
        if self._waits():
            self._state = state
            self.moments.append(Paused(self._commitment.name, at, remaining_seconds))
        else:
            due = self._run(state.target, at, state.left, state.warning).due
            self.moments.append(Resumed(self._commitment.name, at, due, remaining_seconds))

    def _retarget(self, at: datetime, had_ladder: bool) -> None:
        match self._state:
            case Running() | Waiting():
                self._start_anew(at)
            case Late() as state:
                self._climb_another(state, at, had_ladder)
            case Idle() | Stopped():
                pass
            case _:
                assert_never(self._state)

    def _climb_another(self, state: Late, at: datetime, had_ladder: bool) -> None:
        """Go on by the ladder of the new priority or kind: what it would have called already is called now."""
        ladder = self._ladder()
        rungs = tuple(rung for rung in ladder if rung.level not in state.reached)
        self._state = replace(state, since=at, rungs=rungs)
        if had_ladder and not ladder:
            self.moments.append(LadderEnded(self._commitment.name, at, state.missed_at, self._priority))

    def _start_anew(self, at: datetime) -> None:
        """The whole budget of the new priority, on its calendar; no promise any more where it has none."""
        target = self._target()
        if target is None:
            self._state = Idle()
            self.moments.append(Cancelled(self._commitment.name, at))
            return
        budget, due = target.budget(at), None
        warning = target.warning(budget)
        if isinstance(self._state, Waiting):
            self._state = Waiting(target, budget, warning)
        else:
            due = self._run(target, at, budget, warning).due
        self.moments.append(Retargeted(self._commitment.name, at, due, self._priority))

    def _run(self, target: Target, since: datetime, left: timedelta, warning: timedelta) -> Running:
        """Let the clock run. It warns when so much is left, unless less was left when it began to run."""
        state = Running(
            target=target,
            since=since,
            left=left,
            due=target.due(since, left),
            warning=warning if warning <= left else _NOTHING,
        )
        self._state = state
        return state

    def _wait(self, state: Running, at: datetime) -> None:
        self._state = _stopped(state, at)
        self.moments.append(Paused(self._commitment.name, at, self._state.left // _SECOND))

    def _waits(self) -> bool:
        return self._customer_has_turn and self._commitment.pauses == "waiting_for_customer"

    def _target(self) -> Target | None:
        return self._commitment.target(self._priority, self._opened.kind, self._opened.contract)

    def _ladder(self) -> tuple[Rung, ...]:
        return self._policy.ladder(self._priority, self._kind, self._opened.contract)


def _stopped(state: Running, at: datetime) -> Waiting:
    """The clock with what is left of its budget at ``at``, which is not after ``due``."""
    return Waiting(state.target, state.left - state.target.passed(state.since, at), state.warning)


def _earliest_warning(state: Running) -> datetime:
    """The warning does not come before this, which takes no calendar to know: open time passes no faster than time."""
    return state.since + state.left - state.warning
