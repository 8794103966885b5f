"""``GET /v1/desks/{desk}/calls-to-make``: whose call is owed, those that were promised by a deadline first."""

# FastAPI reads these annotations from inside a function, where postponed ones would not be found.

import json
from datetime import datetime
from typing import Annotated, Final

import asyncpg
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from vigie.contracts.requests import Contact
from vigie.contracts.text import Word
from vigie.contracts.tickets import ContactOutcome
from vigie.io.queries import queries
from vigie.policy import Policy
from vigie_intake.adapters.http.access import principal_of
from vigie_intake.adapters.http.answers import Answer, as_json
from vigie_intake.adapters.http.desk import Desk
from vigie_intake.adapters.http.documents import problems
from vigie_intake.adapters.http.queue import DeskName, working_policy
from vigie_intake.adapters.http.reading import each_once

_SQL: Final = queries("calls_to_make", "vigie_intake.adapters")


class CallToMake(Answer):
    """A ticket whose customer is owed a call."""

    number: str = Field(examples=["T-1042"])
    subject: str | None
    customer: str | None
    contact: Contact | None
    """Whom to call; null where that was erased."""
    kind: str
    priority: str
    service: str | None
    owner: str | None
    """Whose call it is; null: anybody's who is qualified."""
    promise: str | None = Field(examples=["call_back"])
    """The commitment by which the call was promised; null: the desk calls back everybody."""
    deadline: datetime | None
    """Of that promise, overdue or not."""
    opened_at: datetime
    attempts: int
    """To reach them since the ticket was opened or reopened."""
    last_attempt_at: datetime | None
    last_outcome: ContactOutcome | None


class CallsToMake(Answer):
    """Whose call is owed."""

    everybody: bool
    """Whether the desk calls back everybody who asks; else only what was promised is listed."""
    owed: int
    """How many there are in all."""
    calls: tuple[CallToMake, ...]


class CallFilter(BaseModel):
    """Which calls, and how many of them."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    owner: Word | None = None
    """Only of tickets that are theirs."""
    limit: Annotated[int, Field(ge=1, le=200)] = 50


def add_calls_to_make(router: APIRouter, desk: Desk) -> None:
    """Add the route."""

    @router.get(
        "/desks/{name}/calls-to-make",
        response_model=CallsToMake,
        responses=problems(401, 403, 404, 422),
        summary="Customers who are owed a call",
    )
    async def calls_to_make(request: Request, name: DeskName, wanted: Annotated[CallFilter, Query()]) -> Response:
        """Open tickets, also those that wait for the customer. First those with a promise to call that is not kept yet,
        by deadline. Then, where the desk's procedure calls back everybody, those whose customer was not reached since
        the ticket was opened or reopened, and on which no intervention has ended since: the oldest first.
        """
        each_once(request)
        policy = working_policy(desk, principal_of(request), name)
        rows = await desk.pool.fetch(
            _SQL["calls_to_make"], name, _promises_to_call(policy), policy.calls_back, wanted.owner, wanted.limit
        )
        found = CallsToMake(
            everybody=policy.calls_back, owed=rows[0]["owed"] if rows else 0, calls=tuple(map(_call, rows))
        )
        return as_json(found)


def _promises_to_call(policy: Policy) -> list[str]:
    """The commitments that an attempt to reach the customer keeps."""
    return [one.name for one in policy.commitments if one.ends == "ContactAttempted"]


def _call(row: asyncpg.Record) -> CallToMake:
    return CallToMake(
        number=row["number"],
        subject=row["subject"],
        customer=row["customer"],
        contact=None if row["contact"] is None else Contact.model_validate(json.loads(row["contact"])),
        kind=row["kind"],
        priority=row["priority"],
        service=row["service"],
        owner=row["owner"],
        promise=row["promise"],
        deadline=row["deadline"],
        opened_at=row["opened_at"],
        attempts=row["attempts"],
        last_attempt_at=row["last_at"],
        last_outcome=row["last_outcome"],
    )
