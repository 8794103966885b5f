"""Levels by hand: asking for one, and answering for one that was called.

Both are judged by the ticket's own facts through ``vigie.commitments``, the same function by which sla-timer judges:
no other service's opinion, which might be late, is needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from vigie.commitments import Missed, OverrunPassed, timeline
from vigie.contracts.tickets import EscalationRequested, EscalationTakenUp
from vigie.policy import Policy
from vigie_intake.core import refusals
from vigie_intake.core.commands import Escalate, TakeUp
from vigie_intake.core.states import Ticket


def escalate(ticket: Ticket, command: Escalate, policy: Policy) -> tuple[EscalationRequested, ...]:
    """Ask for a level: nothing when it was asked for before, since the ticket was opened or reopened."""
    if command.level not in policy.levels:
        raise refusals.UnknownLevel(command.level, policy.levels)
    if policy.by_hand_requires == "commitment_exceeded" and not commitment_exceeded(ticket, policy, command.at):
        raise refusals.NoCommitmentExceeded(ticket.id)
    if any(call.level == command.level for call in ticket.asked):
        return ()
    return (
        EscalationRequested(**ticket.about(), requested_at=command.at, requested_by=command.agent, level=command.level),
    )


def next_level(ticket: Ticket, policy: Policy) -> str | None:
    """The level that work without success turns to: the one after the highest of the chain that was called so far."""
    called = {call.level for call in ticket.asked}
    chain = policy.on_unresolved
    reached = max((place for place, level in enumerate(chain, start=1) if level in called), default=0)
    return chain[reached] if reached < len(chain) else None


def level_for_bugs(ticket: Ticket, policy: Policy) -> str | None:
    """The level that hears of a bug; None where none does, or it was called already."""
    level = policy.bugs.calls
    return None if any(call.level == level for call in ticket.asked) else level


def take_up(ticket: Ticket, command: TakeUp, policy: Policy) -> tuple[EscalationTakenUp, ...]:
    """Answer for a level: nothing when the same person has since it was last called."""
    if command.level not in policy.levels:
        raise refusals.UnknownLevel(command.level, policy.levels)
    called_at = max(_calls(ticket, policy, command), default=None)
    if called_at is None:
        raise refusals.LevelNotRaised(command.level)
    for call in ticket.taken_up:
        if (call.level, call.by) == (command.level, command.agent) and call.at >= called_at:
            return ()
    return (
        EscalationTakenUp(**ticket.about(), taken_up_at=command.at, taken_up_by=command.agent, level=command.level),
    )


def commitment_exceeded(ticket: Ticket, policy: Policy, at: datetime) -> bool:
    """Whether a commitment that can be escalated had been exceeded before ``at``.

    At its due instant itself it may still be kept; one that was then met late has been exceeded all the same (« a été
    dépassé »). A ticket without a ladder cannot be escalated (« seuls les incidents de niveau de priorité moyen et
    élevé »), however late it is.
    """
    if not policy.ladder(ticket.priority, ticket.kind, ticket.contract):
        return False
    return any(isinstance(moment, Missed) and moment.at < at for moment in timeline(ticket.facts, policy, until=at))


def _calls(ticket: Ticket, policy: Policy, command: TakeUp) -> Iterator[datetime]:
    """When the level was called: by the ladder of a late commitment, or by somebody's work."""
    for moment in timeline(ticket.facts, policy, until=command.at):
        if isinstance(moment, OverrunPassed) and moment.level == command.level:
            yield moment.at
    yield from (call.at for call in ticket.asked if call.level == command.level)
