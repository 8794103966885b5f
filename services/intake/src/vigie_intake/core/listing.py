"""The weekly list of what is not resolved: « seront discutés lors de la réunion hebdomadaire ».

Like closings, its instants are the ticket's own. The list itself is a report; that a ticket was on it is an event, so
that its customer can be told that it goes on, where nobody has told them anything since the list before.
"""

from __future__ import annotations

from datetime import datetime

from vigie.contracts.tickets import TicketListed
from vigie.policy import Policy
from vigie_intake.core.news import told_at
from vigie_intake.core.states import Open, State, Waiting


def listing_instant(state: State, policy: Policy) -> datetime | None:
    """When an unresolved ticket is next on its desk's list; None: the desk has none, or it is resolved."""
    if policy.weekly_list is None or not isinstance(state, Open | Waiting):
        return None
    return policy.weekly_list.after(state.ticket.unlisted_since)


def list_unresolved(state: Open | Waiting, at: datetime, policy: Policy) -> tuple[TicketListed, ...]:
    """Its entry on the list that is drawn up at ``at``; () where the desk has none."""
    weekly, ticket = policy.weekly_list, state.ticket
    if weekly is None:
        return ()
    told = told_at(ticket.news, policy)
    return (
        TicketListed(
            **ticket.about(),
            listed_at=at,
            weeks=ticket.weeks + 1,
            awaiting=state.awaiting if isinstance(state, Waiting) else None,
            told_at=told,
            news_owed=told is None or told <= weekly.before(at),
        ),
    )
