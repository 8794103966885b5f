"""What became of the mails, counted as it is recorded, so that figures and events never differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from prometheus_client import Counter

from vigie.contracts.event import Event
from vigie.contracts.notifications import (
    NotificationAttempted,
    NotificationDeferred,
    NotificationFailed,
    NotificationSent,
    NotificationSkipped,
)
from vigie.io.records import Appended

OUTCOMES = ("sent", "deferred", "failed", "skipped", "again")


def counting(mails: Counter) -> Callable[[Sequence[Appended]], None]:
    """Counts, into ``mails``, by outcome; all of them are there from the start, with 0: alarms rely on that."""
    for outcome in OUTCOMES:
        mails.labels(outcome)

    def count(appended: Sequence[Appended]) -> None:
        for one in appended:
            if outcome := outcome_of(one.event):
                mails.labels(outcome).inc()

    return count


def outcome_of(event: Event) -> str | None:
    """What ``event`` says became of a mail; None: nothing yet."""
    match event:
        case NotificationSent():
            return "sent"
        case NotificationDeferred():
            return "deferred"
        case NotificationFailed():
            return "failed"
        case NotificationSkipped():
            return "skipped"
        case NotificationAttempted(attempt=attempt) if attempt > 1:
            return "again"
        case _:
            return None
