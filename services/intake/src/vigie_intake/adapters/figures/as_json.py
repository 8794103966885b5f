"""Reports for programs: lengths in whole seconds, instants in UTC, shares in percent; null where nothing counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from vigie.contracts.instants import iso
from vigie_intake.adapters.figures.numbers import percent, seconds
from vigie_intake.core.figures import Period, Report
from vigie_intake.core.figures.answers import Times
from vigie_intake.core.figures.availability import Availability
from vigie_intake.core.figures.billing import Bill, BilledWork
from vigie_intake.core.figures.promises import Promises
from vigie_intake.core.figures.unresolved import Unresolved


def report_json(report: Report) -> dict[str, Any]:
    """All figures."""
    day = report.same_day
    return {
        **_heading(report.policy.id, report.period),
        "tickets": [asdict(row) for row in report.tickets],
        "unresolved": asdict(report.backlog),
        "answers": [
            {"priority": row.priority, "elapsed": _times(row.elapsed), "promised_hours": _times(row.promised)}
            for row in report.answers
        ],
        "promises": [_promises(row) for row in report.promises],
        "same_day": {
            **asdict(day),
            "taken_percent": _number(percent(day.taken_share, 3)),
            "done_percent": _number(percent(day.done_share, 3)),
        },
        "work": {row.name: row.count for row in report.work},
        "refused": {row.name: row.count for row in report.refusals},
        "calls": {
            "received": report.calls.received,
            "given_up": report.calls.given_up,
            "given_up_percent": _number(percent(report.calls.share, 3)),
            "waited": _times(report.calls.waited),
        },
        "services": [_service(row) for row in report.services],
    }


def bills_json(desk: str, period: Period, bills: Sequence[Bill]) -> dict[str, Any]:
    """What an invoice needs; money as strings, because it is no binary fraction."""
    return {
        **_heading(desk, period),
        "customers": [
            {
                "customer": bill.customer,
                "real_minutes": bill.real_minutes,
                "billed_minutes": bill.billed_minutes,
                "weighted_minutes": bill.weighted_minutes,
                "travel": str(bill.travel),
                "works": [_work(work) for work in bill.works],
                "phases": [one._asdict() for one in bill.phases],
            }
            for bill in bills
        ],
    }


def unresolved_json(
    desk: str, period: Period, listed: Sequence[Unresolved], subjects: Mapping[str, str | None]
) -> dict[str, Any]:
    """The weekly list."""
    return {
        "desk": desk,
        "at": iso(period.now),
        "tickets": [
            {
                **{name: value for name, value in asdict(one).items() if name != "age"},
                "subject": subjects.get(one.number),
                "opened_at": iso(one.opened_at),
                "age_seconds": seconds(one.age),
                "last_activity_at": iso(one.last_activity_at),
                "told_at": None if one.told_at is None else iso(one.told_at),
                "listed_at": None if one.listed_at is None else iso(one.listed_at),
            }
            for one in listed
        ],
    }


def _heading(desk: str, period: Period) -> dict[str, Any]:
    return {
        "desk": desk,
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "timezone": period.zone.key,
        "start": iso(period.start),
        "end": iso(period.end),
    }


def _times(times: Times) -> dict[str, int | None]:
    return {
        "count": times.count,
        "mean_seconds": seconds(times.mean),
        "median_seconds": seconds(times.median),
        "p90_seconds": seconds(times.p90),
    }


def _promises(row: Promises) -> dict[str, Any]:
    return {**asdict(row), "kept_percent": _number(percent(row.share, 3))}


def _service(row: Availability) -> dict[str, Any]:
    return {
        "service": row.service,
        "available_percent": _number(percent(row.available, 3)),
        "down_seconds": seconds(row.down),
        "period_seconds": seconds(row.length),
        "incidents": [
            {
                "number": one.number,
                "kind": one.kind,
                "began_at": iso(one.began_at),
                "ended_at": None if one.ended_at is None else iso(one.ended_at),
                "counted_seconds": seconds(one.counted),
            }
            for one in row.incidents
        ],
    }


def _work(work: BilledWork) -> dict[str, Any]:
    return {
        **asdict(work),
        "logged_at": iso(work.logged_at),
        "factors": dict(work.factors),
        "travel": None if work.travel is None else str(work.travel),
    }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
