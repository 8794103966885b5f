"""Where a promise stands at an instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from support.promises import HOUR, MINUTE, RESOLUTION, TAKE_CHARGE, next_sequence, opened, paris, serveurcom
from vigie.commitments import (
    CustomerAsked,
    CustomerReplied,
    Fact,
    PausedSpan,
    PriorityChanged,
    Reopened,
    Resolved,
    Standing,
    TakenInCharge,
    standings,
)
from vigie.policy.commitment import Commitment


def monday(time: str) -> datetime:
    return paris(f"2026-03-23 {time}")


def standing(commitment: Commitment, facts: Sequence[Fact], at: datetime) -> Standing:
    (only,) = standings(facts, serveurcom(commitment), at)
    return only


ASKED_AND_ANSWERED: list[Fact] = [
    opened("2026-03-23 10:00", "high"),
    CustomerAsked(monday("11:00"), 2),
    CustomerReplied(monday("13:00"), 3),
]


def test_a_running_clock_tells_its_deadline_and_how_much_is_used_up() -> None:
    assert standing(RESOLUTION, [opened("2026-03-23 10:00", "high")], monday("11:15")) == Standing(
        clock="resolution",
        result="running",
        started_at=monday("10:00"),
        due=monday("14:00"),
        priority="high",
        calendar="always",
        budget_seconds=4 * HOUR,
        budget_from=monday("10:00"),
        elapsed_seconds=75 * MINUTE,
    )


def test_a_paused_clock_has_no_deadline() -> None:
    paused = standing(RESOLUTION, ASKED_AND_ANSWERED, monday("12:00"))
    assert (paused.result, paused.due, paused.paused) == ("paused", None, (PausedSpan(monday("11:00"), None),))


def test_time_in_which_the_customer_had_the_turn_does_not_count() -> None:
    assert standing(RESOLUTION, ASKED_AND_ANSWERED, monday("13:30")).elapsed_seconds == 90 * MINUTE


def test_a_pause_that_is_over_has_an_end() -> None:
    resumed = standing(RESOLUTION, ASKED_AND_ANSWERED, monday("13:30"))
    assert resumed.paused == (PausedSpan(monday("11:00"), monday("13:00")),)


def test_only_open_time_is_used_up() -> None:
    # 11:30 to 12:30 and 14:00 to 15:00.
    low = standing(TAKE_CHARGE, [opened("2026-03-23 11:30", "low")], monday("15:00"))
    assert low.elapsed_seconds == 2 * HOUR


def test_a_new_priority_starts_the_count_anew() -> None:
    facts: list[Fact] = [opened("2026-03-23 10:00", "medium"), PriorityChanged(monday("11:00"), 2, "high")]
    changed = standing(TAKE_CHARGE, facts, monday("11:10"))
    assert (changed.elapsed_seconds, changed.budget_seconds, changed.due) == (
        10 * MINUTE,
        30 * MINUTE,
        monday("11:30"),
    )


def test_a_missed_clock_tells_when_and_which_levels_were_reached() -> None:
    missed = standing(TAKE_CHARGE, [opened("2026-03-23 22:00", "high")], monday("23:10"))
    assert (missed.result, missed.missed_at, missed.levels) == ("missed", monday("22:30"), ("N1", "N2"))


def test_a_clock_met_late_is_both_missed_and_done() -> None:
    facts: list[Fact] = [opened("2026-03-23 22:00", "high"), TakenInCharge(monday("22:40"), 2)]
    late = standing(TAKE_CHARGE, facts, monday("23:10"))
    assert (late.result, late.missed_at, late.ended_at) == ("met_late", monday("22:30"), monday("22:40"))


def test_the_time_while_resolved_does_not_count() -> None:
    facts: list[Fact] = [
        opened("2026-03-23 10:00", "high"),
        Resolved(monday("11:00"), 2),
        Reopened(monday("15:00"), 3),
    ]
    again = standing(RESOLUTION, facts, monday("15:30"))
    assert (again.result, again.elapsed_seconds, again.paused) == (
        "running",
        90 * MINUTE,
        (PausedSpan(monday("11:00"), monday("15:00")),),
    )


def test_facts_of_later_are_not_known_yet() -> None:
    facts: list[Fact] = [opened("2026-03-23 22:00", "high"), TakenInCharge(monday("22:20"), next_sequence())]
    assert standing(TAKE_CHARGE, facts, monday("22:10")).result == "running"
