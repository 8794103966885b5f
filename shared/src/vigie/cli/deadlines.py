"""A forecast as people read it, and as programs do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from vigie.cli.forecast import Counted, CountedDay, Deadline, Forecast, Reason, Skipped, Step
from vigie.cli.local_text import day_text, instant_text, limit_text, offset_text, span_text
from vigie.cli.wording import WORDS, Words
from vigie.contracts.requests import Language
from vigie.policy import Commitment, DaysTarget, Target
from vigie.policy.show import spoken
from vigie.policy.wording import WORDS as POLICY_WORDS

_SECOND = timedelta(seconds=1)


def deadline_sheet(forecast: Forecast, language: Language) -> RenderableType:
    """Each promise with its deadline and how it was reckoned; then what is not promised, or starts later."""
    speaker = _Speaker(forecast, language, WORDS[language])
    return Group(*speaker.heading(), *speaker.deadlines(), *speaker.others())


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Says what one forecast holds, in one language."""

    forecast: Forecast
    language: Language
    words: Words

    def heading(self) -> Iterator[str]:
        policy, ticket = self.forecast.policy, self.forecast.ticket
        heading = POLICY_WORDS[self.language].heading
        yield heading.format(title=policy.title, version=policy.version, since=policy.effective_from)
        at = instant_text(ticket.at.astimezone(ZoneInfo(policy.timezone)), self.language)
        priority, kind = self._label(ticket.priority), self._label(ticket.kind)
        said = [
            f"{key}={str(value).lower()}" for key, value in ticket.contract.model_dump(exclude_defaults=True).items()
        ]
        yield ", ".join([self.words.opened.format(at=at, priority=priority, kind=kind), *said])

    def deadlines(self) -> Iterator[RenderableType]:
        for deadline in self.forecast.deadlines:
            yield ""
            yield Text(self._promise(deadline), style="bold")
            yield _indented(self.words.due.format(at=limit_text(deadline.due, self.language)))
            if deadline.warning:
                yield _indented(self.words.warning.format(at=self._at(deadline.warning)))
            if deadline.calls:
                yield _indented(self.words.if_nothing)
            for call in deadline.calls:
                level, after = self._label(call.level), spoken(call.after)
                yield _indented(self.words.call.format(level=level, at=self._at(call.at), after=after), 4)
            yield ""
            yield _indented(self._reckoning(deadline))

    def others(self) -> Iterator[str]:
        yield ""
        for commitment, target in self.forecast.later:
            label, event = self._label(commitment.name), self._beginning(commitment)
            yield self.words.starts_with.format(label=label, within=self._within(target), event=event)
        if self.forecast.refused:
            yield self.words.refused.format(reason=self.forecast.refused)
        elif not self.forecast.deadlines and not self.forecast.later:
            yield self.words.no_promise
        elif self.forecast.without_target:
            labels = ", ".join(self._label(one.name) for one in self.forecast.without_target)
            yield self.words.no_target.format(labels=labels)

    def _promise(self, deadline: Deadline) -> str:
        label = self._label(deadline.commitment.name)
        return self.words.promise.format(label=label, within=self._within(deadline.target))

    def _within(self, target: Target) -> str:
        if isinstance(target, DaysTarget):
            one, many = self.words.days[target.span.days]
            return (one if target.span.count == 1 else many).format(count=target.span.count)
        return f"{spoken(timedelta(seconds=target.within))} · {target.calendar}"

    def _beginning(self, commitment: Commitment) -> str:
        occasion = commitment.occasion
        event = self.words.starts.get(commitment.starts, commitment.starts)
        if occasion and occasion.outcome:
            event = self.words.attempts[occasion.outcome]
        if occasion and occasion.outside_customer_hours:
            event = self.words.outside_customer_hours.format(event=event)
        return event

    def _at(self, local: datetime) -> str:
        return instant_text(local, self.language)

    def _reckoning(self, deadline: Deadline) -> Table:
        day, counted, length, total = self.words.columns_of_reckoning
        columns = [
            Column(day, no_wrap=True),
            Column(counted),
            Column(length, no_wrap=True),
            Column(total, no_wrap=True),
        ]
        width = 2 if isinstance(deadline.target, DaysTarget) else 4
        table = Table(*columns[:width], box=box.SIMPLE, show_edge=False)
        before = None
        for step in deadline.steps:
            cells = self._step(step)
            table.add_row("" if cells[0] == before else cells[0], *cells[1:width])
            before = cells[0]
        return table

    def _step(self, step: Step) -> tuple[str, ...]:
        if isinstance(step, CountedDay):
            return day_text(step.day, self.language), self.words.counted_day.format(count=step.total), "", ""
        if isinstance(step, Skipped):
            reason = self._reason(step.reason)
            if step.last > step.first:
                reason = self.words.until.format(last=day_text(step.last, self.language), reason=reason)
            return day_text(step.first, self.language), reason, "", ""
        day = day_text(step.start.date(), self.language)
        return day, self._counted(step), spoken(step.used), spoken(step.total)

    def _counted(self, step: Counted) -> str:
        text = span_text(step.start, step.end, self.language)
        before, after = offset_text(step.start), offset_text(step.end)
        return text if before == after else f"{text}\n{self.words.shift.format(before=before, after=after)}"

    def _reason(self, reason: Reason) -> str:
        match reason.kind:
            case "holiday":
                return self.words.holiday.format(name=reason.name) if reason.name else self.words.closed_once
            case "closed_early":
                return self.words.closed_early
            case "never_was":
                return self.words.never_was
            case "closed":
                return self.words.closed
            case "opening_day":
                return self.words.opening_day
            case "not_counted":
                return self.words.not_counted

    def _label(self, name: str) -> str:
        return self.forecast.policy.label(name, self.language)


