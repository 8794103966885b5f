"""What became of mails is counted from what is recorded of them."""

from __future__ import annotations

from uuid import UUID

import pytest
from prometheus_client import CollectorRegistry, Counter

from support.clock import MORNING
from vigie.contracts.event import Event
from vigie.contracts.notifications import NotificationAttempted, NotificationDeferred, NotificationSent
from vigie.io.records import Appended
from vigie_notifier.adapters.figures import counting

TICKET = UUID("0198c2a4-0000-7000-8000-000000000001")
ABOUT = {
    "ticket_id": TICKET,
    "number": "T-1001",
    "desk": "serveurcom",
    "notification_id": UUID("0198c2a4-0000-7000-8000-000000000002"),
    "template": "acknowledgement",
    "language": "fr",
    "role": "contact",
    "message_id": "n@vigie.example",
}


def attempted(attempt: int) -> Event:
    return NotificationAttempted.model_validate(ABOUT | {"attempted_at": MORNING, "attempt": attempt})


def counted(*events: Event) -> dict[str, float]:
    registry = CollectorRegistry()
    count = counting(Counter("mails", "…", ["outcome"], registry=registry))
    count([Appended(TICKET, "mail", 1, TICKET, event, MORNING, "service:notifier", "") for event in events])
    names = ("sent", "deferred", "failed", "skipped", "again")
    return {name: value for name in names if (value := registry.get_sample_value("mails_total", {"outcome": name}))}


def test_a_mail_that_was_taken_is_one_sent() -> None:
    sent = NotificationSent.model_validate(ABOUT | {"sent_at": MORNING, "attempt": 1})
    assert counted(attempted(1), sent) == {"sent": 1}


def test_a_mail_that_was_deferred_and_tried_again_is_counted_as_both() -> None:
    deferred = NotificationDeferred.model_validate(
        ABOUT | {"deferred_at": MORNING, "retry_at": MORNING, "attempt": 1, "code": 451, "problem": "busy"}
    )
    assert counted(attempted(1), deferred, attempted(2)) == {"deferred": 1, "again": 1}


@pytest.mark.parametrize("outcome", ["sent", "deferred", "failed", "skipped", "again"])
def test_an_outcome_that_nothing_had_yet_is_shown_as_none(outcome: str) -> None:
    registry = CollectorRegistry()
    counting(Counter("mails", "…", ["outcome"], registry=registry))
    assert registry.get_sample_value("mails_total", {"outcome": outcome}) == 0
