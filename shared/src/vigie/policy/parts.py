"""The parts of a policy file that others are made of: names, people, days, which tickets a rule is for."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    EmailStr,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from vigie.calendar import Weekday
from vigie.contracts.requests import Language
from vigie.contracts.text import Line, Word, each_once

ContractKey = Literal["maintained", "audit_accepted", "user_trained", "on_call", "sla", "access_code_wrong"]
AdmissionKey = Literal[ContractKey, "may_open", "contact_known"]
"""What is asked of whoever asks, besides their contract: only where requests are admitted is that known."""


class ByName:
    """Lets a plain list of names stand for a mapping whose values say nothing."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_by_name, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [handler(schema), {"type": "array", "items": {"type": "string"}, "uniqueItems": True}]}


def _by_name(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        repeated = next((name for name in value if value.count(name) > 1), None)
        if repeated is not None:
            raise ValueError(f"{repeated!r} is here a second time")
        return {name: {} for name in value}
    return value


def _some(values: Any) -> Any:
    """Instead of ``min_length``, which also complains when every value was refused already."""
    if not values:
        raise ValueError("must name at least one")
    return values


AT_LEAST_ONE = AfterValidator(_some)

FileEnding = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{1,16}$")]
"""What the names of files of one kind end in, without a dot: ``amd``."""


class Part(BaseModel):
    """A part of a policy file; a field it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


Labels = dict[Language, Line]
"""What people call a thing, in each language of the desk."""


class Named(Part):
    """Something with an id that people and channels call otherwise."""

    labels: Labels = {}
    """What people call it, in every language of the desk; left out: its id."""
    aliases: Annotated[tuple[Word, ...], AfterValidator(each_once)] = ()
    """Other names under which channels send it."""


class Kind(Named):
    """What a request can be about."""

    priority: Word | None = None
    """The priority of requests of this kind that name none; left out: they must."""


class Priority(Named):
    """How urgent a ticket is."""

    definition: dict[Language, tuple[Line, ...]] = {}
    """When a request has this priority, one line each."""


class Level(Part):
    """Somebody to turn to when the one below does not get on."""

    labels: Labels = {}
    """What people call it, in every language of the desk; left out: its id."""


class Days(Part):
    """Which days ``N jours_ouvrables`` and ``N jours_ouvres`` count; holidays never."""

    jours_ouvrables: Annotated[tuple[Weekday, ...], AT_LEAST_ONE, AfterValidator(each_once)] | None = None
    """The weekdays that ``N jours_ouvrables`` count."""
    jours_ouvres: Word | None = None
    """The calendar whose open days they are."""


class Applies(Part):
    """Which tickets a rule is for; what is left out leaves that side open."""

    kinds: tuple[Word, ...] = ()
    """What the request is about; left out: whatever it is."""
    contract: dict[ContractKey, bool] = {}
    """What the customer's contract must say."""


class Person(Part):
    """Somebody of the desk who is written to."""

    name: Line
    """As a mail addresses them."""
    email: EmailStr
    """Where they are written to."""
    language: Language
    """What they are written to in; one of the desk's."""


People = tuple[Person, ...]
