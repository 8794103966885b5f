"""What differs between two policy files: every statement that only one of them makes, or that they make otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel

from vigie.policy.durations import DayCount, Share, written
from vigie.policy.model import PolicyFile
from vigie.policy.statements import Path, Statement, fields_of, statements

UNORDERED = frozenset(
    {
        "calendars.*.holidays.yearly",
        "calendars.*.holidays.dates",
        "calendars.*.holidays.open",
        "days.jours_ouvrables",
        "priorities.*.aliases",
        "kinds.*.aliases",
        "commitments.*.applies_to.kinds",
        "escalation.on_miss.kinds",
        "escalation.on_bug.except",
        "on_call.requires",
        "project_files",
        "on_call.covers.services",
        "price_accepted_before",
        "technicians",
    }
)
"""Lists that mean the same in any order."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference."""

    before: Statement | None
    """None: it is new."""
    after: Statement | None
    """None: it is no more."""
    within: tuple[Statement, ...] = ()
    """Of a thing that is new or no more: what is or was said of it."""

    @property
    def statement(self) -> Statement:
        """The later one, if there is one."""
        found = self.after or self.before
        assert found is not None  # noqa: S101 - one of the two always is
        return found


def changes(before: PolicyFile, after: PolicyFile) -> tuple[Change, ...]:
    """Everything in which ``after`` differs, in the order of the file; versions and dates apart.

    The way a file is written makes no difference: comments, ``60m`` for ``1h``, the order of what has none.
    """
    earlier, later = statements(before), statements(after)
    found: list[Change] = []
    things: list[Path] = []
    for path in _merged(list(earlier), list(later)):
        if any(path[: len(thing)] == thing for thing in things):
            continue
        old, new = earlier.get(path), later.get(path)
        one = old or new
        if one and one.is_entity and not (old and new):
            things.append(path)
            found.append(Change(old, new, tuple(_inside(path, earlier if old else later))))
        elif _differ(old, new):
            found.append(Change(old, new))
    return tuple(found)


def _merged(earlier: Sequence[Path], later: Sequence[Path]) -> Iterator[Path]:
    """All paths; what is only in the later file stands behind what it follows there."""
    follow: dict[Path | None, list[Path]] = {}
    known, previous = set(earlier), None
    for path in later:
        if path in known:
            previous = path
        else:
            follow.setdefault(previous, []).append(path)
    yield from follow.get(None, ())
    for path in earlier:
        yield path
        yield from follow.get(path, ())


def _inside(path: Path, said: Mapping[Path, Statement]) -> Iterator[Statement]:
    return (one for other, one in said.items() if other[: len(path)] == path and other != path)


def _differ(old: Statement | None, new: Statement | None) -> bool:
    if old is None or new is None:
        return not any(one and one.is_order for one in (old, new))
    if old.is_entity:
        return False
    if old.is_order:
        return in_common(old.value, new.value) != in_common(new.value, old.value)
    if old.pattern in UNORDERED:
        return bool(only_in(old.value, new.value) or only_in(new.value, old.value))
    different: bool = meaning(old.value) != meaning(new.value)
    return different


def in_common(these: Sequence[Any], those: Sequence[Any]) -> list[Any]:
    """The items of ``these`` that ``those`` have too, in their order."""
    others = [meaning(item) for item in those]
    return [item for item in these if meaning(item) in others]


def only_in(these: Sequence[Any], those: Sequence[Any]) -> list[Any]:
    """The items of ``these`` that mean something else than each of ``those``."""
    others = [meaning(item) for item in those]
    return [item for item in these if meaning(item) not in others]


def meaning(value: Any) -> Any:
    """``value`` as its file spells it, the lists inside rules in one order, since they have none."""
    if isinstance(value, tuple):
        return [_in_order(spelled(item)) for item in value]
    return spelled(value)


def _in_order(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: sorted(inner) if isinstance(inner, list) else _in_order(inner) for name, inner in value.items()}
    return value


def spelled(value: Any) -> Any:
    """``value`` as files say it, in what JSON has; what is left out stays out."""
    match value:
        case BaseModel():
            said = {name: spelled(inner) for name, inner in fields_of(value)}
            return {name: inner for name, inner in said.items() if inner is not None and inner not in ([], {})}
        case Mapping():
            return {name: spelled(inner) for name, inner in value.items()}
        case tuple():
            return [spelled(inner) for inner in value]
        case timedelta() | Share() | DayCount():
            return written(value)
        case date():
            return value.isoformat()
        case _:
            return value


def fields(change: Change) -> Iterator[tuple[str, Any, Any]]:
    """For programs: which fields differ, each by its path, and what they were and are; None: not there."""
    one = change.statement
    before = spelled(change.before.value) if change.before else None
    after = spelled(change.after.value) if change.after else None
    yield from _fields(".".join(one.path), before, after)


def _fields(path: str, before: Any, after: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys((*before, *after)):
            yield from _fields(f"{path}.{name}", before.get(name), after.get(name))
    elif before != after:
        yield path, before, after
