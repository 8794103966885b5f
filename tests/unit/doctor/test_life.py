"""What heartbeats tell of the services' health, and what to do about it."""

from __future__ import annotations

import pytest

from vigie.io.beats import Beat
from vigie.io.doctor.life import judge_life, judge_names, judge_replica

NOW = 1_000_000.0
Told = dict[str, float]


def beat(
    service: str = "sla-timer", replica: str = "1", *, ago: float = 2.0, began: float = 1.0, told: Told | None = None
) -> Beat:
    return Beat(service, replica, NOW - ago, {"consumer_partitions": 12, "started_seconds": began, **(told or {})})


EVERYBODY = [beat(service) for service in ("intake", "sla-timer", "escalation", "notifier")]


def test_four_services_that_beat_are_well() -> None:
    assert [one.verdict for one in judge_life(EVERYBODY, NOW)] == ["ok"] * 4


def test_a_service_that_nobody_has_heard_of_fails() -> None:
    [missing] = [one for one in judge_life(EVERYBODY[:3], NOW) if one.verdict != "ok"]
    assert missing == (
        "notifier",
        "fail",
        "no heartbeat in the last 90 s",
        "start notifier; if it runs: vigie logs notifier",
    )


@pytest.mark.parametrize(("ago", "verdict"), [(14.9, "ok"), (15.0, "warn"), (44.9, "warn"), (45.0, "fail")])
def test_a_service_that_falls_silent_is_looked_at_and_then_fails(ago: float, verdict: str) -> None:
    assert judge_replica(beat(ago=ago), NOW).verdict == verdict


def test_a_replica_that_was_taken_away_is_no_failure_while_another_is_alive() -> None:
    beats = [*EVERYBODY, beat(replica="2", ago=60)]
    assert [one.verdict for one in judge_life(beats, NOW) if one.check == "sla-timer 2"] == ["warn"]


@pytest.mark.parametrize(
    ("figures", "seen"),
    [
        ({"database_answers": 0}, "its database does not answer"),
        ({"consumer_lag_seconds": 300}, "5 min behind with reading"),
        ({"consumer_lag_seconds.intake-view": 7200}, "2 h behind with reading"),
        (
            {"consumer_lag_seconds": 300, "consumer_lag_unknown": 24},
            "has fetched nothing from Kafka for 5 min",
        ),
        (
            {"wakeups_overdue": 4, "wakeups_overdue_oldest_seconds": 30},
            "4 wake-ups overdue, the first by 30 s",
        ),
        ({"outbox_oldest_seconds": 45}, "its outbox waits for 45 s"),
        ({"append_conflicts": 1}, "1 writes found their version taken"),
    ],
)
def test_what_keeps_promises_from_being_kept_is_a_failure(figures: Told, seen: str) -> None:
    found = judge_replica(beat(told=figures), NOW)
    assert (found.verdict, found.seen) == ("fail", seen)
    assert found.todo


def test_a_clock_that_was_set_is_worth_a_look() -> None:
    found = judge_replica(beat(told={"clock_steps": 2}), NOW)
    assert (found.verdict, found.seen) == ("warn", "its machine's clock was set 2 times since it started")


def test_a_restart_is_no_second_process() -> None:
    assert judge_names([beat(ago=20, began=1), beat(ago=2, began=9)]) == []


def test_two_processes_of_one_name_are_found_by_their_taking_turns() -> None:
    turns = [beat(ago=9, began=1), beat(ago=7, began=5), beat(ago=4, began=1)]
    [found] = judge_names(turns)
    assert (found.verdict, found.seen) == ("fail", "two processes called themselves so in the last 90 s")
    assert "VIGIE_REPLICA" in found.todo
