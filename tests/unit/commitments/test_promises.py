"""What Serveurcom's promises come to, for one ticket and one commitment at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from support.promises import (
    HOUR,
    MINUTE,
    ON_CALL,
    RESOLUTION,
    TAKE_CHARGE,
    next_sequence,
    opened,
    paris,
    serveurcom,
)
from vigie.commitments import (
    Approaching,
    Cancelled,
    Closed,
    CustomerAsked,
    CustomerReplied,
    Fact,
    LadderEnded,
    Met,
    Missed,
    Moment,
    OnCallAccepted,
    OverrunPassed,
    Paused,
    PriorityChanged,
    Qualified,
    Reopened,
    Resolved,
    Resumed,
    Retargeted,
    Started,
    TakenInCharge,
    timeline,
)
from vigie.policy.commitment import Commitment

Simple = type[TakenInCharge | OnCallAccepted | CustomerAsked | CustomerReplied | Resolved | Closed | Reopened]


def monday(time: str) -> datetime:
    return paris(f"2026-03-23 {time}")


def tuesday(time: str) -> datetime:
    return paris(f"2026-03-24 {time}")


def then(fact: Simple, at: datetime) -> Fact:
    return fact(at, next_sequence())


def priority(value: str, at: datetime) -> Fact:
    return PriorityChanged(at, next_sequence(), value)


def life(commitment: Commitment, facts: Sequence[Fact], until: datetime) -> tuple[Moment, ...]:
    """All that happens to the clock of ``commitment``, but warnings, which have tests of their own."""
    moments = timeline(facts, serveurcom(commitment), until)
    return tuple(moment for moment in moments if not isinstance(moment, Approaching))


def misses_and_levels(commitment: Commitment, facts: Sequence[Fact], until: datetime) -> list[tuple[str, datetime]]:
    """Each miss (as ``missed``) and each level reached, with its instant."""
    return [
        ("missed" if isinstance(moment, Missed) else moment.level, moment.at)
        for moment in life(commitment, facts, until)
        if isinstance(moment, Missed | OverrunPassed)
    ]


# A promise and its limit


def test_a_promise_is_made_when_the_ticket_is_opened() -> None:
    assert life(TAKE_CHARGE, [opened("2026-03-23 22:00", "high")], monday("22:00")) == (
        Started("take_charge", monday("22:00"), monday("22:30"), 30 * MINUTE, "always", "high"),
    )


def test_what_is_done_before_the_limit_is_in_time() -> None:
    facts = [opened("2026-03-23 22:00", "high"), then(TakenInCharge, monday("22:29"))]
    assert life(TAKE_CHARGE, facts, tuesday("12:00"))[1:] == (
        Met("take_charge", monday("22:29"), monday("22:30"), late=False),
    )


def test_what_is_done_at_the_limit_is_in_time() -> None:
    facts = [opened("2026-03-23 22:00", "high"), then(TakenInCharge, monday("22:30"))]
    assert life(TAKE_CHARGE, facts, tuesday("12:00"))[1:] == (
        Met("take_charge", monday("22:30"), monday("22:30"), late=False),
    )


def test_what_is_done_a_microsecond_after_the_limit_is_late() -> None:
    facts = [opened("2026-03-23 22:00", "high"), then(TakenInCharge, monday("22:30:00.000001"))]
    assert life(TAKE_CHARGE, facts, tuesday("12:00"))[1:] == (
        Missed("take_charge", monday("22:30"), "high"),
        Met("take_charge", monday("22:30:00.000001"), monday("22:30"), late=True),
    )


def test_a_deadline_may_be_a_closing_time() -> None:
    # Four hours from 08:30 are used up at 12:30, not at the reopening at 14:00.
    assert misses_and_levels(TAKE_CHARGE, [opened("2026-03-23 08:30", "low")], monday("18:00")) == [
        ("missed", monday("12:30"))
    ]


def test_a_weekend_does_not_count_in_opening_hours_and_summer_time_changes_nothing() -> None:
    # Friday 16:30 to 17:00 is half an hour; Monday 08:30 to 12:00 are the other three and a half.
    assert misses_and_levels(TAKE_CHARGE, [opened("2026-03-27 16:30", "low")], paris("2026-04-01 00:00")) == [
        ("missed", paris("2026-03-30 12:00"))
    ]


def test_forty_eight_working_hours_of_resolution_run_over_a_weekend() -> None:
    # Mon-Thu 8 h each (32), Fri 7 h (39), Monday 8 h (47), Tuesday 08:30-09:30 (48).
    assert misses_and_levels(RESOLUTION, [opened("2026-03-23 08:00", "low")], paris("2026-04-05 00:00")) == [
        ("missed", paris("2026-03-31 09:30"))
    ]


def test_without_the_opening_there_is_no_promise() -> None:
    assert life(TAKE_CHARGE, [then(TakenInCharge, monday("22:00"))], tuesday("12:00")) == ()


def test_a_priority_without_a_target_has_no_promise() -> None:
    assert life(TAKE_CHARGE, [opened("2026-03-23 22:00", "unhurried")], tuesday("12:00")) == ()


def test_the_order_of_arrival_does_not_matter() -> None:
    facts = [opened("2026-03-23 22:00", "high"), then(TakenInCharge, monday("22:29")), then(Resolved, tuesday("01:00"))]
    assert timeline(reversed(facts), serveurcom()) == timeline(facts, serveurcom())


def test_taking_in_charge_twice_counts_once() -> None:
    facts = [
        opened("2026-03-23 22:00", "high"),
        then(TakenInCharge, monday("22:10")),
        then(TakenInCharge, monday("22:50")),
    ]
    assert life(TAKE_CHARGE, facts, tuesday("12:00"))[1:] == (
        Met("take_charge", monday("22:10"), monday("22:30"), late=False),
    )


# The ladder


def test_a_high_ticket_climbs_at_a_quarter_a_half_and_a_whole_hour_after_the_miss() -> None:
    assert misses_and_levels(TAKE_CHARGE, [opened("2026-03-23 22:00", "high")], tuesday("12:00")) == [
        ("missed", monday("22:30")),
        ("N1", monday("22:45")),
        ("N2", monday("23:00")),
        ("N3", monday("23:30")),
    ]


def test_a_medium_ticket_climbs_after_one_twelve_and_twenty_four_hours() -> None:
    assert misses_and_levels(TAKE_CHARGE, [opened("2026-03-23 10:00", "medium")], paris("2026-03-26 00:00")) == [
        ("missed", monday("12:00")),
        ("N1", monday("13:00")),
        ("N2", tuesday("00:00")),
        ("N3", tuesday("12:00")),
    ]


def test_a_low_ticket_never_climbs() -> None:
    assert misses_and_levels(TAKE_CHARGE, [opened("2026-03-23 08:30", "low")], paris("2026-04-30 00:00")) == [
        ("missed", monday("12:30"))
    ]


def test_only_incidents_climb() -> None:
    facts = [opened("2026-03-23 22:00", "high", kind="commercial")]
    assert misses_and_levels(TAKE_CHARGE, facts, tuesday("12:00")) == [("missed", monday("22:30"))]


def test_a_level_tells_by_how_much_the_promise_is_overdue() -> None:
    moments = life(TAKE_CHARGE, [opened("2026-03-23 22:00", "high")], monday("22:45"))
    assert moments[-1] == OverrunPassed("take_charge", monday("22:45"), "N1", monday("22:30"), 15 * MINUTE, "high")


def test_a_level_reached_at_the_instant_of_taking_in_charge_is_reached() -> None:
    facts = [opened("2026-03-23 22:00", "high"), then(TakenInCharge, monday("22:45"))]
    assert misses_and_levels(TAKE_CHARGE, facts, tuesday("12:00")) == [
        ("missed", monday("22:30")),
        ("N1", monday("22:45")),
    ]


def test_meeting_a_promise_late_ends_its_ladder() -> None:
    facts = [opened("2026-03-23 22:00", "high"), then(TakenInCharge, monday("23:10"))]
    assert misses_and_levels(TAKE_CHARGE, facts, tuesday("12:00"))[1:] == [
        ("N1", monday("22:45")),
        ("N2", monday("23:00")),
    ]


def test_meeting_one_promise_late_does_not_end_the_ladder_of_another() -> None:
    facts = [opened("2026-03-23 18:00", "high"), then(TakenInCharge, monday("22:40"))]
    resolution = [
        (moment.level, moment.at)
        for moment in timeline(facts, serveurcom(), tuesday("12:00"))
        if isinstance(moment, OverrunPassed) and moment.clock == "resolution"
    ]
    assert resolution == [("N1", monday("22:15")), ("N2", monday("22:30")), ("N3", monday("23:00"))]


# Waiting for the customer


def test_waiting_for_the_customer_stops_the_resolution_clock() -> None:
    facts = [
        opened("2026-03-23 10:00", "high"),
        then(CustomerAsked, monday("11:00")),
        then(CustomerReplied, monday("13:00")),
    ]
    assert life(RESOLUTION, facts, monday("16:15"))[1:] == (
        Paused("resolution", monday("11:00"), 3 * HOUR),
        Resumed("resolution", monday("13:00"), monday("16:00"), 3 * HOUR),
        Missed("resolution", monday("16:00"), "high"),
        OverrunPassed("resolution", monday("16:15"), "N1", monday("16:00"), 15 * MINUTE, "high"),
    )


def test_waiting_for_the_customer_does_not_stop_taking_in_charge() -> None:
    facts = [opened("2026-03-23 10:00", "high"), then(CustomerAsked, monday("10:05"))]
    assert misses_and_levels(TAKE_CHARGE, facts, monday("10:30")) == [("missed", monday("10:30"))]


def test_asking_twice_pauses_once() -> None:
    facts = [
        opened("2026-03-23 10:00", "high"),
        then(CustomerAsked, monday("11:00")),
        then(CustomerAsked, monday("12:00")),
        then(CustomerReplied, monday("13:00")),
    ]
    assert misses_and_levels(RESOLUTION, facts, monday("16:00")) == [("missed", monday("16:00"))]


def test_a_pause_after_the_miss_neither_heals_it_nor_stops_its_ladder() -> None:
    facts = [opened("2026-03-23 10:00", "high"), then(CustomerAsked, monday("14:05"))]
    assert misses_and_levels(RESOLUTION, facts, monday("23:00")) == [
        ("missed", monday("14:00")),
        ("N1", monday("14:15")),
        ("N2", monday("14:30")),
        ("N3", monday("15:00")),
    ]


def test_a_pause_at_the_limit_comes_before_the_miss() -> None:
    facts = [opened("2026-03-23 10:00", "high"), then(CustomerAsked, monday("14:00"))]
    assert life(RESOLUTION, facts, tuesday("12:00"))[1:] == (Paused("resolution", monday("14:00"), 0),)


def test_resolving_while_waiting_keeps_the_promise() -> None:
    facts = [
        opened("2026-03-23 10:00", "high"),
        then(CustomerAsked, monday("11:00")),
        then(Resolved, monday("20:00")),
    ]
    assert life(RESOLUTION, facts, tuesday("12:00"))[2:] == (Met("resolution", monday("20:00"), None, late=False),)


# Another priority


def test_a_changed_priority_gives_a_running_clock_the_whole_new_budget() -> None:
    facts = [opened("2026-03-23 10:00", "medium"), priority("high", monday("11:00"))]
    assert life(TAKE_CHARGE, facts, monday("11:30"))[1:] == (
        Retargeted("take_charge", monday("11:00"), monday("11:30"), "high"),
        Missed("take_charge", monday("11:30"), "high"),
    )


def test_the_new_budget_runs_on_the_new_target_s_calendar() -> None:
    facts = [opened("2026-03-23 17:00", "high"), priority("low", monday("17:10"))]
    # 50 minutes until 18:00, then 3 h 10 from 08:30 on Tuesday.
    assert misses_and_levels(TAKE_CHARGE, facts, tuesday("18:00")) == [("missed", tuesday("11:40"))]


def test_a_priority_changed_at_the_limit_comes_before_the_miss() -> None:
    facts = [opened("2026-03-23 10:00", "high"), priority("medium", monday("10:30"))]
    assert misses_and_levels(TAKE_CHARGE, facts, monday("12:30")) == [("missed", monday("12:30"))]


def test_a_priority_changed_while_paused_gives_the_whole_new_budget_from_the_reply() -> None:
    facts = [
        opened("2026-03-23 10:00", "medium"),
        then(CustomerAsked, monday("11:00")),
        priority("high", monday("12:00")),
        then(CustomerReplied, monday("13:00")),
    ]
    assert life(RESOLUTION, facts, monday("17:00"))[2:] == (
        Retargeted("resolution", monday("12:00"), None, "high"),
        Resumed("resolution", monday("13:00"), monday("17:00"), 4 * HOUR),
        Missed("resolution", monday("17:00"), "high"),
    )


def test_the_same_priority_again_changes_nothing() -> None:
    facts = [opened("2026-03-23 10:00", "high"), priority("high", monday("10:20"))]
    assert misses_and_levels(TAKE_CHARGE, facts, monday("10:30")) == [("missed", monday("10:30"))]


def test_a_priority_without_a_target_cancels_a_running_clock() -> None:
    facts = [opened("2026-03-23 10:00", "high"), priority("unhurried", monday("10:20"))]
    assert life(TAKE_CHARGE, facts, tuesday("12:00"))[1:] == (Cancelled("take_charge", monday("10:20")),)


def test_a_missed_promise_stays_missed_and_climbs_the_new_ladder_from_the_miss() -> None:
    facts = [opened("2026-03-23 22:00", "high"), priority("medium", monday("22:40"))]
    assert misses_and_levels(TAKE_CHARGE, facts, paris("2026-03-26 00:00")) == [
        ("missed", monday("22:30")),
        ("N1", monday("23:30")),
        ("N2", tuesday("10:30")),
        ("N3", tuesday("22:30")),
    ]


def qualified(kind: str, at: datetime) -> Qualified:
    return Qualified(at, next_sequence(), kind)


def test_another_kind_changes_no_promise_and_ends_a_ladder_that_is_not_for_it() -> None:
    facts: list[Fact] = [opened("2026-03-23 22:00", "high"), qualified("commercial", monday("22:50"))]
    assert misses_and_levels(TAKE_CHARGE, facts, tuesday("12:00")) == [
        ("missed", monday("22:30")),
        ("N1", monday("22:45")),
    ]
    assert LadderEnded("take_charge", monday("22:50"), monday("22:30"), "high") in life(
        TAKE_CHARGE, facts, tuesday("12:00")
    )


def test_what_turns_out_to_be_an_incident_calls_the_levels_that_are_due_at_once() -> None:
    facts: list[Fact] = [opened("2026-03-23 22:00", "high", "commercial"), qualified("technical", monday("23:05"))]
    assert misses_and_levels(TAKE_CHARGE, facts, tuesday("12:00")) == [
        ("missed", monday("22:30")),
        ("N1", monday("23:05")),
        ("N2", monday("23:05")),
        ("N3", monday("23:30")),
    ]


def test_rungs_of_the_new_ladder_that_are_past_are_reached_at_the_change() -> None:
    facts = [opened("2026-03-23 10:00", "medium"), priority("high", monday("12:50"))]
    # Missed at 12:00: 15 and 30 minutes are past, the hour is not.
    assert misses_and_levels(TAKE_CHARGE, facts, tuesday("12:00")) == [
        ("missed", monday("12:00")),
        ("N1", monday("12:50")),
        ("N2", monday("12:50")),
        ("N3", monday("13:00")),
    ]


def test_a_rung_that_was_reached_before_the_change_is_not_reached_again() -> None:
    facts = [opened("2026-03-23 22:00", "high"), priority("medium", monday("22:50"))]
    assert misses_and_levels(TAKE_CHARGE, facts, paris("2026-03-26 00:00")) == [
        ("missed", monday("22:30")),
        ("N1", monday("22:45")),
        ("N2", tuesday("10:30")),
        ("N3", tuesday("22:30")),
    ]


def test_the_end_of_a_ladder_is_a_moment_of_its_own() -> None:
    facts = [
        opened("2026-03-23 22:00", "high"),
        priority("low", monday("22:40")),
        priority("unhurried", monday("23:00")),
    ]
    assert life(TAKE_CHARGE, facts, tuesday("12:00"))[2:] == (
        LadderEnded("take_charge", monday("22:40"), monday("22:30"), "low"),
    )


def test_a_priority_without_a_ladder_ends_it() -> None:
    facts = [opened("2026-03-23 22:00", "high"), priority("low", monday("22:50"))]
    assert misses_and_levels(TAKE_CHARGE, facts, paris("2026-04-30 00:00")) == [
        ("missed", monday("22:30")),
        ("N1", monday("22:45")),
    ]


# Closing and reopening


def test_closing_cancels_a_running_clock() -> None:
    facts = [opened("2026-03-23 10:00", "high"), then(Closed, monday("10:20"))]
    assert life(TAKE_CHARGE, facts, tuesday("12:00"))[1:] == (Cancelled("take_charge", monday("10:20")),)


def test_closing_ends_the_ladder_of_a_missed_promise() -> None:
    facts = [opened("2026-03-23 10:00", "high"), then(Closed, monday("10:50"))]
    assert life(TAKE_CHARGE, facts, tuesday("12:00"))[1:] == (
        Missed("take_charge", monday("10:30"), "high"),
        OverrunPassed("take_charge", monday("10:45"), "N1", monday("10:30"), 15 * MINUTE, "high"),
        Cancelled("take_charge", monday("10:50")),
    )


def test_closing_what_was_resolved_cancels_nothing() -> None:
    facts = [opened("2026-03-23 10:00", "high"), then(Resolved, monday("11:00")), then(Closed, monday("12:00"))]
    assert life(RESOLUTION, facts, tuesday("12:00"))[1:] == (
        Met("resolution", monday("11:00"), monday("14:00"), late=False),
    )


def test_reopening_goes_on_with_what_was_left_of_the_resolution() -> None:
    facts = [opened("2026-03-23 10:00", "high"), then(Resolved, monday("13:00")), then(Reopened, tuesday("09:00"))]
    assert life(RESOLUTION, facts, tuesday("10:00"))[1:] == (
        Met("resolution", monday("13:00"), monday("14:00"), late=False),
        Resumed("resolution", tuesday("09:00"), tuesday("10:00"), 1 * HOUR),
        Missed("resolution", tuesday("10:00"), "high"),
    )


def test_a_ticket_closed_unresolved_goes_on_with_what_was_left_when_it_is_reopened() -> None:
    facts = [opened("2026-03-23 10:00", "high"), then(Closed, monday("11:00")), then(Reopened, tuesday("09:00"))]
    assert life(RESOLUTION, facts, tuesday("12:00"))[1:] == (
        Cancelled("resolution", monday("11:00")),
        Resumed("resolution", tuesday("09:00"), tuesday("12:00"), 3 * HOUR),
        Missed("resolution", tuesday("12:00"), "high"),
    )


def test_reopening_does_not_bring_back_the_promise_to_take_in_charge() -> None:
    facts = [opened("2026-03-23 10:00", "high"), then(Closed, monday("10:20")), then(Reopened, tuesday("09:00"))]
    assert life(TAKE_CHARGE, facts, paris("2026-03-26 00:00"))[1:] == (Cancelled("take_charge", monday("10:20")),)


def test_a_resolution_that_was_missed_is_not_missed_again_and_its_ladder_stays_ended() -> None:
    facts = [opened("2026-03-23 10:00", "high"), then(Resolved, monday("14:20")), then(Reopened, tuesday("09:00"))]
    assert life(RESOLUTION, facts, paris("2026-03-30 00:00"))[1:] == (
        Missed("resolution", monday("14:00"), "high"),
        OverrunPassed("resolution", monday("14:15"), "N1", monday("14:00"), 15 * MINUTE, "high"),
        Met("resolution", monday("14:20"), monday("14:00"), late=True),
    )


# On call


def test_the_on_call_promise_runs_beside_taking_in_charge() -> None:
    facts = [opened("2026-03-23 22:00", "low"), then(OnCallAccepted, monday("22:10"))]
    assert misses_and_levels(ON_CALL, facts, monday("23:00")) == [("missed", monday("22:40"))]


def test_a_second_message_while_the_first_one_waits_is_ignored() -> None:
    facts = [
        opened("2026-03-23 22:00", "low"),
        then(OnCallAccepted, monday("22:10")),
        then(OnCallAccepted, monday("22:30")),
    ]
    assert misses_and_levels(ON_CALL, facts, tuesday("12:00")) == [("missed", monday("22:40"))]


def test_a_message_after_taking_in_charge_begins_a_new_run() -> None:
    facts = [
        opened("2026-03-23 22:00", "low"),
        then(OnCallAccepted, monday("22:10")),
        then(TakenInCharge, monday("22:20")),
        then(OnCallAccepted, monday("23:00")),
        then(TakenInCharge, monday("23:05")),
    ]
    assert life(ON_CALL, facts, tuesday("12:00")) == (
        Started("on_call", monday("22:10"), monday("22:40"), 30 * MINUTE, "always", "low"),
        Met("on_call", monday("22:20"), monday("22:40"), late=False),
        Started("on_call", monday("23:00"), monday("23:30"), 30 * MINUTE, "always", "low"),
        Met("on_call", monday("23:05"), monday("23:30"), late=False),
    )


# Warnings


def warnings(commitment: Commitment, facts: Sequence[Fact], until: datetime) -> list[tuple[datetime, datetime]]:
    """When was warned, and of which deadline."""
    moments = timeline(facts, serveurcom(commitment), until)
    return [(moment.at, moment.due) for moment in moments if isinstance(moment, Approaching)]


def test_a_warning_comes_when_a_quarter_of_the_budget_is_left() -> None:
    facts = [opened("2026-03-23 10:00", "high")]
    assert warnings(RESOLUTION, facts, monday("14:00")) == [(monday("13:00"), monday("14:00"))]


def test_a_promise_kept_at_the_instant_of_its_warning_is_not_warned_of() -> None:
    facts = [opened("2026-03-23 10:00", "high"), then(Resolved, monday("13:00"))]
    assert warnings(RESOLUTION, facts, tuesday("12:00")) == []


def test_a_warning_moves_with_the_deadline() -> None:
    facts = [
        opened("2026-03-23 10:00", "high"),
        then(CustomerAsked, monday("11:00")),
        then(CustomerReplied, monday("13:00")),
    ]
    assert warnings(RESOLUTION, facts, monday("16:00")) == [(monday("15:00"), monday("16:00"))]


def test_a_clock_resumed_with_less_than_the_warning_left_does_not_warn() -> None:
    facts = [
        opened("2026-03-23 10:00", "high"),
        then(CustomerAsked, monday("13:30")),
        then(CustomerReplied, monday("15:00")),
    ]
    assert warnings(RESOLUTION, facts, monday("15:30")) == [(monday("13:00"), monday("14:00"))]


def test_a_clock_paused_at_the_instant_of_its_warning_warns_when_it_resumes() -> None:
    facts = [
        opened("2026-03-23 10:00", "high"),
        then(CustomerAsked, monday("13:00")),
        then(CustomerReplied, monday("15:00")),
    ]
    assert warnings(RESOLUTION, facts, monday("16:00")) == [(monday("15:00"), monday("16:00"))]


def test_a_new_deadline_is_warned_of_anew() -> None:
    facts = [opened("2026-03-23 10:00", "medium"), priority("high", monday("11:45"))]
    assert warnings(TAKE_CHARGE, facts, monday("12:15")) == [
        (monday("11:30"), monday("12:00")),
        (monday("12:07:30"), monday("12:15")),
    ]
