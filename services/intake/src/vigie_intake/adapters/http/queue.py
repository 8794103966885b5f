"""``GET /v1/desks/{desk}/queue``: what waits for a technician, in the order of the desk's policy, and what is next."""

# FastAPI reads these annotations from inside a function, where postponed ones would not be found.

from datetime import datetime
from typing import Annotated, Final

import asyncpg
from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from vigie.contracts.text import Word
from vigie.io.queries import queries
from vigie.policy import Policy
from vigie.policy.rules import QueueKey
from vigie_intake.adapters.http.access import acting_agent, principal_of, staff_only
from vigie_intake.adapters.http.answers import Answer, as_json
from vigie_intake.adapters.http.desk import Desk
from vigie_intake.adapters.http.documents import problems
from vigie_intake.adapters.http.problems import Wrong
from vigie_intake.adapters.tokens import Principal
from vigie_intake.core.queue import Untaken, in_order, next_for

_SQL: Final = queries("queue", "vigie_intake.adapters")

DeskName = Annotated[str, Path(description="The desk's id", examples=["esii"])]


class QueuedTicket(Answer):
    """A ticket that waits for a technician, with everything that its place may depend on."""

    number: str = Field(examples=["T-1042"])
    subject: str | None
    customer: str | None
    service: str | None
    assigned_to: str | None
    """Whose it is to take; null: anybody's who is qualified."""
    maintained: bool
    kind: str
    priority: str
    deadline: datetime | None
    """Of the first promise that is not kept yet, overdue or not; null: nothing is due."""
    opened_at: datetime


class Queue(Answer):
    """What waits, the first to be taken first."""

    order: tuple[QueueKey, ...] = Field(examples=[("maintained", "kind", "priority", "deadline")])
    """Why they stand so: what the desk's policy asks, one after the other; in the end the older is first."""
    waiting: int
    """How many there are in all."""
    tickets: tuple[QueuedTicket, ...]


class Next(Answer):
    """What a technician takes next."""

    order: tuple[QueueKey, ...]
    ticket: QueuedTicket | None
    """Null: nothing waits that this technician is qualified for."""


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class QueueFilter(_Asked):
    """How much of the queue is shown."""

    limit: Annotated[int, Field(ge=1, le=200)] = 50


class Whose(_Asked):
    """For whom the next ticket is."""

    agent: Word | None = None
    """Left out: for yourself. Only managers and admins ask for others."""


def add_queue(router: APIRouter, desk: Desk) -> None:
    """Add both routes."""

    @router.get(
        "/desks/{name}/queue",
        response_model=Queue,
        responses=problems(401, 403, 404, 422),
        summary="What nobody has taken yet, in the order of work",
    )
    async def queue(request: Request, name: DeskName, wanted: Annotated[QueueFilter, Query()]) -> Response:
        """Open tickets that nobody has taken in charge, or not since the on-call service was called."""
        policy = working_policy(desk, principal_of(request), name)
        rows = {row["number"]: row for row in await desk.pool.fetch(_SQL["untaken"], name)}
        waiting = in_order(map(_untaken, rows.values()), policy)
        shown = tuple(_shown(rows[one.number]) for one in waiting[: wanted.limit])
        return as_json(Queue(order=policy.queue, waiting=len(waiting), tickets=shown))

    @router.get(
        "/desks/{name}/queue/next",
        response_model=Next,
        responses=problems(401, 403, 404, 422),
        summary="The next ticket for a technician",
    )
    async def next_ticket(request: Request, name: DeskName, whose: Annotated[Whose, Query()]) -> Response:
        """The first that they are qualified for and that is not assigned to somebody else. Asking takes nothing."""
        principal = principal_of(request)
        policy = working_policy(desk, principal, name)
        agent = acting_agent(principal, whose.agent)
        rows = {row["number"]: row for row in await desk.pool.fetch(_SQL["untaken"], name)}
        found = next_for(agent or principal.name, map(_untaken, rows.values()), policy)
        return as_json(Next(order=policy.queue, ticket=None if found is None else _shown(rows[found.number])))


def working_policy(desk: Desk, principal: Principal, name: str) -> Policy:
    """The policy by which the desk works today; Wrong where it is not the principal's to see."""
    staff_only(principal)
    policy = desk.policies.at(name, desk.clock.now()) if principal.sees(name) else None
    if policy is None:
        raise Wrong(404, "unknown_desk", "There is no such desk, or it is not one of yours.")
    return policy


def _untaken(row: asyncpg.Record) -> Untaken:
    return Untaken(
        number=row["number"],
        opened_at=row["opened_at"],
        kind=row["kind"],
        priority=row["priority"],
        service=row["service"],
        maintained=row["maintained"],
        assigned_to=row["assigned_to"],
        due_at=row["due_at"],
    )


def _shown(row: asyncpg.Record) -> QueuedTicket:
    return QueuedTicket(**{**row, "deadline": row["due_at"]})
