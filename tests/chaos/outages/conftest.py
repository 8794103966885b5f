"""One deployment for all outages, on a clock that goes as ours does; what one test has let in, the next ones judge too.

OUTAGE_SECONDS and OUTAGE_RATE (requests a second) make them longer, and judge how long Vigie took: `make outages`.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest

from support.chaos.outage import Ground
from support.chaos.run import BEGIN
from support.chaos.stand import broken_on_purpose, stand


@pytest.fixture(scope="session")
def seconds() -> float:
    """How long a server is away."""
    return float(os.environ.get("OUTAGE_SECONDS") or 6)


@pytest.fixture(scope="session")
def a_second() -> float:
    """Requests."""
    return float(os.environ.get("OUTAGE_RATE") or 25)


@pytest.fixture(scope="session")
def timed() -> bool:
    """Whether seconds are judged too: not beside other tests, on a machine that may do anything else."""
    return "OUTAGE_SECONDS" in os.environ


@pytest.fixture(scope="package")
async def ground() -> AsyncIterator[Ground]:
    async with stand(BEGIN, 1.0, 1, broken=broken_on_purpose(), say=print) as made:
        yield Ground(made)
