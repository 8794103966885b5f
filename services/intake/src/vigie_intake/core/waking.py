"""What a ticket does of itself, and when: it closes for want of an answer, and it is put on the weekly list.

These instants are the ticket's own (``wake_at``), so that no other service's stale opinion closes an answered ticket.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from vigie.contracts.tickets import TicketClosed, TicketListed
from vigie.policy import Policies, Policy
from vigie_intake.core.closing import close_unanswered, closing_instant
from vigie_intake.core.listing import list_unresolved, listing_instant
from vigie_intake.core.states import Open, State, Ticket, Waiting


def waking_instants(policies: Policies) -> Callable[[State], datetime | None]:
    """``wake_at`` for desks that follow ``policies``."""

    def wake_at(state: State) -> datetime | None:
        if not isinstance(state, Open | Waiting):
            return None
        policy = policies.version(state.ticket.policy, state.ticket.policy_version)
        instants = (closing_instant(state, policy), listing_instant(state, policy))
        return min((at for at in instants if at is not None), default=None)

    return wake_at


def wake(
    state: State, at: datetime, policy_of: Callable[[Ticket], Policy]
) -> tuple[TicketClosed, ...] | tuple[TicketListed, ...]:
    """What has become due by ``at``, the first thing only: the rest follows from the state it leaves.

    A ticket that closes at the very instant of a list is not on it.
    """
    if not isinstance(state, Open | Waiting):
        return ()
    policy = policy_of(state.ticket)
    closes_at, listed_at = closing_instant(state, policy), listing_instant(state, policy)
    if listed_at is not None and listed_at <= at and (closes_at is None or listed_at < closes_at):
        return list_unresolved(state, listed_at, policy)
    return close_unanswered(state, at, policy)
