"""Stories of tickets for reports: what happened, by the clock on the wall at the desk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from vigie.contracts.event import Event
from vigie.contracts.terms import ContractTerms
from vigie.contracts.tickets import TicketOpened
from vigie.policy import load_policies
from vigie_intake.core.figures import Happened, Period, Story, stories

POLICIES = load_policies(Path(__file__).parents[2] / "policies")
PARIS = ZoneInfo("Europe/Paris")
LONG_AFTER = datetime(2027, 1, 1, tzinfo=UTC)

Did = tuple[type[Event], datetime, dict[str, Any]]
"""An event about a ticket: its type, its time, what else it says."""

_WHO = [
    "taken_by",
    "assigned_by",
    "replied_by",
    "asked_by",
    "attempted_by",
    "ended_by",
    "planned_by",
    "arrived_by",
    "ordered_by",
    "finished_by",
    "declared_by",
    "provided_by",
    "delivered_by",
    "logged_by",
    "resolved_by",
    "closed_by",
    "reopened_by",
    "prioritised_by",
    "qualified_by",
    "added_by",
]
_USUAL: dict[str, Any] = {
    **dict.fromkeys(_WHO, "amelie"),
    "assigned_to": "amelie",
    "awaiting": "answer",
    "visitor": "technician",
    "cause": "software",
    "previous": "low",
    "previous_kind": "technical",
    "service": None,
}
"""What a test that does not name it does not care about."""


def local(written: str, zone: ZoneInfo = PARIS, *, fold: int = 0) -> datetime:
    """``2026-03-23 22:00`` at the desk, in UTC; ``fold=1`` is the second of two such times."""
    return datetime.fromisoformat(written).replace(tzinfo=zone, fold=fold).astimezone(UTC)


def did(kind: type[Event], at: str | datetime, /, **said: Any) -> Did:
    """An event about a ticket, at that time of the desk."""
    return kind, local(at) if isinstance(at, str) else at, said


def ticket(
    number: str,
    opened: str | datetime,
    *events: Did,
    desk: str = "serveurcom",
    contract: ContractTerms | None = None,
    **said: Any,
) -> Story:
    """What happened to one ticket, in the order in which it was recorded."""
    about = {"ticket_id": uuid5(NAMESPACE_URL, number), "number": number, "desk": desk}
    opening = TicketOpened.model_validate(
        {
            **about,
            "opened_at": local(opened) if isinstance(opened, str) else opened,
            "channel": "api",
            "customer": "acme",
            "kind": "technical",
            "service": None,
            "reason": None,
            "priority": "high",
            "language": "fr",
            "contract": contract or ContractTerms(),
            "policy": desk,
            "policy_version": 1,
            "policy_hash": "0" * 64,
            **said,
        }
    )
    happened: list[Event] = [opening]
    for kind, at, fields in events:
        usual = {name: value for name, value in _USUAL.items() if name in kind.model_fields}
        happened.append(kind.model_validate({**about, **usual, **fields, kind.time_field: at}))
    recorded = [
        Happened(about["ticket_id"], version, event, "agent:amelie")  # type: ignore[arg-type]
        for version, event in enumerate(happened, start=1)
    ]
    (story,) = stories(recorded, POLICIES)
    return story


def period(first: str, last: str, zone: ZoneInfo = PARIS, now: datetime = LONG_AFTER) -> Period:
    """From one local date to another, both included."""
    return Period(date.fromisoformat(first), date.fromisoformat(last), zone, now)


MARCH = period("2026-03-01", "2026-03-31")


def only(rows: Iterable[Any], **like: Any) -> Any:
    """The one row that has these values."""
    (row,) = [one for one in rows if all(getattr(one, name) == value for name, value in like.items())]
    return row
