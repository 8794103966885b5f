"""A customer's sheet: all that people write down of a customer, as it should be from now on.

The same sheet comes by HTTP and in files. What it says of itself is judged by its model, what depends on the rest of it
or on the desks by :func:`check_sheet`; both name the field and never repeat a value, which may be about a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from vigie.calendar.spec import LocalDate, WeeklyHours
from vigie.contracts.addresses import MailAddress
from vigie.contracts.requests import Language, Phone
from vigie.contracts.terms import Hours
from vigie.contracts.text import Line, Word, each_once, storable
from vigie.contracts.tickets import InvalidField
from vigie.policy import Policies


def _weekly(hours: object) -> object:
    """``always``, or the spans of each weekday as a calendar of a policy has them; days without any are left out."""
    if hours is None or hours == "always":
        return hours
    try:
        spans = WeeklyHours.model_validate(hours)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        message = "is no weekday" if first["type"] == "extra_forbidden" else first["msg"].removeprefix("Value error, ")
        raise ValueError(f"{place}: {message}" if place else message) from None
    return {day: list(day_spans) for day, day_spans in spans if day_spans}


def _code(code: SecretStr) -> SecretStr:
    storable(code.get_secret_value())
    return code


CustomerHours = Annotated[Hours, BeforeValidator(_weekly)]
Services = Annotated[tuple[Line, ...], AfterValidator(each_once)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class SiteEntry(_Part):
    """A place of the customer's."""

    name: Line
    address: Line | None = None


class ContactEntry(_Part):
    """Somebody who speaks for the customer. Known by the mail address, whatever its case."""

    name: Line
    email: MailAddress
    phone: Phone | None = None
    language: Language | None = None
    """None: the first of the desk's languages."""
    may_open: bool = False
    """Whether they may open and update the customer's tickets."""
    trained: dict[Word, Services] = {}
    """By desk, the products (its services) whose use they have learned."""


class ContractEntry(_Part):
    """What the customer has agreed with a desk. No two contracts of one desk are valid on one day."""

    contract: Word
    """Its id at this customer."""
    desk: Word
    maintained: bool = True
    sla: bool = False
    on_call: bool = False
    """Whether it buys the on-call option."""
    services: Services = ()
    """Those it covers; empty: all."""
    access_code: Annotated[SecretStr, Field(max_length=64), AfterValidator(_code)] | None = None
    """Left out: stays as it is; empty: the contract has none any more. It is never shown again."""
    valid_from: LocalDate
    """Its first day, local date of the desk."""
    valid_to: LocalDate | None = None
    """Its last day; None: until further notice."""

    def holds_on_a_day_of(self, other: ContractEntry) -> bool:
        """Whether there is a day on which both are valid."""
        return self.valid_from <= (other.valid_to or date.max) and other.valid_from <= (self.valid_to or date.max)


class Sheet(_Part):
    """A customer as people write them down."""

    name: Line
    audit_accepted: bool = False
    """Whether the customer has accepted the audit that some desks ask of new customers."""
    hours: CustomerHours | None = None
    """When the customer is at work, as a calendar's ``hours``; None: not known."""
    sites: Annotated[tuple[SiteEntry, ...], Field(max_length=500)] = ()
    contacts: Annotated[tuple[ContactEntry, ...], Field(max_length=500)] = ()
    contracts: Annotated[tuple[ContractEntry, ...], Field(max_length=100)] = ()


def check_sheet(sheet: Sheet, policies: Policies) -> tuple[InvalidField, ...]:
    """What is wrong with ``sheet`` although each of its fields could be read."""
    return tuple(_problems(sheet, policies))


def check_training(desk: str, service: str, policies: Policies) -> tuple[InvalidField, ...]:
    """What is wrong with a product that somebody is said to be trained for."""
    return tuple(_unknown(policies, desk, (service,), "desk", "service"))


def _problems(sheet: Sheet, policies: Policies) -> Iterator[InvalidField]:
    yield from _twice("sites", "name", (site.name.casefold() for site in sheet.sites))
    yield from _twice("contacts", "email", (contact.email.casefold() for contact in sheet.contacts))
    yield from _twice("contracts", "contract", (contract.contract for contract in sheet.contracts))
    for place, contact in enumerate(sheet.contacts):
        for desk, services in contact.trained.items():
            yield from _unknown(policies, desk, services, f"contacts.{place}.trained", f"contacts.{place}.trained")
    for place, contract in enumerate(sheet.contracts):
        at = f"contracts.{place}"
        yield from _unknown(policies, contract.desk, contract.services, f"{at}.desk", f"{at}.services")
        if contract.valid_to is not None and contract.valid_to < contract.valid_from:
            yield InvalidField(field=f"{at}.valid_to", problem="lies before valid_from")
    for (_, earlier), (place, later) in combinations(enumerate(sheet.contracts), 2):
        if earlier.desk == later.desk and earlier.holds_on_a_day_of(later):
            problem = f"on some day the contract {earlier.contract} with the same desk is valid too"
            yield InvalidField(field=f"contracts.{place}.valid_from", problem=problem)


def _twice(list_name: str, field: str, keys: Iterable[str]) -> Iterator[InvalidField]:
    seen: set[str] = set()
    for place, key in enumerate(keys):
        if key in seen:
            yield InvalidField(field=f"{list_name}.{place}.{field}", problem="is here a second time")
        seen.add(key)


def _unknown(
    policies: Policies, desk: str, services: tuple[str, ...], desk_field: str, service_field: str
) -> Iterator[InvalidField]:
    policy = policies.latest(desk)
    if policy is None:
        yield InvalidField(field=desk_field, problem=f"is none of the desks {', '.join(policies.desks())}")
    elif policy.services:
        for service in services:
            if service not in policy.services:
                problem = f"is none of the services of {desk}: {', '.join(policy.services)}"
                yield InvalidField(field=service_field, problem=problem)
