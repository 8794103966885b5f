"""What people ask of the directory: imperatives, each with the instant at which it was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from vigie_intake.core.directory.sheet import Sheet

EVERY_DESK: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RecordCustomer:
    """Let the customer be as the sheet says, whoever they were before. The whole sheet: what it leaves out is gone."""

    at: datetime
    customer: str
    sheet: Sheet
    access_codes: Mapping[str, str | None] = field(default_factory=dict)
    """By contract: the fingerprint of its new code, None to take it away. Who is not in it keeps theirs."""
    desks: frozenset[str] = EVERY_DESK
    """Whose contracts and trainings whoever asks may change; empty: those of every desk."""


@dataclass(frozen=True, slots=True)
class AcceptAudit:
    """The customer agrees to the audit."""

    at: datetime
    customer: str


@dataclass(frozen=True, slots=True)
class RecordTraining:
    """Somebody of the customer's has learned to use a product."""

    at: datetime
    customer: str
    email: str
    desk: str
    service: str
    desks: frozenset[str] = EVERY_DESK


@dataclass(frozen=True, slots=True)
class EndContract:
    """Give a contract its last day."""

    at: datetime
    customer: str
    contract: str
    last_day: date
    desks: frozenset[str] = EVERY_DESK


DirectoryCommand = RecordCustomer | AcceptAudit | RecordTraining | EndContract
