"""Which promises were kept. The same judgement as sla-timer's, from the same facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from vigie.commitments import Met, Missed, Moment, Retargeted, Started, timeline
from vigie_intake.core.figures.period import Period
from vigie_intake.core.figures.stories import Story

Outcome = Literal["kept", "late", "missed"]


@dataclass(frozen=True, slots=True)
class Promises:
    """What became of the promises of one commitment and priority.

    A promise counts in the period in which it was kept, or in which it was due and not kept. Of those that were
    dropped before they were due (the ticket was closed) nothing is counted.
    """

    commitment: str
    priority: str | None
    """The one whose target counted; None: all of them."""
    kept: int
    late: int
    """Due inside the period and not kept then; kept later, before the period ended."""
    missed: int
    """Due inside the period and not kept before it ended."""

    @property
    def share(self) -> Fraction | None:
        """What was kept of all that counts; None where nothing does."""
        count = self.kept + self.late + self.missed
        return Fraction(self.kept, count) if count else None


def promises(
    told: Iterable[Story], period: Period, commitments: Sequence[str], priorities: Sequence[str]
) -> tuple[Promises, ...]:
    """By commitment in the order of ``commitments``: all priorities together, then the highest first."""
    counted: dict[tuple[str, str], Counter[Outcome]] = {}
    for story in told:
        for commitment, priority, outcome in _outcomes(story, period):
            counted.setdefault((commitment, priority), Counter())[outcome] += 1
    rows = []
    for commitment in sorted({name for name, _ in counted}, key=_places(commitments)):
        mine = {priority: counts for (name, priority), counts in counted.items() if name == commitment}
        rows.append(_row(commitment, None, sum(mine.values(), Counter())))
        rows += [_row(commitment, one, mine[one]) for one in sorted(mine, key=_places(priorities[::-1]))]
    return tuple(rows)


def _places(names: Sequence[str]) -> Callable[[str], tuple[int, str]]:
    """To sort by the place in ``names``; what is not among them comes last."""
    places = {name: place for place, name in enumerate(names)}
    return lambda name: (places.get(name, len(places)), name)


def _row(commitment: str, priority: str | None, counts: Counter[Outcome]) -> Promises:
    return Promises(commitment, priority, counts["kept"], counts["late"], counts["missed"])


def _outcomes(story: Story, period: Period) -> Iterator[tuple[str, str, Outcome]]:
    """What became of each promise about a ticket that was kept, or due, inside the period."""
    moments = [one for one in timeline(story.facts(period.end), story.policy, period.end) if one.at < period.end]
    for clock in dict.fromkeys(one.clock for one in moments):
        yield from ((clock, *found) for found in _of_clock([one for one in moments if one.clock == clock], period))


def _of_clock(moments: Sequence[Moment], period: Period) -> Iterator[tuple[str, Outcome]]:
    """A clock that starts again is another promise."""
    priority, missed = "", None
    for moment in moments:
        match moment:
            case Started():
                if missed and period.holds(missed.at):
                    yield missed.priority, "missed"
                priority, missed = moment.priority, None
            case Retargeted():
                priority = moment.priority
            case Missed():
                missed = moment
            case Met(late=False) if period.holds(moment.at):
                yield priority, "kept"
            case Met(late=True) if missed:
                if period.holds(missed.at):
                    yield missed.priority, "late"
                missed = None
            case _:
                pass
    if missed and period.holds(missed.at):
        yield missed.priority, "missed"
