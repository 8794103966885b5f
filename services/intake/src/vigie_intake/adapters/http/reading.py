"""``GET``: one ticket with its promises and its history, and lists of tickets."""

# FastAPI reads these annotations from inside a function, where postponed ones would not be found.

import base64
import binascii
import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any, Final
from urllib.parse import urlencode
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from vigie.commitments import Fact, Standing, fact_in, standings
from vigie.contracts.catalog import EVENTS
from vigie.contracts.instants import WrittenInstant, iso
from vigie.contracts.requests import Language
from vigie.contracts.text import Line, Word
from vigie.contracts.tickets import InvalidField
from vigie.decider import Lacking
from vigie.io.queries import queries
from vigie.policy import Policies, Policy
from vigie_intake.adapters.http.access import principal_of
from vigie_intake.adapters.http.answers import (
    Commitment,
    LinkShown,
    PausedSpan,
    TicketLine,
    TicketPage,
    TicketState,
    TicketWithHistory,
    as_json,
)
from vigie_intake.adapters.http.desk import Desk
from vigie_intake.adapters.http.documents import Number, problems
from vigie_intake.adapters.http.headers import etag
from vigie_intake.adapters.http.problems import invalid, unknown_ticket
from vigie_intake.adapters.http.telling import entries, language_of
from vigie_intake.adapters.lists import list_tickets
from vigie_intake.adapters.tokens import Database, Principal

_SQL: Final = queries("reading", "vigie_intake.adapters")
_NUMBER: Final = re.compile(r"T-[0-9]{1,18}")
_INSTANT: Final = TypeAdapter[datetime](WrittenInstant)


class TicketFilter(BaseModel):
    """Which tickets a list is of; what is left out asks nothing. A parameter that is none of these is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    desk: Word | None = None
    state: TicketState | None = None
    priority: Word | None = None
    level: Word | None = None
    """The highest level that was called."""
    overdue: bool | None = None
    """Whether a commitment is missed and not kept since."""
    owner: Word | None = None
    customer: Line | None = None
    duplicate_of: Word | None = None
    """The number of the ticket that they were merged into."""
    due_before: WrittenInstant | None = None
    """A commitment that is still to be kept, late or not, is or was due before."""
    opened_after: WrittenInstant | None = None
    opened_before: WrittenInstant | None = None
    q: Line | None = None
    """The number, with or without its `T-`; or words of the customer, the subject or the description, in any order. The
    beginning of a word is enough; accents and capitals do not matter."""
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, Field(max_length=200)] | None = None
    """Where the page before ended: its ``next``."""


class Reader(BaseModel):
    """How the answer is to be told. A parameter that is not this one is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    lang: Language | None = None
    """The language of the history in words; it goes before `Accept-Language`."""


def add_reading(router: APIRouter, desk: Desk) -> None:
    """Add both routes."""

    @router.get(
        "/tickets/{number}",
        response_model=TicketWithHistory,
        responses=problems(401, 404, 422),
        summary="A ticket, its promises and its history",
    )
    async def one_ticket(request: Request, number: Number, reader: Annotated[Reader, Query()]) -> Response:
        """The history holds the events of all four services, in the order of the time at which each happened, each as
        data and in words: in the language that `lang` names, else `Accept-Language`, else the ticket's own.

        To a channel it does not show notes between colleagues, nor whom else the desk has written to. What was erased
        is told as erased.
        """
        each_once(request)
        async with desk.pool.acquire() as conn, conn.transaction(isolation="repeatable_read", readonly=True):
            row = await visible_ticket(conn, principal_of(request), number)
            history = await conn.fetch(_SQL["history"], row["ticket_id"])
        opening = _opening(history)
        policy = policy_of_opening(opening, desk.policies)
        language = language_of(request, reader.lang, opening.get("language") or "en")
        found = _with_history(row, history, policy, desk.clock.now()).model_copy(
            update={"history": tuple(entries(history, policy, language, staff=principal_of(request).is_staff))}
        )
        headers = {"ETag": etag(found.version), "Content-Language": language, "Vary": "Accept-Language"}
        return as_json(found, headers)

    @router.get(
        "/tickets",
        response_model=TicketPage,
        responses=problems(401, 422),
        summary="Tickets, newest first",
    )
    async def tickets(request: Request, wanted: Annotated[TicketFilter, Query()]) -> Response:
        """The `Link` header names the next page; so does `next`, as a `cursor`."""
        each_once(request)
        asked = _asked(wanted, sorted(principal_of(request).desks), now := desk.clock.now())
        async with desk.pool.acquire() as conn:
            rows = await list_tickets(conn, asked, now, wanted.limit + 1)
        shown, more = rows[: wanted.limit], len(rows) > wanted.limit
        page = TicketPage(
            tickets=tuple(TicketLine.model_validate(_line(row)) for row in shown),
            next=_cursor(shown[-1]) if more else None,
        )
        headers = {"Link": next_page(request, page.next)} if page.next else {}
        return as_json(page, headers)


async def visible_ticket(conn: Database, principal: Principal, number: str) -> asyncpg.Record:
    """The ticket's row, or Wrong(404): what a principal may not see does not exist for it."""
    row = await conn.fetchrow(_SQL["ticket"], number) if _NUMBER.fullmatch(number) else None
    if row is None or not principal.sees(row["desk"]):
        raise unknown_ticket()
    return row


