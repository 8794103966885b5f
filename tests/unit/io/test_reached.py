"""How old the oldest unapplied record may be, from what little is known of it."""

from __future__ import annotations

from aiokafka import TopicPartition

from vigie.io.reached import Reached

TICKETS, SLA = TopicPartition("vigie.tickets.v1", 3), TopicPartition("vigie.sla.v1", 3)


def test_nothing_lags_when_all_is_applied() -> None:
    assert Reached(1000).age([], now=1500) == 0


def test_a_backlog_is_as_old_as_the_record_in_hand() -> None:
    reached = Reached(10_000)
    reached.at(TICKETS, 1_000_000)
    assert reached.age([TICKETS], now=11_800) == 10_800


def test_what_is_applied_brings_it_nearer() -> None:
    reached = Reached(10_000)
    reached.at(TICKETS, 1_000_000)
    reached.at(TICKETS, 9_000_000)
    assert reached.age([TICKETS], now=10_000) == 1_000


def test_what_came_after_the_end_was_reached_is_no_older_than_that() -> None:
    reached = Reached(0)
    reached.at(TICKETS, 1_000_000)
    reached.at_end(TICKETS, 9_000)
    assert reached.age([TICKETS], now=9_002) == 2


def test_of_which_nothing_was_seen_counts_from_the_start() -> None:
    assert Reached(5_000).age([SLA], now=5_030) == 30


def test_the_oldest_counts() -> None:
    reached = Reached(0)
    reached.at_end(TICKETS, 100)
    reached.at_end(SLA, 160)
    assert reached.age([TICKETS, SLA], now=170) == 70


def test_a_record_from_the_future_has_not_waited() -> None:
    reached = Reached(0)
    reached.at(TICKETS, 99_000_000)
    assert reached.age([TICKETS], now=10) == 0
