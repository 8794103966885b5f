"""Who brings something to a ticket through a channel, where the channel says it."""

from __future__ import annotations

from typing import Final

import asyncpg

from vigie_intake.adapters.http.desk import Desk
from vigie_intake.core.entitlement import check_sender

SENDER: Final = "Whose it is, by their mail address, where the channel knows; some desks ask whether they may."


async def check_update(desk: Desk, ticket: asyncpg.Record, sender: str | None) -> None:
    """Raises ContactNotEntitled where the ticket's desk takes no updates from ``sender``, a mail address."""
    policy = desk.policies.at(ticket["desk"], ticket["opened_at"])
    if sender is not None and policy is not None:
        check_sender(await desk.directory.sender(ticket["ticket_id"], sender), ticket["kind"], policy)
