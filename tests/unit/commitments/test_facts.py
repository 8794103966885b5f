"""Which events of a ticket a promise depends on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from vigie.commitments import ArrivedOnSite, ContactAttempted, CustomerReplied, OnSitePlanned, fact_in
from vigie.contracts import tickets
from vigie.contracts.tickets import FilesReceived, NoteAdded

NOON = datetime(2026, 3, 23, 12, tzinfo=UTC)
ABOUT: dict[str, Any] = {"ticket_id": UUID(int=1), "number": "T-1001", "desk": "serveurcom"}


def test_files_that_arrive_give_the_desk_the_turn_as_a_reply_does() -> None:
    assert fact_in(FilesReceived(**ABOUT, received_at=NOON), 7) == CustomerReplied(NOON, 7)


def test_no_promise_depends_on_a_note_to_colleagues() -> None:
    assert fact_in(NoteAdded(**ABOUT, added_at=NOON, added_by="amelie"), 7) is None


def test_an_attempt_to_reach_the_customer_counts_with_how_it_ended() -> None:
    attempted = tickets.ContactAttempted(**ABOUT, attempted_at=NOON, attempted_by="amelie", outcome="voicemail")
    assert fact_in(attempted, 7) == ContactAttempted(NOON, 7, "voicemail")


def test_a_visit_is_planned_and_arrives() -> None:
    planned = tickets.OnSitePlanned(**ABOUT, planned_at=NOON, planned_by="amelie", visitor="installer")
    arrived = tickets.ArrivedOnSite(**ABOUT, arrived_at=NOON, arrived_by="amelie")
    assert (fact_in(planned, 7), fact_in(arrived, 8)) == (OnSitePlanned(NOON, 7), ArrivedOnSite(NOON, 8))
