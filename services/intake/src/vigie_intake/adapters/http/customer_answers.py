"""What the API answers about customers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import asyncpg
from pydantic import Field

from vigie.contracts.customers import CustomerRegistered
from vigie.contracts.event import Event
from vigie.contracts.terms import Hours
from vigie_intake.adapters.http.answers import Answer, Happening


class CustomerNow(Answer):
    """A customer after a command. ``version`` is its entity tag."""

    customer: str = Field(examples=["acme"])
    version: int = Field(examples=[7])
    is_new: bool
    """Whether the directory has just heard of them."""
    happened: tuple[Happening, ...] = ()
    """What the command made happen; nothing for a repeat."""


class SiteShown(Answer):
    """A place of the customer's."""

    name: str
    address: str | None


class ContactShown(Answer):
    """Somebody who speaks for the customer."""

    name: str
    email: str
    phone: str | None
    language: str | None
    may_open: bool
    trained: dict[str, tuple[str, ...]]


class ContractShown(Answer):
    """What the customer has agreed with a desk."""

    contract: str
    desk: str
    maintained: bool
    sla: bool
    on_call: bool
    services: tuple[str, ...]
    valid_from: date
    valid_to: date | None


class SheetShown(Answer):
    """The customer as a ``PUT`` takes them. Those whose names were erased are not on it."""

    name: str | None
    """Null where it was erased."""
    audit_accepted: bool
    hours: Hours | None
    sites: tuple[SiteShown, ...]
    contacts: tuple[ContactShown, ...]
    contracts: tuple[ContractShown, ...]


class CustomerAnswer(Answer):
    """All that the directory knows of a customer."""

    customer: str
    version: int
    changed_at: datetime
    sheet: SheetShown
    access_codes: tuple[str, ...]
    """The contracts that have an access code."""


class CustomerLine(Answer):
    """A customer in a list."""

    customer: str
    version: int
    name: str | None
    audit_accepted: bool
    changed_at: datetime


class CustomerPage(Answer):
    """A page of customers, by name."""

    customers: tuple[CustomerLine, ...]
    next: str | None
    """The ``cursor`` of the next page; null on the last one."""


def customer_now(customer: str, version: int, events: Iterable[Event]) -> CustomerNow:
    """The answer to a command that made ``events`` happen."""
    happened = tuple(events)
    return CustomerNow(
        customer=customer,
        version=version,
        is_new=any(isinstance(event, CustomerRegistered) for event in happened),
        happened=tuple(_happening(event) for event in happened),
    )


def _happening(event: Event) -> Happening:
    facts = event.model_dump(mode="json", exclude={"customer", "personal", "access_code_hash", type(event).time_field})
    return Happening.model_validate({**facts, "event": type(event).__name__, "at": event.occurred_at})


def customer_line(row: asyncpg.Record) -> CustomerLine:
    """A row of ``customers`` in a list."""
    return CustomerLine.model_validate(dict(row))


def customer_answer(
    row: asyncpg.Record,
    sites: Sequence[asyncpg.Record],
    contacts: Sequence[asyncpg.Record],
    contracts: Sequence[asyncpg.Record],
) -> CustomerAnswer:
    """The rows of a customer as an answer."""
    sheet = SheetShown(
        name=row["name"],
        audit_accepted=row["audit_accepted"],
        hours=None if row["hours"] is None else json.loads(row["hours"]),
        sites=tuple(SiteShown.model_validate(dict(one)) for one in sites if one["name"] is not None),
        contacts=tuple(_contact(one) for one in contacts if one["name"] is not None),
        contracts=tuple(ContractShown.model_validate(dict(one)) for one in contracts),
    )
    return CustomerAnswer(
        customer=row["customer"],
        version=row["version"],
        changed_at=row["changed_at"],
        sheet=sheet,
        access_codes=tuple(one["contract"] for one in contracts if one["access_code_hash"] is not None),
    )


def _contact(row: asyncpg.Record) -> ContactShown:
    trained: dict[str, Any] = {} if row["trained"] is None else json.loads(row["trained"])
    return ContactShown.model_validate({**row, "trained": trained})
