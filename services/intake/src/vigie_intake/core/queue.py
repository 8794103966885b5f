"""In which order tickets are taken that nobody has taken yet, and which of them is the next for a technician.

Tickets keep their own policy for their promises; the order of work is the desk's as it is today.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, assert_never

from vigie.policy import Policy
from vigie.policy.rules import QueueKey

_NEVER: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Untaken:
    """A ticket that waits for a technician, as far as its place depends on it."""

    number: str
    opened_at: datetime
    kind: str
    priority: str
    service: str | None
    maintained: bool
    """By the contract at the opening."""
    assigned_to: str | None
    due_at: datetime | None
    """When the first of its promises is due that is not kept yet, overdue ones too; None: none runs."""


def in_order(waiting: Iterable[Untaken], policy: Policy) -> list[Untaken]:
    """What to take first comes first: by the policy's order of work, and in the end the oldest."""
    return sorted(waiting, key=lambda one: (*(_place(one, key, policy) for key in policy.queue), *_age(one)))


def next_for(agent: str, waiting: Iterable[Untaken], policy: Policy) -> Untaken | None:
    """The first ticket that ``agent`` is qualified for and that is not somebody else's; None: there is none."""
    theirs = [
        one for one in waiting if one.assigned_to in (None, agent) and policy.qualified(agent, one.kind, one.service)
    ]
    return next(iter(in_order(theirs, policy)), None)


def _place(ticket: Untaken, key: QueueKey, policy: Policy) -> int | datetime:
    """Smaller is sooner. What a later version of the policy has no name for comes last."""
    match key:
        case "maintained":
            return 0 if ticket.maintained else 1
        case "kind":
            return _index(policy.kinds, ticket.kind)
        case "priority":
            return _index(policy.priorities[::-1], ticket.priority)
        case "deadline":
            return ticket.due_at or _NEVER
        case "opened":
            return ticket.opened_at
        case _:
            assert_never(key)


def _index(names: Sequence[str], name: str) -> int:
    return names.index(name) if name in names else len(names)


def _age(ticket: Untaken) -> tuple[datetime, int, str]:
    """Of two that were opened at one instant, the smaller number."""
    return ticket.opened_at, len(ticket.number), ticket.number
