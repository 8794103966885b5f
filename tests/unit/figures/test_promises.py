"""Which promises were kept, by hand, on Serveurcom's: high 30 min and 4 h, medium 2 h and 24 h, round the clock."""

from __future__ import annotations

from fractions import Fraction

from support.told import MARCH, did, local, only, period, ticket
from vigie.contracts.tickets import (
    ContactAttempted,
    CustomerAsked,
    CustomerReplied,
    PriorityChanged,
    TicketClosed,
    TicketReopened,
    TicketResolved,
    TicketTakenInCharge,
)
from vigie_intake.core.figures import Period, Story
from vigie_intake.core.figures.promises import Promises, promises

PRIORITIES = ("low", "medium", "high")
COMMITMENTS = ("take_charge", "resolution", "on_call")


def found(*told: Story, over: Period = MARCH) -> tuple[Promises, ...]:
    return promises(told, over, COMMITMENTS, PRIORITIES)


def take_charge(*told: Story, over: Period = MARCH) -> tuple[int, int, int]:
    """Kept, late, missed, of all priorities."""
    row = only(found(*told, over=over), commitment="take_charge", priority=None)
    return row.kept, row.late, row.missed


def test_done_at_the_limit_is_kept() -> None:
    assert take_charge(ticket("T-1", "2026-03-23 22:00", did(TicketTakenInCharge, "2026-03-23 22:30"))) == (1, 0, 0)


def test_done_a_minute_later_is_late() -> None:
    assert take_charge(ticket("T-1", "2026-03-23 22:00", did(TicketTakenInCharge, "2026-03-23 22:31"))) == (0, 1, 0)


def test_what_nobody_does_is_missed() -> None:
    assert take_charge(ticket("T-1", "2026-03-23 22:00")) == (0, 0, 1)


def test_what_is_not_due_yet_does_not_count() -> None:
    now = period("2026-03-01", "2026-03-31", now=local("2026-03-23 22:29"))
    assert found(ticket("T-1", "2026-03-23 22:00"), over=now) == ()


def test_what_was_dropped_before_it_was_due_does_not_count() -> None:
    story = ticket("T-1", "2026-03-23 22:00", did(TicketClosed, "2026-03-23 22:10", reason="mutual_agreement"))
    assert found(story) == ()


def test_a_miss_counts_in_the_period_in_which_it_was_due() -> None:
    """Due on 1 April at 00:15."""
    story = ticket("T-1", "2026-03-31 23:45", did(TicketTakenInCharge, "2026-04-01 08:00"))
    assert found(story) == ()
    assert take_charge(story, over=period("2026-04-01", "2026-04-30")) == (0, 1, 0)


def test_what_was_kept_only_after_the_period_was_missed_in_it() -> None:
    """Due on 31 March at 23:45, taken on 1 April: asked later, March says the same."""
    story = ticket("T-1", "2026-03-31 23:15", did(TicketTakenInCharge, "2026-04-01 08:00"))
    assert take_charge(story) == (0, 0, 1)
    assert [
        row for row in found(story, over=period("2026-04-01", "2026-04-01")) if row.commitment == "take_charge"
    ] == []


def test_a_pause_moves_the_deadline() -> None:
    """Four hours from 09:00, of which 10:00 to 15:00 the customer had the turn: due at 18:00."""
    story = ticket(
        "T-1",
        "2026-03-23 09:00",
        did(TicketTakenInCharge, "2026-03-23 09:10"),
        did(CustomerAsked, "2026-03-23 10:00"),
        did(CustomerReplied, "2026-03-23 15:00"),
        did(TicketResolved, "2026-03-23 18:00"),
    )
    row = only(found(story), commitment="resolution", priority="high")
    assert (row.kept, row.late, row.missed) == (1, 0, 0)


def test_another_priority_counts_under_the_one_whose_target_decided() -> None:
    story = ticket(
        "T-1",
        "2026-03-23 22:00",
        did(PriorityChanged, "2026-03-23 22:10", priority="medium"),
        did(TicketTakenInCharge, "2026-03-24 00:10"),
    )
    assert only(found(story), commitment="take_charge", priority="medium").kept == 1


def test_a_resolution_that_was_kept_and_reopened_is_promised_on() -> None:
    """Kept after one hour of four. Reopened with three left, and resolved after four: due at 13:00 the next day."""
    story = ticket(
        "T-1",
        "2026-03-23 09:00",
        did(TicketTakenInCharge, "2026-03-23 09:10"),
        did(TicketResolved, "2026-03-23 10:00"),
        did(TicketReopened, "2026-03-24 10:00", reason="customer"),
        did(TicketResolved, "2026-03-24 14:00"),
    )
    row = only(found(story), commitment="resolution", priority="high")
    assert (row.kept, row.late, row.missed) == (1, 1, 0)


def test_a_promise_that_starts_again_counts_again() -> None:
    """Systell's call back: each voicemail outside the customer's hours promises a call on the next open day."""
    story = ticket(
        "T-1",
        "2026-03-23 09:00",
        did(TicketTakenInCharge, "2026-03-23 09:10"),
        did(ContactAttempted, "2026-03-23 19:00", outcome="voicemail"),
        did(ContactAttempted, "2026-03-24 19:00", outcome="voicemail"),
        did(ContactAttempted, "2026-03-26 09:00", outcome="reached"),
        desk="systell",
        priority="normal",
    )
    row = only(promises([story], MARCH, (), ()), commitment="call_back", priority=None)
    assert (row.kept, row.late, row.missed) == (1, 1, 0)


def test_the_share_is_what_was_kept_of_all_that_counts() -> None:
    told = [ticket(f"T-{one}", "2026-03-23 22:00", did(TicketTakenInCharge, "2026-03-23 22:20")) for one in range(2)]
    told += [ticket("T-8", "2026-03-23 22:00", did(TicketTakenInCharge, "2026-03-23 23:00"))]
    told += [ticket("T-9", "2026-03-23 22:00")]
    row = only(found(*told), commitment="take_charge", priority="high")
    assert (row.kept, row.late, row.missed, row.share) == (2, 1, 1, Fraction(1, 2))


def test_commitments_stand_in_the_order_of_the_policy_and_the_highest_priority_first() -> None:
    told = [ticket(f"T-{priority}", "2026-03-02 09:00", priority=priority) for priority in PRIORITIES]
    assert [(row.commitment, row.priority) for row in found(*told)] == [
        ("take_charge", None),
        ("take_charge", "high"),
        ("take_charge", "medium"),
        ("take_charge", "low"),
        ("resolution", None),
        ("resolution", "high"),
        ("resolution", "medium"),
        ("resolution", "low"),
    ]
