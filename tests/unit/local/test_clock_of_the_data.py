"""A clock is chosen once, at the first start, and is the data's from then on."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from vigie_local import clock
from vigie_local.errors import StackError

FIRST_UP = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
A_DAY_LATER = FIRST_UP.timestamp() + 86_400
STORY = "2026-03-23T21:55:00+01:00 x120"
ANCHORED = "2026-03-23T21:55:00+01:00@2026-07-01T12:00:00+00:00 x120"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "clock"


def test_a_virtual_clock_is_anchored_at_the_first_start() -> None:
    assert clock.anchor(STORY, FIRST_UP) == ANCHORED


def test_an_anchor_that_the_user_gives_is_kept_as_it_is() -> None:
    assert clock.anchor(ANCHORED, datetime(2030, 1, 1, tzinfo=UTC)) == ANCHORED


def test_without_a_wish_time_is_the_system_s(file: Path) -> None:
    assert clock.settle(None, file, FIRST_UP.timestamp()) == "system"


def test_the_anchor_stays_over_down_and_up(file: Path) -> None:
    clock.settle(STORY, file, FIRST_UP.timestamp())
    assert clock.settle(None, file, A_DAY_LATER) == ANCHORED


def test_the_same_wish_again_does_not_move_the_anchor(file: Path) -> None:
    clock.settle(STORY, file, FIRST_UP.timestamp())
    assert clock.settle(STORY, file, A_DAY_LATER) == ANCHORED


def test_another_clock_for_data_that_have_one_is_refused(file: Path) -> None:
    clock.settle(STORY, file, FIRST_UP.timestamp())
    with pytest.raises(StackError, match="only `vigie reset` gives another"):
        clock.settle("system", file, A_DAY_LATER)


@pytest.mark.parametrize(
    "wish",
    ["tomorrow", "2026-03-23T21:55:00 x120", "2026-03-23T21:55:00+01:00", "2026-03-23T21:55:00+01:00 x0", "noon x2"],
)
def test_a_clock_that_cannot_be_read_is_refused_in_one_sentence(wish: str) -> None:
    with pytest.raises(StackError, match="is neither `system` nor an instant with its offset and a speed"):
        clock.anchor(wish, FIRST_UP)
