"""Which level answers for a ticket. Owner: escalation. Topic: ``vigie.escalations.v1``, key = ticket id."""

from __future__ import annotations

from typing import Literal

from vigie.contracts.event import TicketEvent
from vigie.contracts.instants import Instant
from vigie.contracts.text import Word

StandDownReason = Literal["met_late", "retracted", "cancelled", "priority_changed"]


RaiseReason = Literal["overdue", "by_hand", "unresolved", "bug"]


class EscalationRaised(TicketEvent, at="raised_at"):
    """A level is called: a promise is overdue by so much (``clock``), or somebody's work on the ticket calls it."""

    level: Word
    reason: RaiseReason
    """``overdue``; somebody asked for it; an intervention ended unresolved; a bug was declared."""
    clock: Word | None
    """The commitment whose ladder this is a rung of; None for every reason but ``overdue``."""
    priority: Word | None = None
    missed_at: Instant | None = None
    overrun_seconds: int | None = None
    raised_at: Instant
    requested_by: str | None = None
    """Who asked, ended the intervention or declared the bug; None when overdue."""


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
