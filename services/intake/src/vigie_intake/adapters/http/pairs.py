"""``POST /v1/tickets/{number}/merge`` and ``…/links``: what people do to two tickets at once."""

# Annotations are read while the handlers are made, so they must not be postponed here.

import json
from dataclasses import replace
from itertools import chain
from typing import Annotated, Any, Final

import asyncpg
from fastapi import APIRouter, Body, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from vigie.contracts.requests import Contact
from vigie.contracts.text import Line, Word
from vigie.contracts.tickets import InvalidField, Relation
from vigie.io.queries import queries
from vigie_intake.adapters.http.access import acting_agent, principal_of, staff_only
from vigie_intake.adapters.http.answers import TicketNow
from vigie_intake.adapters.http.desk import Desk
from vigie_intake.adapters.http.documents import COMMAND_HEADERS, LINK_EXAMPLES, MERGE_EXAMPLES, Number, problems
from vigie_intake.adapters.http.orders import ordered, respond
from vigie_intake.adapters.http.problems import Wrong, invalid
from vigie_intake.adapters.http.reading import visible_ticket
from vigie_intake.core.commands import Counterpart, Link, Merge, TakeDuplicate, TakeLink
from vigie_intake.core.pairs import SEEN_FROM_THERE

_SQL: Final = queries("reading", "vigie_intake.adapters")


class MergeBody(BaseModel):
    """Which ticket goes on in the place of this one."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    into: Word
    """Its number."""
    agent: Word | None = Field(default=None, description="Who acts; left out: you.")


class LinkBody(BaseModel):
    """What this ticket has to do with: a ticket of the desk, or a case of another system."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    relation: Relation = "related"
    """What the other is to this ticket: where its fault is looked into, whose fault it looks into, or any other."""
    to: Word | None = None
    """The other ticket's number."""
    reference: Line | None = None
    """Instead of ``to``: under which another system keeps the case."""
    agent: Word | None = Field(default=None, description="Who acts; left out: you.")


def add_pairs(router: APIRouter, desk: Desk) -> None:
    """Add both routes."""
    told: dict[str, Any] = {
        "response_model": TicketNow,
        "responses": problems(400, 401, 403, 404, 409, 412, 413, 415, 422),
        "openapi_extra": COMMAND_HEADERS,
    }

    @router.post("/tickets/{number}/merge", summary="Merge a duplicate into another ticket", **told)
    async def merge(
        request: Request, number: Number, body: Annotated[MergeBody, Body(openapi_examples=MERGE_EXAMPLES)]
    ) -> Response:
        """The ticket is closed for good and its promises end; the other one, of the same desk and not of another
        customer, keeps its own. What the customer still says about this ticket goes to the other one.
        """
        principal = principal_of(request)
        staff_only(principal)
        row = await visible_ticket(desk.pool, principal, number)
        other = await _other(desk, request, "into", body.into)
        agent, at = acting_agent(principal, body.agent) or principal.name, desk.clock.now()
        merging = Merge(at=at, agent=agent, into=_counterpart(other))
        taking = TakeDuplicate(at=at, agent=agent, duplicate=_counterpart(row), contacts=await _contacts(desk, row))
        return await _both(desk, request, agent, (row, merging), (other, taking))

    @router.post("/tickets/{number}/links", summary="Link the ticket to another one", **told)
    async def link(
        request: Request, number: Number, body: Annotated[LinkBody, Body(openapi_examples=LINK_EXAMPLES)]
    ) -> Response:
        """Both tickets say so in their histories; nothing else about them changes."""
        principal = principal_of(request)
        staff_only(principal)
        row = await visible_ticket(desk.pool, principal, number)
        other = None if body.to is None else await _other(desk, request, "to", body.to)
        agent, at = acting_agent(principal, body.agent) or principal.name, desk.clock.now()
        there = None if other is None else _counterpart(other)
        linking = Link(at=at, agent=agent, relation=body.relation, to=there, reference=body.reference)
        if other is None:
            return await _both(desk, request, agent, (row, linking))
        back = TakeLink(
            at=at, agent=agent, relation=SEEN_FROM_THERE[body.relation], to=_counterpart(row), reference=None
        )
        return await _both(desk, request, agent, (row, linking), (other, back))


async def _both(desk: Desk, request: Request, agent: str, *halves: tuple[asyncpg.Record, Any]) -> Response:
    """Carry out both halves or none; the answer is the first one's, and the request's headers are about it."""
    first, *others = [
        await ordered(desk, request, key=row["ticket_id"], command=command, agent=agent, expect_exists=True)
        for row, command in halves
    ]
    answers = await desk.engine.perform_all(
        [first, *(replace(other, idempotency_key=None, expected_version=None) for other in others)]
    )
    return respond(answers[0], opened=False)


async def _other(desk: Desk, request: Request, field: str, number: str) -> asyncpg.Record:
    """The row of the ticket that ``field`` of the body names."""
    try:
        return await visible_ticket(desk.pool, principal_of(request), number)
    except Wrong as unknown:
        raise invalid([InvalidField(field=field, problem="is no ticket of yours")]) from unknown


def _counterpart(row: asyncpg.Record) -> Counterpart:
    return Counterpart(ticket_id=row["ticket_id"], number=row["number"], desk=row["desk"], customer=row["customer"])


async def _contacts(desk: Desk, row: asyncpg.Record) -> tuple[Contact, ...]:
    """The ticket's contact, and those of the duplicates it took itself, as far as they were not erased."""
    taken = [json.loads(text)["contacts"] for (text,) in await desk.pool.fetch(_SQL["asked_too"], row["ticket_id"])]
    own = [] if row["personal"] is None else [json.loads(row["personal"])["contact"]]
    return tuple(Contact.model_validate(one) for one in (*own, *chain.from_iterable(taken)))
