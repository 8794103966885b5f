"""How many tickets came and went, and what was done for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from vigie.contracts.event import Event
from vigie.contracts.tickets import (
    ArrivedOnSite,
    BugDeclared,
    ContactAttempted,
    ExchangeOrdered,
    FixDelivered,
    InterventionEnded,
    OnSitePlanned,
    RepairFinished,
    RequestRefused,
    TicketClosed,
    TicketOpened,
    TicketReopened,
    WorkaroundProvided,
)
from vigie_intake.core.figures.period import Period
from vigie_intake.core.figures.stories import Story


@dataclass(frozen=True, slots=True)
class Tickets:
    """Tickets of one kind and priority, as these were when it happened. One that is closed twice counts twice."""

    kind: str
    priority: str
    opened: int
    closed: int
    reopened: int


@dataclass(frozen=True, slots=True)
class Backlog:
    """Tickets neither resolved nor closed."""

    at_start: int
    at_end: int


@dataclass(frozen=True, slots=True)
class Count:
    """How often something happened."""

    name: str
    count: int


_MOVES = (TicketOpened, TicketClosed, TicketReopened)

_DONE: dict[str, Callable[[Event], bool]] = {
    "interventions_solved": lambda event: isinstance(event, InterventionEnded) and event.outcome == "solved",
    "interventions_unresolved": lambda event: isinstance(event, InterventionEnded) and event.outcome == "unresolved",
    "customers_reached": lambda event: isinstance(event, ContactAttempted) and event.outcome == "reached",
    "customers_not_reached": lambda event: isinstance(event, ContactAttempted) and event.outcome != "reached",
    "visits_planned": lambda event: isinstance(event, OnSitePlanned),
    "visits": lambda event: isinstance(event, ArrivedOnSite),
    "exchanges": lambda event: isinstance(event, ExchangeOrdered),
    "repairs": lambda event: isinstance(event, RepairFinished) and event.outcome == "repaired",
    "bugs": lambda event: isinstance(event, BugDeclared),
    "workarounds": lambda event: isinstance(event, WorkaroundProvided),
    "fixes": lambda event: isinstance(event, FixDelivered),
}
"""What is counted of the work, by what reports call it."""


def tickets(told: Iterable[Story], period: Period) -> tuple[Tickets, ...]:
    """By kind and priority; those of which there were none are left out."""
    counted: dict[tuple[str, str], Counter[type[Event]]] = {}
    for story in told:
        for move in story.happened:
            if isinstance(move.event, _MOVES) and period.holds(move.event.occurred_at):
                turn = _standing(story, move.event)
                counted.setdefault(turn, Counter())[type(move.event)] += 1
    return tuple(Tickets(*turn, *(counts[move] for move in _MOVES)) for turn, counts in sorted(counted.items()))


def _standing(story: Story, event: Event) -> tuple[str, str]:
    """Kind and priority, those at the opening where nothing has changed them by then."""
    turn = next(turn for turn in reversed(story.turns) if turn.at <= max(event.occurred_at, story.opened.opened_at))
    return turn.kind, turn.priority


def backlog(told: Iterable[Story], period: Period) -> Backlog:
    """What was left over from before, and what is left over."""
    ends = [(story.at(period.start), story.at(period.end)) for story in told]
    return Backlog(
        sum(1 for before, _ in ends if before and before.unresolved),
        sum(1 for _, after in ends if after and after.unresolved),
    )


def work(told: Iterable[Story], period: Period) -> tuple[Count, ...]:
    """All that is counted, what never happened too."""
    inside = [one.event for story in told for one in story.happened if period.holds(one.event.occurred_at)]
    return tuple(Count(name, sum(map(holds, inside))) for name, holds in _DONE.items())


def refusals(others: Iterable[Event], period: Period) -> tuple[Count, ...]:
    """Requests that became no ticket, by the reason, the most frequent first."""
    reasons: Counter[str] = Counter(event.reason for event in _inside(others, period, RequestRefused))
    return tuple(Count(reason, count) for reason, count in sorted(reasons.items(), key=lambda one: (-one[1], one[0])))


def _inside(events: Iterable[Event], period: Period, kind: type[Any]) -> Iterator[Any]:
    return (event for event in events if isinstance(event, kind) and period.holds(event.occurred_at))


def total(rows: Sequence[Tickets]) -> tuple[int, int, int]:
    """Opened, closed and reopened in all."""
    return sum(row.opened for row in rows), sum(row.closed for row in rows), sum(row.reopened for row in rows)
