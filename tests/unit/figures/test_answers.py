"""How long customers waited, and what was done the same day, by hand."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from support.told import MARCH, did, local, only, period, ticket
from vigie.contracts.terms import ContractTerms
from vigie.contracts.tickets import (
    PriorityChanged,
    TicketClosed,
    TicketReopened,
    TicketResolved,
    TicketTakenInCharge,
)
from vigie_intake.core.figures.answers import Times, answers, same_day, times

PRIORITIES = ("low", "medium", "high")


def minutes(*lengths: float) -> list[timedelta]:
    return [timedelta(minutes=length) for length in lengths]


def test_of_three_the_one_in_the_middle_is_the_median() -> None:
    assert times(minutes(10, 50, 30)) == Times(3, *minutes(30, 30, 50))


def test_of_four_the_median_lies_between_the_two_in_the_middle() -> None:
    assert times(minutes(10, 20, 40, 50)) == Times(4, *minutes(30, 30, 50))


def test_of_ten_nine_were_no_longer_than_p90() -> None:
    assert times(minutes(1, 2, 3, 4, 5, 6, 7, 8, 9, 100)).p90 == timedelta(minutes=9)


def test_of_eleven_it_takes_ten() -> None:
    assert times(minutes(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 100)).p90 == timedelta(minutes=10)


def test_of_none_there_is_no_mean() -> None:
    assert times([]) == Times(0, None, None, None)


def test_an_answer_is_the_first_taking_in_charge() -> None:
    story = ticket(
        "T-1",
        "2026-03-23 22:00",
        did(TicketTakenInCharge, "2026-03-23 22:20"),
        did(TicketTakenInCharge, "2026-03-23 23:00", taken_by="bruno"),
    )
    assert only(answers([story], MARCH, PRIORITIES), priority=None).elapsed == Times(1, *minutes(20, 20, 20))


def test_in_the_open_time_of_the_promise_a_night_does_not_count() -> None:
    """Low runs on HOJO: Monday 17:00–18:00 and Tuesday 08:30–09:00 are an hour and a half of it."""
    story = ticket("T-1", "2026-03-23 17:00", did(TicketTakenInCharge, "2026-03-24 09:00"), priority="low")
    row = only(answers([story], MARCH, PRIORITIES), priority="low")
    assert row.elapsed.mean == timedelta(hours=16)
    assert row.promised.mean == timedelta(hours=1, minutes=30)


def test_over_the_night_of_the_time_change_elapsed_time_is_what_really_passed() -> None:
    """Saturday 22:00 to Sunday 09:00: eleven hours on the wall, ten that passed. High runs round the clock."""
    story = ticket("T-1", "2026-03-28 22:00", did(TicketTakenInCharge, "2026-03-29 09:00"))
    row = only(answers([story], MARCH, PRIORITIES), priority="high")
    assert row.elapsed.mean == row.promised.mean == timedelta(hours=10)


def test_it_counts_in_the_period_in_which_it_was_taken() -> None:
    before = ticket("T-1", "2026-02-28 23:00", did(TicketTakenInCharge, "2026-03-01 01:00"))
    after = ticket("T-2", "2026-03-31 23:00", did(TicketTakenInCharge, "2026-04-01 01:00"))
    assert only(answers([before, after], MARCH, PRIORITIES), priority=None).elapsed == Times(1, *minutes(120, 120, 120))


def test_it_counts_under_the_priority_that_the_ticket_had_by_then() -> None:
    story = ticket(
        "T-1",
        "2026-03-23 22:00",
        did(PriorityChanged, "2026-03-23 22:10", priority="medium"),
        did(TicketTakenInCharge, "2026-03-23 22:20"),
    )
    assert [row.priority for row in answers([story], MARCH, PRIORITIES)] == [None, "medium"]


def test_the_highest_priority_comes_first() -> None:
    told = [
        ticket(f"T-{priority}", "2026-03-23 09:00", did(TicketTakenInCharge, "2026-03-23 09:10"), priority=priority)
        for priority in PRIORITIES
    ]
    assert [row.priority for row in answers(told, MARCH, PRIORITIES)] == [None, "high", "medium", "low"]


def test_where_no_hours_are_promised_there_is_no_open_time() -> None:
    """CIV counts whole days."""
    civ = ticket("T-1", "2026-03-23 09:00", did(TicketTakenInCharge, "2026-03-23 10:00"), desk="civ", priority="normal")
    unmaintained = ticket(
        "T-2",
        "2026-03-23 09:00",
        did(TicketTakenInCharge, "2026-03-23 10:00"),
        desk="esii",
        kind="anomaly",
        priority="minor",
        contract=ContractTerms(maintained=False),
    )
    row = only(answers([civ, unmaintained], MARCH, ()), priority=None)
    assert (row.elapsed.count, row.promised.count) == (2, 0)


@pytest.mark.parametrize(("taken", "count"), [("2026-03-23 23:59", 1), ("2026-03-24 00:00", 0)])
def test_the_same_day_ends_at_midnight(taken: str, count: int) -> None:
    assert same_day([ticket("T-1", "2026-03-23 22:00", did(TicketTakenInCharge, taken))], MARCH).taken == count


def test_what_is_taken_in_charge_is_not_done_yet() -> None:
    found = same_day([ticket("T-1", "2026-03-23 09:00", did(TicketTakenInCharge, "2026-03-23 09:30"))], MARCH)
    assert (found.opened, found.taken, found.done) == (1, 1, 0)


def test_resolved_the_same_day_is_done() -> None:
    assert same_day([ticket("T-1", "2026-03-23 09:00", did(TicketResolved, "2026-03-23 18:00"))], MARCH).done == 1


@pytest.mark.parametrize(
    ("reason", "done"),
    [("solved", 1), ("mutual_agreement", 1), ("no_answer", 0), ("no_contact", 0), ("files_requested", 0)],
)
def test_closed_because_the_customer_was_not_there_is_not_done(reason: str, done: int) -> None:
    story = ticket("T-1", "2026-03-23 09:00", did(TicketClosed, "2026-03-23 18:00", reason=reason))
    assert same_day([story], MARCH).done == done


@pytest.mark.parametrize(("reopened", "done"), [("2026-03-23 19:00", 0), ("2026-03-24 08:00", 1)])
def test_reopened_the_same_day_is_not_done_and_reopened_the_next_day_was(reopened: str, done: int) -> None:
    story = ticket(
        "T-1",
        "2026-03-23 09:00",
        did(TicketResolved, "2026-03-23 18:00"),
        did(TicketReopened, reopened, reason="customer"),
    )
    assert same_day([story], MARCH).done == done


def test_the_share_is_of_those_opened_in_the_period() -> None:
    told = [
        ticket("T-1", "2026-02-28 09:00", did(TicketResolved, "2026-02-28 10:00")),
        ticket("T-2", "2026-03-02 09:00", did(TicketResolved, "2026-03-02 10:00")),
        ticket("T-3", "2026-03-03 09:00", did(TicketResolved, "2026-03-04 10:00")),
        ticket("T-4", "2026-03-04 09:00", did(TicketResolved, "2026-03-04 23:00")),
        ticket("T-5", "2026-03-05 09:00"),
    ]
    assert same_day(told, MARCH).done_share == Fraction(1, 2)


def test_of_no_tickets_there_is_no_share() -> None:
    assert same_day([], MARCH).done_share is None


def test_on_the_day_on_which_the_clocks_go_back_midnight_is_25_hours_later() -> None:
    october = period("2026-10-25", "2026-10-25")
    late = ticket("T-1", "2026-10-25 00:10", did(TicketResolved, local("2026-10-25 23:50")))
    assert same_day([late], october).done == 1
