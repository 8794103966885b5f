"""What becomes of the promises made about a ticket. Owner: sla-timer. Topic: ``vigie.sla.v1``, key = ticket id.

A *clock* is a commitment of the policy running for one ticket. Budgets and remainders are seconds of its calendar;
where whole days are promised (``calendar`` is then ``jours_ouvrables`` or ``jours_ouvres``), plain seconds to the end.
"""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from vigie.contracts.event import TicketEvent
from vigie.contracts.instants import Instant
from vigie.contracts.terms import ContractTerms
from vigie.contracts.text import Word
from vigie.contracts.tickets import ContactOutcome

FactName = Literal[
    "opened",
    "taken_in_charge",
    "on_call_accepted",
    "priority_changed",
    "qualified",
    "customer_asked",
    "customer_replied",
    "contact_attempted",
    "on_site_planned",
    "arrived_on_site",
    "resolved",
    "closed",
    "reopened",
]
RetargetReason = Literal["priority_changed", "late_fact"]


class FactLearned(TicketEvent, at="happened_at"):
    """sla-timer has heard of a fact that a promise depends on. All else it says follows from these and the policy.

    Facts are kept because they may come late: what follows is then worked out again from all of them.
    """

    fact: FactName
    happened_at: Instant
    event_id: UUID
    """The ``ce_id`` of the event that told it: the same fact is never learned twice."""
    sequence: int
    """The version of that event in its own stream: the order of facts of one instant."""
    priority: Word | None = None
    """For ``opened`` and ``priority_changed``."""
    kind: Word | None = None
    """For ``opened`` and ``qualified``."""
    contract: ContractTerms | None = None
    policy: Word | None = None
    policy_version: int | None = None
    """These three for ``opened``."""
    outcome: ContactOutcome | None = None
    """For ``contact_attempted``."""


class ClockEvent(TicketEvent):
    """An event about one clock of one ticket."""

    clock: Word


class ClockStarted(ClockEvent, at="started_at"):
    """A promise was made: it is kept if it ends at or before ``due_at``."""

    started_at: Instant
    due_at: Instant
    budget_seconds: int
    calendar: Word
    priority: Word


class ClockPaused(ClockEvent, at="paused_at"):
    """The customer has the turn; the promise waits."""

    paused_at: Instant
    remaining_seconds: int


class ClockResumed(ClockEvent, at="resumed_at"):
    """The desk has the turn again, with what was left."""

    resumed_at: Instant
    due_at: Instant
    remaining_seconds: int


class ClockRetargeted(ClockEvent, at="retargeted_at"):
    """The promise has another due instant: another priority, or a fact that was learned late."""

    retargeted_at: Instant
    due_at: Instant | None
    """None while paused."""
    priority: Word
    reason: RetargetReason


class ClockMet(ClockEvent, at="met_at"):
    """What was promised was done."""

    met_at: Instant
    due_at: Instant | None
    """None where it was done while paused."""
    late: bool


class ClockCancelled(ClockEvent, at="cancelled_at"):
    """Nobody waits for this promise any more: the ticket was closed, or its new priority promises nothing."""

    cancelled_at: Instant


class DeadlineApproaching(ClockEvent, at="warned_at"):
    """The policy's share of the budget is left, and no more."""

    warned_at: Instant
    due_at: Instant


class DeadlineMissed(ClockEvent, at="missed_at"):
    """The budget was used up and the promise not kept. Happens at the due instant itself."""

    due_at: Instant
    missed_at: Instant
    priority: Word


class OverrunReached(ClockEvent, at="reached_at"):
    """A missed promise has been overdue for as long as the policy lets it be before ``level`` is told."""

    level: Word
    missed_at: Instant
    reached_at: Instant
    overrun_seconds: int
    """The policy's threshold, elapsed time."""
    priority: Word


class LadderEnded(ClockEvent, at="ended_at"):
    """A missed promise calls no further level, and those it called are free: its new priority has no ladder.

    Meeting the promise late or cancelling it ends its ladder too, and is said by that alone.
    """

    missed_at: Instant
    ended_at: Instant
    priority: Word


class MissRetracted(ClockEvent, at="retracted_at"):
    """A miss that was announced did not happen: a fact that came late shows it. Its levels stand down."""

    due_at: Instant
    """The due instant of the miss that is taken back."""
    retracted_at: Instant
    """When the fact happened that shows it."""


SlaEvent = (
    FactLearned
    | ClockStarted
    | ClockPaused
    | ClockResumed
    | ClockRetargeted
    | ClockMet
    | ClockCancelled
    | DeadlineApproaching
    | DeadlineMissed
    | OverrunReached
    | LadderEnded
    | MissRetracted
)
