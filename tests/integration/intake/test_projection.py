"""Several events of one ticket in one transaction: the view must follow them without knowing what came before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from integration.intake.front_desk import NIGHT, FrontDesk
from vigie.contracts.event import Event
from vigie.contracts.tickets import (
    CustomerAsked,
    CustomerReplied,
    InvalidField,
    PriorityChanged,
    RequestRefused,
    TicketAssigned,
    TicketClosed,
    TicketReopened,
    TicketResolved,
    TicketTakenInCharge,
)
from vigie.io.records import Appended
from vigie_intake.adapters.view import project

ABOUT: dict[str, Any] = {"ticket_id": UUID(int=0), "number": "T-0", "desk": "serveurcom"}
ASKED = CustomerAsked(**ABOUT, asked_at=NIGHT, asked_by="amelie", awaiting="answer")
REPLIED = CustomerReplied(**ABOUT, replied_at=NIGHT)
RESOLVED = TicketResolved(**ABOUT, resolved_at=NIGHT, resolved_by="amelie")
CLOSED = TicketClosed(**ABOUT, closed_at=NIGHT, closed_by="amelie", reason="solved")
REOPENED = TicketReopened(**ABOUT, reopened_at=NIGHT, reopened_by="amelie", reason="agent")
TAKEN = TicketTakenInCharge(**ABOUT, taken_at=NIGHT, taken_by="amelie")
ASSIGNED = TicketAssigned(**ABOUT, assigned_at=NIGHT, assigned_to="bruno", assigned_by="amelie")
LOW = PriorityChanged(**ABOUT, changed_at=NIGHT, prioritised_by="amelie", previous="high", priority="low")
MEDIUM = PriorityChanged(**ABOUT, changed_at=NIGHT, prioritised_by="amelie", previous="low", priority="medium")


@pytest.fixture
async def ticket(front_desk: FrontDesk) -> UUID:
    """Open, high, nobody's."""
    answer = await front_desk.get(f"/v1/tickets/{await front_desk.open()}")
    return UUID(answer.json()["ticket_id"])


async def append(desk: FrontDesk, ticket: UUID, after: int, *events: Event) -> asyncpg.Record:
    """The ticket's row once ``events`` were projected in one go."""
    appended = [
        Appended(ticket, f"ticket-{ticket}", version, uuid4(), event, NIGHT, "agent:amelie", "")
        for version, event in enumerate(events, after + 1)
    ]
    async with desk.pool.acquire() as conn, conn.transaction():
        await project(conn, appended)  # type: ignore[arg-type]  # what a pool gives is a connection
    row = await desk.pool.fetchrow("select * from tickets where ticket_id = $1", ticket)
    assert row is not None
    return row


@pytest.mark.parametrize(
    ("before", "together", "state"),
    [
        ((), (ASKED,), "waiting"),
        ((), (REPLIED,), "open"),
        ((), (ASKED, REPLIED), "open"),
        ((), (REPLIED, ASKED), "waiting"),
        ((), (ASKED, REPLIED, ASKED), "waiting"),
        ((ASKED,), (REPLIED,), "open"),
        ((ASKED,), (REPLIED, LOW), "open"),
        ((ASKED,), (LOW,), "waiting"),
        ((RESOLVED,), (REPLIED,), "resolved"),
        ((), (RESOLVED, REPLIED), "resolved"),
        ((ASKED,), (RESOLVED, REOPENED), "open"),
        ((ASKED,), (REPLIED, CLOSED), "closed"),
        ((CLOSED,), (REOPENED, ASKED), "waiting"),
    ],
)
async def test_the_state_follows_the_events(
    front_desk: FrontDesk, ticket: UUID, before: tuple[Event, ...], together: tuple[Event, ...], state: str
) -> None:
    if before:
        await append(front_desk, ticket, 1, *before)
    row = await append(front_desk, ticket, 1 + len(before), *together)
    assert (row["state"], row["version"]) == (state, 1 + len(before) + len(together))


async def test_of_two_owners_and_two_priorities_the_last_ones_stay(front_desk: FrontDesk, ticket: UUID) -> None:
    row = await append(front_desk, ticket, 1, TAKEN, LOW, ASSIGNED, MEDIUM)
    assert (row["owner"], row["priority"]) == ("bruno", "medium")


async def test_what_says_nothing_of_owner_and_priority_leaves_them(front_desk: FrontDesk, ticket: UUID) -> None:
    await append(front_desk, ticket, 1, TAKEN, LOW)
    row = await append(front_desk, ticket, 3, ASKED)
    assert (row["owner"], row["priority"]) == ("amelie", "low")


async def test_what_was_projected_before_changes_nothing_when_it_comes_again(
    front_desk: FrontDesk, ticket: UUID
) -> None:
    await append(front_desk, ticket, 1, ASKED, REPLIED)
    row = await append(front_desk, ticket, 1, ASKED)
    assert (row["state"], row["version"]) == ("open", 3)


async def test_the_latest_thing_that_happened_dates_the_ticket(front_desk: FrontDesk, ticket: UUID) -> None:
    later = NIGHT + timedelta(hours=1)
    row = await append(front_desk, ticket, 1, CustomerReplied(**ABOUT, replied_at=later), RESOLVED)
    assert row["changed_at"] == later


async def test_a_refused_request_is_no_ticket(front_desk: FrontDesk) -> None:
    before = await front_desk.pool.fetchval("select count(*) from tickets")
    field = InvalidField(field="desk", problem="is required")
    refused = RequestRefused(request_id=UUID(int=5), desk=None, refused_at=NIGHT, reason="invalid", fields=(field,))
    async with front_desk.pool.acquire() as conn:
        await project(conn, [Appended(UUID(int=5), "ticket-5", 1, uuid4(), refused, NIGHT, "channel:x", "")])  # type: ignore[arg-type]
    assert await front_desk.pool.fetchval("select count(*) from tickets") == before
