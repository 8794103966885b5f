"""Heartbeats: how every replica of every service is doing, without reaching any machine but the broker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

WINDOW: Final = 90.0
"""Seconds to look back: longer than the pause of a heartbeat whose broker was away."""


class Beat(NamedTuple):
    """One heartbeat."""

    service: str
    replica: str
    at: float
    """When it was sent, in machine seconds since 1970."""
    figures: Mapping[str, float]

    def figure(self, name: str) -> float:
        """0 for one that this version of the service does not tell."""
        return self.figures.get(name, 0.0)

    def worst(self, name: str) -> float:
        """The greatest of that name, of all consumer groups of the service."""
        return max((value for key, value in self.figures.items() if key.split(".")[0] == name), default=0.0)


def latest(beats: Iterable[Beat]) -> dict[tuple[str, str], Beat]:
    """The newest of each replica."""
    return {(beat.service, beat.replica): beat for beat in sorted(beats, key=lambda beat: beat.at)}
