"""Faults of the product itself: declared to its makers, worked around, mended. None of this resolves the ticket."""

from __future__ import annotations

from vigie.contracts.tickets import BugDeclared, FixDelivered, WorkaroundProvided, words
from vigie.policy import Policy
from vigie_intake.core import refusals
from vigie_intake.core.commands import DeclareBug, DeliverFix, ProvideWorkaround
from vigie_intake.core.levels import level_for_bugs
from vigie_intake.core.states import Ticket


def declare(ticket: Ticket, command: DeclareBug, policy: Policy) -> tuple[BugDeclared, ...]:
    """Declaring it again without a word more is a repeat, until a fix was delivered."""
    if command.cause in policy.bugs.excepts:
        raise refusals.NotABug(command.cause)
    if ticket.bug_declared and command.reference is None and command.text is None:
        return ()
    return (
        BugDeclared(
            **ticket.about(),
            declared_at=command.at,
            declared_by=command.agent,
            cause=command.cause,
            reference=command.reference,
            escalates_to=level_for_bugs(ticket, policy),
            personal=words(command.text),
        ),
    )


def work_around(ticket: Ticket, command: ProvideWorkaround) -> tuple[WorkaroundProvided, ...]:
    """There may be a better one later: each is said."""
    return (
        WorkaroundProvided(
            **ticket.about(), provided_at=command.at, provided_by=command.agent, personal=words(command.text)
        ),
    )


def deliver_fix(ticket: Ticket, command: DeliverFix) -> tuple[FixDelivered, ...]:
    """There may be more than one before the fault is gone: each is said."""
    return (
        FixDelivered(
            **ticket.about(),
            delivered_at=command.at,
            delivered_by=command.agent,
            reference=command.reference,
            personal=words(command.text),
        ),
    )
