"""What a policy file says, as statements: one for each thing that can be said and be changed by itself.

The walk follows the models, so that a field that is new is stated without being asked for; what it is called in words
is in wording, and a test holds that every statement has words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from vigie.policy.model import Escalation, PolicyFile, When
from vigie.policy.naming import levels_of
from vigie.policy.parts import Level

Path = tuple[str, ...]

HEADING = ("policy", "version", "effective_from")
"""What a heading says, and no statement."""

ENTITIES = frozenset(
    {
        "calendars.*",
        "priorities.*",
        "kinds.*",
        "commitments.*",
        "escalation.levels.*",
        "escalation.on_bug",
        "on_call",
        "billing",
        "notifications",
    }
)
"""What is there or not, and has statements of its own: those belong to it."""

ORDERS = frozenset({"calendars", "priorities", "kinds", "commitments", "escalation.levels"})
"""Mappings whose order says something."""

WHOLE = frozenset(
    {
        "calendars.*.hours",
        "commitments.*.applies_to.contract",
        "commitments.*.targets.*",
        "commitments.*.when",
        "closure.no_contact",
        "weekly_list",
        "billing.contract_factors.*",
    }
)
"""What is said in one piece."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that a policy says."""

    path: Path
    """The fields and names that lead to it."""
    pattern: str
    """The same with ``*`` for names: ``commitments.*.targets.*``."""
    names: Path
    """What the stars stand for."""
    value: Any
    """As the model has it; of an order, the names."""

    @property
    def entity(self) -> str | None:
        """The pattern of the thing that it belongs to, when it is not that thing itself."""
        steps = self.pattern.split(".")
        above = (".".join(steps[:count]) for count in range(1, len(steps)))
        return next((pattern for pattern in above if pattern in ENTITIES), None)

    @property
    def is_order(self) -> bool:
        """Whether it says in which order things stand."""
        return self.pattern in ORDERS

    @property
    def is_entity(self) -> bool:
        """Whether it says no more than that something is there."""
        return self.pattern in ENTITIES


def statements(file: PolicyFile) -> dict[Path, Statement]:
    """Everything that ``file`` says, in its order, by the path to it. What is left out or empty says nothing."""
    found: dict[Path, Statement] = {}
    for name, value in fields_of(file):
        if name not in HEADING:
            found |= {one.path: one for one in _walk(value, (name,), name, ())}
    return found


def fields_of(part: BaseModel) -> Iterator[tuple[str, Any]]:
    """The fields of a part by the names they have in files."""
    for name, about in type(part).model_fields.items():
        yield about.alias or name, getattr(part, name)
    yield from (part.model_extra or {}).items()


def _walk(value: Any, path: Path, pattern: str, names: Path) -> Iterator[Statement]:
    if _says_nothing(value):
        return
    if pattern in ENTITIES:
        yield Statement(path, pattern, names, value)
    if pattern in WHOLE or not isinstance(value, BaseModel | Mapping):
        yield Statement(path, pattern, names, value)
    elif isinstance(value, BaseModel):
        yield from _part(value, path, pattern, names)
    else:
        yield from _mapping(value, path, pattern, names)


def _part(part: BaseModel, path: Path, pattern: str, names: Path) -> Iterator[Statement]:
    for name, child in fields_of(part):
        if isinstance(part, Escalation) and name == "levels":
            child = {level: part.levels.get(level, Level()) for level in levels_of(part)}
        named = name in (part.model_extra or {})
        yield from _walk(
            child, (*path, name), f"{pattern}.{'*' if named else name}", (*names, name) if named else names
        )


def _mapping(things: Mapping[str, Any], path: Path, pattern: str, names: Path) -> Iterator[Statement]:
    if pattern in ORDERS:
        yield Statement(path, pattern, names, tuple(things))
    for name, child in things.items():
        yield from _walk(child, (*path, name), f"{pattern}.*", (*names, name))


def _says_nothing(value: Any) -> bool:
    empty = value == When() or (isinstance(value, tuple | Mapping) and not value)
    return value is None or empty
