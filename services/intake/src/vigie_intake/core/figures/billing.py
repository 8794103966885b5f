"""What an invoice needs: every time that was logged in a month, how its charge came about, and sums by customer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from vigie.contracts.tickets import BilledStep, WorkLogged
from vigie_intake.core.figures.period import Period
from vigie_intake.core.figures.stories import Story

_MINIMA = ("minimum", "minimum_without_remote_tool")


@dataclass(frozen=True, slots=True)
class BilledWork:
    """One time that was logged."""

    customer: str | None
    number: str
    logged_at: datetime
    logged_by: str
    mode: str
    remote_tool: bool
    phase: str | None
    real_minutes: int
    minimum: str | None
    """Which minimum applied, by its name in the policy; None in a history from before there was one."""
    minimum_minutes: int
    billed_minutes: int
    factors: tuple[tuple[str, float], ...]
    factor: float
    weighted_minutes: float
    """What the value is reckoned from: billed minutes by all factors."""
    travel: Decimal | None
    """Euros; charged apart."""


class Phases(NamedTuple):
    """Which parts of the work that a request asks for were logged, until the end of the period."""

    number: str
    logged: tuple[str, ...]
    """As the policy lists them."""
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bill:
    """A customer's sums."""

    customer: str | None
    """None: of tickets that name nobody."""
    works: tuple[BilledWork, ...]
    phases: tuple[Phases, ...]
    """Of each request, where the policy names phases."""
    real_minutes: int
    billed_minutes: int
    weighted_minutes: float
    travel: Decimal


def bills(told: Iterable[Story], period: Period) -> tuple[Bill, ...]:
    """By customer, in the order of the alphabet, whoever has none last; each time in the order of its logging."""
    by_customer: dict[str | None, list[Story]] = {}
    for story in told:
        if any(period.holds(logged.logged_at) for logged in story.of(WorkLogged)):
            by_customer.setdefault(story.opened.customer, []).append(story)
    return tuple(
        _bill(customer, stories, period)
        for customer, stories in sorted(by_customer.items(), key=lambda one: (one[0] is None, one[0] or ""))
    )


def _work(story: Story, logged: WorkLogged) -> BilledWork:
    minimum = next((step for step in logged.computation if step.rule in _MINIMA), None)
    last = logged.computation[-1] if logged.computation else None
    return BilledWork(
        customer=story.opened.customer,
        number=logged.number,
        logged_at=logged.logged_at,
        logged_by=logged.logged_by,
        mode=logged.mode,
        remote_tool=logged.remote_tool,
        phase=logged.phase,
        real_minutes=logged.real_minutes,
        minimum=minimum.rule if minimum else None,
        minimum_minutes=round(minimum.value) if minimum else 0,
        billed_minutes=logged.billed_minutes,
        factors=tuple((step.rule, step.value) for step in logged.computation if _is_factor(step)),
        factor=logged.factor,
        weighted_minutes=last.gives if last else logged.billed_minutes * logged.factor,
        travel=logged.travel,
    )


def _is_factor(step: BilledStep) -> bool:
    return step.rule not in ("real", *_MINIMA)


def _phases(story: Story, period: Period) -> Phases | None:
    wanted = story.policy.billing.phases if story.policy.billing else ()
    done = {logged.phase for logged in story.of(WorkLogged) if logged.logged_at < period.end}
    if not wanted:
        return None
    return Phases(
        story.number, tuple(one for one in wanted if one in done), tuple(one for one in wanted if one not in done)
    )


def _bill(customer: str | None, stories: list[Story], period: Period) -> Bill:
    found = (_work(story, one) for story in stories for one in story.of(WorkLogged) if period.holds(one.logged_at))
    works = sorted(found, key=lambda one: (one.logged_at, one.number))
    return Bill(
        customer=customer,
        works=tuple(works),
        phases=tuple(phases for story in stories if (phases := _phases(story, period)) is not None),
        real_minutes=sum(one.real_minutes for one in works),
        billed_minutes=sum(one.billed_minutes for one in works),
        weighted_minutes=sum(one.weighted_minutes for one in works),
        travel=sum((one.travel for one in works if one.travel is not None), Decimal(0)),
    )
