"""How old the oldest record is that a consumer has not applied: what « behind » means to people, who wait in seconds.

The record itself is often not fetched yet, so its age is bounded by what is known: everything before some instant is
applied. That instant moves on when a partition is seen to be read to its end, and with the timestamps of what comes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiokafka import TopicPartition


class Reached:
    """By partition, the wall clock's instant (seconds) before which everything is applied."""

    def __init__(self, began: float) -> None:
        """``began``: nothing is said of what was written before, until some of it is seen."""
        self._began = began
        self._until: dict[TopicPartition, float] = {}

    def at_end(self, place: TopicPartition, now: float) -> None:
        """Nothing of ``place`` was unapplied at ``now``."""
        self._until[place] = now

    def at(self, place: TopicPartition, timestamp_ms: int) -> None:
        """What is applied next, or was last, was written at ``timestamp_ms``: what came before it is applied."""
        self._until[place] = max(timestamp_ms / 1000, self._until.get(place, 0.0))

    def age(self, lagging: Iterable[TopicPartition], now: float) -> float:
        """Seconds for which the oldest unapplied record of ``lagging`` has waited, at most; 0 where none lags."""
        return max((max(0.0, now - self._until.get(place, self._began)) for place in lagging), default=0.0)
