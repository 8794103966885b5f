"""Equipment that is repaired at the desk's own workshop: « matériels dépannés en atelier »."""

from __future__ import annotations

from vigie.contracts.tickets import RepairFinished, RepairOrdered
from vigie_intake.core import refusals
from vigie_intake.core.commands import FinishRepair, OrderRepair
from vigie_intake.core.states import Live, Resolved, Ticket


def order_repair(state: Live, command: OrderRepair) -> tuple[RepairOrdered, ...]:
    """Every order counts: there may be more than one device."""
    if isinstance(state, Resolved):
        raise refusals.TicketResolved(state.ticket.id)
    about = state.ticket.about()
    return (RepairOrdered(**about, ordered_at=command.at, ordered_by=command.agent, item=command.item),)


def finish_repair(ticket: Ticket, command: FinishRepair) -> tuple[RepairFinished, ...]:
    """As often as something was sent there. It resolves nothing: the customer has not tried it yet."""
    if ticket.in_workshop == 0:
        raise refusals.NothingInWorkshop(ticket.id)
    return (
        RepairFinished(
            **ticket.about(),
            finished_at=command.at,
            finished_by=command.agent,
            outcome=command.outcome,
            item=command.item,
        ),
    )