def _asked(wanted: TicketFilter, desks: list[str], now: datetime) -> dict[str, tuple[Any, ...]]:
    """The conditions that ``wanted`` comes to, with their values."""
    asked: dict[str, tuple[Any, ...]] = {
        name: (value,)
        for name, value in wanted.model_dump(exclude_none=True, exclude={"overdue", "limit", "cursor"}).items()
    }
    if desks:
        asked["desks"] = (desks,)
    if wanted.overdue is not None:
        asked["overdue" if wanted.overdue else "not_overdue"] = (now,)
    if wanted.cursor is not None:
        asked["after"] = _position(wanted.cursor)
    return asked


def _cursor(row: asyncpg.Record) -> str:
    return base64.urlsafe_b64encode(f"{iso(row['opened_at'])} {row['ticket_id']}".encode()).decode().rstrip("=")


def _position(cursor: str) -> tuple[datetime, UUID]:
    try:
        opened_at, ticket_id = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split(" ")
        return _INSTANT.validate_python(opened_at), UUID(ticket_id)
    except (ValueError, binascii.Error) as error:  # a ValidationError is a ValueError
        raise invalid([InvalidField(field="cursor", problem="is not the `next` of a page")]) from error


def each_once(request: Request) -> None:
    """Of two values the last would win, and the list be of something else than what was meant."""
    names = [name for name, _ in request.query_params.multi_items()]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise invalid([InvalidField(field=name, problem="is there more than once") for name in twice])


def next_page(request: Request, cursor: str) -> str:
    """The ``Link`` header that leads to the next page."""
    query = urlencode({**request.query_params, "cursor": cursor})
    return f'<{request.url.path}?{query}>; rel="next"'


def _line(row: asyncpg.Record) -> dict[str, Any]:
    return {**row, "subject": _personal(row).get("subject")}


def _personal(row: asyncpg.Record) -> dict[str, Any]:
    return {} if row["personal"] is None else json.loads(row["personal"])


def _with_history(
    row: asyncpg.Record, history: Sequence[asyncpg.Record], policy: Policy | None, now: datetime
) -> TicketWithHistory:
    promises = () if policy is None else _commitments(history, policy, now)
    personal = _personal(row)
    return TicketWithHistory(
        **{
            **row,
            "subject": personal.get("subject"),
            "contact": personal.get("contact"),
            "description": personal.get("description"),
            "overdue": any(promise.result == "missed" for promise in promises),
            "duplicates": tuple(_duplicates(history)),
            "links": tuple(_links(history)),
            "commitments": promises,
            "history": (),
        }
    )


def _duplicates(history: Sequence[asyncpg.Record]) -> Iterator[str]:
    for facts in _told(history, "vigie.DuplicateMerged.v1"):
        yield facts["duplicate"]["number"]


def _links(history: Sequence[asyncpg.Record]) -> Iterator[LinkShown]:
    for facts in _told(history, "vigie.TicketLinked.v1"):
        number = None if facts["to"] is None else facts["to"]["number"]
        yield LinkShown(relation=facts["relation"], to=number, reference=facts["reference"])


def _told(history: Sequence[asyncpg.Record], ce_type: str) -> Iterator[dict[str, Any]]:
    return (json.loads(row["facts"]) for row in history if row["type"] == ce_type)


def _opening(history: Sequence[asyncpg.Record]) -> dict[str, Any]:
    """What the ticket was opened with; {} where the view does not say."""
    opened = next((row for row in history if row["type"] == "vigie.TicketOpened.v1"), None)
    return {} if opened is None else json.loads(opened["facts"])


def policy_of_opening(opening: dict[str, Any], policies: Policies) -> Policy | None:
    """The version the ticket was opened under; None for one that this process does not know."""
    try:
        return policies.version(opening["policy"], opening["policy_version"])
    except (KeyError, Lacking):
        return None


def _commitments(history: Sequence[asyncpg.Record], policy: Policy, now: datetime) -> tuple[Commitment, ...]:
    """As they stand now by the ticket's own facts: the same judgement as sla-timer's, without waiting for it."""
    facts = [fact for row in history if row["service"] == "intake" and (fact := _fact(row)) is not None]
    return tuple(_commitment(standing) for standing in standings(facts, policy, now))


def _fact(row: asyncpg.Record) -> Fact | None:
    kind = EVENTS.get(row["type"])
    try:
        return None if kind is None else fact_in(kind.model_validate_json(row["facts"]), row["version"])
    except ValidationError:
        return None


def _commitment(standing: Standing) -> Commitment:
    return Commitment(
        clock=standing.clock,
        result=standing.result,
        started_at=standing.started_at,
        deadline=standing.due,
        calendar=standing.calendar,
        budget_seconds=standing.budget_seconds,
        elapsed_seconds=standing.elapsed_seconds,
        pauses=tuple(PausedSpan(start=span.start, end=span.end) for span in standing.paused),
        missed_at=standing.missed_at,
        ended_at=standing.ended_at,
        level=standing.levels[-1] if standing.levels else None,
    )
