"""A notifier without Kafka: its real core, store and mailer, told what happened record by record."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID

import asyncpg

from support.clock import HandClock
from unit.notifier.desk import TEN_AT_NIGHT, TICKET, desk
from vigie.contracts.envelope import Envelope, to_headers
from vigie.contracts.event import TicketEvent, encode, published
from vigie.contracts.tickets import RequestRefused
from vigie.io.database import open_pool
from vigie.io.engine import Engine
from vigie.io.migrations import Place
from vigie.io.records import RawRecord
from vigie.policy import Policies, Policy
from vigie_notifier.adapters.mailer import Mailer
from vigie_notifier.adapters.smtp import MailServer
from vigie_notifier.adapters.tray import Tray
from vigie_notifier.core import core

STREAM = f"mail-{TICKET}"


class Office:
    """The notifier of one desk, at ten at night."""

    def __init__(self, pool: asyncpg.Pool, server: MailServer, policy: Policy) -> None:
        self.clock = HandClock(TEN_AT_NIGHT)
        self.pool = pool
        self.tray = Tray()
        self.holds_the_ticket = True
        self.mailer = Mailer(self.tray, server, pool, self.clock, is_ours=lambda _: self.holds_the_ticket)
        self.engine = Engine(core(Policies([policy])), pool, self.clock, on_appended=self.tray.take)
        self._versions = count(1)

    async def hears(self, event: TicketEvent | RequestRefused) -> None:
        """The next event of the ticket's stream arrives; a refused request has a stream of its own."""
        version = next(self._versions)
        subject = str(event.request_id if isinstance(event, RequestRefused) else event.ticket_id)
        envelope = Envelope(
            id=UUID(int=version),
            source="/vigie/intake",
            type=event.ce_type,
            subject=subject,
            stream=f"ticket-{subject}",
            sequence=version,
            occurred_at=event.occurred_at,
            recorded_at=event.occurred_at,
            actor="agent:amelie",
            correlation=subject,
            causation="test",
            hash="0" * 64,
        )
        topic = "vigie.tickets.v1"
        key, value = subject.encode(), published(*encode(event))
        headers = tuple(to_headers(envelope))
        await self.engine.handle([RawRecord(topic, 0, version, 0, key, headers, value)])

    async def wakes(self, due_at: datetime) -> None:
        """The clock reaches ``due_at``, where the stream wants to be woken."""
        self.clock.at = max(self.clock.at, due_at)
        await self.engine.wake([(STREAM, due_at)])

    async def due_at(self) -> datetime | None:
        """When the stream wants to be woken."""
        moment: datetime | None = await self.pool.fetchval("select due_at from wakeups where stream = $1", STREAM)
        return moment

    async def story(self, stream: str = STREAM) -> list[str]:
        """What was recorded of the ticket's mails: the names of the events."""
        rows = await self.pool.fetch("select type from events where stream = $1 order by version", stream)
        return [row["type"].split(".")[1] for row in rows]


@asynccontextmanager
async def office(database: str, server: MailServer, **changes: Any) -> AsyncIterator[Office]:
    """An office that does not send yet, on a migrated database."""
    async with AsyncExitStack() as resources:
        pool = await resources.enter_async_context(await open_pool(database, Place.of("notifier"), application="test"))
        one = Office(pool, server, desk(**changes))
        yield one
        await one.engine.close()
