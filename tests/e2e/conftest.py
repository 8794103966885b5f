"""One Vigie for all end-to-end tests; each makes tickets of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.deployment import Deployment, deployment


@pytest.fixture(scope="session")
def vigie_up() -> Iterator[Deployment]:
    with deployment() as up:
        yield up
