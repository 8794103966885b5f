"""A program that keeps dying is started again ever more slowly, but never given up."""

from __future__ import annotations

import pytest

from vigie_local.supervisor import pause


@pytest.mark.parametrize(("deaths", "seconds"), [(1, 0.5), (2, 1.0), (3, 2.0), (6, 16.0), (7, 30.0), (5000, 30.0)])
def test_the_pause_doubles_up_to_half_a_minute(deaths: int, seconds: float) -> None:
    assert pause(deaths) == seconds
