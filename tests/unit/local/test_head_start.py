"""How long a scaled clock waits for the services to be there."""

from __future__ import annotations

import pytest

from vigie_local.stack import head_start


@pytest.mark.parametrize(
    ("servers_took", "seconds"),
    [(2.0, 6.0), (6.0, 6.0), (17.5, 17.5), (90.0, 45.0)],
    ids=["a fast machine", "just", "a busy machine", "the first start fetches"],
)
def test_the_clock_leaves_the_services_as_long_as_the_servers_took(servers_took: float, seconds: float) -> None:
    assert head_start(servers_took) == seconds
