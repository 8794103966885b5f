"""The directory, put together: its engine, its look-up, and the key of its access codes."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from uuid import UUID

import asyncpg

from vigie.contracts.requests import RequestSubmitted
from vigie.contracts.terms import ContractTerms
from vigie.io.engine import Engine
from vigie.io.grouping import Grouping
from vigie.io.records import Appended, DomainClock
from vigie.policy import Policies
from vigie_intake.adapters.directory.projection import LOCK, SQL, project
from vigie_intake.adapters.directory.terms import Asker, Sender, asker, senders, terms
from vigie_intake.adapters.tokens import Database
from vigie_intake.core.directory import CONSUMER, directory
from vigie_intake.core.directory.access_codes import fingerprint
from vigie_intake.core.directory.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Directory:
    """The directory, as the API, the import and the opening of tickets know it."""

    engine: Engine
    policies: Policies
    key: bytes
    """Of the access codes."""
    asking: Grouping[Asker, ContractTerms]
    sending: Grouping[Sender, ContractTerms | None]
    """Who asks at the same time is looked up together; a caller who gives up ends nobody's statement."""

    async def terms(self, request: RequestSubmitted, at: datetime) -> ContractTerms:
        """What of a contract counts for ``request``, made at ``at``."""
        who = asker(request, at, self.policies)
        return await self.asking.put(who) if who is not None else ContractTerms()

    async def sender(self, ticket_id: UUID, email: str) -> ContractTerms | None:
        """What is known of somebody who sends something to a ticket; None: its customer is not known."""
        return await self.sending.put(Sender(None, ticket_id, email))

    def sealed(self, digest: bytes) -> bytes:
        """``digest`` of a request that may hold a code, so that codes cannot be found by trying them."""
        return hmac.new(self.key, digest, sha256).digest()

    def codes_on(self, customer: str, sheet: Sheet) -> dict[str, str | None]:
        """What ``RecordCustomer.access_codes`` is for ``sheet``."""
        return {
            one.contract: fingerprint(self.key, customer, one.contract, code) if code else None
            for one in sheet.contracts
            if one.access_code is not None
            for code in (one.access_code.get_secret_value(),)
        }


async def open_directory(
    pool: asyncpg.Pool,
    policies: Policies,
    clock: DomainClock,
    on_appended: Callable[[Sequence[Appended]], None] | None = None,
) -> Directory:
    """The directory in intake's database; its ``engine`` is the caller's to close."""
    key = await access_code_key(pool)
    engine = Engine(
        directory(),
        pool,
        clock,
        consumer=CONSUMER,
        project=project,
        lock_name=lambda _: LOCK,
        on_appended=on_appended,
    )
    return Directory(engine, policies, key, Grouping(partial(terms, pool, key)), Grouping(partial(senders, pool)))


async def access_code_key(conn: Database) -> bytes:
    """Made by the migration; it never leaves the schema but into this process."""
    key: bytes = await conn.fetchval(SQL["access_code_key"])
    return key
