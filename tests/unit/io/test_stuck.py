"""A consumer is stuck when it could read and does not; and only then."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from aiokafka import TopicPartition

from vigie.io.stuck import Patience, Sharing, Step, ailment

NOTHING: frozenset[TopicPartition] = frozenset()


def places(*numbers: int) -> frozenset[TopicPartition]:
    return frozenset(TopicPartition("tickets", number) for number in numbers)


def shared(
    mine: Iterable[TopicPartition] = NOTHING,
    others: Iterable[TopicPartition] = NOTHING,
    *,
    readable: Iterable[TopicPartition] = places(0, 1, 2),
    settled: bool = True,
) -> Sharing:
    return Sharing(settled, frozenset(readable), frozenset(mine), frozenset(others))


def test_who_reads_all_that_it_was_given_is_well() -> None:
    assert ailment(places(0, 1, 2), 0.3, shared(mine=places(0, 1, 2))) is None


def test_who_has_no_news_is_well() -> None:
    """A fetch that brings nothing is a fetch."""
    assert ailment(places(0), 0.3, shared(mine=places(0), readable=places(0))) is None


def test_one_replica_too_many_is_well_with_nothing() -> None:
    assert ailment(NOTHING, 600.0, shared(others=places(0, 1, 2))) is None


def test_nobody_is_stuck_while_the_broker_is_away() -> None:
    assert ailment(NOTHING, 600.0, None) is None


def test_nobody_is_stuck_while_the_group_shares_out_its_partitions() -> None:
    assert ailment(NOTHING, 600.0, shared(settled=False)) is None


def test_what_has_no_leader_need_not_be_read() -> None:
    assert ailment(places(0), 600.0, shared(mine=places(0), readable=())) is None


def test_partitions_that_were_given_to_nobody_are_missed_by_everybody() -> None:
    assert ailment(NOTHING, 0.0, shared()) == "3 partitions were given to nobody"
    assert ailment(places(0), 0.0, shared(mine=places(0), others=places(1))) == "1 partitions were given to nobody"


def test_who_does_not_read_what_it_was_given_is_stuck() -> None:
    sharing = shared(mine=places(0, 1), others=places(2))
    assert ailment(places(0), 0.0, sharing) == "1 partitions that the group gave it are not read"


def test_who_has_fetched_nothing_for_long_is_stuck() -> None:
    sharing = shared(mine=places(0, 1, 2))
    assert ailment(places(0, 1, 2), 4.0, sharing) is None
    assert ailment(places(0, 1, 2), 9.0, sharing) == "nothing was fetched for 9 s"


@pytest.fixture
def patience() -> Patience:
    return Patience(limit=15.0)


def test_what_passes_by_itself_has_no_consequence(patience: Patience) -> None:
    steps = [patience.step(True, 100.0), patience.step(True, 114.0), patience.step(False, 116.0)]
    assert [*steps, patience.step(True, 120.0)] == [Step.NOTHING] * 4


def test_what_lasts_makes_it_join_anew(patience: Patience) -> None:
    patience.step(True, 100.0)
    assert patience.step(True, 115.0) is Step.REJOIN


def test_what_lasts_after_that_makes_it_give_up(patience: Patience) -> None:
    patience.step(True, 100.0)
    patience.step(True, 115.0)
    assert [patience.step(True, at) for at in (160.0, 174.0, 175.0)] == [Step.NOTHING, Step.NOTHING, Step.GIVE_UP]


def test_what_was_cured_may_be_tried_again(patience: Patience) -> None:
    patience.step(True, 100.0)
    patience.step(True, 115.0)
    patience.step(False, 130.0)
    patience.step(True, 200.0)
    assert patience.step(True, 215.0) is Step.REJOIN
