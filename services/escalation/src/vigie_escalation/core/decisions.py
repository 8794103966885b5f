"""Who is called and who is free again. No level waits for another, answered or not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import assert_never

from vigie.contracts.escalations import (
    EscalationAcknowledged,
    EscalationEvent,
    EscalationRaised,
    EscalationStoodDown,
)
from vigie.decider import Decider, Wake
from vigie_escalation.core.calls import Answer, Call, Calls, ForWork, Standing, StoodDown, evolve
from vigie_escalation.core.commands import Acknowledge, CallLevel, CallLevelForWork, Command, StandDown


def decide(calls: Calls, command: Command | Wake) -> tuple[EscalationEvent, ...]:
    """What the command makes happen; nothing when it is a repeat or comes after the end."""
    match command:
        case CallLevel():
            return _call(calls, command)
        case CallLevelForWork():
            return _call_for_work(calls, command)
        case Acknowledge():
            return _acknowledge(calls, command)
        case StandDown():
            return tuple(_stand_down(calls, command))
        case Wake():
            return ()
        case _:
            assert_never(command)


def _call(calls: Calls, command: CallLevel) -> tuple[EscalationEvent, ...]:
    """A level is called once for a miss; again only when its ladder came back after it had ended."""
    match calls.of(command.clock, command.level, command.missed_at):
        case Standing():
            return ()
        case StoodDown(stood_down_at=ended_at) if command.at <= ended_at:
            return ()
        case _:
            return (
                EscalationRaised(
                    **command.about,
                    level=command.level,
                    reason="overdue",
                    clock=command.clock,
                    priority=command.priority,
                    missed_at=command.missed_at,
                    overrun_seconds=command.overrun_seconds,
                    raised_at=command.at,
                ),
            )


def _call_for_work(calls: Calls, command: CallLevelForWork) -> tuple[EscalationEvent, ...]:
    if ForWork(command.level, command.at) in calls.made:
        return ()
    return (
        EscalationRaised(
            **command.about,
            level=command.level,
            reason=command.reason,
            clock=None,
            raised_at=command.at,
            requested_by=command.requested_by,
        ),
    )


def _acknowledge(calls: Calls, command: Acknowledge) -> tuple[EscalationEvent, ...]:
    """An answer counts unless the level's calls are known to have ended before it.

    When no call of the level is known yet, its call is on the way: intake lets nobody answer for a level that was not
    called, but the call comes by another topic and may be read later.
    """
    answer = Answer(command.level, command.acknowledged_by, command.at)
    known = [call for call in calls.made if call.level == command.level and call.raised_at <= command.at]
    if answer in calls.answers or (known and not any(_stood_at(call, command.at) for call in known)):
        return ()
    return (
        EscalationAcknowledged(
            **command.about,
            level=command.level,
            acknowledged_at=command.at,
            acknowledged_by=command.acknowledged_by,
        ),
    )


def _stood_at(call: Call, at: datetime) -> bool:
    return not isinstance(call, StoodDown) or at <= call.stood_down_at


def _stand_down(calls: Calls, command: StandDown) -> Iterator[EscalationEvent]:
    """Free those who stand for the clock, one event for each miss of it (an on-call promise may be missed again)."""
    standing = calls.standing(command.clock)
    for missed_at in sorted({call.missed_at for call in standing}):
        if missed_at == command.missed_at or (command.missed_at is None and missed_at <= command.at):
            yield EscalationStoodDown(
                **command.about,
                clock=command.clock,
                levels=tuple(call.level for call in standing if call.missed_at == missed_at),
                missed_at=missed_at,
                reason=command.reason,
                stood_down_at=command.at,
            )


def _never(_: Calls) -> datetime | None:
    """Time calls nobody here: sla-timer says when a level is reached."""
    return None


decider: Decider[Calls, Command, EscalationEvent] = Decider(
    initial=Calls(), decide=decide, evolve=evolve, wake_at=_never
)
