"""Policy cases: files in which a desk's manager says what must happen, and when.

The format is described in docs/howto/test-a-policy.md. A case file is read as a whole before anything runs; what is
wrong with it is a ``BadFile`` with its line.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from vigie.calendar import CalendarSpec
from vigie.contracts.catalog import EVENTS
from vigie.contracts.instants import WrittenInstant
from vigie.contracts.terms import ContractTerms
from vigie.contracts.text import Line, Word
from vigie.lined_yaml import BadFile, Lined, complaints, load

EVENT_NAMES = frozenset(event.__name__ for event in EVENTS.values())

T = TypeVar("T")
Where = tuple[str | int, ...]
"""The way to a value in a case file: keys and indexes."""


def _some(values: tuple[T, ...]) -> tuple[T, ...]:
    """At least one. Pydantic's own ``min_length`` also complains when a value is wrong, and hides that value's line."""
    if not values:
        raise ValueError("is empty")
    return values


def _with_real_hours(terms: ContractTerms) -> ContractTerms:
    """Judged here, because somebody is there to be told; events are believed."""
    if terms.customer_hours is not None:
        try:
            CalendarSpec.model_validate({"timezone": "UTC", "hours": terms.customer_hours})
        except ValidationError as error:
            raise ValueError(f"customer_hours: {error.errors()[0]['msg'].removeprefix('Value error, ')}") from None
    return terms


class TicketCase(BaseModel):
    """The request a case begins with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    opened: WrittenInstant
    priority: Word | None = None
    """None: that of the kind, where the policy gives it one."""
    kind: Word | None = None
    """None: the first of the policy's kinds."""
    service: Line | None = None
    customer: Line | None = None
    contract: Annotated[ContractTerms, AfterValidator(_with_real_hours)] = ContractTerms()


class Step(BaseModel):
    """Something that somebody does; what else it needs depends on ``do``."""

    model_config = ConfigDict(frozen=True, extra="allow")

    at: WrittenInstant
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

    at: WrittenInstant
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
    until: WrittenInstant
    expect: tuple[Expected, ...] = ()
    watch: tuple[str, ...] | None = None
    """None: what the file watches."""


class CaseFile(BaseModel):
    """A file of cases for one policy."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    policy: str
    """The id of a shipped policy, or a path relative to this file."""
    watch: tuple[str, ...] | None = None
    """None: every case says for itself what it watches."""
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
    _check_watch(cases.watch or (), lined, ("watch",))
    for index, case in enumerate(cases.cases):
        where = ("cases", index)
        if cases.watch is None and case.watch is None:
            raise _bad(lined, (*where, "watch"), "is missing, and the file has no 'watch' for all its cases")
        _check_watch(case.watch or (), lined, (*where, "watch"))
        if case.until < case.ticket.opened:
            raise _bad(lined, (*where, "until"), "is before the ticket is opened")
        for number, step in enumerate(case.steps):
            _check_step(step, case.ticket, lined, (*where, "steps", number), actions)
        for number, expected in enumerate(case.expect):
            _check_event(expected.event, lined, (*where, "expect", number, "event"))


def _check_step(step: Step, ticket: TicketCase, lined: Lined, where: Where, actions: Sequence[str]) -> None:
    if step.do not in actions:
        raise _bad(lined, (*where, "do"), f"{step.do!r} is not a step; known: {', '.join(actions)}")
    if step.at < ticket.opened:
        raise _bad(lined, (*where, "at"), "is before the ticket is opened")


def _check_watch(watch: Sequence[str], lined: Lined, where: Where) -> None:
    for number, name in enumerate(watch):
        _check_event(name, lined, (*where, number))


def _check_event(name: str, lined: Lined, where: Where) -> None:
    if name not in EVENT_NAMES:
        raise _bad(lined, where, f"{name!r} is not an event")


def _bad(lined: Lined, where: Where, reason: str) -> BadFile:
    return BadFile(lined.path, lined.line_of(where), reason, ".".join(str(step) for step in where))
