"""How many called, and how many gave up before anybody answered (« 3,72% d'appels abandonnés »)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from uuid import UUID

from vigie.contracts.event import Event
from vigie.contracts.tickets import CallGivenUp, CallQueued, RequestRefused
from vigie_intake.core.figures.answers import Times, times
from vigie_intake.core.figures.period import Period
from vigie_intake.core.figures.stories import Story

_PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Calls:
    """Telephone calls inside the period. Voicemails are none: nobody waits there."""

    received: int
    """Those that became a ticket, were refused, wait for a technician, or were given up; each once."""
    given_up: int
    waited: Times
    """How long those who gave up had waited, as far as the telephone system told."""

    @property
    def share(self) -> Fraction | None:
        """What was given up of all; None where nobody called."""
        return Fraction(self.given_up, self.received) if self.received else None


def calls(told: Iterable[Story], others: Iterable[Event], period: Period) -> Calls:
    """A call that first waits and then becomes a ticket keeps its id, and so counts once."""
    apart = [event for event in others if period.holds(event.occurred_at)]
    given_up = [event for event in apart if isinstance(event, CallGivenUp)]
    received = {story.opened.ticket_id for story in told if _by_phone(story, period)}
    received |= {one for event in apart if (one := _call(event)) is not None}
    waited = [timedelta(seconds=one.waited_seconds) for one in given_up if one.waited_seconds is not None]
    return Calls(len(received), len(given_up), times(waited))


def _by_phone(story: Story, period: Period) -> bool:
    return story.opened.channel == _PHONE and period.holds(story.opened.opened_at)


def _call(event: Event) -> UUID | None:
    match event:
        case CallGivenUp(call_id=call):
            return call
        case CallQueued(call_id=call, channel=channel) if channel == _PHONE:
            return call
        case RequestRefused(request_id=call, channel=channel) if channel == _PHONE:
            return call
        case _:
            return None
