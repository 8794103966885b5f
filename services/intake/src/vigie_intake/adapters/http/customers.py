"""``/v1/customers``: the directory, for the desk's own people. Channels have no business in it.

A customer is written whole (``PUT``, managers and admins); what happens to them one thing at a time (an audit accepted,
somebody trained, a contract given notice) is a command of its own, which any agent may give.
"""

# FastAPI reads these annotations from inside a function, where postponed ones would not be found.

import base64
import binascii
import json
from collections.abc import Callable
from typing import Annotated, Any, Final

import asyncpg
from fastapi import APIRouter, Body, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from uuid_utils.compat import uuid7

from vigie.calendar.spec import LocalDate
from vigie.contracts.customers import CustomerId
from vigie.contracts.event import Event
from vigie.contracts.ids import customer_key
from vigie.contracts.text import Line, Word
from vigie.contracts.tickets import InvalidField
from vigie.io.errors import StaleVersion, UnknownStream
from vigie.io.records import Order
from vigie_intake.adapters.directory.projection import SQL
from vigie_intake.adapters.http.access import actor, principal_of, staff_only
from vigie_intake.adapters.http.acting import REQUIRED
from vigie_intake.adapters.http.answers import as_json
from vigie_intake.adapters.http.customer_answers import (
    CustomerAnswer,
    CustomerNow,
    CustomerPage,
    customer_answer,
    customer_line,
    customer_now,
)
from vigie_intake.adapters.http.desk import Desk
from vigie_intake.adapters.http.documents import COMMAND_HEADERS, CUSTOMER_COMMAND_EXAMPLES, CUSTOMER_EXAMPLES, problems
from vigie_intake.adapters.http.headers import digest, etag, expected_version, idempotency_key, trace
from vigie_intake.adapters.http.problems import Wrong, invalid
from vigie_intake.adapters.http.reading import each_once, next_page
from vigie_intake.core.directory.commands import (
    AcceptAudit,
    DirectoryCommand,
    EndContract,
    RecordCustomer,
    RecordTraining,
)
from vigie_intake.core.directory.customers import Customer
from vigie_intake.core.directory.sheet import Sheet, check_sheet, check_training

CustomerName = Annotated[CustomerId, Path(description="The customer's id, as requests name it", examples=["acme"])]
_ERRORS: Final = (400, 401, 403, 404, 409, 412, 413, 415, 422)


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class CustomerFilter(_Asked):
    """Which customers a list is of; what is left out asks nothing. A parameter that is none of these is an error."""

    q: Line | None = None
    """Part of the name or of the id."""
    desk: Word | None = None
    """A desk with which they have a contract, valid today or not."""
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, Field(max_length=600)] | None = None
    """Where the page before ended: its ``next``."""


class Training(_Asked):
    """Who has learned to use which product."""

    email: Annotated[Line, Field(max_length=254)]
    """A contact of the customer's, by their mail address."""
    desk: Word
    service: Line


class LastDay(_Asked):
    """When a contract ends."""

    contract: Word
    last_day: LocalDate
    """Local date of the desk; the contract still holds on it."""


class Nothing(_Asked):
    """There is nothing to say."""


def add_customers(router: APIRouter, desk: Desk) -> None:
    """Add every route of the directory."""
    _add_reading(router, desk)
    _add_recording(router, desk)
    _add_commands(router, desk)


def _add_reading(router: APIRouter, desk: Desk) -> None:
    @router.get(
        "/customers/{customer}",
        response_model=CustomerAnswer,
        responses=problems(401, 403, 404, 422),
        summary="A customer: sites, contacts, contracts",
    )
    async def one_customer(request: Request, customer: CustomerName) -> Response:
        """`sheet` is what a `PUT` takes. Access codes are never shown: `access_codes` names the contracts with one."""
        staff_only(principal_of(request))
        async with desk.pool.acquire() as conn, conn.transaction(isolation="repeatable_read", readonly=True):
            row = await conn.fetchrow(SQL["customer"], customer)
            if row is None:
                raise unknown_customer()
            lists = [await conn.fetch(SQL[name], customer) for name in ("sites", "contacts", "contracts")]
        answer = customer_answer(row, *lists)
        return as_json(answer, {"ETag": etag(answer.version)})

    @router.get(
        "/customers",
        response_model=CustomerPage,
        responses=problems(401, 403, 422),
        summary="Customers, by name",
    )
    async def customers(request: Request, wanted: Annotated[CustomerFilter, Query()]) -> Response:
        """The `Link` header names the next page; so does `next`, as a `cursor`."""
        staff_only(principal_of(request))
        each_once(request)
        after = (None, None) if wanted.cursor is None else _position(wanted.cursor)
        rows = await desk.pool.fetch(SQL["customers"], wanted.q, wanted.desk, *after, wanted.limit + 1)
        shown, more = rows[: wanted.limit], len(rows) > wanted.limit
        page = CustomerPage(
            customers=tuple(customer_line(row) for row in shown), next=_cursor(shown[-1]) if more else None
        )
        headers = {"Link": next_page(request, page.next)} if page.next else {}
        return as_json(page, headers)


