"""What the directory says of whoever asks: one statement for as many askers as there are.

The terms travel in ``TicketOpened``: a customer's contract decides as it was when the ticket was opened, and nobody
looks it up again. A customer whom the directory does not know is treated as if there were none: ``ContractTerms()``.
One whom it knows is what it says of them: without a contract that is valid on the day and covers the service, not
maintained, without SLA and without on-call.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from vigie.contracts.requests import FilesDelivered, ReplyReceived, RequestSubmitted
from vigie.contracts.terms import ContractTerms
from vigie.io.engine import Contracts
from vigie.io.hearing import Heard
from vigie.policy import Policies
from vigie_intake.adapters.directory.projection import SQL
from vigie_intake.adapters.tokens import Database
from vigie_intake.adapters.view import columns
from vigie_intake.core.directory.access_codes import is_wrong
from vigie_intake.core.opening import opening_instant


class Asker(NamedTuple):
    """Who asks which desk about what, on which of its days."""

    customer: str
    desk: str
    email: str
    service: str | None
    day: date
    access_code: str | None = None


def asker(request: RequestSubmitted, at: datetime, policies: Policies) -> Asker | None:
    """Whoever sent ``request``, made at ``at``; None where no customer is named, or the desk is none."""
    policy = policies.at(request.desk, at)
    if request.customer is None or policy is None:
        return None
    return Asker(
        request.customer,
        request.desk,
        request.contact.email,
        request.service,
        at.astimezone(ZoneInfo(policy.timezone)).date(),
        request.access_code.get_secret_value() if request.access_code is not None else None,
    )


async def terms(conn: Database, key: bytes, askers: Sequence[Asker]) -> list[ContractTerms]:
    """The terms of each of ``askers``. ``key``: that of the access codes."""
    if not askers:
        return []
    found = [ContractTerms()] * len(askers)
    rows = await conn.fetch(
        SQL["terms"],
        *columns((one.customer, one.desk, one.email.casefold(), one.service, one.day) for one in askers),
    )
    for row in rows:
        place = row["place"] - 1
        found[place] = _terms(key, askers[place], row)
    return found


def _terms(key: bytes, one: Asker, row: asyncpg.Record) -> ContractTerms:
    return ContractTerms(
        maintained=bool(row["maintained"]),
        audit_accepted=row["audit_accepted"],
        user_trained=row["user_trained"],
        on_call=bool(row["on_call"]),
        sla=bool(row["sla"]),
        access_code_wrong=is_wrong(key, one.customer, row["contract"] or "", one.access_code, row["access_code_hash"]),
        may_open=row["may_open"] is not False,
        contact_known=row["may_open"] is not None,
        customer_hours=None if row["hours"] is None else json.loads(row["hours"]),
    )


class Sender(NamedTuple):
    """Who sends something to a ticket, which is named in one of two ways."""

    number: str | None
    ticket_id: UUID | None
    email: str


async def senders(conn: Database, sending: Sequence[Sender]) -> list[ContractTerms | None]:
    """What the directory says of each of ``sending``; None where it does not know their ticket's customer."""
    found: list[ContractTerms | None] = [None] * len(sending)
    rows = await conn.fetch(
        SQL["senders"], *columns((one.number, one.ticket_id, one.email.casefold()) for one in sending)
    )
    for row in rows:
        may_open: bool | None = row["may_open"]
        found[row["place"] - 1] = ContractTerms(may_open=may_open is not False, contact_known=may_open is not None)
    return found


def contracts_of(key: bytes, policies: Policies) -> Contracts:
    """The look-up for what comes as events: a statement for a transaction's requests, one for who sends updates."""

    async def contracts(
        conn: asyncpg.Connection, heard: Sequence[Heard], now: datetime
    ) -> Mapping[UUID, ContractTerms]:
        asking: dict[UUID, Asker] = {}
        sending: dict[UUID, Sender] = {}
        for one in heard:
            match one.event:
                case RequestSubmitted() as request:
                    who = asker(request, opening_instant(request, now), policies)
                    if who is not None:
                        asking[one.id] = who
                case ReplyReceived(sender=str(mail)) | FilesDelivered(sender=str(mail)):
                    sending[one.id] = Sender(one.event.number, one.event.ticket_id, mail)
                case _:
                    pass
        found = dict(zip(asking, await terms(conn, key, list(asking.values())), strict=True))
        if sending:
            told = zip(sending, await senders(conn, list(sending.values())), strict=True)
            found |= {id_: rights for id_, rights in told if rights is not None}
        return found

    return contracts
