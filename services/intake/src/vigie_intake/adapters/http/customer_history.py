"""``GET /v1/customers/{customer}/history``: what happened to all of a customer's tickets, in words, the latest first.

« Une entrée sera faite dans l'historique du client »: every event is one. It is read from the view, so what the other
services say of a ticket stands here a moment later.
"""

# FastAPI reads these annotations from inside a function, where postponed ones would not be found.

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Annotated, Any, Final
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from vigie.contracts.instants import WrittenInstant, iso
from vigie.contracts.requests import Language
from vigie.contracts.text import Line, Word
from vigie.contracts.tickets import InvalidField
from vigie.io.queries import queries
from vigie_intake.adapters.http.access import principal_of, staff_only
from vigie_intake.adapters.http.answers import Answer, HistoryEntry, as_json
from vigie_intake.adapters.http.customers import CustomerName, unknown_customer
from vigie_intake.adapters.http.desk import Desk
from vigie_intake.adapters.http.documents import problems
from vigie_intake.adapters.http.problems import invalid
from vigie_intake.adapters.http.reading import each_once, next_page, policy_of_opening
from vigie_intake.adapters.http.telling import entries, language_of

_SQL: Final = queries("customer_history", "vigie_intake.adapters")
_POSITION: Final = TypeAdapter[tuple[WrittenInstant, WrittenInstant, str, int]](
    tuple[WrittenInstant, WrittenInstant, Line, Annotated[int, Field(ge=0, le=2**31 - 1)]]
)


class CustomerEntry(HistoryEntry):
    """An event about one of the customer's tickets."""

    ticket_id: UUID
    number: str = Field(examples=["T-1042"])
    desk: str
    subject: str | None
    """Of the ticket."""


class CustomerHistory(Answer):
    """A page of a customer's history, the latest first."""

    customer: str
    history: tuple[CustomerEntry, ...]
    next: str | None
    """The ``cursor`` of the next page; null on the last one."""


class HistoryFilter(BaseModel):
    """Which part of a history; what is left out asks nothing. A parameter that is none of these is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    desk: Word | None = None
    since: Annotated[WrittenInstant | None, Field(alias="from")] = None
    """What happened then or later."""
    until: Annotated[WrittenInstant | None, Field(alias="to")] = None
    """What happened before."""
    lang: Language | None = None
    """The language of the words; it goes before `Accept-Language`."""
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, Field(max_length=400)] | None = None
    """Where the page before ended: its ``next``."""


def add_customer_history(router: APIRouter, desk: Desk) -> None:
    """Add the route."""

    @router.get(
        "/customers/{customer}/history",
        response_model=CustomerHistory,
        responses=problems(401, 403, 404, 422),
        summary="What happened to all tickets of a customer",
    )
    async def customer_history(
        request: Request, customer: CustomerName, wanted: Annotated[HistoryFilter, Query()]
    ) -> Response:
        """The events of all four services, the latest first, each as data and in words: in the language that `lang`
        names, else `Accept-Language`, else that of the latest ticket. Of the desks that are yours; also of a customer
        whom only requests name and not the directory. The `Link` header names the next page; so does `next`.
        """
        principal = principal_of(request)
        staff_only(principal)
        each_once(request)
        desks = sorted(principal.desks) or None
        after = (None, None, None, None) if wanted.cursor is None else _position(wanted.cursor)
        asked = (customer, desks, wanted.desk, wanted.since, wanted.until, *after, wanted.limit + 1)
        async with desk.pool.acquire() as conn, conn.transaction(isolation="repeatable_read", readonly=True):
            rows = await conn.fetch(_SQL["customer_history"], *asked)
            if not rows and not await conn.fetchval(_SQL["known"], customer, desks):
                raise unknown_customer()
        shown, more = rows[: wanted.limit], len(rows) > wanted.limit
        language = language_of(request, wanted.lang, _opening(shown[0]).get("language", "en") if shown else "en")
        page = CustomerHistory(
            customer=customer,
            history=tuple(_told(desk, shown, language)),
            next=_cursor(shown[-1]) if more else None,
        )
        headers = {"Content-Language": language, "Vary": "Accept-Language"}
        if page.next:
            headers["Link"] = next_page(request, page.next)
        return as_json(page, headers)


def _told(desk: Desk, rows: Sequence[asyncpg.Record], language: Language) -> list[CustomerEntry]:
    """Each ticket's events are told by its own policy; the page keeps its order."""
    found: dict[UUID, CustomerEntry] = {}
    for _, of_ticket in groupby(sorted(rows, key=lambda row: row["number"]), key=lambda row: row["number"]):
        together = list(of_ticket)
        policy = policy_of_opening(_opening(together[0]), desk.policies)
        for row, entry in zip(together, entries(together, policy, language, staff=True), strict=True):
            about = {name: row[name] for name in ("ticket_id", "number", "desk", "subject")}
            found[row["event_id"]] = CustomerEntry(**dict(entry), **about)
    return [found[row["event_id"]] for row in rows]


def _opening(row: asyncpg.Record) -> dict[str, Any]:
    """What the ticket was opened with; {} where the view does not say."""
    return {} if row["opening"] is None else json.loads(row["opening"])


def _cursor(row: asyncpg.Record) -> str:
    text = json.dumps([iso(row["occurred_at"]), iso(row["recorded_at"]), row["stream"], row["version"]])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _position(cursor: str) -> tuple[datetime, datetime, str, int]:
    try:
        return _POSITION.validate_json(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error) as error:  # a ValidationError is a ValueError
        raise invalid([InvalidField(field="cursor", problem="is not the `next` of a page")]) from error
