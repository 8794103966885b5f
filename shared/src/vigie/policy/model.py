"""A policy file as people write it: the vocabulary, one model for each of its parts.

What a single value may be is said here; what values must be to each other is said in checks.py, with the same lines in
the complaint. Everything but the promises themselves may be left out: a desk that says nothing of a thing does not
have it.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    EmailStr,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from vigie.calendar import CalendarSpec, Weekday
from vigie.calendar.spec import LocalDate
from vigie.contracts.requests import Language
from vigie.contracts.text import Line, Word, each_once
from vigie.contracts.tickets import BugCause, ContactOutcome, Mode
from vigie.policy.commitment import Beginning, Ending
from vigie.policy.durations import Budget, DayCount, Duration, ShareOrDuration, WholeDays
from vigie.policy.procedure import PricedAct

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


def _some(values: Any) -> Any:
    """Instead of ``min_length``, which also complains when every value was refused already."""
    if not values:
        raise ValueError("must name at least one")
    return values


AT_LEAST_ONE = AfterValidator(_some)


class Part(BaseModel):
    """A part of a policy file; a field it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


Labels = dict[Language, Line]
"""What people call a thing, in each language of the desk."""


class Named(Part):
    """Something with an id that people and channels call otherwise."""

    labels: Labels = {}
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


class Days(Part):
    """Which days ``N jours_ouvrables`` and ``N jours_ouvres`` count; holidays never."""

    jours_ouvrables: Annotated[tuple[Weekday, ...], AT_LEAST_ONE, AfterValidator(each_once)] | None = None
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
    calendar: Word | None = None
    """Whose hours count; left out for whole days, which say it themselves."""

    @model_validator(mode="after")
    def _counts_one_way(self) -> Self:
        if isinstance(self.within, DayCount) and self.calendar is not None:
            raise ValueError("whole days run on no calendar's hours; leave 'calendar' out")
        if not isinstance(self.within, DayCount) and self.calendar is None:
            raise ValueError("hours run on a calendar: name it in 'calendar'")
        return self


class When(Part):
    """Which contact attempts start a promise."""

    outcome: ContactOutcome | None = None
    """How the attempt ended; left out: however."""
    outside: Literal["customer_hours"] | None = None
    """Only attempts made while the customer is not at work."""


class Promise(Part):
    """A commitment: from one event until another, within a target that depends on the priority."""

    labels: Labels = {}
    starts: Beginning = Field(alias="from")
    when: When | None = None
    """Only for ``from: ContactAttempted``; left out: every attempt."""
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


class OnBug(Part):
    """Who hears of a declared bug."""

    calls: Word
    """The level."""
    excepts: Annotated[tuple[BugCause, ...], AfterValidator(each_once)] = Field(default=(), alias="except")
    """What that level does not accept as a bug."""


class Escalation(Part):
    """Who is called when, and how."""

    levels: Annotated[dict[Word, Level], _ByName()] = {}
    """Lowest first; left out: in the order in which the rules below name them."""
    on_miss: OnMiss = OnMiss()
    on_unresolved: Annotated[tuple[Word, ...], AfterValidator(each_once)] = ()
    """The levels that interventions without success call, one after the other."""
    on_bug: OnBug | None = None
    by_hand: ByHand = ByHand()
    informs: dict[Word, People] = {}
    """Who is written to when a level is called."""


class Covers(Part):
    """What the on-call service is for."""

    contract: ContractKey | None = None
    """The contract key that buys it; left out: every contract has it."""
    services: Annotated[tuple[Line, ...], AfterValidator(each_once)] = ()
    """Left out: all services."""


class OnCallRules(Part):
    """The on-call service."""

    outside: Word
    """The calendar outside whose hours it answers."""
    requires: Annotated[tuple[Detail, ...], AfterValidator(each_once)] = ()
    """What a message left with it must say."""
    covers: Covers = Covers()
    informs: People = ()


