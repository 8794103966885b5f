"""The mail of one ticket: whom it is for, who was told what, and which mails are not settled yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, assert_never
from uuid import UUID

from vigie.contracts.notifications import (
    CorrespondenceJoined,
    CorrespondenceOpened,
    NotificationAttempted,
    NotificationDeferred,
    NotificationFailed,
    NotificationRequested,
    NotificationSent,
    NotificationSkipped,
    NotifierEvent,
)

LEASES: Final = (timedelta(minutes=2), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
"""How long an attempt may stay without an outcome before it is made again, by attempt; the last one for all later.

Growing, because a process that was down for long finds all of them run out at once, and each counts as an attempt.
"""


def lease_of(attempt: int) -> timedelta:
    """For how long nobody else makes an attempt at the mail after the ``attempt``-th, from 1, was recorded."""
    return LEASES[min(attempt, len(LEASES)) - 1]


@dataclass(frozen=True, slots=True)
class Waiting:
    """To be tried again, or for the first time, at ``retry_at``."""

    attempts: int
    retry_at: datetime


@dataclass(frozen=True, slots=True)
class Underway:
    """Handed to the mail server, outcome not known yet; by ``lease_until`` we no longer expect to hear of it."""

    attempts: int
    lease_until: datetime


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A mail that was written and is neither sent nor given up."""

    requested: NotificationRequested
    """Without its personal part: the rendered mail stays in the store."""
    standing: Waiting | Underway

    @property
    def due_at(self) -> datetime:
        match self.standing:
            case Waiting(retry_at=due) | Underway(lease_until=due):
                return due
            case _:
                assert_never(self.standing)


@dataclass(frozen=True, slots=True)
class Correspondence:
    """The state of a mail stream."""

    opened: CorrespondenceOpened | None = None
    """None: the opening of the ticket has not been heard of."""
    joined: tuple[CorrespondenceJoined, ...] = ()
    """Who else is told what the contact is told."""
    settled: frozenset[UUID] = frozenset()
    """Notifications that are over, in whatever way."""
    unsettled: Mapping[UUID, Unsettled] = field(default_factory=dict)
    threads: Mapping[str, str] = field(default_factory=dict)
    """The Message-ID of the first mail to each address."""

    def knows(self, notification_id: UUID) -> bool:
        """Whether this notification was dealt with before: nobody is told the same thing twice."""
        return notification_id in self.settled or notification_id in self.unsettled


def evolve(state: Correspondence, event: NotifierEvent) -> Correspondence:
    """``state`` after ``event``."""
    match event:
        case CorrespondenceOpened():
            return replace(state, opened=event)
        case CorrespondenceJoined():
            return replace(state, joined=(*state.joined, event))
        case NotificationRequested():
            return _written(state, event)
        case NotificationAttempted():
            until = event.attempted_at + lease_of(event.attempt)
            return _standing(state, event.notification_id, Underway(event.attempt, until))
        case NotificationDeferred():
            return _standing(state, event.notification_id, Waiting(event.attempt, event.retry_at))
        case NotificationSent() | NotificationFailed() | NotificationSkipped():
            others = {key: mail for key, mail in state.unsettled.items() if key != event.notification_id}
            return replace(state, settled=state.settled | {event.notification_id}, unsettled=others)
        case _:
            assert_never(event)


def wake_at(state: Correspondence) -> datetime | None:
    """The earliest instant at which a mail wants to be tried again."""
    return min((mail.due_at for mail in state.unsettled.values()), default=None)


def _written(state: Correspondence, event: NotificationRequested) -> Correspondence:
    mail = Unsettled(event.model_copy(update={"personal": None}), Waiting(0, event.requested_at))
    threads = state.threads
    if event.personal is not None:
        threads = {thread_key(event.personal.recipient): event.message_id, **threads}
    return replace(state, unsettled={**state.unsettled, event.notification_id: mail}, threads=threads)


def thread_key(address: str) -> str:
    """What makes two addresses one person's: everybody writes the case as they please."""
    return address.casefold()


def _standing(state: Correspondence, key: UUID, standing: Waiting | Underway) -> Correspondence:
    mail = replace(state.unsettled[key], standing=standing)
    return replace(state, unsettled={**state.unsettled, key: mail})
