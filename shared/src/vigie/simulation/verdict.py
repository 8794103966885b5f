"""Playing a case and judging what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from vigie.contracts.event import Event
from vigie.contracts.requests import RequestSubmitted, WrittenContact
from vigie.decider import Core, Refused
from vigie.policy import Policy
from vigie.simulation.cases import Case, Expected, Step
from vigie.simulation.simulation import Simulation

_SOMEBODY = WrittenContact(name="Jeanne Martin", email="jeanne@customer.example")
_SUBJECT = "A case"
_OF_EVERY_EVENT = ("ticket_id", "number", "desk", "personal")


class BadStep(Exception):
    """A step whose fields do not fit its action. Holds the step's index and pydantic's complaint."""

    def __init__(self, index: int, error: ValidationError) -> None:
        super().__init__(index, error)
        self.index = index
        self.error = error


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a case failed: one sentence, for people and programs."""

    problem: str


class _Happened(NamedTuple):
    at: datetime
    event: Event


def play(case: Case, watch: Sequence[str], cores: Sequence[Core[Any, Any, Any]], policy: Policy) -> tuple[Failure, ...]:
    """What is wrong with ``case`` under ``policy``; () when it passes."""
    simulation = Simulation(cores)
    ticket = simulation.request(request_of(case, policy), case.ticket.opened, case.ticket.contract)
    failures = []
    if simulation.is_open(ticket):
        steps = sorted(enumerate(case.steps), key=lambda numbered: numbered[1].at)
        failures = [failure for index, step in steps for failure in _take(simulation, ticket, index, step)]
    simulation.run(case.until)
    happened = [
        _Happened(one.event.occurred_at, one.event) for one in simulation.log if one.event.occurred_at <= case.until
    ]
    return (
        *failures,
        *_differences(case.expect, happened, watch if case.watch is None else case.watch, ZoneInfo(policy.timezone)),
    )


def request_of(case: Case, policy: Policy) -> RequestSubmitted:
    """What the customer of ``case`` asks the desk for."""
    return RequestSubmitted(
        desk=policy.id,
        channel="portal",
        customer=case.ticket.customer,
        contact=_SOMEBODY,
        kind=case.ticket.kind or policy.kinds[0],
        service=case.ticket.service,
        priority=case.ticket.priority,
        subject=_SUBJECT,
    )


def _take(simulation: Simulation, ticket: Any, index: int, step: Step) -> Iterator[Failure]:
    try:
        simulation.act(ticket, step.do, step.at, **step.fields)
    except ValidationError as error:
        raise BadStep(index, error) from error
    except Refused as error:
        if step.refused != error.name:
            wanted = f", not {step.refused}" if step.refused else ""
            yield Failure(f"step {index + 1} ({step.do}) was refused: {error.name}{wanted}")
    else:
        if step.refused:
            yield Failure(f"step {index + 1} ({step.do}) was not refused; expected {step.refused}")


def _differences(
    expected: Sequence[Expected], happened: Sequence[_Happened], watched: Sequence[str], zone: ZoneInfo
) -> Iterator[Failure]:
    """Instant by instant: what should have happened and did not, and what was watched for and not expected."""
    instants = sorted({one.at for one in expected} | {one.at for one in happened})
    wanted = {at: list(group) for at, group in groupby(sorted(expected, key=attrgetter("at")), key=attrgetter("at"))}
    came = {at: list(group) for at, group in groupby(sorted(happened, key=attrgetter("at")), key=attrgetter("at"))}
    for at in instants:
        missing, extra = _unmatched(wanted.get(at, []), [one.event for one in came.get(at, [])])
        yield from (Failure(f"expected, did not come: {_told(at, one.event, one.fields, zone)}") for one in missing)
        for event in extra:
            if type(event).__name__ in watched:
                yield Failure(f"came, not expected: {_told(at, type(event).__name__, _shown(event), zone)}")


def _unmatched(wanted: list[Expected], came: list[Event]) -> tuple[list[Expected], list[Event]]:
    """What is left on each side of the largest pairing of wanted with came (augmenting paths: both lists are short)."""
    pairs: dict[int, int] = {}

    def pair(index: int, tried: set[int]) -> bool:
        for other, event in enumerate(came):
            if other not in tried and _fits(wanted[index], event):
                tried.add(other)
                if other not in pairs or pair(pairs[other], tried):
                    pairs[other] = index
                    return True
        return False

    missing = [one for index, one in enumerate(wanted) if not pair(index, set())]
    return missing, [event for other, event in enumerate(came) if other not in pairs]


def _fits(wanted: Expected, event: Event) -> bool:
    if wanted.event != type(event).__name__:
        return False
    facts = _facts(event)
    return all(name in facts and _same(value, facts[name]) for name, value in wanted.fields.items())


def _same(wanted: Any, came: Any) -> bool:
    """Whether a value as a file can write it is the one that came. A mapping names the members it cares for."""
    match came:
        case datetime():
            return _same_instant(wanted, came)
        case tuple() | list():
            alike = isinstance(wanted, list) and len(wanted) == len(came)
            return alike and all(_same(one, other) for one, other in zip(wanted, came, strict=True))
        case dict():
            return isinstance(wanted, dict) and all(name in came and _same(wanted[name], came[name]) for name in wanted)
        case bool() | None:
            return wanted is came
        case _:
            return not isinstance(wanted, bool) and bool(wanted == came or str(wanted) == str(came))


def _same_instant(wanted: Any, came: datetime) -> bool:
    try:
        return isinstance(wanted, str) and datetime.fromisoformat(wanted) == came
    except ValueError:
        return False


def _facts(event: Event) -> dict[str, Any]:
    """The members of ``event`` by name, those of its personal part also without saying ``personal``."""
    members = event.model_dump()
    return {**(members.get("personal") or {}), **members}


def _shown(event: Event) -> dict[str, Any]:
    """What tells this event from others of the same case."""
    facts = _facts(event)
    return {name: value for name, value in facts.items() if value is not None and name not in _OF_EVERY_EVENT}


def _told(at: datetime, event: str, fields: dict[str, Any], zone: ZoneInfo) -> str:
    """One event in a line, times as the desk's own clock shows them."""
    shown = (f"{name}={_written(value, zone)}" for name, value in fields.items())
    return " ".join([at.astimezone(zone).isoformat(), event, *shown])


def _written(value: Any, zone: ZoneInfo) -> str:
    """``value`` as a case file writes it, so that it can be copied into one."""
    match value:
        case datetime():
            return value.astimezone(zone).isoformat()
        case list() | tuple() | dict() | bool() | None:
            return json.dumps(value, default=str, ensure_ascii=False)
        case _:
            return str(value)
