"""What the promises about a ticket come to: a pure function of the facts known about it and its desk's policy.

sla-timer states it, intake judges and explains by it, what-if asks it about other facts: one function, so no two of
them can disagree.
"""

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
    Plain,
    PriorityChanged,
    Qualified,
    Reopened,
    Resolved,
    TakenInCharge,
    fact_in,
)
from vigie.commitments.moments import (
    Approaching,
    Cancelled,
    LadderEnded,
    Met,
    Missed,
    Moment,
    OverrunPassed,
    Passive,
    Paused,
    Resumed,
    Retargeted,
    Started,
    Turn,
)
from vigie.commitments.standing import PausedSpan, Result, Standing, standings
from vigie.commitments.timeline import timeline

__all__ = [
    "Approaching",
    "ArrivedOnSite",
    "Cancelled",
    "Closed",
    "ContactAttempted",
    "CustomerAsked",
    "CustomerReplied",
    "Fact",
    "LadderEnded",
    "Met",
    "Missed",
    "Moment",
    "OnCallAccepted",
    "OnSitePlanned",
    "Opened",
    "OverrunPassed",
    "Passive",
    "Paused",
    "PausedSpan",
    "Plain",
    "PriorityChanged",
    "Qualified",
    "Reopened",
    "Resolved",
    "Result",
    "Resumed",
    "Retargeted",
    "Standing",
    "Started",
    "TakenInCharge",
    "Turn",
    "fact_in",
    "standings",
    "timeline",
]
