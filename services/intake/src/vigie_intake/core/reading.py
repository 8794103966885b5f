"""Requests as other systems send them, read so far as they can be read."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from vigie.contracts.requests import RequestSubmitted
from vigie.contracts.tickets import Asked, InvalidField
from vigie_intake.core.json_text import read_object, readable


@dataclass(frozen=True, slots=True)
class InvalidRequest:
    """A request with wrong fields, and those of its fields that are right: enough to say to whom it is refused."""

    fields: tuple[InvalidField, ...]
    read: Mapping[str, Any]
    """The fields of ``RequestSubmitted`` that are right, by name."""

    @property
    def personal(self) -> Asked | None:
        """Who asked for what; None unless both could be read."""
        if "contact" not in self.read or "subject" not in self.read:
            return None
        return Asked(
            contact=self.read["contact"].recorded(),
            subject=self.read["subject"],
            description=self.read.get("description"),
        )


_ANNOTATIONS = get_type_hints(RequestSubmitted, include_extras=True)
_ADAPTERS: Final = {name: TypeAdapter[Any](_ANNOTATIONS[name]) for name in RequestSubmitted.model_fields}
"""Each field alone, with its constraints."""

_PROBLEMS: Final[dict[str, str]] = {
    "missing": "is required",
    "extra_forbidden": "is not a field of this request",
}


def invalid_fields(error: ValidationError) -> tuple[InvalidField, ...]:
    """What is wrong, field by field, without repeating the values: they may be about a person."""
    return tuple(invalid_field(one) for one in error.errors(include_url=False, include_input=False))


def invalid_field(one: ErrorDetails) -> InvalidField:
    """One error of pydantic's in our words: the path with dots, and a sentence without the value."""
    path = ".".join(readable(str(part)) for part in one["loc"]) or "(the name of a member)"
    message = _PROBLEMS.get(one["type"]) or one["msg"].removeprefix("Value error, ")
    return InvalidField(field=path, problem=message[:1].lower() + message[1:])


def read_request(body: bytes) -> RequestSubmitted | InvalidRequest:
    """The data of ``vigie.RequestSubmitted.v1``; ValueError when it is not even a JSON object."""
    return request_of(read_object(body))


def request_of(members: dict[str, Any]) -> RequestSubmitted | InvalidRequest:
    """The request that ``members`` say, or what is wrong with them."""
    try:
        return RequestSubmitted.model_validate(members)
    except ValidationError as error:
        return InvalidRequest(invalid_fields(error), _readable_fields(members))


def _readable_fields(members: dict[str, Any]) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for name in members.keys() & _ADAPTERS.keys():
        with suppress(ValidationError):
            read[name] = _ADAPTERS[name].validate_python(members[name])
    return read
