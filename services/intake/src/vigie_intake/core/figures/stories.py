"""What happened to one ticket, from the recorded events, and how it stood at any instant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple, TypeVar
from uuid import UUID

from vigie.commitments import Fact, fact_in
from vigie.contracts.event import Event
from vigie.contracts.tickets import (
    PriorityChanged,
    TicketClosed,
    TicketOpened,
    TicketQualified,
    TicketReopened,
    TicketResolved,
)
from vigie.policy import Policies, Policy

E = TypeVar("E", bound=Event)


class Happened(NamedTuple):
    """An event of intake's about a ticket, as it was recorded."""

    ticket_id: UUID
    version: int
    event: Event
    actor: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """How a ticket stood from an instant on, until the next turn."""

    at: datetime
    kind: str
    priority: str
    unresolved: bool
    """Neither resolved nor closed."""


@dataclass(frozen=True)
class Story:
    """One ticket."""

    opened: TicketOpened
    happened: tuple[Happened, ...]
    """All of it, the opening first, in the order in which it happened."""
    policy: Policy
    """The version that the ticket was opened under."""

    @property
    def number(self) -> str:
        """What people call it."""
        return self.opened.number

    def of(self, kind: type[E]) -> Iterator[E]:
        """Its events of that type."""
        return (one.event for one in self.happened if isinstance(one.event, kind))

    def facts(self, before: datetime) -> tuple[Fact, ...]:
        """What its promises depend on, as far as it happened before that instant."""
        found = (fact_in(one.event, one.version) for one in self.happened)
        return tuple(fact for fact in found if fact is not None and fact.at < before)

    @cached_property
    def turns(self) -> tuple[Turn, ...]:
        """How it stood, from the opening on; of events of one instant the last one counts."""
        opened = self.opened
        turns = [Turn(opened.opened_at, opened.kind, opened.priority, unresolved=True)]
        for one in self.happened:
            turns.append(_after(turns[-1], one.event))
        return tuple(turns)

    def at(self, moment: datetime) -> Turn | None:
        """How it stood just before ``moment``; None: it was not opened yet."""
        return next((turn for turn in reversed(self.turns) if turn.at < moment), None)

    def service(self, before: datetime) -> str | None:
        """What it is about, as was known then."""
        named = [one.service for one in self.of(TicketQualified) if one.qualified_at < before]
        return named[-1] if named else self.opened.service


def _after(turn: Turn, event: Event) -> Turn:
    at = max(turn.at, event.occurred_at)
    match event:
        case PriorityChanged(priority=priority):
            return Turn(at, turn.kind, priority, turn.unresolved)
        case TicketQualified(kind=kind):
            return Turn(at, kind, turn.priority, turn.unresolved)
        case TicketResolved() | TicketClosed():
            return Turn(at, turn.kind, turn.priority, unresolved=False)
        case TicketReopened():
            return Turn(at, turn.kind, turn.priority, unresolved=True)
        case _:
            return turn


def stories(happened: Iterable[Happened], policies: Policies) -> list[Story]:
    """The tickets that were opened, in the order of their opening; what belongs to none is left out.

    Raises UnknownPolicyVersion for a ticket whose policy is not among ``policies``.
    """
    by_ticket: dict[UUID, list[Happened]] = {}
    for one in happened:
        by_ticket.setdefault(one.ticket_id, []).append(one)
    found = [_story(events, policies) for events in by_ticket.values()]
    return sorted((one for one in found if one is not None), key=lambda one: (one.opened.opened_at, one.number))


def _story(events: list[Happened], policies: Policies) -> Story | None:
    opened = next((one.event for one in events if isinstance(one.event, TicketOpened)), None)
    if opened is None:
        return None
    in_order = sorted(events, key=lambda one: (one.version > 1, one.event.occurred_at, one.version))
    return Story(opened, tuple(in_order), policies.version(opened.policy, opened.policy_version))
