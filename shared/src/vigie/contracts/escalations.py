"""Which level answers for a ticket. Owner: escalation. Topic: ``vigie.escalations.v1``, key = ticket id."""

from __future__ import annotations

from typing import Literal

from vigie.contracts.event import TicketEvent
from vigie.contracts.instants import Instant
from vigie.contracts.text import Word

StandDownReason = Literal["met_late", "retracted", "cancelled", "priority_changed"]


class EscalationRaised(TicketEvent, at="raised_at"):
    """A level is called: a promise is overdue by so much (``clock``), or somebody asked (``requested_by``)."""

    level: Word
    clock: Word | None
    """The commitment whose ladder this is a rung of; None when asked for by hand."""
    priority: Word | None = None
    missed_at: Instant | None = None
    overrun_seconds: int | None = None
    raised_at: Instant
    requested_by: str | None = None


class EscalationAcknowledged(TicketEvent, at="acknowledged_at"):
    """Somebody of a level that stands has answered."""

    level: Word
    acknowledged_at: Instant
    acknowledged_by: str


class EscalationStoodDown(TicketEvent, at="stood_down_at"):
    """The ladder of one commitment has ended; the levels it had called are told so."""

    clock: Word
    levels: tuple[Word, ...]
    """Those called for this commitment, in the order they were called."""
    missed_at: Instant | None = None
    """The miss that had called them; None where the publisher does not say."""
    reason: StandDownReason
    stood_down_at: Instant


EscalationEvent = EscalationRaised | EscalationAcknowledged | EscalationStoodDown
