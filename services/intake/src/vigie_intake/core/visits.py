"""Work outside the desk: somebody goes to the customer, or equipment does."""

from __future__ import annotations

from vigie.contracts.tickets import ArrivedOnSite, ExchangeOrdered, OnSitePlanned
from vigie_intake.core import refusals
from vigie_intake.core.commands import ArriveOnSite, OrderExchange, PlanOnSite
from vigie_intake.core.states import Live, Resolved, Ticket


def plan(state: Live, command: PlanOnSite) -> tuple[OnSitePlanned, ...]:
    """Planning again what is planned is a repeat, unless it says for when."""
    ticket = _unresolved(state)
    if ticket.visit == "planned" and command.scheduled_for is None:
        return ()
    return (
        OnSitePlanned(
            **ticket.about(),
            planned_at=command.at,
            planned_by=command.agent,
            visitor=command.visitor,
            scheduled_for=command.scheduled_for,
        ),
    )


def arrive(state: Live, command: ArriveOnSite) -> tuple[ArrivedOnSite, ...]:
    """Nobody arrives twice; somebody may come whom nobody had announced."""
    ticket = state.ticket
    if ticket.visit == "there":
        return ()
    return (ArrivedOnSite(**ticket.about(), arrived_at=command.at, arrived_by=command.agent),)


def order_exchange(state: Live, command: OrderExchange) -> tuple[ExchangeOrdered, ...]:
    """Every order counts: there may be more than one device."""
    ticket = _unresolved(state)
    return (ExchangeOrdered(**ticket.about(), ordered_at=command.at, ordered_by=command.agent, item=command.item),)


def _unresolved(state: Live) -> Ticket:
    if isinstance(state, Resolved):
        raise refusals.TicketResolved(state.ticket.id)
    return state.ticket
