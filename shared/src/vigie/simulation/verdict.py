"""Playing a case and judging what came of it."""

from __future__ import annotations

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
    request = RequestSubmitted(
        desk=policy.id,
        channel="portal",
        customer=case.ticket.customer,
        contact=_SOMEBODY,
        kind=case.ticket.kind or policy.kinds[0],
        service=case.ticket.service,
        priority=case.ticket.priority,
        subject=case.name[:200],
    )
    ticket = simulation.request(request, case.ticket.opened, case.ticket.contract)
    failures = []
    if simulation.is_open(ticket):
        steps = sorted(enumerate(case.steps), key=lambda numbered: numbered[1].at)
        failures = [failure for index, step in steps for failure in _take(simulation, ticket, index, step)]
    simulation.run(case.until)
    watched = case.watch or watch
    happened = [
        _Happened(one.event.occurred_at, one.event)
        for one in simulation.log
        if type(one.event).__name__ in watched and one.event.occurred_at <= case.until
    ]
    return (*failures, *_differences(case.expect, happened, ZoneInfo(policy.timezone)))


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


def _differences(expected: Sequence[Expected], happened: Sequence[_Happened], zone: ZoneInfo) -> Iterator[Failure]:
    """Instant by instant: what should have happened and did not, and what happened without being expected."""
    instants = sorted({one.at for one in expected} | {one.at for one in happened})
    wanted = {at: list(group) for at, group in groupby(sorted(expected, key=attrgetter("at")), key=attrgetter("at"))}
    came = {at: [one.event for one in happened if one.at == at] for at in instants}
    for at in instants:
        missing, extra = _unmatched(wanted.get(at, []), came[at])
        yield from (Failure(f"expected, did not come: {_told(at, one.event, one.fields, zone)}") for one in missing)
        yield from (Failure(f"came, not expected: {_told(at, type(e).__name__, _facts(e), zone)}") for e in extra)


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
    if isinstance(came, datetime) and isinstance(wanted, str):
        try:
            return datetime.fromisoformat(wanted) == came
        except (ValueError, TypeError):
            return False
    if isinstance(wanted, bool) or isinstance(came, bool):
        return wanted is came
    return bool(wanted == came) or str(wanted) == str(came)


def _facts(event: Event) -> dict[str, Any]:
    return {name: value for name, value in event if name not in ("ticket_id", "number", "desk", "personal")} | dict(
        getattr(event, "personal", None) or ()
    )


def _told(at: datetime, event: str, fields: dict[str, Any], zone: ZoneInfo) -> str:
    """One event in a line, times as the desk's own clock shows them."""
    shown = {
        name: value.astimezone(zone).isoformat() if isinstance(value, datetime) else value
        for name, value in fields.items()
        if value is not None
    }
    return " ".join([at.astimezone(zone).isoformat(), event, *(f"{name}={value}" for name, value in shown.items())])
