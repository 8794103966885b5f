"""The directory's knowledge: who the customers are, and what was agreed with them. One stream per customer."""

from __future__ import annotations

from typing import get_args

from vigie.contracts import topics
from vigie.contracts.customers import DirectoryEvent
from vigie.decider import Core, Decider
from vigie_intake.core.directory.commands import DirectoryCommand
from vigie_intake.core.directory.customers import Customer, Unregistered
from vigie_intake.core.directory.decisions import decide
from vigie_intake.core.directory.evolution import evolve

__all__ = ["CATEGORY", "CONSUMER", "DECIDER", "directory"]

CATEGORY = "customer"
CONSUMER = "intake-directory"
"""The name of its inbox, beside that of the tickets."""
DECIDER: Decider[Customer, DirectoryCommand, DirectoryEvent] = Decider(
    initial=Unregistered(), decide=decide, evolve=evolve, wake_at=lambda _: None
)


def directory() -> Core[Customer, DirectoryCommand, DirectoryEvent]:
    """The directory, which hears nobody: people tell it by the API and by files."""
    return Core(
        service="intake",
        category=CATEGORY,
        topic=topics.CUSTOMERS,
        consumes=(),
        decider=DECIDER,
        events=get_args(DirectoryEvent),
        react=lambda _: None,
    )
