"""A command on its way from a request to the engine, and the answer on its way back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import Request, Response
from pydantic import TypeAdapter
from uuid_utils.compat import uuid7

from vigie.contracts.event import Event
from vigie.contracts.tickets import RequestRefused
from vigie.decider import Elsewhere
from vigie.io.records import Answer, Order, Performed
from vigie_intake.adapters.http.access import actor, principal_of
from vigie_intake.adapters.http.answers import TicketNow, ticket_now
from vigie_intake.adapters.http.desk import Desk
from vigie_intake.adapters.http.headers import digest, etag, expected_version, idempotency_key, trace
from vigie_intake.adapters.http.problems import Problem, Wrong, answer, invalid
from vigie_intake.core.states import NoTicket, State

_ANSWERED: TypeAdapter[TicketNow | Problem] = TypeAdapter(TicketNow | Problem)


async def perform(
    desk: Desk, request: Request, *, key: Any, command: Any, agent: str | None, secret: bool = False, **more: Any
) -> Response:
    """Carry out ``command`` on the ticket ``key``, for the principal of ``request`` or the ``agent`` it acts as.

    ``secret``: there is something in the body that nobody may find out from the digest that is kept.
    """
    order = await ordered(desk, request, key=key, command=command, agent=agent, secret=secret, **more)
    performed = await follow(desk, order)
    return respond(performed, opened=order.numbered)


async def ordered(
    desk: Desk, request: Request, *, key: Any, command: Any, agent: str | None, secret: bool = False, **more: Any
) -> Order:
    """The order that ``request`` is; see :func:`perform`."""
    principal = principal_of(request)
    return Order(
        key=key,
        command=command,
        id=uuid7(),
        actor=actor(principal, agent),
        principal=principal.name,
        idempotency_key=idempotency_key(request),
        digest=desk.directory.sealed(await digest(request)) if secret else await digest(request),
        expected_version=expected_version(request),
        render=render,
        traceparent=trace(request),
        **more,
    )


async def follow(desk: Desk, order: Order) -> Answer:
    """Carry out ``order`` on its ticket, or on the one that goes on in its place: duplicates end somewhere.

    Not before each of them has said so under its lock, so a merge at the same time loses nothing. ``If-Match`` is about
    the ticket that was named.
    """
    while True:
        try:
            return await desk.engine.perform(order)
        except Elsewhere as elsewhere:
            order = replace(order, key=elsewhere.key, expected_version=None)


def render(version: int, state: State, events: tuple[Event, ...]) -> bytes:
    """The answer's bytes, as they are kept for a repeat of the request."""
    if isinstance(state, NoTicket):
        return refusal(events).problem.model_dump_json().encode()
    return ticket_now(version, state, events).model_dump_json().encode()


def refusal(events: tuple[Event, ...]) -> Wrong:
    """Why a request did not become a ticket, told by its own event."""
    for event in events:
        if isinstance(event, RequestRefused) and event.reason != "invalid":
            return Wrong(409, event.reason, "The desk does not accept this request.")
    return invalid([field for event in events if isinstance(event, RequestRefused) for field in event.fields])


def respond(given: Answer, *, opened: bool) -> Response:
    """What was answered, to this request or to an earlier equal one, as a response."""
    if isinstance(given, Performed) and not isinstance(given.state, NoTicket):
        return _told(given.answer, given.version, given.state.ticket.number, opened=opened)
    answered = _ANSWERED.validate_json(given.answer)
    if isinstance(answered, Problem):
        return answer(Wrong(answered.status, answered.name, answered.detail, answered.errors))
    return _told(given.answer, answered.version, answered.number, opened=opened)


def _told(body: bytes, version: int, number: str, *, opened: bool) -> Response:
    headers = {"ETag": etag(version)}
    if opened:
        headers["Location"] = f"/v1/tickets/{number}"
    return Response(body, 201 if opened else 200, headers, "application/json")
