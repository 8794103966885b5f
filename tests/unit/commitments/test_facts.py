"""Which events of a ticket a promise depends on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from vigie.commitments import CustomerReplied, fact_in
from vigie.contracts.tickets import ContactAttempted, FilesReceived

NOON = datetime(2026, 3, 23, 12, tzinfo=UTC)
ABOUT: dict[str, Any] = {"ticket_id": UUID(int=1), "number": "T-1001", "desk": "serveurcom"}


def test_files_that_arrive_give_the_desk_the_turn_as_a_reply_does() -> None:
    assert fact_in(FilesReceived(**ABOUT, received_at=NOON), 7) == CustomerReplied(NOON, 7)


def test_no_promise_depends_on_an_attempt_to_reach_the_customer() -> None:
    attempted = ContactAttempted(**ABOUT, attempted_at=NOON, attempted_by="amelie", outcome="reached")
    assert fact_in(attempted, 7) is None
