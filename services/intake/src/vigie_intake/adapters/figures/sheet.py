"""Reports as people read them, in the words of their desk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Column, Table
from rich.text import Text

from vigie.contracts.requests import Language
from vigie.policy import Policy
from vigie.policy.show import spoken
from vigie.policy.telling import capital
from vigie.policy.wording import WORDS as POLICY_WORDS
from vigie_intake.adapters.figures.numbers import percent
from vigie_intake.adapters.figures.words import WORDS, Words
from vigie_intake.core.figures import Period, Report
from vigie_intake.core.figures.answers import Answers, Times
from vigie_intake.core.figures.availability import Availability, Incident
from vigie_intake.core.figures.billing import Bill, BilledWork, Phases
from vigie_intake.core.figures.counts import total
from vigie_intake.core.figures.promises import Promises
from vigie_intake.core.figures.unresolved import Unresolved

_SECOND, _MINUTE, _HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def report_sheet(report: Report, language: Language) -> RenderableType:
    """All figures, those of which there are none left out."""
    return Group(*_Sheet(report.policy, report.period, language).report(report))


def bills_sheet(policy: Policy, period: Period, bills: Sequence[Bill], language: Language) -> RenderableType:
    """What was charged, customer by customer."""
    return Group(*_Sheet(policy, period, language).bills(bills))


def unresolved_sheet(
    policy: Policy,
    period: Period,
    listed: Sequence[Unresolved],
    subjects: Mapping[str, str | None],
    language: Language,
) -> RenderableType:
    """The list for the weekly meeting."""
    return Group(*_Sheet(policy, period, language).unresolved(listed, subjects))


class _Sheet:
    def __init__(self, policy: Policy, period: Period, language: Language) -> None:
        self.policy = policy
        self.period = period
        self.language = language
        self.words: Words = WORDS[language]

    def report(self, report: Report) -> Iterator[RenderableType]:
        yield self._heading()
        yield from self._tickets(report)
        yield from self._answers(report)
        yield from self._promises(report)
        yield from self._same_day(report)
        yield from self._work(report)
        yield from self._refused(report)
        yield from self._calls(report)
        yield from self._services(report)

    def _tickets(self, report: Report) -> Iterator[RenderableType]:
        yield self._title(self.words.tickets)
        table = _table(self.words.ticket_columns, text=2)
        for row in report.tickets:
            counts = (row.opened, row.closed, row.reopened)
            table.add_row(self._label(row.kind), self._label(row.priority), *map(str, counts))
        table.add_row(self.words.total, "", *map(str, total(report.tickets)), style="bold")
        yield table
        yield self.words.backlog.format(at_start=report.backlog.at_start, at_end=report.backlog.at_end)

    def _answers(self, report: Report) -> Iterator[RenderableType]:
        if not report.answers[0].elapsed.count:
            return
        yield self._title(self.words.answers)
        table = _table(self.words.answer_columns, text=1)
        for row in _without_needless_sums(report.answers):
            of = self._priority(row.priority)
            table.add_row(of, *self._times(row.elapsed))
            if row.promised.count and row.promised != row.elapsed:
                table.add_row(self.words.promised_hours.format(of=of), *self._times(row.promised))
        yield table

    def _promises(self, report: Report) -> Iterator[RenderableType]:
        if not report.promises:
            return
        yield self._title(self.words.promises)
        table = _table(self.words.promise_columns, text=2)
        for row in _without_needless_sums(report.promises):
            counts = map(str, (row.kept, row.late, row.missed))
            style = "bold" if row.priority is None else None
            of = (self._label(row.commitment), self._priority(row.priority))
            table.add_row(*of, *counts, self._percent(row.share, 1), style=style)
        yield table

    def _same_day(self, report: Report) -> Iterator[RenderableType]:
        day = report.same_day
        if not day.opened:
            return
        yield self._title(self.words.same_day)
        yield self.words.same_day_text.format(
            opened=day.opened,
            taken=day.taken,
            taken_share=self._percent(day.taken_share, 1),
            done=day.done,
            done_share=self._percent(day.done_share, 1),
        )

    def _work(self, report: Report) -> Iterator[RenderableType]:
        done = [row for row in report.work if row.count]
        if done:
            yield self._title(self.words.work)
            yield _counted((self.words.counts[row.name], row.count) for row in done)

    def _refused(self, report: Report) -> Iterator[RenderableType]:
        reasons = {**POLICY_WORDS[self.language].terms["refusals"], "invalid": self.words.invalid}
        if report.refusals:
            yield self._title(self.words.refused)
            yield _counted((reasons.get(row.name, row.name), row.count) for row in report.refusals)

    def _calls(self, report: Report) -> Iterator[RenderableType]:
        calls = report.calls
        if calls.received:
            yield self._title(self.words.calls)
            share = self._percent(calls.share, 2)
            yield self.words.calls_text.format(received=calls.received, given_up=calls.given_up, share=share)

    def _services(self, report: Report) -> Iterator[RenderableType]:
        if not report.services:
            return
        yield self._title(self.words.services)
        table = _table(self.words.service_columns, text=1)
        for row in report.services:
            down = spoken(_rounded(row.down)) if row.down else self.words.nothing
            table.add_row(self._service(row), self._percent(row.available, 3), down, str(len(row.incidents)))
        yield table
        yield ""
        yield from (self._incident(row, one) for row in report.services for one in row.incidents)

    def bills(self, bills: Sequence[Bill]) -> Iterator[RenderableType]:
        yield self._heading()
        yield self._title(self.words.bills)
        if not bills:
            yield self.words.no_work
        for bill in bills:
            table = _table(self.words.bill_columns, text=3)
            table.title, table.title_justify = bill.customer or self.words.no_customer, "left"
            for work in bill.works:
                table.add_row(*self._billed(work))
            sums = (self.words.total, "", "", _minutes(bill.real_minutes), "", _minutes(bill.billed_minutes), "")
            table.add_row(*sums, self._number(bill.weighted_minutes), self._euros(bill.travel), style="bold")
            yield table
            yield from self._phases(bill.phases)

    def _phases(self, requests: Sequence[Phases]) -> Iterator[RenderableType]:
        if not requests:
            return
        table = _table(self.words.phase_columns, text=3)
        for request in requests:
            listed = (", ".join(names) or self.words.nothing for names in (request.logged, request.missing))
            table.add_row(request.number, *listed)
        yield table

    def _billed(self, work: BilledWork) -> Iterator[str]:
        yield from (self._instant(work.logged_at), work.number, work.logged_by, _minutes(work.real_minutes))
        yield _minutes(work.minimum_minutes) if work.minimum else self.words.nothing
        yield _minutes(work.billed_minutes)
        yield " ".join(f"{name} × {self._number(factor)}" for name, factor in work.factors) or self.words.nothing
        yield self._number(work.weighted_minutes)
        yield self._euros(work.travel)

    def unresolved(self, listed: Sequence[Unresolved], subjects: Mapping[str, str | None]) -> Iterator[RenderableType]:
        at = self._instant(self.period.now)
        yield self.words.unresolved.format(title=self.policy.title, at=at, count=len(listed))
        if not listed:
            yield self.words.all_resolved
            return
        table = Table(*self.words.unresolved_columns, box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        for one in listed:
            table.add_row(*self._listed(one, subjects.get(one.number)))
        yield table

    def _listed(self, one: Unresolved, subject: str | None) -> Iterator[str]:
        yield f"{one.number}\n{subject or self.words.nothing}"
        yield one.customer or self.words.no_customer
        age = self.words.age.format(days=one.age.days)
        at = None if one.listed_at is None else self._instant(one.listed_at)
        yield age if at is None else f"{age}\n{self.words.listed.format(weeks=one.weeks, at=at)}"
        owner = one.owner or self.words.nobody
        yield f"{owner}\n{self.words.waits}" if one.waits_for_customer else owner
        yield f"{self._instant(one.last_activity_at)}\n{self._event(one.last_activity)}"
        told = one.told is not None and one.told_at is not None
        yield f"{self._instant(one.told_at)}\n{self._event(one.told)}" if told else self.words.not_told  # type: ignore[arg-type]
        yield {None: self.words.nothing, "?": self.words.bug}.get(one.bug, one.bug or "")

    def _heading(self) -> str:
        first, last = self.period.first.isoformat(), self.period.last.isoformat()
        return self.words.heading.format(title=self.policy.title, first=first, last=last, zone=self.period.zone.key)

    def _title(self, title: str) -> Text:
        return Text(f"\n{title}", style="bold")

    def _label(self, name: str) -> str:
        return self.policy.label(name, self.language)

    def _priority(self, priority: str | None) -> str:
        return self.words.all if priority is None else self._label(priority)

    def _service(self, row: Availability) -> str:
        return row.service or self.words.no_service

    def _event(self, name: str) -> str:
        return POLICY_WORDS[self.language].terms["events"].get(name, name)

    def _incident(self, row: Availability, one: Incident) -> str:
        until = self.words.still if one.ended_at is None else self._instant(one.ended_at)
        return self.words.incident.format(
            service=self._service(row),
            number=one.number,
            kind=self._label(one.kind),
            since=self._instant(one.began_at),
            until=until,
            counted=spoken(_rounded(one.counted)),
        )

    def _instant(self, at: datetime) -> str:
        return at.astimezone(self.period.zone).strftime("%Y-%m-%d %H:%M")

    def _times(self, times: Times) -> Iterator[str]:
        yield str(times.count)
        for length in (times.mean, times.median, times.p90):
            yield self.words.nothing if length is None else spoken(_rounded(length))

    def _percent(self, share: Fraction | None, decimals: int) -> str:
        found = percent(share, decimals)
        return self.words.nothing if found is None else f"{self._decimal(found)} %"

    def _number(self, value: float) -> str:
        return self._decimal(Decimal(f"{value:.12g}"))

    def _euros(self, amount: Decimal | None) -> str:
        return self.words.nothing if not amount else f"{self._decimal(amount)} €"

    def _decimal(self, value: Decimal) -> str:
        written = f"{value:f}"
        return written if self.language == "en" else written.replace(".", ",")


def _table(columns: Sequence[str], text: int) -> Table:
    """The first ``text`` columns are words, the others numbers."""
    justified = [Column(name, justify="left" if place < text else "right") for place, name in enumerate(columns)]
    return Table(*justified, box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)


def _without_needless_sums(rows: Sequence[Answers | Promises]) -> Iterator[Any]:
    """Where there is but one priority, what is said of all of them is said of it."""
    for place, row in enumerate(rows):
        of_all = row.priority is None
        if not (of_all and _parts(rows[place + 1 :]) == 1):
            yield row


def _parts(rows: Sequence[Answers | Promises]) -> int:
    """How many rows come before the next sum."""
    return next((place for place, row in enumerate(rows) if row.priority is None), len(rows))


def _counted(rows: Iterator[tuple[str, int]]) -> Table:
    grid = Table.grid(Column(), Column(justify="right"), padding=(0, 2))
    for name, count in rows:
        grid.add_row(capital(name), str(count))
    return grid


def _minutes(count: int) -> str:
    return f"{count} min"


def _rounded(length: timedelta) -> timedelta:
    """Nobody reads the seconds of hours."""
    step = _MINUTE if length >= _HOUR else _SECOND
    return round(length / step) * step
