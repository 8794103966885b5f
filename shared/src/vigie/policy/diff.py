"""What changes between two versions of a policy, as sentences for those who live with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from vigie.calendar.spec import WeeklyHours
from vigie.contracts.requests import Language
from vigie.policy.changes import UNORDERED, Change, changes, fields, in_common, only_in
from vigie.policy.model import PolicyFile, Promised
from vigie.policy.sections import PARTS, part_of
from vigie.policy.statements import Statement
from vigie.policy.telling import Teller, bullets, capital
from vigie.policy.wording import WORDS

ITEMIZED = frozenset(
    {
        "services",
        "reasons",
        "project_files",
        "priorities.*.aliases",
        "kinds.*.aliases",
        "calendars.*.holidays.yearly",
        "calendars.*.holidays.dates",
        "calendars.*.holidays.open",
        "escalation.informs.*",
        "on_call.informs",
        "notifications.desk",
        "admission",
        "price_accepted_before",
        "technicians",
        "notifications.rules",
    }
)
"""Lists in which each item comes and goes by itself."""


def comparison(before: PolicyFile, after: PolicyFile, language: Language) -> RenderableType:
    """The sentences under the headings of their parts."""
    words = WORDS[language]
    heading = words.compared.format(
        title=after.title or after.policy,
        earlier=before.version,
        since=before.effective_from,
        later=after.version,
        then=after.effective_from,
    )
    parts: list[RenderableType] = [heading]
    for part, lines in sentences(before, after, language).items():
        parts += [Text(f"\n{words.parts[part]}", style="bold"), bullets(lines)]
    return Group(*parts) if len(parts) > 1 else Group(heading, words.nothing_changes)


def compared(before: PolicyFile, after: PolicyFile) -> dict[str, Any]:
    """The same for programs: the fields that differ, as the files say them; null for what is not said."""
    differing = [found for change in changes(before, after) for found in fields(change)]
    return {
        "policy": after.policy,
        "before": {"version": before.version, "effective_from": before.effective_from.isoformat()},
        "after": {"version": after.version, "effective_from": after.effective_from.isoformat()},
        "changes": [{"field": field, "before": was, "after": now} for field, was, now in differing],
    }


def sentences(before: PolicyFile, after: PolicyFile, language: Language) -> dict[str, list[str]]:
    """What is otherwise in ``after``, by part (its name in sections.py), in the order of the parts; {}: nothing."""
    teller = Teller(language, before, after)
    said: dict[str, list[str]] = {part: [] for part in PARTS}
    for change in changes(before, after):
        said[part_of(change.statement.pattern)] += map(capital, _told(change, teller))
    return {part: lines for part, lines in said.items() if lines}


def _told(change: Change, teller: Teller) -> Iterator[str]:
    old, new = change.before, change.after
    if change.statement.pattern in ITEMIZED:
        yield from _items(change, teller)
    elif old and new and isinstance(old.value, WeeklyHours):
        yield from _other_hours(old, new, teller)
    elif old and new:
        yield _otherwise(old, new, teller)
    elif change.statement.is_entity:
        said = teller.words.new if new else teller.words.gone
        yield said.format(statement=_thing(change, teller))
    else:
        yield from _said_or_not(change, teller)


def _otherwise(old: Statement, new: Statement, teller: Teller) -> str:
    words = teller.words
    subject = teller.subject(new)
    if new.is_order:
        return words.reordered.format(subject=subject, before=teller.value(old), after=teller.value(new))
    if isinstance(old.value, Promised) and isinstance(new.value, Promised):
        return _another_target(subject, old.value, new.value, teller)
    said = words.changed_phrase if teller.is_phrase(new.pattern) else words.changed
    return said.format(subject=subject, before=teller.value(old), after=teller.value(new))


def _other_hours(old: Statement, new: Statement, teller: Teller) -> Iterator[str]:
    """Only the days that change; those that change alike together."""
    alike: dict[tuple[str, str], list[str]] = {}
    for weekday, name in enumerate(teller.words.weekdays):
        was, now = (teller.hours_of_day(one.value, weekday) for one in (old, new))
        if was != now:
            alike.setdefault((was, now), []).append(name)
    for (was, now), days in alike.items():
        subject = f"{teller.subject(new)}, {', '.join(days)}"
        yield teller.words.changed.format(subject=subject, before=was, after=now)


def _another_target(subject: str, old: Promised, new: Promised, teller: Teller) -> str:
    """What stays as it is is said once, behind."""
    if old.calendar is None or old.calendar != new.calendar:
        return teller.words.changed.format(subject=subject, before=teller.target(old), after=teller.target(new))
    calendar = teller.words.on_calendar.format(calendar=new.calendar)
    before = f"{teller.length(old.within)} ({calendar})"
    return teller.words.changed.format(subject=subject, before=before, after=teller.length(new.within))


def _said_or_not(change: Change, teller: Teller) -> Iterator[str]:
    """Something that only one of them says; where silence has a meaning, that is named too."""
    one, words = change.statement, teller.words
    silence = teller.absent(one.pattern)
    if silence is None:
        said = words.new if change.after else words.gone
        yield said.format(statement=_statement(one, teller.value(one), teller))
        return
    before = teller.value(change.before) if change.before else silence
    after = teller.value(change.after) if change.after else silence
    yield words.changed_phrase.format(subject=teller.subject(one), before=before, after=after)


def _thing(change: Change, teller: Teller) -> str:
    """A thing that is new or no more, with all that is said of it."""
    one, colon = change.statement, teller.words.colon
    said = [f"{teller.aspect(inner)}{colon}{teller.value(inner)}" for inner in change.within if not inner.is_order]
    return " – ".join(part for part in (teller.subject(one), teller.words.also.join(said)) if part)


def _items(change: Change, teller: Teller) -> Iterator[str]:
    one, words = change.statement, teller.words
    before: Sequence[Any] = change.before.value if change.before else ()
    after: Sequence[Any] = change.after.value if change.after else ()
    for said, items in ((words.new, only_in(after, before)), (words.gone, only_in(before, after))):
        for item in items:
            yield said.format(statement=_statement(one, teller.item(one.pattern, item), teller))
    stayed, stays = in_common(before, after), in_common(after, before)
    if stayed != stays and one.pattern not in UNORDERED:
        was, now = (", ".join(teller.item(one.pattern, item) for item in items) for items in (stayed, stays))
        yield words.reordered.format(subject=teller.subject(one), before=was, after=now)


def _statement(about: Statement, value: str, teller: Teller) -> str:
    return f"{teller.subject(about)}{teller.words.colon}{value}"
