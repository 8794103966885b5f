"""Wake-ups of one decider without a shell."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from vigie.contracts.event import Event
from vigie.decider import Command, Decider, Wake, due_before, fold

S = TypeVar("S")
C = TypeVar("C", bound=Command)
E = TypeVar("E", bound=Event)


def wake_until(
    decider: Decider[S, C, E], state: S, moment: datetime, *, inclusive: bool = False
) -> Iterable[tuple[datetime, tuple[E, ...]]]:
    """The wake-ups that come before a command of ``moment``, each with its instant and what it makes happen."""
    while (due := due_before(decider, state, moment, inclusive=inclusive)) is not None:
        events = decider.decide(state, Wake(due))
        yield due, events
        state = fold(decider, state, events)
