"""What work costs: the price that must be accepted first, and the minutes that are charged afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from vigie.contracts.tickets import BilledStep, InvalidField, PriceAccepted, PriceProposed, WorkLogged
from vigie.policy import Policy
from vigie.policy.procedure import Billing, PricedAct
from vigie_intake.core import refusals
from vigie_intake.core.commands import (
    AcceptPrice,
    ArriveOnSite,
    EndIntervention,
    LogWork,
    OrderExchange,
    OrderRepair,
    PlanOnSite,
    ProposePrice,
    Work,
)
from vigie_intake.core.states import Accepted, NoPrice, Proposed, Ticket

_PRICED: Final[dict[type[Work], PricedAct]] = {
    EndIntervention: "end_intervention",
    PlanOnSite: "plan_on_site",
    ArriveOnSite: "arrive_on_site",
    OrderExchange: "order_exchange",
    OrderRepair: "order_repair",
}
FREE: Final = Billing(minimum=0, minimum_without_remote_tool=0, factors={}, phases=())
"""Of a desk that charges nothing by the minute: the time is written down as it was."""


def check_price(ticket: Ticket, command: Work, policy: Policy) -> None:
    """Refuse what the desk does only at a price that the customer has accepted."""
    act = _PRICED.get(type(command))
    if act is None or isinstance(ticket.price, Accepted):
        return
    mode = command.mode if isinstance(command, EndIntervention) else None
    if any(guard.guards(act, mode, ticket.kind, ticket.contract) for guard in policy.price_guards):
        raise refusals.PriceNotAccepted(ticket.id)


def propose(ticket: Ticket, command: ProposePrice) -> tuple[PriceProposed, ...]:
    """Another price takes the place of the one before, and must be accepted again; the same one is a repeat."""
    if isinstance(ticket.price, Proposed | Accepted) and ticket.price.amount == command.amount:
        return ()
    return (PriceProposed(**ticket.about(), proposed_at=command.at, proposed_by=command.agent, amount=command.amount),)


def accept(ticket: Ticket, command: AcceptPrice) -> tuple[PriceAccepted, ...]:
    """The customer agrees to the price proposed last, once; or to one that they were told elsewhere."""
    match ticket.price:
        case Accepted():
            return ()
        case NoPrice():
            amount = None
        case Proposed(amount=amount):
            pass
    return (PriceAccepted(**ticket.about(), accepted_at=command.at, recorded_by=command.agent, amount=amount),)


def log_work(ticket: Ticket, command: LogWork, policy: Policy) -> tuple[WorkLogged, ...]:
    """The time, what of it is charged, and each step from the one to the other."""
    billing = policy.billing or FREE
    problems = tuple(_unknown(command, billing))
    if problems:
        raise refusals.Invalid(problems)
    minutes, minimum = _minutes(command, billing)
    factor = 1.0
    steps = [BilledStep(rule="real", value=command.minutes, gives=command.minutes), minimum]
    applied = _factors(ticket, command, billing)
    for name, value in applied.items():
        factor *= value
        steps.append(BilledStep(rule=name, value=value, gives=minutes * factor))
    return (
        WorkLogged(
            **ticket.about(),
            logged_at=command.at,
            logged_by=command.agent,
            mode=command.mode,
            remote_tool=command.remote_tool,
            phase=command.phase,
            real_minutes=command.minutes,
            billed_minutes=minutes,
            factors=tuple(applied),
            factor=factor,
            travel=command.travel,
            computation=tuple(steps),
        ),
    )


def _factors(ticket: Ticket, command: LogWork, billing: Billing) -> dict[str, float]:
    """« en plus des coefficients déjà appliqués suivant l'existence ou l'absence d'un contrat »: those come first."""
    of_contract = {one.name: one.value for one in billing.of_contract(ticket.kind, ticket.contract)}
    return of_contract | {name: billing.factors[name] for name in command.factors}


def _minutes(command: LogWork, billing: Billing) -> tuple[int, BilledStep]:
    """« Si la durée réelle d'une prestation excède 15 minutes, c'est la durée réelle qui sera prise en compte »."""
    name, least = "minimum", billing.minimum
    if command.mode == "remote" and not command.remote_tool:
        name, least = "minimum_without_remote_tool", billing.minimum_without_remote_tool
    minutes = max(command.minutes, least)
    return minutes, BilledStep(rule=name, value=least, gives=minutes)


def _unknown(command: LogWork, billing: Billing) -> Iterator[InvalidField]:
    for index, name in enumerate(command.factors):
        if name not in billing.factors:
            yield InvalidField(field=f"factors.{index}", problem=_none_of(billing.factors))
    if command.phase is not None and billing.phases and command.phase not in billing.phases:
        yield InvalidField(field="phase", problem=_none_of(billing.phases))


def _none_of(known: Iterable[str]) -> str:
    listed = ", ".join(known)
    return f"is none of {listed}" if listed else "there are none at this desk"
