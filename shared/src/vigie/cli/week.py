"""A desk's week as people print it: when it opens each day, and why not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rich.console import Group, RenderableType
from rich.table import Column, Table

from vigie.calendar import Calendar, Span, public_holiday
from vigie.cli.local_text import day_text, span_text
from vigie.cli.wording import WORDS
from vigie.contracts.requests import Language
from vigie.policy import Policy
from vigie.policy.show import spoken
from vigie.policy.wording import WORDS as POLICY_WORDS

_DAY = timedelta(days=1)
_NOTHING = timedelta(0)
_TWO_SPANS = len("08:30–12:30  14:00–18:00")


def week_of(day: date) -> tuple[date, ...]:
    """Monday to Sunday."""
    monday = day - day.weekday() * _DAY
    return tuple(monday + count * _DAY for count in range(7))


def week_sheet(sections: Sequence[tuple[Policy, Sequence[date]]], language: Language) -> RenderableType:
    """The days of one week, in order, by the version of the policy that is in force on them.

    Raises `OutsideCalendar` for a week that no calendar knows.
    """
    return Group(*(part for policy, days in sections for part in _section(policy, days, language)))


def _section(policy: Policy, days: Sequence[date], language: Language) -> Iterator[RenderableType]:
    heading = POLICY_WORDS[language].heading
    yield heading.format(title=policy.title, version=policy.version, since=policy.effective_from)
    yield WORDS[language].week.format(first=day_text(days[0], language), last=day_text(days[-1], language))
    for name, calendar in policy.calendars.items():
        yield ""
        yield _calendar(name, [_seen(calendar, day, language) for day in days], calendar, language)


@dataclass(frozen=True, slots=True)
class _Day:
    """One local date of one calendar."""

    date: date
    length: timedelta
    open: timedelta
    spans: tuple[Span, ...]
    """Local times."""
    notes: tuple[str, ...]


def _seen(calendar: Calendar, day: date, language: Language) -> _Day:
    notes = tuple(_notes(calendar, day, language))
    bounds = calendar.bounds_of(day)
    if bounds is None:
        return _Day(day, _NOTHING, _NOTHING, (), notes)
    spans = [Span(*(at.astimezone(calendar.zone) for at in span)) for span in calendar.spans(*bounds)]
    return _Day(day, bounds.end - bounds.start, calendar.between(*bounds), tuple(spans), notes)


def _notes(calendar: Calendar, day: date, language: Language) -> Iterator[str]:
    words = WORDS[language]
    holiday = public_holiday(calendar.spec.holidays, day, language)
    if calendar.is_holiday(day):
        yield holiday or words.closed_once
    elif holiday:
        yield words.worked.format(holiday=holiday)
    bounds = calendar.bounds_of(day)
    if bounds is None:
        yield words.never_was
    elif (length := bounds.end - bounds.start) != _DAY:
        yield words.long_day.format(length=spoken(length))


def _calendar(name: str, days: Sequence[_Day], calendar: Calendar, language: Language) -> RenderableType:
    words = WORDS[language]
    title = f"{name} ({calendar.spec.timezone})"
    total = sum((day.open for day in days), _NOTHING)
    if all(day.open == day.length for day in days):
        noted = [f"{day_text(day.date, language)} – {', '.join(day.notes)}" for day in days if day.notes]
        return "\n".join([f"{title}: 24/7, {spoken(total)}", *noted])
    name_of_day, opening, length, notes = words.columns_of_week
    hours = ["  ".join(span_text(*span, language) for span in day.spans) or words.closed for day in days]
    table = Table(
        Column(name_of_day, words.total, no_wrap=True),
        # Where room is short, the notes wrap rather than the two spans of a usual day.
        Column(opening, no_wrap=max(map(len, hours)) <= _TWO_SPANS),
        Column(length, spoken(total), no_wrap=True),
        Column(notes, overflow="fold"),
        title=title,
        title_justify="left",
        show_footer=True,
    )
    for day, spans in zip(days, hours, strict=True):
        table.add_row(day_text(day.date, language), spans, spoken(day.open) if day.open else "", ", ".join(day.notes))
    return table
