"""The list for Systell's weekly meeting, by hand. Monday 2026-03-30, nine o'clock."""

from __future__ import annotations

from datetime import timedelta

import pytest

from support.told import Did, did, local, ticket
from vigie.contracts.tickets import (
    AgentReplied,
    BugDeclared,
    ContactAttempted,
    CustomerAsked,
    CustomerReplied,
    NoteAdded,
    TicketAssigned,
    TicketClosed,
    TicketReopened,
    TicketResolved,
    TicketTakenInCharge,
)
from vigie_intake.core.figures.unresolved import Unresolved, unresolved

NOW = local("2026-03-30 09:00")


def line(*events: Did) -> Unresolved:
    (found,) = unresolved([ticket("T-1", "2026-03-23 09:00", *events, desk="systell", priority="normal")], NOW)
    return found


def test_what_is_neither_resolved_nor_closed_is_on_it() -> None:
    told = [
        ticket("T-1", "2026-03-23 09:00"),
        ticket("T-2", "2026-03-23 09:00", did(TicketResolved, "2026-03-24 09:00")),
        ticket("T-3", "2026-03-23 09:00", did(TicketClosed, "2026-03-24 09:00", reason="no_contact")),
        ticket(
            "T-4",
            "2026-03-22 09:00",
            did(TicketResolved, "2026-03-24 09:00"),
            did(TicketReopened, "2026-03-25 09:00", reason="customer"),
        ),
        ticket("T-5", "2026-03-30 09:00"),
    ]
    assert [one.number for one in unresolved(told, NOW)] == ["T-1", "T-4"]


def test_its_age_is_the_time_since_the_opening() -> None:
    """Over the night in which the clocks went forward: seven days less an hour."""
    assert line().age == timedelta(days=7) - timedelta(hours=1)


def test_nobody_has_it_before_somebody_takes_it() -> None:
    assert line().owner is None


def test_whoever_it_was_handed_to_has_it() -> None:
    found = line(
        did(TicketTakenInCharge, "2026-03-23 10:00"), did(TicketAssigned, "2026-03-24 10:00", assigned_to="bruno")
    )
    assert found.owner == "bruno"


def test_the_last_activity_is_the_last_thing_that_happened() -> None:
    found = line(did(AgentReplied, "2026-03-24 10:00"), did(NoteAdded, "2026-03-25 10:00"))
    assert (found.last_activity, found.last_activity_at) == ("NoteAdded", local("2026-03-25 10:00"))
    assert found.last_activity_by == "agent:amelie"


def test_the_acknowledgement_is_no_word_of_progress() -> None:
    assert line().told is None


def test_the_customer_last_heard_what_was_last_written_to_them() -> None:
    found = line(did(AgentReplied, "2026-03-24 10:00"), did(NoteAdded, "2026-03-25 10:00"))
    assert (found.told, found.told_at) == ("AgentReplied", local("2026-03-24 10:00"))


@pytest.mark.parametrize(("outcome", "told"), [("reached", True), ("voicemail", True), ("no_answer", False)])
def test_a_call_that_somebody_or_something_answered_is_a_word(outcome: str, told: bool) -> None:
    assert (line(did(ContactAttempted, "2026-03-24 10:00", outcome=outcome)).told is not None) == told


def test_the_bug_is_named_as_its_makers_keep_it() -> None:
    assert line(did(BugDeclared, "2026-03-24 10:00", reference="CAM-731")).bug == "CAM-731"


def test_a_bug_without_a_reference_is_still_one() -> None:
    assert line(did(BugDeclared, "2026-03-24 10:00")).bug == "?"


def test_a_question_that_is_not_answered_waits_for_the_customer() -> None:
    asked = did(CustomerAsked, "2026-03-24 10:00")
    assert line(asked).waits_for_customer
    assert not line(asked, did(CustomerReplied, "2026-03-24 11:00")).waits_for_customer
