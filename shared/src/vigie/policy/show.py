"""A policy as people print it and hang it up: a column for each priority, a row for each promise and each level.

What fits no column stands below, a line for each statement, in the parts that a comparison of versions has too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby

from rich.console import Group, RenderableType
from rich.table import Column, Table
from rich.text import Text

from vigie.contracts.requests import Language
from vigie.policy.model import PolicyFile, Promise
from vigie.policy.naming import levels_of
from vigie.policy.sections import PARTS, part_of
from vigie.policy.statements import Path, Statement, statements
from vigie.policy.telling import Teller, bullets, capital, spoken, week_text

__all__ = ["sheet", "spoken"]

_NOTHING = "–"

_IN_TABLES = frozenset(
    {
        "commitments.*.targets.*",
        "escalation.on_miss.kinds",
        "escalation.on_miss.*.*",
        "calendars.*.hours",
        "calendars.*.timezone",
        "calendars.*.holidays.country",
    }
)
"""What the tables and the lines of hours say already."""

_NOT_SHOWN = frozenset({"title", "notifications.within"})
"""What the heading says, and what nobody reads on a wall."""

_LINE_EACH = frozenset({"technicians", "admission", "price_accepted_before", "notifications.rules"})
"""Lists of rules: their heading says what they are."""

_OWN_PARTS = frozenset({"on_call", "billing", "notifications"})
"""Things whose name is the heading already."""


def sheet(file: PolicyFile, language: Language) -> RenderableType:
    """The whole of ``file``, in the words it has in ``language``; what has none is called by its id."""
    return Group(*_Sheet(file, language).parts())


class _Sheet:
    def __init__(self, file: PolicyFile, language: Language) -> None:
        self.file = file
        self.teller = Teller(language, file)
        self.words = self.teller.words
        self.language = language
        self.said: dict[str, list[Statement]] = {part: [] for part in PARTS}
        for one in statements(file).values():
            if not (_shown_otherwise(one) or self._in_another_language(one) or self._repeats_a_label(one)):
                self.said[part_of(one.pattern)].append(one)

    def parts(self) -> Iterator[RenderableType]:
        file = self.file
        yield self.words.heading.format(
            title=file.title or file.policy, version=file.version, since=file.effective_from
        )
        tables: dict[str, Callable[[], Iterator[RenderableType]]] = {
            "promises": self._promises,
            "escalation": self._ladders,
            "hours": self._hours,
        }
        for part in PARTS:
            rows = [*tables[part]()] if part in tables else []
            if lines := [*self._lines(part)]:
                rows.append(bullets(lines))
            if rows:
                yield Text(f"\n{self.words.parts[part]}", style="bold")
                yield from rows

    def _in_another_language(self, one: Statement) -> bool:
        """Where people speak none of the desk's languages, its first must do."""
        read = self.language if self.language in self.file.languages else self.file.languages[0]
        return one.pattern == "priorities.*.definition.*" and one.names[1] != read

    def _repeats_a_label(self, one: Statement) -> bool:
        return one.pattern.endswith(".aliases") and one.value == (self.teller.label(one.names[0]),)

    def _promises(self) -> Iterator[RenderableType]:
        if not self.file.commitments:
            yield self.words.no_promise
            return
        table = self._by_priority()
        for name, promise in self.file.commitments.items():
            table.add_row(self.teller.label(name), *(self._within(promise, one) for one in self.file.priorities))
        yield table

    def _ladders(self) -> Iterator[RenderableType]:
        rules = self.file.escalation.on_miss
        if not rules.ladders:
            return
        table = self._by_priority()
        called = {level for ladder in rules.ladders.values() for level in ladder}
        for level in levels_of(self.file.escalation):
            if level in called:
                table.add_row(self.teller.label(level), *(self._called(level, one) for one in self.file.priorities))
        kinds = ", ".join(self.teller.label(kind) for kind in self.file.kinds if kind in rules.kinds)
        yield self.words.ladders
        yield table
        if kinds:
            yield self.words.only_for.format(kinds=kinds)

    def _hours(self) -> Iterator[RenderableType]:
        lines = []
        for name, calendar in self.file.calendars.items():
            country = calendar.holidays.country
            closed = self.words.holidays.format(country=country) if country else ""
            week = week_text(calendar.hours, self.words.weekdays)
            lines.append(f"{name}: {week} ({calendar.timezone}{closed})")
        yield bullets(lines)

    def _by_priority(self) -> Table:
        columns = [Column(self.teller.label(priority), overflow="fold") for priority in self.file.priorities]
        return Table("", *columns)

    def _within(self, promise: Promise, priority: str) -> str:
        target = promise.targets.get(priority) or promise.targets.get("any")
        if target is None:
            return _NOTHING
        within = self.teller.length(target.within)
        return f"{within} · {target.calendar}" if target.calendar else within

    def _called(self, level: str, priority: str) -> str:
        after = self.file.escalation.on_miss.ladders.get(priority, {}).get(level)
        return _NOTHING if after is None else f"+ {spoken(after)}"

    def _lines(self, part: str) -> Iterator[str]:
        for thing, said in groupby(self.said[part], key=_together):
            if thing:
                told = self.words.also.join(map(self._told_beside_others, said))
                yield f"{self.teller.label(thing[-1])}{self.words.colon}{told}"
            else:
                for one in said:
                    yield from map(capital, self._told_on_lines(one, part))

    def _told_beside_others(self, one: Statement) -> str:
        if one.pattern == "priorities.*.definition.*":
            return self.words.also.join(one.value)
        return f"{self.teller.aspect(one)} {self.teller.value(one)}"

    def _told_on_lines(self, one: Statement, part: str) -> Iterator[str]:
        if one.pattern in _LINE_EACH:
            prefix = f"{self.teller.aspect(one)}{self.words.colon}" if part in ("billing", "work") else ""
            yield from (f"{prefix}{self.teller.item(one.pattern, item)}" for item in one.value)
            return
        subject = self.teller.aspect(one) if one.entity in _OWN_PARTS else self.teller.subject(one)
        yield f"{subject}{self.words.colon}{self.teller.value(one)}"


def _shown_otherwise(one: Statement) -> bool:
    if one.is_order:
        return one.pattern != "kinds"
    return one.is_entity or one.pattern in _IN_TABLES | _NOT_SHOWN or one.pattern.endswith(".labels.*")


def _together(one: Statement) -> Path | None:
    """All that is said of such a thing stands on one line."""
    return one.path[:2] if one.entity in ("priorities.*", "kinds.*", "commitments.*") else None
