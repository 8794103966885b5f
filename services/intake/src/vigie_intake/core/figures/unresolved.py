"""The list for the weekly meeting: what is not resolved, since when, whose it is, and what the customer knows of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from vigie.contracts.event import Event
from vigie.contracts.tickets import (
    BugDeclared,
    CustomerAsked,
    CustomerReplied,
    FilesReceived,
    TicketAssigned,
    TicketClosed,
    TicketListed,
    TicketOpened,
    TicketReopened,
    TicketResolved,
    TicketTakenInCharge,
)
from vigie.policy import Policy
from vigie_intake.core.figures.stories import Happened, Story
from vigie_intake.core.news import kind_of_news, reaches_customer


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
    """The last event about it, by its name; that it is on a list is none."""
    last_activity_at: datetime
    last_activity_by: str
    told: str | None
    """By what the customer last heard of it after the acknowledgement; None: they have not."""
    told_at: datetime | None
    weeks: int
    """On how many weekly lists it has been."""
    listed_at: datetime | None
    """When it was on one last; None: on none yet."""
    bug: str | None
    """Under which the makers keep the bug that was declared last; « ? »: no reference was given; None: no bug."""


def unresolved(told: Iterable[Story], now: datetime) -> tuple[Unresolved, ...]:
    """Neither resolved nor closed at ``now``, the oldest first."""
    return tuple(_line(story, now) for story in told if (turn := story.at(now)) is not None and turn.unresolved)


def _line(story: Story, now: datetime) -> Unresolved:
    turn = story.at(now)
    assert turn is not None, "only what was opened is on the list"  # noqa: S101 - for the type checker
    happened = [one for one in story.happened if one.event.occurred_at < now]
    word, listed = _last_word(story, happened), _last_list(happened)
    last = next(one for one in reversed(happened) if not isinstance(one.event, TicketListed))
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
        weeks=listed.weeks if listed else 0,
        listed_at=listed.listed_at if listed else None,
        bug=_bug(happened),
    )


def _last_word(story: Story, happened: Iterable[Happened]) -> Event | None:
    """What the desk's policy mails to the contact, and every call that somebody or something answered."""
    told = (one.event for one in reversed(list(happened)) if _reaches(one.event, story.policy))
    return next(told, None)


def _reaches(event: Event, policy: Policy) -> bool:
    kind = kind_of_news(event)
    return kind not in (None, TicketOpened.__name__) and reaches_customer(kind, policy)


def _last_list(happened: Iterable[Happened]) -> TicketListed | None:
    return next((one.event for one in reversed(list(happened)) if isinstance(one.event, TicketListed)), None)


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
