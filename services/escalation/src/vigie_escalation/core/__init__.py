"""What escalation knows: which levels were called for a ticket, and when each is free again."""

from typing import get_args

from vigie.contracts import topics
from vigie.contracts.escalations import EscalationEvent
from vigie.decider import Core
from vigie.policy import Policies
from vigie_escalation.core.calls import Calls
from vigie_escalation.core.commands import Command
from vigie_escalation.core.decisions import decider
from vigie_escalation.core.hearing import react

__all__ = ["Calls", "Command", "core"]


def core(_: Policies) -> Core[Calls, Command, EscalationEvent]:
    """Escalation's core. It reads no policy: sla-timer owns the thresholds, intake the right to ask by hand."""
    return Core(
        service="escalation",
        category="escalation",
        topic=topics.ESCALATIONS,
        consumes=(topics.TICKETS, topics.SLA),
        decider=decider,
        events=get_args(EscalationEvent),
        react=react,
    )
