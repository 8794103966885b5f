"""A policy file as people write it: the vocabulary, one model for each of its parts.

What a single value may be is said here; what values must be to each other is said in checks.py, with the same lines in
the complaint. Everything but the promises themselves may be left out: a desk that says nothing of a thing does not
have it.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    EmailStr,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from vigie.calendar import CalendarSpec, Weekday
from vigie.calendar.spec import LocalDate
from vigie.contracts.requests import Language
from vigie.contracts.text import Line, Word
from vigie.policy.durations import Budget, Duration, ShareOrDuration
from vigie.policy.policy import Beginning, Ending

ContractKey = Literal["maintained", "audit_accepted", "user_trained", "on_call", "sla"]
Detail = Literal["ticket_number", "contact_details", "subject"]
Role = Literal["contact", "level", "on_call"]


class _ByName:
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


def _each_once(values: tuple[Any, ...]) -> tuple[Any, ...]:
    for value in values:
        if values.count(value) > 1:
            raise ValueError(f"{value!r} is here a second time")
    return values


def _some(values: Any) -> Any:
    """Instead of ``min_length``, which also complains when every value was refused already."""
    if not values:
        raise ValueError("must name at least one")
    return values


def _not_yet(value: Any) -> Any:
    """A rule that nobody would keep is worse than none: it is refused rather than read and forgotten."""
    if value:
        raise ValueError("no rule of this kind is kept yet; leave it empty")
    return value


AT_LEAST_ONE = AfterValidator(_some)
NONE_YET = (AfterValidator(_not_yet), Field(json_schema_extra={"maxItems": 0, "maxProperties": 0}))


class Part(BaseModel):
    """A part of a policy file; a field it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


Labels = dict[Language, Line]
"""What people call a thing, in each language of the desk."""


class Named(Part):
    """Something with an id that people and channels call otherwise."""

    labels: Labels = {}
    aliases: Annotated[tuple[Word, ...], AfterValidator(_each_once)] = ()
    """Other names under which channels send it."""


class Priority(Named):
    """How urgent a ticket is."""

    definition: dict[Language, tuple[Line, ...]] = {}
    """When a request has this priority, one line each."""


class Level(Part):
    """Somebody to turn to when the one below does not get on."""

    labels: Labels = {}


class Days(Part):
    """Which days ``N jours_ouvrables`` and ``N jours_ouvres`` count; holidays never."""

    jours_ouvrables: Annotated[tuple[Weekday, ...], AT_LEAST_ONE, AfterValidator(_each_once)] | None = None
    jours_ouvres: Word | None = None
    """The calendar whose open days they are."""


class Applies(Part):
    """Which tickets a rule is for; what is left out leaves that side open."""

    kinds: tuple[Word, ...] = ()
    contract: dict[ContractKey, bool] = {}
    """What the customer's contract must say."""


class Promised(Part):
    """How long, and by whose hours."""

    within: Budget
    calendar: Word


class Promise(Part):
    """A commitment: from one event until another, within a target that depends on the priority."""

    labels: Labels = {}
    starts: Beginning = Field(alias="from")
    ends: Ending = Field(alias="until")
    applies_to: Applies = Applies()
    pauses: Literal["waiting_for_customer"] | None = None
    targets: Annotated[dict[Word, Promised], AT_LEAST_ONE]
    """By priority; ``any`` stands for those not named."""


class Warnings(Part):
    """When people are told that a promise is about to be broken."""

    before: ShareOrDuration
    """What is left of the budget then. A duration that is not shorter than the budget gives no warning."""


class OnMiss(BaseModel):
    """The matrix: by priority, how long after the miss (elapsed time, whatever the hours) each level is called."""

    model_config = ConfigDict(frozen=True, extra="allow", use_attribute_docstrings=True)
    __pydantic_extra__: dict[str, dict[Word, Duration]] = Field(init=False)

    kinds: tuple[Word, ...] = ()
    """Only for these kinds; none: for all."""

    @property
    def ladders(self) -> dict[str, dict[Word, Duration]]:
        """By priority."""
        return self.__pydantic_extra__


class Person(Part):
    """Somebody of the desk who is written to."""

    name: Line
    email: EmailStr
    language: Language


People = tuple[Person, ...]


class ByHand(Part):
    """When a person may call a level."""

    requires: Literal["commitment_exceeded"] | None = None


class Escalation(Part):
    """Who is called when, and how."""

    levels: Annotated[dict[Word, Level], _ByName()] = {}
    """Lowest first; left out: in the order in which the rules below name them."""
    on_miss: OnMiss = OnMiss()
    on_unresolved: Annotated[tuple[Word, ...], *NONE_YET] = ()
    by_hand: ByHand = ByHand()
    informs: dict[Word, People] = {}
    """Who is written to when a level is called."""


class Covers(Part):
    """What the on-call service is for."""

    contract: ContractKey | None = None
    """The contract key that buys it; left out: every contract has it."""
    services: Annotated[tuple[Line, ...], AfterValidator(_each_once)] = ()
    """Left out: all services."""


class OnCallRules(Part):
    """The on-call service."""

    outside: Word
    """The calendar outside whose hours it answers."""
    requires: Annotated[tuple[Detail, ...], AfterValidator(_each_once)] = ()
    """What a message left with it must say."""
    covers: Covers = Covers()
    informs: People = ()


class MailRule(Part):
    """Which event is told to whom."""

    on: Word
    """The event's name: ``TicketOpened``."""
    to: Role
    """The ticket's contact, those the event's level informs, or the on-call team."""
    template: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]


class Notifications(Part):
    """The mails of the desk."""

    from_address: EmailStr = Field(alias="from")
    within: Duration
    """Older news is not mailed."""
    rules: tuple[MailRule, ...] = ()


class PolicyFile(Part):
    """One version of what a desk promises, and of how it keeps it."""

    policy: Word
    """The desk's id, and its folder's name."""
    version: Annotated[int, Field(strict=True, ge=1)]
    """1, 2, 3…, and the file's name."""
    effective_from: LocalDate
    """Local date of the desk: requests that are made from that day on are under this version."""
    title: Line | None = None
    """The desk's name as its customers know it; left out: its id."""
    languages: Annotated[tuple[Language, ...], AT_LEAST_ONE, AfterValidator(_each_once)]
    """The first is for those whose language nobody knows."""
    calendars: Annotated[dict[Word, CalendarSpec], AT_LEAST_ONE]
    """The first one's time zone is the desk's."""
    days: Days = Days()
    priorities: Annotated[dict[Word, Priority], AT_LEAST_ONE, _ByName()]
    """Lowest first."""
    kinds: Annotated[dict[Word, Named], AT_LEAST_ONE, _ByName()]
    """What a request can be about, and be routed by."""
    services: Annotated[tuple[Line, ...], AfterValidator(_each_once)] = ()
    """What the forms offer as the service concerned."""
    reasons: Annotated[tuple[Line, ...], AfterValidator(_each_once)] = ()
    """What the forms offer as the reason (*motif*)."""
    commitments: dict[Word, Promise] = {}
    warnings: Warnings | None = None
    escalation: Escalation = Escalation()
    on_call: OnCallRules | None = None
    admission: Annotated[tuple[Any, ...], *NONE_YET] = ()
    closure: Annotated[dict[str, Any], *NONE_YET] = {}
    notifications: Notifications | None = None
    billing: Annotated[dict[str, Any], *NONE_YET] = {}
