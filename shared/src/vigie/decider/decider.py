"""The decider: what a stream is (initial, evolve), what it makes of a command (decide), and when it wants to be woken.

Time, ids and the actor arrive in the command; a decider that looks at a clock, a database or a random number
breaks production, simulation and audit at once, because all three run this same code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from vigie.contracts.event import Event


class Command(Protocol):
    """A wish, with the instant at which it happened in the domain."""

    @property
    def at(self) -> datetime:
        """When it happened, UTC."""


@dataclass(frozen=True, slots=True)
class Wake:
    """The instant that the stream asked for, with ``wake_at``, has come."""

    at: datetime


S = TypeVar("S")
C = TypeVar("C", bound=Command)
E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Decider(Generic[S, C, E]):
    """The four functions that are a stream.

    ``decide`` answers with events, with ``()`` when nothing happened, or raises ``Refused`` (the caller broke a
    rule) or ``Lacking`` (something must be heard first). ``evolve`` has no rules. After ``Wake(t)``, ``wake_at``
    is later than ``t`` or None: without that a wake-up would be due for ever.
    """

    initial: S
    decide: Callable[[S, C | Wake], tuple[E, ...]]
    evolve: Callable[[S, E], S]
    wake_at: Callable[[S], datetime | None]


def fold(decider: Decider[S, C, E], state: S, events: Iterable[E]) -> S:
    """``state`` after ``events``."""
    for event in events:
        state = decider.evolve(state, event)
    return state


def due_before(decider: Decider[S, C, E], state: S, moment: datetime, *, inclusive: bool = False) -> datetime | None:
    """The next instant at which ``state`` wants to be woken, where that comes before a command of ``moment``.

    Domain time comes first: what was due before ``moment`` happens before it, however late the machine is. At
    ``moment`` itself the command decides, unless ``inclusive`` (a wake-up sent for that very instant).
    """
    due = decider.wake_at(state)
    return due if due is not None and (due < moment or (inclusive and due == moment)) else None
