"""The list for the weekly meeting: what is not resolved, since when, whose it is, and what the customer knows of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from vigie.contracts.event import Event
from vigie.contracts.tickets import (
    BugDeclared,
    ContactAttempted,
    CustomerAsked,
    CustomerReplied,
    FilesReceived,
    TicketAssigned,
    TicketClosed,
    TicketOpened,
    TicketReopened,
    TicketResolved,
    TicketTakenInCharge,
)
from vigie_intake.core.figures.stories import Happened, Story


@dataclass(frozen=True, slots=True)
class Unresolved:
    """One ticket on the list."""

    number: str
    customer: str | None
    kind: str
    priority: str
    service: str | None
    opened_at: datetime
    age: timedelta
    """Elapsed time since the opening."""
    waits_for_customer: bool
    owner: str | None
    """Who took it in charge, or whom it was assigned to since; None: nobody."""
    last_activity: str
    """The last event about it, by its name."""
    last_activity_at: datetime
    last_activity_by: str
    told: str | None
    """By what the customer last heard of it after the acknowledgement; None: they have not."""
    told_at: datetime | None
    bug: str | None
    """Under which the makers keep the bug that was declared last; « ? »: no reference was given; None: no bug."""


def unresolved(told: Iterable[Story], now: datetime) -> tuple[Unresolved, ...]:
    """Neither resolved nor closed at ``now``, the oldest first."""
    return tuple(_line(story, now) for story in told if (turn := story.at(now)) is not None and turn.unresolved)


def _line(story: Story, now: datetime) -> Unresolved:
    turn = story.at(now)
    assert turn is not None, "only what was opened is on the list"  # noqa: S101 - for the type checker
    happened = [one for one in story.happened if one.event.occurred_at < now]
    last, word = happened[-1], _last_word(story, happened)
    return Unresolved(
        number=story.number,
        customer=story.opened.customer,
        kind=turn.kind,
        priority=turn.priority,
        service=story.service(now),
        opened_at=story.opened.opened_at,
        age=now - story.opened.opened_at,
        waits_for_customer=_waits(happened),
        owner=_owner(happened),
        last_activity=type(last.event).__name__,
        last_activity_at=last.event.occurred_at,
        last_activity_by=last.actor,
        told=None if word is None else type(word).__name__,
        told_at=None if word is None else word.occurred_at,
        bug=_bug(happened),
    )


def _last_word(story: Story, happened: Iterable[Happened]) -> Event | None:
    """What the desk's policy mails to the contact, and every call that somebody or something answered."""
    mailed = {rule.event for rule in story.policy.mail_rules if rule.to == "contact"} - {TicketOpened.__name__}
    words = [one.event for one in happened if type(one.event).__name__ in mailed or _spoken(one.event)]
    return next((event for event in reversed(words) if not _unheard(event)), None)


def _spoken(event: Event) -> bool:
    return isinstance(event, ContactAttempted) and event.outcome == "reached"


def _unheard(event: Event) -> bool:
    return isinstance(event, ContactAttempted) and event.outcome == "no_answer"


def _waits(happened: Iterable[Happened]) -> bool:
    waits = False
    for one in happened:
        match one.event:
            case CustomerAsked():
                waits = True
            case CustomerReplied() | FilesReceived() | TicketResolved() | TicketClosed() | TicketReopened():
                waits = False
            case _:
                pass
    return waits


def _owner(happened: Iterable[Happened]) -> str | None:
    owner = None
    for one in happened:
        match one.event:
            case TicketTakenInCharge(taken_by=who) | TicketAssigned(assigned_to=who):
                owner = who
            case _:
                pass
    return owner


def _bug(happened: Iterable[Happened]) -> str | None:
    declared = [one.event for one in happened if isinstance(one.event, BugDeclared)]
    return (declared[-1].reference or "?") if declared else None
