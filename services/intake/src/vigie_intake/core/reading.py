"""Requests and messages as other systems send them, read so far as they can be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, get_type_hints
from uuid import UUID

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from vigie.contracts.requests import (
    INCOMING,
    MESSAGES,
    REQUEST_SUBMITTED,
    FilesDelivered,
    Message,
    OnCallMessageLeft,
    ReplyReceived,
    RequestSubmitted,
)
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


@dataclass(frozen=True, slots=True)
class InvalidMessage:
    """A message with wrong fields, and those of its fields that are right: enough to say what is refused."""

    type: str
    """``vigie.ReplyReceived.v1``"""
    fields: tuple[InvalidField, ...]
    read: Mapping[str, Any]
    """The fields of the message that are right, by name."""


def _adapters(model: type[BaseModel]) -> dict[str, TypeAdapter[Any]]:
    hints = get_type_hints(model, include_extras=True)
    return {name: TypeAdapter[Any](hints[name]) for name in model.model_fields}


_ADAPTERS: Final = {ce_type: _adapters(model) for ce_type, model in INCOMING.items()}
"""Each field alone, with its constraints, by CloudEvents type."""

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
        return InvalidRequest(invalid_fields(error), _readable_fields(REQUEST_SUBMITTED, members))


def message_reader(ce_type: str) -> Callable[[bytes], Message | InvalidMessage]:
    """What reads the data of the messages of a type; ValueError when they are not even a JSON object."""
    model = MESSAGES[ce_type]

    def read_message(body: bytes) -> Message | InvalidMessage:
        members = read_object(body)
        try:
            message = model.model_validate(members)
        except ValidationError as error:
            return InvalidMessage(ce_type, invalid_fields(error), _readable_fields(ce_type, members))
        problem = _naming_problem(message)
        return message if problem is None else InvalidMessage(ce_type, (problem,), _readable_fields(ce_type, members))

    return read_message


def addressee(event: object) -> UUID | str | None:
    """The ticket that a message names, by id or by number; None where it names none, or cannot be followed anyway."""
    if isinstance(event, ReplyReceived | FilesDelivered | OnCallMessageLeft):
        return event.ticket_id or event.number
    return None


def _naming_problem(message: Message) -> InvalidField | None:
    """A message about a ticket names it in one way; one left with the on-call service may not name it."""
    if not isinstance(message, ReplyReceived | FilesDelivered | OnCallMessageLeft):
        return None
    if message.number is not None and message.ticket_id is not None:
        return InvalidField(field="number", problem="may not stand beside ticket_id")
    if message.number is None and message.ticket_id is None and not isinstance(message, OnCallMessageLeft):
        return InvalidField(field="number", problem="is required, or ticket_id")
    return None


def _readable_fields(ce_type: str, members: dict[str, Any]) -> dict[str, Any]:
    adapters = _ADAPTERS[ce_type]
    read: dict[str, Any] = {}
    for name in members.keys() & adapters.keys():
        with suppress(ValidationError):
            read[name] = adapters[name].validate_python(members[name])
    return read
