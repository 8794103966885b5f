"""Calendar case files: questions with their right answers, written by people who do not program.

A file is `{"source": text, "cases": [...]}` in JSON or YAML. Each case has an `id`, an `op` (`add`, `between` or
`pause`), a `calendar` as in a policy file, instants in ISO 8601 with an offset, and what is expected. Instants are
compared, not their spelling: the same instant with another offset is equal.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic import model_validator as checks

from vigie.calendar.calendar import Calendar
from vigie.calendar.open_time import FIRST_YEAR, LAST_YEAR, OutsideCalendar
from vigie.calendar.spec import CalendarSpec
from vigie.lined_yaml import BadFile, Lined, complaints, load

_MIDNIGHT_AS_24 = re.compile(r"(\d{4}-?\d{2}-?\d{2}[T ])24(:?00(?::?00(?:[.,]0+)?)?)?(?=[Zz+-])")


def instant(value: Any) -> datetime:
    """ISO 8601 with an offset; `24:00` is the midnight at which the day ends. ValueError for anything else."""
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not an instant like '2026-03-23T11:50:00+01:00'")
    ends_day = _MIDNIGHT_AS_24.match(value)
    try:
        at = datetime.fromisoformat(_MIDNIGHT_AS_24.sub(r"\g<1>00\g<2>", value))
        at += timedelta(days=1 if ends_day else 0)
    except (ValueError, OverflowError):
        raise ValueError(f"{value!r} is not an instant like '2026-03-23T11:50:00+01:00'") from None
    if at.tzinfo is None:
        raise ValueError(f"{value!r} has no offset, as in '2026-03-23T11:50:00+01:00'; without it, it is no instant")
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ValueError(f"{value!r} lies outside the years {FIRST_YEAR} to {LAST_YEAR}")
    return at


def _seconds(value: Any) -> timedelta:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1e11:
        raise ValueError(f"{value!r} is not a number of seconds")
    return timedelta(seconds=value)


def _in_order(pauses: tuple[tuple[datetime, datetime], ...]) -> tuple[tuple[datetime, datetime], ...]:
    for start, end in pauses:
        if end < start:
            raise ValueError(f"the pause from {start.isoformat()} ends before it begins")
    for (_, end), (start, _) in pairwise(pauses):
        if start < end:
            raise ValueError(f"the pause from {start.isoformat()} begins before the one listed ahead of it has ended")
    return pauses


def _label(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Instant = Annotated[datetime, BeforeValidator(instant)]
Seconds = Annotated[timedelta, BeforeValidator(_seconds)]
Pauses = Annotated[tuple[tuple[Instant, Instant], ...], AfterValidator(_in_order)]


class _Case(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, BeforeValidator(_label)]
    calendar: CalendarSpec
    start: Instant


class AddCase(_Case):
    """When is a budget used up?"""

    op: Literal["add"]
    seconds: Seconds
    expect: Instant


class BetweenCase(_Case):
    """How much open time lies between two instants?"""

    op: Literal["between"]
    end: Instant
    expect_seconds: Seconds

    @checks(mode="after")
    def _ends_after_its_start(self) -> "BetweenCase":
        if self.end < self.start:
            raise ValueError("end: is before start")
        return self


class PauseCase(_Case):
    """When is a budget used up without and with pauses, and how much open time do they cover?"""

    op: Literal["pause"]
    seconds: Seconds
    pauses: Pauses
    expect_unpaused: Instant
    expect_paused: Instant
    expect_paused_seconds: Seconds


Case = AddCase | BetweenCase | PauseCase
_CASE: TypeAdapter[Case] = TypeAdapter(Annotated[Case, Field(discriminator="op")])


@dataclass(frozen=True)
class Difference:
    """One expectation that did not come true, both sides as a person would write them."""

    field: str
    expected: str
    came: str


@dataclass(frozen=True)
class Outcome:
    """What became of one case; it passed when nothing differs."""

    path: str
    line: int
    id: str
    differences: tuple[Difference, ...]

    @property
    def passed(self) -> bool:
        return not self.differences


class BadCases(Exception):
    """A case file that cannot be run, with everything that is wrong with it."""

    def __init__(self, problems: list[BadFile]) -> None:
        super().__init__(problems)
        self.problems = problems


def run_file(path: str | Path) -> list[Outcome]:
    """Every case of a file, in its order; raises `BadCases` before any is run when one of them cannot be read."""
    compiled = cache(Calendar.compile)
    return [_run(path, line, case, compiled(case.calendar)) for line, case in read_cases(path)]


def read_cases(path: str | Path) -> list[tuple[int, Case]]:
    """The cases of a file with their lines; raises `BadCases`."""
    try:
        lined = load(path)
        listed = _listed(lined)
    except BadFile as e:
        raise BadCases([e]) from e
    cases: list[tuple[int, Case]] = []
    problems: list[BadFile] = []
    seen: dict[str, int] = {}
    for index, raw in enumerate(listed):
        where = ("cases", index)
        line = lined.line_of(where)
        try:
            case = _CASE.validate_python(raw)
        except ValidationError as e:
            problems += complaints(lined, e, where)
            continue
        if case.id in seen:
            reason = f"{case.id!r} is the id of the case in line {seen[case.id]} too"
            problems.append(BadFile(path, lined.line_of((*where, "id")), reason, f"cases.{index}.id"))
        seen.setdefault(case.id, line)
        cases.append((line, case))
    if problems:
        raise BadCases(problems)
    return cases


def _listed(lined: Lined) -> list[Any]:
    def refuse(field: str, reason: str) -> BadFile:
        return BadFile(lined.path, lined.line_of((field,)), reason, field)

    document = lined.value
    if not isinstance(document, dict):
        raise BadFile(lined.path, 1, "must be a mapping with 'source' and 'cases'")
    for field in document:
        if field not in ("source", "cases"):
            raise refuse(str(field), "is not a field that is known here")
    if not isinstance(document.get("source", ""), str):
        raise refuse("source", "must be text")
    if "cases" not in document:
        raise refuse("cases", "is missing")
    cases = document["cases"]
    if not isinstance(cases, list):
        raise refuse("cases", "must be a list")
    return cases


def _run(path: str | Path, line: int, case: Case, calendar: Calendar) -> Outcome:
    try:
        differences = tuple(_differences(case, calendar))
    except OutsideCalendar as e:
        differences = (Difference("expect", "an answer", str(e)),)
    return Outcome(str(path), line, case.id, differences)


def _differences(case: Case, calendar: Calendar) -> Iterator[Difference]:
    def instants(field: str, expected: datetime, came: datetime) -> Iterator[Difference]:
        if expected != came:
            yield Difference(field, _local(expected, calendar), _local(came, calendar))

    def amounts(field: str, expected: timedelta, came: timedelta) -> Iterator[Difference]:
        if expected != came:
            yield Difference(field, _amount(expected), _amount(came))

    match case:
        case AddCase():
            yield from instants("expect", case.expect, calendar.add(case.start, case.seconds))
        case BetweenCase():
            yield from amounts("expect_seconds", case.expect_seconds, calendar.between(case.start, case.end))
        case PauseCase():
            yield from instants("expect_unpaused", case.expect_unpaused, calendar.add(case.start, case.seconds))
            paused = calendar.add_with_pauses(case.start, case.seconds, case.pauses)
            yield from instants("expect_paused", case.expect_paused, paused)
            yield from amounts("expect_paused_seconds", case.expect_paused_seconds, calendar.paused_time(case.pauses))


def _amount(time: timedelta) -> str:
    whole, part = divmod(time, timedelta(seconds=1))
    return f"{whole}.{part.microseconds:06} s" if part else f"{whole} s"


def _local(at: datetime, calendar: Calendar) -> str:
    return at.astimezone(calendar.zone).isoformat()
