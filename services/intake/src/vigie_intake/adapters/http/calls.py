"""``/v1/calls``: the calls that wait, and the ticket that a technician makes of one."""

# Annotations are read while the handlers are made, so they must not be postponed here.

import json
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Body, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from vigie.contracts.requests import RequestSubmitted
from vigie.contracts.text import Word
from vigie.contracts.tickets import CallQueued, InvalidField
from vigie_intake.adapters.channels import SQL
from vigie_intake.adapters.http.access import acting_agent, principal_of, staff_only
from vigie_intake.adapters.http.answers import Answer, TicketNow, as_json
from vigie_intake.adapters.http.desk import Desk
from vigie_intake.adapters.http.documents import CALL_EXAMPLES, OPENING_HEADERS, problems
from vigie_intake.adapters.http.orders import perform
from vigie_intake.adapters.http.problems import Wrong, invalid
from vigie_intake.core.commands import OpenTicket
from vigie_intake.core.opening import check_request

CallId = Annotated[UUID, Path(description="The call's id, which its ticket will have")]
_LONGEST: Final = 200


class WaitingCall(Answer):
    """A call or a voicemail of which a technician is to make a ticket."""

    call_id: UUID
    desk: str = Field(examples=["ocm"])
    channel: str = Field(examples=["voicemail"])
    kind: str | None = Field(examples=["cloud"])
    """By the key that was pressed; null: none was that the desk knows."""
    customer: str | None
    """Where all whom the directory knows under this number are of one customer: that one."""
    queued_at: datetime
    """When somebody called."""
    caller_number: str | None
    """It proves nothing. Null: withheld, or erased since, as what follows may be."""
    recording: str | None
    subject: str | None


class WaitingCalls(Answer):
    """The calls that wait, the oldest first."""

    calls: tuple[WaitingCall, ...]


class CallFilter(BaseModel):
    """Which calls a list is of. A parameter that is none of these is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    desk: Word | None = None


def add_calls(router: APIRouter, desk: Desk) -> None:
    """Add both routes."""

    @router.get(
        "/calls",
        response_model=WaitingCalls,
        responses=problems(401, 403, 422),
        summary="Calls that wait, the oldest first",
    )
    async def waiting(request: Request, wanted: Annotated[CallFilter, Query()]) -> Response:
        """Calls whose caller the directory does not tell, or that nothing says enough of: at most 200."""
        principal = principal_of(request)
        staff_only(principal)
        rows = await desk.pool.fetch(SQL["waiting_calls"], sorted(principal.desks), wanted.desk, _LONGEST)
        calls = WaitingCalls(calls=tuple(_call(dict(row)) for row in rows))
        return as_json(calls)

    @router.post(
        "/calls/{call_id}/ticket",
        status_code=201,
        response_model=TicketNow,
        responses=problems(400, 401, 403, 404, 409, 412, 413, 415, 422),
        openapi_extra=OPENING_HEADERS,
        summary="Make a ticket of a call",
    )
    async def make_ticket(
        request: Request, call_id: CallId, body: Annotated[RequestSubmitted, Body(openapi_examples=CALL_EXAMPLES)]
    ) -> Response:
        """The body is a request, as a technician understood it. The ticket has the call's id, channel and time: its
        promises count from the call. A call of which a ticket was made already stays that ticket.
        """
        principal = principal_of(request)
        staff_only(principal)
        call = await _queued(desk, call_id)
        if call is None or not principal.sees(call.desk):
            raise Wrong(404, "call_unknown", "There is no such call.")
        if body.desk != call.desk:
            raise invalid([InvalidField(field="desk", problem="is not the desk that was called")])
        wanted = body.model_copy(update={"channel": call.channel, "occurred_at": call.queued_at})
        now = desk.clock.now()
        wrong = check_request(wanted, desk.policies.at(wanted.desk, call.queued_at), now)
        if wrong:
            raise invalid(wrong)
        contract = await desk.directory.terms(wanted, call.queued_at)

        def numbered(number: str) -> OpenTicket:
            return OpenTicket(call.queued_at, now, call_id, number, wanted, contract)

        agent = acting_agent(principal, None)
        secret = body.access_code is not None
        return await perform(desk, request, key=call_id, command=numbered, agent=agent, secret=secret, numbered=True)


async def _queued(desk: Desk, call_id: UUID) -> CallQueued | None:
    """The call, whether or not it waits still."""
    facts = await desk.pool.fetchval(SQL["queued_call"], call_id)
    return None if facts is None else CallQueued.model_validate_json(facts)


def _call(row: dict[str, Any]) -> WaitingCall:
    said = json.loads(row.pop("personal") or "{}")
    return WaitingCall(**row, **{name: said.get(name) for name in ("caller_number", "recording", "subject")})
