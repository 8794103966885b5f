"""Reports for spreadsheets: UTF-8 with its mark, so that accents survive; « ; » between cells and a decimal comma, as
spreadsheets in French, Belgian and Spanish offices read them without being asked. Programs take the JSON.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from vigie_intake.adapters.figures.numbers import in_minutes, percent
from vigie_intake.core.figures import Period, Report
from vigie_intake.core.figures.answers import Answers, Times
from vigie_intake.core.figures.availability import Availability
from vigie_intake.core.figures.billing import Bill, BilledWork
from vigie_intake.core.figures.unresolved import Unresolved

Row = tuple[Any, ...]

FIGURES = ("section", "figure", "kind", "priority", "of", "value", "unit")
"""``of``: the commitment, service, reason or ticket; an empty cell: all of them."""

WORK = (
    *("line", "customer", "ticket", "logged_at", "logged_by", "mode", "phase", "remote_tool"),
    *(
        "real_minutes",
        "minimum",
        "minimum_minutes",
        "billed_minutes",
        "factors",
        "factor",
        "weighted_minutes",
        "travel",
    ),
)
"""``line``: ``work``, or ``total`` of a customer."""

UNRESOLVED = (
    *("ticket", "subject", "customer", "kind", "priority", "service", "opened_at", "age_days", "owner"),
    *("waits_for_customer", "last_activity", "last_activity_at", "last_activity_by", "told", "told_at"),
    *("weeks", "listed_at", "bug"),
)


def report_csv(report: Report) -> str:
    """One figure a line."""
    return _written(FIGURES, _figures(report), report.period)


def bills_csv(period: Period, bills: Sequence[Bill]) -> str:
    """Each time that was logged, and below those of a customer their sums."""
    return _written(WORK, (row for bill in bills for row in _bill(bill)), period)


def unresolved_csv(period: Period, listed: Sequence[Unresolved], subjects: Mapping[str, str | None]) -> str:
    """A ticket a line, the oldest first."""
    return _written(UNRESOLVED, (_unresolved(one, subjects.get(one.number)) for one in listed), period)


def _figures(report: Report) -> Iterator[Row]:
    for row in report.tickets:
        for figure in ("opened", "closed", "reopened"):
            yield "tickets", figure, row.kind, row.priority, "", getattr(row, figure), "tickets"
    yield "tickets", "unresolved_at_start", "", "", "", report.backlog.at_start, "tickets"
    yield "tickets", "unresolved_at_end", "", "", "", report.backlog.at_end, "tickets"
    for answer in report.answers:
        yield from _answers(answer)
    for promise in report.promises:
        of = ("", promise.priority or "", promise.commitment)
        for figure in ("kept", "late", "missed"):
            yield "promises", figure, *of, getattr(promise, figure), "promises"
        yield "promises", "share_kept", *of, percent(promise.share, 3), "%"
    day = report.same_day
    for figure in ("opened", "taken", "done"):
        yield "same_day", figure, "", "", "", getattr(day, figure), "tickets"
    yield "same_day", "share_taken", "", "", "", percent(day.taken_share, 3), "%"
    yield "same_day", "share_done", "", "", "", percent(day.done_share, 3), "%"
    for count in report.work:
        yield "work", count.name, "", "", "", count.count, ""
    for count in report.refusals:
        yield "refused", "requests", "", "", count.name, count.count, "requests"
    yield "calls", "received", "", "", "", report.calls.received, "calls"
    yield "calls", "given_up", "", "", "", report.calls.given_up, "calls"
    yield "calls", "share_given_up", "", "", "", percent(report.calls.share, 3), "%"
    yield "calls", "mean_wait_given_up", "", "", "", in_minutes(report.calls.waited.mean), "min"
    for service in report.services:
        yield from _service(service)


def _answers(row: Answers) -> Iterator[Row]:
    yield "answers", "taken_in_charge", "", row.priority or "", "", row.elapsed.count, "tickets"
    for name, times in (("elapsed", row.elapsed), ("promised_hours", row.promised)):
        for figure, length in _lengths(times):
            yield "answers", f"{figure}_{name}", "", row.priority or "", "", in_minutes(length), "min"


def _lengths(times: Times) -> Iterator[tuple[str, Any]]:
    yield from (("mean", times.mean), ("median", times.median), ("p90", times.p90))


def _service(row: Availability) -> Iterator[Row]:
    yield "services", "available", "", "", row.service, percent(row.available, 3), "%"
    yield "services", "down", "", "", row.service, in_minutes(row.down), "min"
    for one in row.incidents:
        yield "services", f"incident {one.number}", one.kind, "", row.service, in_minutes(one.counted), "min"


def _bill(bill: Bill) -> Iterator[Row]:
    yield from (_work(work) for work in bill.works)
    sums = (bill.real_minutes, "", "", bill.billed_minutes, "", "", _plain(bill.weighted_minutes), bill.travel)
    yield "total", bill.customer, "", "", "", "", "", "", *sums


def _work(work: BilledWork) -> Row:
    return (
        *("work", work.customer, work.number, work.logged_at, work.logged_by, work.mode, work.phase, work.remote_tool),
        *(work.real_minutes, work.minimum, work.minimum_minutes, work.billed_minutes),
        " ".join(f"{name}={_cell(_plain(factor), None)}" for name, factor in work.factors),
        *(_plain(work.factor), _plain(work.weighted_minutes), work.travel),
    )


def _unresolved(one: Unresolved, subject: str | None) -> Row:
    return (
        *(
            one.number,
            subject,
            one.customer,
            one.kind,
            one.priority,
            one.service,
            one.opened_at,
            one.age.days,
            one.owner,
        ),
        *(one.waits_for_customer, one.last_activity, one.last_activity_at, one.last_activity_by),
        *(one.told, one.told_at, one.weeks, one.listed_at, one.bug),
    )


def _plain(value: float) -> Decimal:
    return Decimal(f"{value:.12g}")


def _written(names: Sequence[str], rows: Iterable[Row], period: Period) -> str:
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([_cell(value, period) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: Any, period: Period | None) -> str:
    """Instants as the desk's own clock showed them, in a form that spreadsheets take for a date."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return f"{value:f}".replace(".", ",")
        case datetime() if period is not None:
            return value.astimezone(period.zone).strftime("%Y-%m-%d %H:%M:%S")
        case _:
            return _no_formula(str(value))


def _no_formula(text: str) -> str:
    """What customers wrote must not be reckoned by whoever opens the file."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
