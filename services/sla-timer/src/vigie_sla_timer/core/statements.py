"""The moments of a promise as the events that state them, and back again."""

from __future__ import annotations

from typing import Final, assert_never, get_args

from vigie.commitments import (
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
from vigie.contracts import sla as contract
from vigie.contracts.event import Event
from vigie.contracts.sla import (
    ClockCancelled,
    ClockMet,
    ClockPaused,
    ClockResumed,
    ClockRetargeted,
    ClockStarted,
    DeadlineApproaching,
    DeadlineMissed,
    OverrunReached,
    SlaEvent,
)
from vigie_sla_timer.core.learning import Ticket

EVENTS: Final[tuple[type[Event], ...]] = get_args(SlaEvent)
"""All that sla-timer says."""

Statement = (
    ClockStarted
    | ClockPaused
    | ClockResumed
    | ClockRetargeted
    | ClockMet
    | ClockCancelled
    | contract.LadderEnded
    | DeadlineApproaching
    | DeadlineMissed
    | OverrunReached
)


def statement(moment: Moment, ticket: Ticket) -> Statement:
    """The event that states ``moment``."""
    about = ticket.about(moment.clock)
    match moment:
        case Started(at=at, due=due, budget_seconds=budget, calendar=calendar, priority=priority):
            return ClockStarted(
                **about, started_at=at, due_at=due, budget_seconds=budget, calendar=calendar, priority=priority
            )
        case Paused(at=at, remaining_seconds=remaining):
            return ClockPaused(**about, paused_at=at, remaining_seconds=remaining)
        case Resumed(at=at, due=due, remaining_seconds=remaining):
            return ClockResumed(**about, resumed_at=at, due_at=due, remaining_seconds=remaining)
        case Retargeted(at=at, due=due, priority=priority):
            return ClockRetargeted(**about, retargeted_at=at, due_at=due, priority=priority, reason="priority_changed")
        case Met(at=at, due=due, late=late):
            return ClockMet(**about, met_at=at, due_at=due, late=late)
        case Cancelled(at=at):
            return ClockCancelled(**about, cancelled_at=at)
        case LadderEnded():
            return contract.LadderEnded(
                **about, missed_at=moment.missed_at, ended_at=moment.at, priority=moment.priority
            )
        case Approaching(at=at, due=due):
            return DeadlineApproaching(**about, warned_at=at, due_at=due)
        case Missed(at=at, priority=priority):
            return DeadlineMissed(**about, due_at=at, missed_at=at, priority=priority)
        case OverrunPassed():
            return OverrunReached(
                **about,
                level=moment.level,
                missed_at=moment.missed_at,
                reached_at=moment.at,
                overrun_seconds=moment.overrun_seconds,
                priority=moment.priority,
            )
        case _:
            assert_never(moment)


def stated(event: Statement) -> Moment:
    """The moment that ``event`` states."""
    clock = event.clock
    match event:
        case ClockStarted():
            return Started(clock, event.started_at, event.due_at, event.budget_seconds, event.calendar, event.priority)
        case ClockPaused():
            return Paused(clock, event.paused_at, event.remaining_seconds)
        case ClockResumed():
            return Resumed(clock, event.resumed_at, event.due_at, event.remaining_seconds)
        case ClockRetargeted():
            return Retargeted(clock, event.retargeted_at, event.due_at, event.priority)
        case ClockMet():
            return Met(clock, event.met_at, event.due_at, event.late)
        case ClockCancelled():
            return Cancelled(clock, event.cancelled_at)
        case contract.LadderEnded():
            return LadderEnded(clock, event.ended_at, event.missed_at, event.priority)
        case DeadlineApproaching():
            return Approaching(clock, event.warned_at, event.due_at)
        case DeadlineMissed():
            return Missed(clock, event.missed_at, event.priority)
        case OverrunReached():
            return OverrunPassed(
                clock, event.reached_at, event.level, event.missed_at, event.overrun_seconds, event.priority
            )
        case _:
            assert_never(event)
