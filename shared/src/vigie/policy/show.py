"""A policy as people print it and hang it up: a column for each priority, a row for each promise and each level."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from rich.console import Group, RenderableType
from rich.table import Column, Table

from vigie.calendar import Calendar
from vigie.contracts.requests import Language
from vigie.policy.commitment import Commitment
from vigie.policy.policy import Policy
from vigie.policy.procedure import OnCall
from vigie.policy.targets import DaysTarget
from vigie.policy.wording import WORDS, Words

_NOTHING = "–"


def sheet(policy: Policy, language: Language) -> RenderableType:
    """The whole of ``policy``, in the words it has in ``language``; what has none is called by its id."""
    speaker = _Speaker(policy, language, WORDS[language])
    parts: list[RenderableType] = [speaker.heading(), speaker.promises()]
    if policy.ladders:
        parts.append(speaker.ladders())
    parts += speaker.hours()
    if policy.on_call:
        parts.append(speaker.on_call(policy.on_call))
    return Group(*parts)


def spoken(length: timedelta) -> str:
    """``1 h 30 min``: no days, since a promise of 48 h may take a week of opening hours."""
    minutes, seconds = divmod(length // timedelta(seconds=1), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{amount} {unit}" for amount, unit in ((hours, "h"), (minutes, "min"), (seconds, "s")) if amount]
    return " ".join(parts) or "0 min"


@dataclass(frozen=True)
class _Speaker:
    """Says what one policy holds, in one language."""

    policy: Policy
    language: Language
    words: Words

    def heading(self) -> str:
        policy = self.policy
        return self.words.heading.format(title=policy.title, version=policy.version, since=policy.effective_from)

    def promises(self) -> Table:
        table = self._by_priority(self.words.promises)
        meant = [self.policy.definitions.get(one, {}).get(self.language, ()) for one in self.policy.priorities]
        if any(meant):
            table.add_row("", *("\n".join(lines) for lines in meant), end_section=True)
        for commitment in self.policy.commitments:
            within = (self._within(commitment, priority) for priority in self.policy.priorities)
            table.add_row(self._label(commitment.name), *within)
        return table

    def ladders(self) -> Table:
        table = self._by_priority(self.words.ladders)
        for level in self.policy.levels:
            table.add_row(self._label(level), *(self._called(level, one) for one in self.policy.priorities))
        kinds = [self._label(kind) for kind in self.policy.kinds if kind in self.policy.ladder_scope.kinds]
        if kinds:
            table.caption = self.words.only_for.format(kinds=", ".join(kinds))
        return table

    def hours(self) -> Iterator[str]:
        for name, calendar in self.policy.calendars.items():
            country = calendar.spec.holidays.country
            closed = self.words.holidays.format(country=country) if country else ""
            yield f"{name}: {', '.join(self._week(calendar))} ({calendar.spec.timezone}{closed})"

    def on_call(self, on_call: OnCall) -> str:
        outside = next(name for name, calendar in self.policy.calendars.items() if calendar is on_call.outside)
        services = ", ".join(sorted(on_call.services)) or self.words.all_services
        return self.words.on_call.format(outside=outside, services=services)

    def _label(self, name: str) -> str:
        return self.policy.labels.get(name, {}).get(self.language, name)

    def _by_priority(self, title: str) -> Table:
        columns = [Column(self._label(priority), overflow="fold") for priority in self.policy.priorities]
        return Table("", *columns, title=title, title_justify="left", caption_justify="left")

    def _within(self, commitment: Commitment, priority: str) -> str:
        target = commitment.targets.get(priority) or commitment.targets.get("any")
        if target is None:
            return _NOTHING
        if isinstance(target, DaysTarget):
            return str(target.span)
        return f"{spoken(timedelta(seconds=target.within))} · {target.calendar}"

    def _called(self, level: str, priority: str) -> str:
        rungs = self.policy.ladders.get(priority, ())
        return next((f"+ {spoken(rung.after)}" for rung in rungs if rung.level == level), _NOTHING)

    def _week(self, calendar: Calendar) -> Iterator[str]:
        """Days of the same hours that follow each other, as one; closed ones are not mentioned."""
        for spans, days in groupby(range(7), key=calendar.spec.hours.of):
            weekdays = [self.words.weekdays[day] for day in days]
            if spans == ("00:00-24:00",) and len(weekdays) == 7:
                yield "24/7"
            elif spans:
                yield f"{'–'.join(dict.fromkeys((weekdays[0], weekdays[-1])))} {' '.join(spans)}"
