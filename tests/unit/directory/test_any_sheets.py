"""Whatever sheets are recorded, in whatever order: a repeat says nothing, and the last one is what holds."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from unit.directory.acme import NOON
from vigie.contracts.catalog import EVENTS
from vigie.contracts.event import encode, published
from vigie.decider import fold
from vigie_intake.core.directory import DECIDER
from vigie_intake.core.directory.commands import RecordCustomer
from vigie_intake.core.directory.customers import Customer, Product, Registered
from vigie_intake.core.directory.sheet import Sheet

DAYS = some.integers(0, 3).map(lambda days: (date(2026, 1, 1) + timedelta(days)).isoformat())
NAMES = some.sampled_from(["Acme", "Zoé", "Été & Cie"])
SERVICES = some.lists(some.sampled_from(["EBP", "Sage"]), unique=True, max_size=2)
SITES = some.fixed_dictionaries({"name": NAMES, "address": some.none() | NAMES})
CONTACTS = some.fixed_dictionaries(
    {
        "name": NAMES,
        "email": some.sampled_from(["a@acme.example", "A@acme.example", "b@acme.example", "c@acme.example"]),
        "phone": some.sampled_from([None, "+33612345678"]),
        "language": some.sampled_from([None, "fr", "es"]),
        "may_open": some.booleans(),
        "trained": some.dictionaries(some.sampled_from(["ocm", "esii"]), SERVICES, max_size=2),
    }
)
CONTRACTS = some.fixed_dictionaries(
    {
        "contract": some.sampled_from(["C-1", "C-2", "C-3"]),
        "desk": some.sampled_from(["ocm", "systell"]),
        "maintained": some.booleans(),
        "sla": some.booleans(),
        "on_call": some.booleans(),
        "services": SERVICES,
        "valid_from": DAYS,
        "valid_to": some.none() | DAYS,
    }
)
SHEETS = some.fixed_dictionaries(
    {
        "name": NAMES,
        "audit_accepted": some.booleans(),
        "hours": some.sampled_from([None, "always", {"mon": ["09:00-12:00"]}, {"tue": ["09:00-12:00", "14:00-18:00"]}]),
        "sites": some.lists(SITES, max_size=3, unique_by=lambda site: site["name"]),
        "contacts": some.lists(CONTACTS, max_size=3, unique_by=lambda contact: str(contact["email"]).casefold()),
        "contracts": some.lists(CONTRACTS, max_size=3, unique_by=lambda contract: contract["contract"]),
    }
).map(Sheet.model_validate)


def recorded(state: Customer, sheet: Sheet) -> Customer:
    """The customer after the sheet, its events read back from the bytes that are stored."""
    happened = DECIDER.decide(state, RecordCustomer(NOON, "acme", sheet))
    stored: list[Any] = [EVENTS[event.ce_type].model_validate_json(published(*encode(event))) for event in happened]
    return fold(DECIDER, state, stored)


def said_by(customer: Customer) -> dict[str, Any]:
    """What is known, without the numbers and in no order."""
    assert isinstance(customer, Registered)
    return {
        "name": customer.name,
        "audit": customer.audit_accepted,
        "hours": customer.hours,
        "sites": sorted(site.model_dump_json() for site in customer.sites.values() if site),
        "people": sorted(
            json.dumps([one.reach and one.reach.model_dump(), one.language, one.may_open, sorted(one.trained)])
            for one in customer.people.values()
        ),
        "contracts": dict(customer.contracts),
    }


def written_on(sheet: Sheet) -> dict[str, Any]:
    """The same, read from the sheet alone."""
    return {
        "name": sheet.name,
        "audit": sheet.audit_accepted,
        "hours": sheet.hours,
        "sites": sorted(site.model_dump_json() for site in sheet.sites),
        "people": sorted(
            json.dumps(
                [
                    {"name": one.name, "email": one.email, "phone": one.phone},
                    one.language,
                    one.may_open,
                    sorted(Product(desk, service) for desk, names in one.trained.items() for service in names),
                ]
            )
            for one in sheet.contacts
        ),
    }


@settings(max_examples=150)
@given(some.lists(SHEETS, min_size=1, max_size=4))
def test_any_sequence_of_sheets_ends_in_the_last_one(sheets: list[Sheet]) -> None:
    state = DECIDER.initial
    for sheet in sheets:
        state = recorded(state, sheet)
    known = said_by(state)
    contracts = known.pop("contracts")
    assert known == written_on(sheets[-1])
    assert {
        (name, one.desk, one.maintained, one.sla, one.on_call, one.services, one.valid_from, one.valid_to)
        for name, one in contracts.items()
    } == {
        (one.contract, one.desk, one.maintained, one.sla, one.on_call, one.services, one.valid_from, one.valid_to)
        for one in sheets[-1].contracts
    }


@settings(max_examples=150)
@given(some.lists(SHEETS, min_size=1, max_size=3))
def test_recording_a_sheet_twice_says_nothing_the_second_time(sheets: list[Sheet]) -> None:
    state = DECIDER.initial
    for sheet in sheets:
        state = recorded(state, sheet)
        assert DECIDER.decide(state, RecordCustomer(NOON, "acme", sheet)) == ()
