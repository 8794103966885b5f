"""Acme, a customer of Systell's and OCM's, in the words of the directory."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from vigie.contracts.customers import (
    ContactAdded,
    ContractSigned,
    CustomerRegistered,
    Location,
    Named,
    Reach,
    SiteAdded,
)
from vigie.policy import load_policies
from vigie_intake.core.directory.commands import RecordCustomer
from vigie_intake.core.directory.sheet import Sheet

POLICIES = load_policies(Path(__file__).parents[3] / "policies")
MORNING = datetime(2026, 3, 23, 8, tzinfo=UTC)
NOON = datetime(2026, 3, 23, 12, tzinfo=UTC)

CONTRACT: dict[str, Any] = {"contract": "C-1", "desk": "systell", "valid_from": "2026-01-01"}
JEANNE: dict[str, Any] = {"name": "Jeanne Martin", "email": "jeanne@acme.example", "language": "fr"}
FULL: dict[str, Any] = {
    "name": "Acme",
    "hours": {"mon": ["09:00-12:00"]},
    "audit_accepted": True,
    "sites": [{"name": "Siège", "address": "1 rue Haute, Le Mans"}],
    "contacts": [{**JEANNE, "phone": "+33612345678", "may_open": True, "trained": {"ocm": ["EBP"]}}],
    "contracts": [CONTRACT],
}


def sheet(**members: Any) -> Sheet:
    return Sheet.model_validate({"name": "Acme", **members})


def record(at: datetime = NOON, *, codes: dict[str, str | None] | None = None, desks: str = "", **members: Any) -> Any:
    """Acme's sheet, to be recorded."""
    return RecordCustomer(at, "acme", sheet(**members), codes or {}, frozenset(desks.split()))


REGISTERED = CustomerRegistered(customer="acme", registered_at=MORNING, personal=Named(name="Acme"))
SITE = SiteAdded(
    customer="acme",
    added_at=MORNING,
    site=1,
    personal=Location(name="Siège", address="1 rue Haute, Le Mans"),
)
CONTACT = ContactAdded(
    customer="acme",
    added_at=MORNING,
    contact=2,
    language="fr",
    may_open=False,
    personal=Reach(name="Jeanne Martin", email="jeanne@acme.example"),
)


def signed(at: datetime = MORNING, **changes: Any) -> ContractSigned:
    said: dict[str, Any] = {
        "contract": "C-1",
        "desk": "systell",
        "maintained": True,
        "sla": False,
        "on_call": False,
        "services": (),
        "valid_from": date(2026, 1, 1),
        "valid_to": None,
    }
    return ContractSigned(customer="acme", signed_at=at, **{**said, **changes})
