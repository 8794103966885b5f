"""Domain time: read from VIGIE_CLOCK, scaled, and held while the machine's clock is being set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from vigie.io.clock import ScaledClock, StepWatch, SystemClock, UnreadableClock, parse_clock

EVENING = datetime(2026, 3, 23, 20, 55, tzinfo=UTC)
START = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


def scaled(machine: datetime) -> ScaledClock:
    return ScaledClock(virtual=EVENING, real=START, speed=120, machine=lambda: machine)


def test_at_the_anchor_it_is_the_virtual_instant() -> None:
    assert scaled(START).now() == EVENING


def test_fifteen_machine_seconds_are_half_an_hour_at_speed_120() -> None:
    assert scaled(START + timedelta(seconds=15)).now() == datetime(2026, 3, 23, 21, 25, tzinfo=UTC)


def test_a_deadline_half_an_hour_away_is_fifteen_machine_seconds_away() -> None:
    assert scaled(START).real_delay(EVENING + timedelta(minutes=30)) == 15.0


def test_a_deadline_that_has_passed_is_no_time_away() -> None:
    assert scaled(START).real_delay(EVENING - timedelta(minutes=30)) == 0.0


def test_a_scaled_clock_is_read_with_its_offsets() -> None:
    clock = parse_clock("2026-03-23T21:55:00+01:00@2026-11-22T06:00:00Z x120")
    assert clock == ScaledClock(virtual=EVENING, real=START, speed=120)


def test_the_system_clock_is_read() -> None:
    assert parse_clock("system") == SystemClock()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("yesterday", "cannot be read"),
        ("2026-03-23T21:55:00+01:00 x120", "cannot be read"),
        ("2026-03-23T21:55:00@2026-11-22T06:00:00Z x120", "has no offset in '2026-03-23T21:55:00'"),
        ("2026-03-23T21:55:00Z@later x120", "has no instant in 'later'"),
        ("2026-03-23T21:55:00Z@2026-11-22T06:00:00Z x0", "stands still"),
    ],
)
def test_a_wrong_clock_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(UnreadableClock, match=reason):
        parse_clock(text)


class Machine:
    """A wall clock and a monotonic one that a test moves."""

    def __init__(self) -> None:
        self.wall = 1_000_000.0
        self.monotonic = 50.0

    def passes(self, seconds: float, *, set_by: float = 0.0) -> None:
        self.monotonic += seconds
        self.wall += seconds + set_by

    def watch(self) -> StepWatch:
        return StepWatch(wall=lambda: self.wall, monotonic=lambda: self.monotonic)


def test_time_that_simply_passes_holds_nothing() -> None:
    machine = Machine()
    watch = machine.watch()
    machine.passes(3600)
    assert not watch.held()


@pytest.mark.parametrize("step", [1.5, -1.5, 3600.0])
def test_a_clock_that_was_set_is_held(step: float) -> None:
    machine = Machine()
    watch = machine.watch()
    machine.passes(1, set_by=step)
    assert watch.held()


def test_half_a_second_of_correction_holds_nothing() -> None:
    machine = Machine()
    watch = machine.watch()
    machine.passes(1, set_by=0.5)
    assert not watch.held()


def test_a_slewing_clock_is_followed_however_far_it_goes() -> None:
    machine = Machine()
    watch = machine.watch()
    for _ in range(10):
        machine.passes(600, set_by=0.3)
        assert not watch.held()


def test_a_clock_that_goes_steadily_for_ten_seconds_is_believed_again() -> None:
    machine = Machine()
    watch = machine.watch()
    machine.passes(1, set_by=3600)
    assert watch.held()
    machine.passes(9.5)
    assert watch.held()
    machine.passes(1)
    assert not watch.held()


def test_a_second_step_starts_the_wait_again() -> None:
    machine = Machine()
    watch = machine.watch()
    machine.passes(1, set_by=3600)
    assert watch.held()
    machine.passes(8, set_by=-3600)
    assert watch.held()
    machine.passes(8)
    assert watch.held()
    assert watch.steps == 2
