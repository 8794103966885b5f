"""What messages and calls leave open: which ticket has a number, and whom the directory knows under a telephone's.

The view's row of a ticket is written by the transaction that opens it, and nobody learns a number before that has been
committed. So the number of a ticket that is there is found. One that is not found is wrong, unless somebody is just
repairing the view: the record waits like any other, and in the end is a dead letter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from vigie.contracts.requests import CallReceived, Contact, VoicemailLeft
from vigie.contracts.terms import ContractTerms
from vigie.decider import Caller
from vigie.io.engine import Callers
from vigie.io.hearing import Heard
from vigie.io.queries import queries
from vigie.policy import Policies
from vigie_intake.adapters.directory import Asker, terms

SQL: Final = queries("channels", __package__ or "")


async def tickets_by_number(conn: asyncpg.Connection, numbers: Sequence[str]) -> Mapping[str, UUID]:
    """The tickets that have these numbers; a number that none has is not in the answer."""
    return {row["number"]: row["ticket_id"] for row in await conn.fetch(SQL["tickets"], numbers)}


def callers_of(key: bytes, policies: Policies) -> Callers:
    """The look-up for calls. ``key``: that of the directory's access codes."""

    async def callers(conn: asyncpg.Connection, heard: Sequence[Heard], now: datetime) -> Mapping[UUID, Caller]:
        calls = [
            (one.id, one.event)
            for one in heard
            if isinstance(one.event, CallReceived | VoicemailLeft) and one.event.caller_number is not None
        ]
        if not calls:
            return {}
        known = await _known(conn, sorted({call.caller_number or "" for _, call in calls}))
        found = {
            call_id: (call, who)
            for call_id, call in calls
            if (who := _alone(known.get(call.caller_number or "", []))) is not None
        }
        asking = {
            call_id: asker
            for call_id, (call, who) in found.items()
            if (asker := _asker(call, who, now, policies)) is not None
        }
        contracts = dict(zip(asking, await terms(conn, key, list(asking.values())), strict=True))
        return {
            call_id: Caller(who.customer, who.contact, contracts.get(call_id, who.contract))
            for call_id, (_, who) in found.items()
        }

    return callers


async def _known(conn: asyncpg.Connection, numbers: list[str]) -> dict[str, list[asyncpg.Record]]:
    known: dict[str, list[asyncpg.Record]] = {}
    for row in await conn.fetch(SQL["callers"], numbers):
        known.setdefault(row["phone"], []).append(row)
    return known


def _alone(rows: list[asyncpg.Record]) -> Caller | None:
    """The one customer whose number it is, with the one contact who may open tickets, if it is only theirs."""
    customers = {row["customer"] for row in rows}
    if len(customers) != 1:
        return None
    contact = None
    if len(rows) == 1 and rows[0]["may_open"] and rows[0]["name"] is not None:
        contact = Contact(**{name: rows[0][name] for name in ("name", "email", "phone", "language")})
    return Caller(customers.pop(), contact, ContractTerms())


def _asker(call: CallReceived | VoicemailLeft, who: Caller, now: datetime, policies: Policies) -> Asker | None:
    at = min(call.occurred_at or now, now)
    policy = policies.at(call.desk, at)
    if who.contact is None or policy is None:
        return None
    day = at.astimezone(ZoneInfo(policy.timezone)).date()
    return Asker(who.customer, call.desk, who.contact.email, None, day)
