"""What escalation hears: of sla-timer who is called and when a ladder ends, of intake what people ask and answer.

The two topics have no order among each other, so nothing that sla-timer decides is taken from a ticket event: closing
and changed priorities end ladders by sla-timer's word, which comes in order with the levels themselves.
"""

from __future__ import annotations

from datetime import datetime

from vigie.contracts.escalations import StandDownReason
from vigie.contracts.event import TicketEvent
from vigie.contracts.sla import ClockCancelled, ClockEvent, ClockMet, LadderEnded, MissRetracted, OverrunReached
from vigie.contracts.tickets import BugDeclared, EscalationRequested, EscalationTakenUp, InterventionEnded
from vigie.decider import Reaction, Received
from vigie_escalation.core.commands import About, Acknowledge, CallLevel, CallLevelForWork, Command, StandDown


def react(received: Received) -> Reaction | None:
    """The command that the event comes to; None where it calls nobody and frees nobody."""
    event = received.event
    command = _of_a_person(event) or _of_a_clock(event)
    return Reaction(event.ticket_id, command) if command else None


def _of_a_person(event: object) -> Command | None:
    match event:
        case EscalationRequested():
            return CallLevelForWork(_about(event), event.requested_at, event.level, event.requested_by, "by_hand")
        case InterventionEnded(escalates_to=str(level)):
            return CallLevelForWork(_about(event), event.ended_at, level, event.ended_by, "unresolved")
        case BugDeclared(escalates_to=str(level)):
            return CallLevelForWork(_about(event), event.declared_at, level, event.declared_by, "bug")
        case EscalationTakenUp():
            return Acknowledge(_about(event), event.taken_up_at, event.level, event.taken_up_by)
        case _:
            return None


def _of_a_clock(event: object) -> Command | None:
    match event:
        case OverrunReached():
            return CallLevel(
                about=_about(event),
                at=event.reached_at,
                level=event.level,
                clock=event.clock,
                priority=event.priority,
                missed_at=event.missed_at,
                overrun_seconds=event.overrun_seconds,
            )
        case ClockMet(late=True):
            return _stand_down(event, event.met_at, event.due_at, "met_late")
        case MissRetracted():
            return _stand_down(event, event.retracted_at, event.due_at, "retracted")
        case LadderEnded():
            return _stand_down(event, event.ended_at, event.missed_at, "priority_changed")
        case ClockCancelled():
            return _stand_down(event, event.cancelled_at, None, "cancelled")
        case _:
            return None


def _stand_down(event: ClockEvent, at: datetime, missed_at: datetime | None, reason: StandDownReason) -> StandDown:
    return StandDown(_about(event), at, event.clock, missed_at, reason)


def _about(event: TicketEvent) -> About:
    return About(ticket_id=event.ticket_id, number=event.number, desk=event.desk)