class Refuse(Part):
    """A reason to refuse a request; it holds where everything that is named here does."""

    refuse: Literal["no_maintenance_contract", "audit_not_accepted", "user_not_trained", "out_of_scope"]
    kinds: tuple[Word, ...] = ()
    contract: dict[ContractKey, bool] = {}
    """What the customer's contract says."""
    services: Annotated[tuple[Line, ...], AfterValidator(each_once)] = ()
    """What the request is about."""

    @model_validator(mode="after")
    def _spares_somebody(self) -> Self:
        if not self.contract and not self.services:
            raise ValueError("names neither 'contract' nor 'services', so it would refuse everybody")
        return self


class AfterNoAnswer(Part):
    """A customer who was asked and does not answer."""

    after: WholeDays


class AfterNoContact(Part):
    """A customer who cannot be reached."""

    attempts: Annotated[int, Field(strict=True, ge=1, le=100)]
    """Failed ones: nobody answered, or a voicemail did."""
    within: WholeDays
    """A span that begins with any failed attempt."""


AT_ONCE = Literal["at_once"]


class ClosureRules(Part):
    """When a ticket closes without anybody closing it."""

    solved: AT_ONCE | None = None
    """When an intervention ends solved."""
    files_requested: AT_ONCE | None = None
    """When the customer is asked for files: it reopens when they come."""
    no_answer: AfterNoAnswer | None = None
    no_contact: AfterNoContact | None = None


class AcceptedBefore(Part):
    """What waits until the customer has accepted its price."""

    acts: Annotated[tuple[PricedAct, ...], AT_LEAST_ONE, AfterValidator(each_once)]
    modes: Annotated[tuple[Mode, ...], AfterValidator(each_once)] = ()
    """Interventions in these modes only."""
    applies_to: Applies = Applies()


class BillingRules(Part):
    """What of the time that was worked is charged. Travel is apart and never part of it."""

    minimum: Duration
    """Whatever the work took; whole minutes."""
    minimum_without_remote_tool: Duration | None = None
    """For remote help to somebody who had not installed the tool; left out: the ``minimum``."""
    factors: dict[Word, Annotated[float, Field(gt=0, le=1000)]] = {}
    """What multiplies the value, by name; all that apply are multiplied."""
    phases: Annotated[tuple[Word, ...], AfterValidator(each_once)] = ()
    """The parts of every request's work, in their order."""


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
    languages: Annotated[tuple[Language, ...], AT_LEAST_ONE, AfterValidator(each_once)]
    """The first is for those whose language nobody knows."""
    calendars: Annotated[dict[Word, CalendarSpec], AT_LEAST_ONE]
    """The first one's time zone is the desk's."""
    days: Days = Days()
    customer_hours: Word | None = None
    """The calendar that stands in for a customer's hours where the contract does not say them. For those that it does
    say, this one's time zone and holidays count."""
    priorities: Annotated[dict[Word, Priority], AT_LEAST_ONE, _ByName()]
    """Lowest first."""
    kinds: Annotated[dict[Word, Kind], AT_LEAST_ONE, _ByName()]
    """What a request can be about, and be routed by."""
    services: Annotated[tuple[Line, ...], AfterValidator(each_once)] = ()
    """What the forms offer as the service concerned."""
    reasons: Annotated[tuple[Line, ...], AfterValidator(each_once)] = ()
    """What the forms offer as the reason (*motif*)."""
    commitments: dict[Word, Promise] = {}
    warnings: Warnings | None = None
    escalation: Escalation = Escalation()
    on_call: OnCallRules | None = None
    admission: tuple[Refuse, ...] = ()
    """Asked in this order; the first that holds is told."""
    closure: ClosureRules = ClosureRules()
    price_accepted_before: tuple[AcceptedBefore, ...] = ()
    notifications: Notifications | None = None
    billing: BillingRules | None = None
