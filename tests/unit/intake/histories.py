"""Histories of one ticket of Serveurcom, in the words of its events. Monday 2026-03-23, Europe/Paris (UTC+1)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from vigie.contracts.requests import Contact, RequestSubmitted, WrittenContact
from vigie.contracts.terms import ContractTerms
from vigie.contracts.tickets import (
    Asked,
    CustomerAsked,
    CustomerReplied,
    OnCallAccepted,
    TicketClosed,
    TicketOpened,
    TicketReopened,
    TicketResolved,
    TicketTakenInCharge,
    Words,
)
from vigie.policy import load_policies
from vigie_intake.core import core

POLICIES = load_policies(Path(__file__).parents[3] / "policies")
POLICY = POLICIES.version("serveurcom", 1)
INTAKE = core(POLICIES)
TICKET = UUID("01960000-0000-7000-8000-000000000001")
ABOUT: dict[str, Any] = {"ticket_id": TICKET, "number": "T-1001", "desk": "serveurcom"}
WRITTEN = WrittenContact(name="Jeanne Martin", email="jeanne@acme.example", phone="+33612345678")
JEANNE = Contact(name="Jeanne Martin", email="jeanne@acme.example", phone="+33612345678")
REQUEST = RequestSubmitted(
    desk="serveurcom",
    customer="acme",
    contact=WRITTEN,
    kind="technical",
    service="Support technique",
    reason="Panne",
    priority="high",
    subject="Plus de tonalité",
    description="Depuis ce matin",
)


def at(time: str) -> datetime:
    """``22:00`` of the Monday, or ``24 09:00`` of another day of that month, Paris time."""
    day, _, clock = time.rpartition(" ")
    return datetime.fromisoformat(f"2026-03-{day or 23}T{clock}:00+01:00")


OPENED_AT = at("22:00")


def opened(**changes: Any) -> TicketOpened:
    facts: dict[str, Any] = {
        "opened_at": OPENED_AT,
        "channel": "api",
        "customer": "acme",
        "kind": "technical",
        "service": "Support technique",
        "reason": "Panne",
        "priority": "high",
        "language": "fr",
        "contract": ContractTerms(),
        "policy": "serveurcom",
        "policy_version": 1,
        "policy_hash": POLICY.hash,
        "personal": Asked(contact=JEANNE, subject="Plus de tonalité", description="Depuis ce matin"),
    }
    return TicketOpened(**ABOUT, **{**facts, **changes})


OPENED = opened()
ON_CALL_CUSTOMER = opened(contract=ContractTerms(on_call=True))
TAKEN = TicketTakenInCharge(**ABOUT, taken_at=at("22:10"), taken_by="amelie")
ASKED = CustomerAsked(
    **ABOUT, asked_at=at("22:15"), asked_by="amelie", awaiting="answer", personal=Words(text="Quel poste ?")
)
REPLIED = CustomerReplied(**ABOUT, replied_at=at("22:20"), personal=Words(text="Le 400"))
CALLED = OnCallAccepted(**ABOUT, accepted_at=at("22:12"))
RESOLVED = TicketResolved(**ABOUT, resolved_at=at("22:25"), resolved_by="amelie")
CLOSED = TicketClosed(**ABOUT, closed_at=at("22:30"), closed_by="amelie", reason="solved")
REOPENED = TicketReopened(**ABOUT, reopened_at=at("22:40"), reopened_by="amelie", reason="agent")
