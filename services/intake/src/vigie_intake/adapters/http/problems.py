"""What goes wrong, as RFC 9457 says it: ``application/problem+json``, whatever the error.

``name`` is what programs match on, ``detail`` is for people, ``errors`` name the fields that are wrong. Values are
never repeated: they may be about a person, or the token.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException

from vigie.contracts.tickets import InvalidField
from vigie.decider import Lacking, Refused
from vigie.io.errors import DATABASE_ERRORS, IdempotencyMismatch, StaleVersion, Transient, UnknownStream, is_transient
from vigie_intake.core import refusals
from vigie_intake.core.directory import refusals as directory
from vigie_intake.core.reading import invalid_field

log = structlog.get_logger(__name__)

MEDIA_TYPE: Final = "application/problem+json"
RETRY_AFTER_SECONDS: Final = 1


class Problem(BaseModel):
    """An error (RFC 9457)."""

    type: str = Field(examples=["urn:vigie:problem:invalid"])
    """``urn:vigie:problem:<name>``"""
    title: str = Field(examples=["Unprocessable Entity"])
    status: int = Field(examples=[422])
    name: str = Field(examples=["invalid"])
    """The rule that was broken; stable."""
    detail: str = Field(examples=["Fields are missing or wrong."])
    errors: tuple[InvalidField, ...] = ()
    """The fields that are wrong, where fields are."""


class Wrong(HTTPException):
    """A request that cannot be granted, ready to be answered."""

    def __init__(
        self,
        status: int,
        name: str,
        detail: str,
        errors: Sequence[InvalidField] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, detail, headers)
        self.problem = Problem(
            type=f"urn:vigie:problem:{name}",
            title=HTTPStatus(status).phrase,
            status=status,
            name=name,
            detail=detail,
            errors=tuple(errors),
        )


def invalid(errors: Sequence[InvalidField]) -> Wrong:
    """Fields that are missing or wrong."""
    return Wrong(422, "invalid", "Fields are missing or wrong.", errors)


def unknown_ticket() -> Wrong:
    """No such ticket, or none that this principal may see: the two must look the same."""
    return Wrong(404, "ticket_unknown", "There is no such ticket.")


def answer(wrong: Wrong) -> Response:
    """``wrong`` as it goes out."""
    body = wrong.problem.model_dump_json(exclude_defaults=True).encode()
    return Response(body, wrong.status_code, wrong.headers, MEDIA_TYPE)


def of_http(error: HTTPException) -> Wrong:
    """What the framework itself refuses: unknown paths, wrong methods."""
    if isinstance(error, Wrong):
        return error
    names = {404: "no_such_resource", 405: "method_not_allowed"}
    status = HTTPStatus(error.status_code)
    return Wrong(status, names.get(status, "bad_request"), f"{status.phrase}: {status.description}.", (), error.headers)


def of_fields(error: RequestValidationError) -> Wrong:
    """What pydantic found wrong with the body, a query parameter or the path."""
    return invalid([_without_place(problem) for problem in error.errors()])


def _without_place(error: ErrorDetails) -> InvalidField:
    """``body.contact.email`` is ``contact.email`` to whoever wrote the body; a parameter is named by its name."""
    place, *path = error["loc"]
    error["loc"] = tuple(path) or (place,)
    return invalid_field(error)


def of_refusal(error: Refused) -> Wrong:
    """A rule of the desk forbids it."""
    match error:
        case refusals.Invalid(fields=fields):
            return invalid(fields)
        case refusals.TicketUnknown():
            return unknown_ticket()
        case refusals.TicketIsDuplicate(of=of) | refusals.OtherTicketIsDuplicate(of=of):
            return Wrong(409, error.name, f"{error} That is {of.number}.")
        case refusals.UnknownLevel(levels=levels):
            wrong = InvalidField(field="level", problem=f"is none of {', '.join(levels)}")
            return Wrong(409, error.name, str(error), (wrong,))
        case refusals.ContactNotEntitled():
            return Wrong(403, error.name, str(error), (InvalidField(field="sender", problem="may not update it"),))
        case directory.ContactUnknown():
            return Wrong(409, error.name, str(error), (InvalidField(field="email", problem="is no contact's"),))
        case directory.ContractUnknown():
            return Wrong(409, error.name, str(error), (InvalidField(field="contract", problem="is not known"),))
        case directory.EndsBeforeItBegins():
            wrong = InvalidField(field="last_day", problem="lies before the contract's first day")
            return Wrong(409, error.name, str(error), (wrong,))
        case directory.DeskNotYours():
            return Wrong(403, error.name, str(error), (InvalidField(field="desk", problem="is no desk of yours"),))
        case _:
            return Wrong(409, error.name, str(error))


def of_stale(error: StaleVersion) -> Wrong:
    """Somebody was faster, or there is no ticket yet that could have a version."""
    if error.actual == 0:
        return Wrong(412, "stale_version", "A ticket that is only being opened has no version: leave If-Match out.")
    return Wrong(412, "stale_version", f"The ticket is at version {error.actual}: read it again, then decide.")


def of_other_request(_: IdempotencyMismatch) -> Wrong:
    """Two requests under one idempotency key."""
    field = InvalidField(field="Idempotency-Key", problem="was used for another request")
    return Wrong(422, "idempotency_mismatch", "This idempotency key was used for another request.", (field,))


def away(_: Exception) -> Wrong:
    """The database, or a policy, is not there now."""
    return Wrong(
        503,
        "unavailable",
        "This cannot be done now. Try again; under the same Idempotency-Key nothing happens twice.",
        headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
    )


def unforeseen(error: Exception) -> Wrong:
    """A database that is away says so in many ways; anything else is a mistake of ours, told to the log alone."""
    if is_transient(error):
        return away(error)
    log.error("request_failed", exc_info=error)
    return Wrong(500, "internal_error", "Something went wrong here. It was written down; nothing else is known.")


_HANDLERS: Final[tuple[tuple[type[Exception], Callable[[Any], Wrong]], ...]] = (
    (HTTPException, of_http),
    (RequestValidationError, of_fields),
    (Refused, of_refusal),
    (UnknownStream, lambda _: unknown_ticket()),
    (StaleVersion, of_stale),
    (IdempotencyMismatch, of_other_request),
    (Lacking, away),
    (Transient, away),
    *((kind, unforeseen) for kind in (*DATABASE_ERRORS, Exception)),
)


def answer_problems(app: FastAPI) -> None:
    """Let every error of ``app`` be answered as a problem."""
    for kind, make in _HANDLERS:
        app.add_exception_handler(kind, _handler(make))


def _handler(make: Callable[[Any], Wrong]) -> Any:
    async def handle(_: Request, error: Exception) -> Response:
        return answer(make(error))

    return handle