def _add_recording(router: APIRouter, desk: Desk) -> None:
    @router.put(
        "/customers/{customer}",
        response_model=CustomerNow,
        responses={201: {"model": CustomerNow, "description": "The customer is new"}, **problems(*_ERRORS)},
        openapi_extra=COMMAND_HEADERS,
        summary="Record a customer as they should be",
    )
    async def record_customer(
        request: Request, customer: CustomerName, body: Annotated[Sheet, Body(openapi_examples=CUSTOMER_EXAMPLES)]
    ) -> Response:
        """The whole sheet: what it leaves out is gone. Only access codes stay, unless another (or `""`) is given.

        The same sheet again changes nothing. What changes is told in `happened`.
        """
        if not principal_of(request).acts_for_others:
            raise Wrong(403, "managers_only", "Only managers and admins may record customers.")
        if wrong := check_sheet(body, desk.policies):
            raise invalid(wrong)
        codes, desks = desk.directory.codes_on(customer, body), principal_of(request).desks
        command = RecordCustomer(desk.clock.now(), customer, body, codes, desks)
        return await _perform(desk, request, customer, command)


def _add_commands(router: APIRouter, desk: Desk) -> None:
    def add(
        path: str, summary: str, body_type: Any, make: Callable[[str, Any, frozenset[str]], DirectoryCommand]
    ) -> None:
        nothing_said: Any = Nothing() if body_type is Nothing else REQUIRED

        async def act(
            request: Request,
            customer: CustomerName,
            body: Annotated[body_type, Body(openapi_examples=CUSTOMER_COMMAND_EXAMPLES.get(path))] = nothing_said,
        ) -> Response:
            principal = principal_of(request)
            staff_only(principal)
            return await _perform(desk, request, customer, make(customer, body, principal.desks), expect_exists=True)

        router.post(
            f"/customers/{{customer}}/{path}",
            response_model=CustomerNow,
            responses=problems(*_ERRORS),
            openapi_extra=COMMAND_HEADERS,
            summary=summary,
            operation_id=path.replace("-", "_"),
        )(act)

    def train(customer: str, body: Training, desks: frozenset[str]) -> RecordTraining:
        if wrong := check_training(body.desk, body.service, desk.policies):
            raise invalid(wrong)
        return RecordTraining(desk.clock.now(), customer, body.email, body.desk, body.service, desks)

    add(
        "accept-audit", "The customer accepts the audit", Nothing, lambda who, _, __: AcceptAudit(desk.clock.now(), who)
    )
    add("trainings", "Somebody has learned to use a product", Training, train)
    add(
        "end-contract",
        "Give a contract its last day",
        LastDay,
        lambda who, said, desks: EndContract(desk.clock.now(), who, said.contract, said.last_day, desks),
    )


async def _perform(
    desk: Desk, request: Request, customer: str, command: DirectoryCommand, *, expect_exists: bool = False
) -> Response:
    principal = principal_of(request)

    def render(version: int, _: Customer, events: tuple[Event, ...]) -> bytes:
        return customer_now(customer, version, events).model_dump_json().encode()

    order = Order(
        key=customer_key(customer),
        command=command,
        id=uuid7(),
        actor=actor(principal, principal.name),
        principal=principal.name,
        idempotency_key=idempotency_key(request),
        digest=desk.directory.sealed(await digest(request)),
        expected_version=expected_version(request),
        expect_exists=expect_exists,
        render=render,
        traceparent=trace(request),
    )
    try:
        performed = await desk.directory.engine.perform(order)
    except UnknownStream as error:
        raise unknown_customer() from error
    except StaleVersion as error:
        raise _stale(error) from error
    now = CustomerNow.model_validate_json(performed.answer)
    return Response(performed.answer, 201 if now.is_new else 200, {"ETag": etag(now.version)}, "application/json")


def unknown_customer() -> Wrong:
    """The directory, or what was asked, knows no such customer."""
    return Wrong(404, "customer_unknown", "There is no such customer in the directory.")


def _stale(error: StaleVersion) -> Wrong:
    if error.actual == 0:
        return Wrong(412, "stale_version", "The directory does not know this customer yet: leave If-Match out.")
    return Wrong(412, "stale_version", f"The customer is at version {error.actual}: read it again, then decide.")


def _cursor(row: asyncpg.Record) -> str:
    text = json.dumps([row["name"] or "", row["customer"]], ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _position(cursor: str) -> tuple[str, str]:
    try:
        name, customer = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(name, str) or not isinstance(customer, str) or "\x00" in name + customer:
            raise ValueError(cursor)
        (name + customer).encode()
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise invalid([InvalidField(field="cursor", problem="is not the `next` of a page")]) from error
    return name, customer
