"""Requests that a desk does not serve, and the priority that a kind brings along."""

from __future__ import annotations

from typing import Any

import pytest

from support.atelier import POLICIES, TICKET
from support.promises import paris
from support.scenario import given
from vigie.contracts.requests import RequestSubmitted, WrittenContact
from vigie.contracts.terms import ContractTerms
from vigie.contracts.tickets import InvalidField, RequestRefused, TicketOpened
from vigie_intake.core import commands as do
from vigie_intake.core import core

INTAKE = core(POLICIES)
NOW = paris("2026-03-23 10:00")


def answer(contract: ContractTerms, **changes: Any) -> TicketOpened | RequestRefused:
    asked: dict[str, Any] = {
        "desk": "atelier",
        "contact": WrittenContact(name="Jeanne Martin", email="jeanne@acme.example"),
        "kind": "repair",
        "priority": "normal",
        "subject": "Lathe",
    }
    request = RequestSubmitted(**{**asked, **changes})
    (event,) = given(INTAKE.decider).when(do.OpenTicket(NOW, NOW, TICKET, "T-1001", request, contract)).events()
    assert isinstance(event, TicketOpened | RequestRefused)
    return event


@pytest.mark.parametrize(
    ("contract", "changes", "reason"),
    [
        ({"maintained": False}, {}, "no_maintenance_contract"),
        ({"maintained": False}, {"kind": "advice"}, None),
        ({}, {"service": "Garden"}, "out_of_scope"),
        ({}, {"service": "Lathe"}, None),
        ({"maintained": False}, {"service": "Garden"}, "no_maintenance_contract"),
        ({"maintained": False}, {"kind": "advice", "service": "Garden"}, "out_of_scope"),
    ],
)
def test_the_first_reason_that_holds_refuses(
    contract: dict[str, bool], changes: dict[str, str], reason: str | None
) -> None:
    event = answer(ContractTerms(**contract), **changes)  # type: ignore[arg-type]
    assert getattr(event, "reason", None) == reason
    assert isinstance(event, RequestRefused if reason else TicketOpened)


def test_a_kind_may_bring_its_priority() -> None:
    event = answer(ContractTerms(), kind="advice", priority=None)
    assert isinstance(event, TicketOpened)
    assert event.priority == "normal"


def test_what_is_asked_for_goes_before_the_kind() -> None:
    event = answer(ContractTerms(), kind="advice", priority="urgent")
    assert isinstance(event, TicketOpened)
    assert event.priority == "urgent"


def test_elsewhere_a_priority_is_required() -> None:
    event = answer(ContractTerms(), priority=None)
    assert isinstance(event, RequestRefused)
    assert event.fields == (InvalidField(field="priority", problem="is required"),)
