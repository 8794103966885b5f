"""Policy cases: files in which a desk's manager says what must happen, and when.

The format is described in docs/howto/test-a-policy.md. A case file is read as a whole before anything runs; what is
wrong with it is a ``BadFile`` with its line.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from vigie.contracts.catalog import EVENTS
from vigie.contracts.instants import Instant
from vigie.contracts.terms import ContractTerms
from vigie.lined_yaml import BadFile, Lined, complaints, load

EVENT_NAMES = frozenset(event.__name__ for event in EVENTS.values())

T = TypeVar("T")


def _some(values: tuple[T, ...]) -> tuple[T, ...]:
    """At least one. Pydantic's own ``min_length`` also complains when a value is wrong, and hides that value's line."""
    if not values:
        raise ValueError("is empty")
    return values


class TicketCase(BaseModel):
    """The request a case begins with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    opened: Instant
    priority: str
    kind: str | None = None
    """None: the first of the policy's kinds."""
    service: str | None = None
    customer: str | None = None
    contract: ContractTerms = ContractTerms()


class Step(BaseModel):
    """Something that somebody does; what else it needs depends on ``do``."""

    model_config = ConfigDict(frozen=True, extra="allow")

    at: Instant
    do: str
    refused: str | None = None
    """The name of the error that the rules must answer with."""

    @property
    def fields(self) -> dict[str, Any]:
        """What the step brings along, by name."""
        return self.model_extra or {}


class Expected(BaseModel):
    """An event that must happen; the members it does not name are not compared."""

    model_config = ConfigDict(frozen=True, extra="allow")

    at: Instant
    event: str

    @property
    def fields(self) -> dict[str, Any]:
        """The named members and their values."""
        return self.model_extra or {}


class Case(BaseModel):
    """One story, and all the watched events it must come to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    ticket: TicketCase
    steps: tuple[Step, ...] = ()
    until: Instant
    expect: tuple[Expected, ...]
    watch: Annotated[tuple[str, ...], AfterValidator(_some)] | None = None


class CaseFile(BaseModel):
    """A file of cases for one policy."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    policy: str
    """The id of a shipped policy, or a path relative to this file."""
    watch: Annotated[tuple[str, ...], AfterValidator(_some)]
    cases: Annotated[tuple[Case, ...], AfterValidator(_some)]


def read_cases(path: Path, actions: Sequence[str]) -> tuple[CaseFile, Lined]:
    """The cases in the file at ``path``; ``actions`` are the names that ``do`` may have. Raises ``BadFile``."""
    lined = load(path)
    try:
        cases = CaseFile.model_validate(lined.value)
    except ValidationError as error:
        raise complaints(lined, error)[0] from error
    _check_names(cases, lined, actions)
    return cases, lined


def _check_names(cases: CaseFile, lined: Lined, actions: Sequence[str]) -> None:
    """Words that no rule knows would make a case pass for the wrong reason."""
    _check_watch(cases.watch, lined, ("watch",))
    for index, case in enumerate(cases.cases):
        where = ("cases", index)
        watched = case.watch or cases.watch
        _check_watch(case.watch or (), lined, (*where, "watch"))
        for number, step in enumerate(case.steps):
            if step.do not in actions:
                raise _bad(
                    lined, (*where, "steps", number, "do"), f"{step.do!r} is not a step; known: {', '.join(actions)}"
                )
        for number, expected in enumerate(case.expect):
            if expected.event not in watched:
                raise _bad(lined, (*where, "expect", number, "event"), f"{expected.event!r} is not watched")
            if expected.at > case.until:
                raise _bad(lined, (*where, "expect", number, "at"), "is after the case's `until`")


def _check_watch(watch: Sequence[str], lined: Lined, where: tuple[str | int, ...]) -> None:
    for number, name in enumerate(watch):
        if name not in EVENT_NAMES:
            raise _bad(lined, (*where, number), f"{name!r} is not an event")


def _bad(lined: Lined, where: tuple[str | int, ...], reason: str) -> BadFile:
    return BadFile(lined.path, lined.line_of(where), reason, ".".join(str(step) for step in where))
