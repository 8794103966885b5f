"""How long a service was not available, from its incidents.

The highest priority says that a service is down (« Coupure totale – service indisponible », « interruption de service
totale »). So a service is down while at least one ticket about it is of that priority and neither resolved nor closed:
incidents that overlap are not counted twice, and one that is found to be less serious ends there. Under a policy that
knows but one priority, that says nothing: a question is no outage.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from vigie_intake.core.figures.period import Period
from vigie_intake.core.figures.stories import Story

_NOTHING = timedelta(0)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Incident:
    """A time in which a ticket said that the service was down."""

    number: str
    kind: str
    began_at: datetime
    """Perhaps before the period."""
    ended_at: datetime | None
    """None: not before the period ended."""
    counted: timedelta
    """What of it lies inside the period."""


@dataclass(frozen=True, slots=True)
class Availability:
    """One service over the period."""

    service: str | None
    """None: the tickets that name none."""
    down: timedelta
    """Elapsed time, what overlaps counted once."""
    length: timedelta
    """Of the period."""
    incidents: tuple[Incident, ...]

    @property
    def available(self) -> Fraction:
        """The share of the period in which it was up; all of it where the period has no length yet."""
        if not self.length:
            return Fraction(1)
        return 1 - Fraction(self.down // _MICROSECOND, self.length // _MICROSECOND)


def availability(told: Iterable[Story], period: Period, services: Sequence[str]) -> tuple[Availability, ...]:
    """Of every service that the desk names in ``services``, then of those that only its tickets name."""
    found: dict[str | None, list[Incident]] = {service: [] for service in services}
    for story in told:
        for incident in _incidents(story, period):
            found.setdefault(story.service(period.end), []).append(incident)
    return tuple(
        Availability(service, _union(incidents, period), period.length, tuple(sorted(incidents, key=_beginning)))
        for service, incidents in found.items()
    )


def _incidents(story: Story, period: Period) -> Iterator[Incident]:
    for kind, began, ended in _spans(story, period.end):
        inside = period.cut(began, ended)
        if inside is not None:
            yield Incident(story.number, kind, began, ended, inside[1] - inside[0])


def _spans(story: Story, end: datetime) -> Iterator[tuple[str, datetime, datetime | None]]:
    """When it was down by this ticket: the kind of ticket, from, until (None: still at ``end``)."""
    if len(story.policy.priorities) == 1:
        return
    highest, since = story.policy.priorities[-1], None
    kind = story.opened.kind
    for turn in story.turns:
        if turn.at >= end:
            break
        is_down = turn.unresolved and turn.priority == highest
        if is_down and since is None:
            since = turn.at
        elif not is_down and since is not None:
            yield kind, since, turn.at
            since = None
        kind = turn.kind
    if since is not None:
        yield kind, since, None


def _union(incidents: Iterable[Incident], period: Period) -> timedelta:
    down, until = _NOTHING, period.start
    for incident in sorted(incidents, key=_beginning):
        inside = period.cut(max(incident.began_at, until), incident.ended_at)
        if inside is not None:
            down += inside[1] - inside[0]
            until = inside[1]
    return down


def _beginning(incident: Incident) -> tuple[datetime, str]:
    return incident.began_at, incident.number
