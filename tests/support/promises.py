"""Serveurcom's promises, written by hand from its escalation matrix, and a ticket's facts by the clock in Le Mans."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from vigie.calendar import Calendar, CalendarSpec
from vigie.commitments import Opened
from vigie.contracts.terms import ContractTerms
from vigie.policy.commitment import Commitment, Rung, Scope
from vigie.policy.policy import Policy
from vigie.policy.targets import HoursTarget

PARIS = ZoneInfo("Europe/Paris")
_DAY = ["08:30-12:30", "14:00-18:00"]
_FRIDAY = ["08:30-12:30", "14:00-17:00"]
HOJO = Calendar.compile(
    CalendarSpec.model_validate(
        {
            "timezone": "Europe/Paris",
            "hours": {"mon": _DAY, "tue": _DAY, "wed": _DAY, "thu": _DAY, "fri": _FRIDAY},
            "holidays": {"country": "FR"},
        }
    )
)
ALWAYS = Calendar.compile(CalendarSpec.model_validate({"timezone": "Europe/Paris", "hours": "always"}))
MINUTE = 60
HOUR = 60 * MINUTE
_SEQUENCES = count(2)


def paris(local: str) -> datetime:
    """``paris("2026-03-23 22:00")``, in UTC."""
    return datetime.fromisoformat(local).replace(tzinfo=PARIS).astimezone(UTC)


def opened(local: str, priority: str, kind: str = "technical", **contract: bool) -> Opened:
    """A ticket of Serveurcom's, opened at that time in Paris."""
    terms = ContractTerms(**contract)  # type: ignore[arg-type]
    return Opened(paris(local), 1, priority, kind, terms, "serveurcom", 1)


def next_sequence() -> int:
    """A version in the ticket's stream, each higher than the one before."""
    return next(_SEQUENCES)


def _target(within: int, calendar: str, hours: Calendar) -> HoursTarget:
    return HoursTarget(within, calendar, hours, warn_before=within // 4)


def _ladder(first: timedelta, second: timedelta, third: timedelta) -> tuple[Rung, ...]:
    return (Rung("N1", first), Rung("N2", second), Rung("N3", third))


TAKE_CHARGE = Commitment(
    name="take_charge",
    starts="TicketOpened",
    ends="TicketTakenInCharge",
    pauses=None,
    scope=Scope(),
    targets={
        "low": _target(4 * HOUR, "hojo", HOJO),
        "medium": _target(2 * HOUR, "always", ALWAYS),
        "high": _target(30 * MINUTE, "always", ALWAYS),
    },
)
RESOLUTION = Commitment(
    name="resolution",
    starts="TicketOpened",
    ends="TicketResolved",
    pauses="waiting_for_customer",
    scope=Scope(),
    targets={
        "low": _target(48 * HOUR, "hojo", HOJO),
        "medium": _target(24 * HOUR, "always", ALWAYS),
        "high": _target(4 * HOUR, "always", ALWAYS),
    },
)
ON_CALL = Commitment(
    name="on_call",
    starts="OnCallAccepted",
    ends="TicketTakenInCharge",
    pauses=None,
    scope=Scope(),
    targets={"any": _target(30 * MINUTE, "always", ALWAYS)},
)


def serveurcom(*commitments: Commitment) -> Policy:
    """The desk's policy; with ``commitments``, these instead of its three. ``unhurried`` has no promise at all."""
    return Policy(
        id="serveurcom",
        version=1,
        hash="0" * 64,
        effective_from=date(2017, 9, 1),
        timezone="Europe/Paris",
        languages=("fr",),
        title="Serveurcom",
        calendars={"hojo": HOJO, "always": ALWAYS},
        priorities=("unhurried", "low", "medium", "high"),
        labels={},
        aliases={},
        kinds=("technical", "commercial", "administrative"),
        services=(),
        reasons=(),
        commitments=commitments or (TAKE_CHARGE, RESOLUTION, ON_CALL),
        ladders={
            "high": _ladder(timedelta(minutes=15), timedelta(minutes=30), timedelta(hours=1)),
            "medium": _ladder(timedelta(hours=1), timedelta(hours=12), timedelta(hours=24)),
        },
        ladder_scope=Scope(kinds=frozenset({"technical"})),
        levels=("N1", "N2", "N3"),
        by_hand_requires="commitment_exceeded",
        informs={},
        on_call=None,
        on_call_team=(),
        mail_rules=(),
        mail_from="support@serveurcom.example",
        mail_within=timedelta(hours=24),
    )