def _indented(part: RenderableType, columns: int = 2) -> Padding:
    return Padding(part, (0, 0, 0, columns), expand=False)


def as_json(forecast: Forecast) -> dict[str, Any]:
    """The same for programs: instants in ISO 8601, local with their offset; lengths in seconds."""
    policy, ticket = forecast.policy, forecast.ticket
    return {
        "desk": policy.id,
        "policy_version": policy.version,
        "opened_at": ticket.at.astimezone(ZoneInfo(policy.timezone)).isoformat(),
        "priority": ticket.priority,
        "kind": ticket.kind,
        "contract": ticket.contract.model_dump(exclude_none=True),
        "refused": forecast.refused,
        "commitments": [_deadline_as_json(one) for one in forecast.deadlines],
        "start_later": [
            {**_promise_as_json(commitment, target), "starts_with": commitment.starts}
            for commitment, target in forecast.later
        ],
        "without_target": [one.name for one in forecast.without_target],
    }


def _promise_as_json(commitment: Commitment, target: Target) -> dict[str, Any]:
    if isinstance(target, DaysTarget):
        return {"commitment": commitment.name, "budget_days": target.span.count, "days": target.span.days}
    return {"commitment": commitment.name, "budget_seconds": target.within, "calendar": target.calendar}


def _deadline_as_json(deadline: Deadline) -> dict[str, Any]:
    return {
        **_promise_as_json(deadline.commitment, deadline.target),
        "due_at": deadline.due.isoformat(),
        "warning_at": deadline.warning.isoformat() if deadline.warning else None,
        "calls": [
            {"level": call.level, "at": call.at.isoformat(), "overrun_seconds": call.after // _SECOND}
            for call in deadline.calls
        ],
        "counted": [_counted_as_json(step) for step in deadline.steps if not isinstance(step, Skipped)],
        "skipped": [
            {"first": str(step.first), "last": str(step.last), "reason": step.reason.kind, "holiday": step.reason.name}
            for step in deadline.steps
            if isinstance(step, Skipped)
        ],
    }


def _counted_as_json(step: Counted | CountedDay) -> dict[str, Any]:
    if isinstance(step, CountedDay):
        return {"day": str(step.day), "total_days": step.total}
    return {
        "from": step.start.isoformat(),
        "to": step.end.isoformat(),
        "seconds": _seconds(step.used),
        "total_seconds": _seconds(step.total),
    }


def _seconds(length: timedelta) -> int | float:
    """With a fraction only where a request was opened at one."""
    whole, rest = divmod(length, _SECOND)
    return length.total_seconds() if rest else whole
