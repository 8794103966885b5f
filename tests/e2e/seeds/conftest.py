"""One production for the five procedures, on which all that was collected here is told at the same time."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from support.arrivals import Mailbox, Records
from support.production import production
from support.stack import Stack, empty_database
from support.stories import Outcomes, Stage, Telling

POLICIES = Path(__file__).parents[3] / "policies"
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test, which waits until all stories have been told, takes nearly all of the time."""
    for item in items:
        if item.path.parent == HERE:
            item.add_marker(pytest.mark.timeout(600))


@pytest.fixture(scope="session")
async def outcomes(stack: Stack, request: pytest.FixtureRequest) -> Outcomes:
    """Of each story that was asked for, what it found false. Production is over when they have been told."""
    stories: list[Telling] = [
        telling
        for item in request.session.items
        if isinstance(item, pytest.Function)
        if (telling := getattr(getattr(item.module, item.originalname), "telling", None)) is not None
    ]
    async with empty_database(stack) as database, production(stack, database, POLICIES, smtp_connections=4) as services:
        with closing(Records(stack.kafka)) as records, closing(Mailbox(stack.imap)) as mailbox:
            found = await Stage(services, database, records, mailbox).tell(stories)
        assert await services.unrest.dead_letters() == []
    return dict(zip(stories, found, strict=True))
