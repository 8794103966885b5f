"""``POST /v1/tickets``: a request becomes a ticket."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Request, Response
from uuid_utils.compat import uuid7

from vigie.contracts.requests import RequestSubmitted
from vigie.contracts.tickets import InvalidField
from vigie_intake.adapters.http.access import acting_agent, principal_of
from vigie_intake.adapters.http.answers import TicketNow
from vigie_intake.adapters.http.desk import Desk
from vigie_intake.adapters.http.documents import OPENING_EXAMPLES, OPENING_HEADERS, problems
from vigie_intake.adapters.http.orders import perform
from vigie_intake.adapters.http.problems import Wrong, invalid
from vigie_intake.core.commands import OpenTicket
from vigie_intake.core.opening import check_request, opening_instant


def add_opening(router: APIRouter, desk: Desk) -> None:
    """Add the route."""

    @router.post(
        "/tickets",
        status_code=201,
        response_model=TicketNow,
        responses=problems(400, 401, 404, 409, 412, 413, 415, 422),
        openapi_extra=OPENING_HEADERS,
        summary="Open a ticket",
    )
    async def open_ticket(
        request: Request, body: Annotated[RequestSubmitted, Body(openapi_examples=OPENING_EXAMPLES)]
    ) -> Response:
        """Nothing is written when a field is missing or wrong; what is accepted is durable before it is answered.

        With an `Idempotency-Key`, the same request again gets the same answer and opens nothing.
        """
        principal = principal_of(request)
        if not principal.sees(body.desk):
            field = InvalidField(field="desk", problem="is no desk of yours")
            raise Wrong(404, "desk_unknown", "There is no such desk.", (field,))
        now = desk.clock.now()
        at = opening_instant(body, now)
        wrong = check_request(body, desk.policies.at(body.desk, at), now)
        if wrong:
            raise invalid(wrong)
        key = uuid7()
        contract = await desk.directory.terms(body, at)

        def numbered(number: str) -> OpenTicket:
            return OpenTicket(at=at, now=now, key=key, number=number, request=body, contract=contract)

        agent = acting_agent(principal, None)
        secret = body.access_code is not None
        return await perform(desk, request, key=key, command=numbered, agent=agent, secret=secret, numbered=True)
