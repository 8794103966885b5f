"""Whether a consumer that polls also reads: polling in vain is not noticed by anybody who asks for polls only.

A client may come out of an outage with its group in order and nothing to read, or with partitions and nobody who
fetches them; it polls on, for ever. What tells that from idleness is what the broker says at that moment:

- the broker does not answer: it is away, and nobody is stuck;
- the group is being shared out anew: not yet;
- every partition has a member that it was given to, and this one reads what it was given: one replica too many has
  nothing to read, and is ready to step in;
- fetches that bring nothing succeed: there is no news.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from aiokafka import TopicPartition

LOOK_EVERY: Final = 5.0
"""Machine seconds."""
STUCK_AFTER: Final = 15.0
"""Machine seconds: more than a group needs to notice that a member is gone (6) and to share out its partitions."""
FETCHED_WITHIN: Final = 4.0
"""Machine seconds between two fetches of a consumer that reads; the broker answers each after 0.3, with or without
records."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """How a broker says that a group shares its topics out."""

    settled: bool
    """Nobody is joining or leaving."""
    readable: frozenset[TopicPartition]
    """Every partition that has a leader."""
    mine: frozenset[TopicPartition]
    """Given to this replica."""
    others: frozenset[TopicPartition]
    """Given to somebody else."""


class Step(Enum):
    """What to do about it."""

    NOTHING = "nothing"
    REJOIN = "rejoin"
    GIVE_UP = "give up"


def ailment(held: Iterable[TopicPartition], silent_for: float, sharing: Sharing | None) -> str | None:
    """Why a consumer that reads ``held`` reads less than it could; None when it does not, or nobody can tell.

    ``silent_for``: machine seconds since a fetch succeeded or none was due. ``sharing``: None when the broker did not
    answer.
    """
    if sharing is None or not sharing.settled:
        return None
    held = frozenset(held)
    if unread := (sharing.mine & sharing.readable) - held:
        return f"{len(unread)} partitions that the group gave it are not read"
    if orphans := sharing.readable - sharing.mine - sharing.others:
        return f"{len(orphans)} partitions were given to nobody"
    if held & sharing.readable and silent_for > FETCHED_WITHIN:
        return f"nothing was fetched for {silent_for:.0f} s"
    return None


class Patience:
    """How long an ailment may last: so long until the consumer joins its group anew, and once more so long."""

    def __init__(self, limit: float = STUCK_AFTER) -> None:
        self._limit = limit
        self._since: float | None = None
        self._rejoined = False

    def step(self, ailing: bool, now: float) -> Step:
        """What to do, at ``now`` in machine seconds. REJOIN is said once, before it is given up."""
        if not ailing:
            self._since, self._rejoined = None, False
            return Step.NOTHING
        if self._since is None:
            self._since = now
        if now - self._since < self._limit:
            return Step.NOTHING
        if self._rejoined:
            return Step.GIVE_UP
        self._since, self._rejoined = None, True  # joining takes its time; what counts is what comes after
        return Step.REJOIN
