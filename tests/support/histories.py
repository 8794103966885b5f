"""Histories: what is asked of a ticket and when, without a word about who carries it out.

The shipped cases are histories, whatever desks are in the folder; others are made of a seed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, Literal

from pydantic import SecretStr

from vigie.contracts.requests import RequestSubmitted, WrittenContact
from vigie.contracts.terms import ContractTerms
from vigie.policy import Policies, Policy
from vigie.simulation.cases import Case, read_cases
from vigie.simulation.verdict import request_of
from vigie_intake.adapters.http.acting import ROUTES
from vigie_intake.core.commands import ACTIONS

WORDS = {route.command: dict.fromkeys(route.required, "Bonjour,\n\nvoici où nous en sommes.") for route in ROUTES}
"""What the API wants to be told, although a case may leave it out."""
FRIDAY_NOON = datetime(2026, 3, 27, 12, tzinfo=UTC)
"""In the night after the next, at 01:00 UTC, Europe's clocks go forward."""
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Deed:
    """A step of a history."""

    at: datetime
    do: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class History:
    """A request and the steps that follow. Its customer and its subject are its own, so that it can be recognised."""

    name: str
    request: RequestSubmitted
    opened: datetime
    contract: ContractTerms
    deeds: tuple[Deed, ...]
    via: Literal["http", "kafka"]
    until: datetime
    """It may be played for longer than that, not shorter."""

    @property
    def subject(self) -> str:
        return self.request.subject


def shipped(policies: Policies, folder: Path) -> Iterator[History]:
    """Every case of every desk in ``folder``."""
    numbers = count(1)
    for path in sorted(folder.glob("*/cases/*.yaml")):
        file, _ = read_cases(path, tuple(ACTIONS))
        for case in file.cases:
            policy = policies.at(file.policy, case.ticket.opened)
            assert policy is not None, f"{path}: {file.policy} is none of the shipped policies"
            history = _of_case(f"{path.relative_to(folder)}: {case.name}", next(numbers), case, policy)
            yield _with_an_end(history, policy, after=HOUR)


def _code(case: Case) -> dict[str, SecretStr]:
    """What the customer of a case with a wrong code gives; any code is as wrong as the asterisks it is dumped as."""
    return {"access_code": SecretStr("wrong")} if case.ticket.contract.access_code_wrong else {}


def _of_case(name: str, number: int, case: Case, policy: Policy) -> History:
    request = request_of(case, policy)
    customer = f"case-{number}"
    steps = sorted(case.steps, key=lambda step: step.at)
    return History(
        name=name,
        request=request.model_copy(update={"customer": customer, "subject": f"case {number}", **_code(case)}),
        opened=case.ticket.opened,
        contract=case.ticket.contract,
        deeds=tuple(Deed(step.at, step.do, _in_words(step.do, step.fields)) for step in steps),
        # What is wrong with a request is told to its sender at once by HTTP, and nothing is recorded.
        via="kafka" if number % 3 == 0 or _is_invalid(case) else "http",
        until=case.until,
    )


def _is_invalid(case: Case) -> bool:
    return any(one.event == "RequestRefused" and one.fields.get("reason") == "invalid" for one in case.expect)


def _in_words(do: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    return {**WORDS.get(ACTIONS[do], {}), **fields}


def generated(policies: Policies, *, seed: int, number: int) -> Iterator[History]:
    """``number`` histories of any desk, three to nine steps each, around the night in which the clocks change."""
    chance = Random(seed)
    for index in range(1, number + 1):
        opened = FRIDAY_NOON + HOUR * chance.randrange(48)
        policy = chance.choice([one for one in policies.all() if one.effective_from <= opened.date()])
        deeds = tuple(_deeds(opened, policy, chance))
        history = History(
            name=f"history {index} of seed {seed} ({policy.id})",
            request=_request(index, policy, chance),
            opened=opened,
            contract=ContractTerms(on_call=chance.random() < 0.7, sla=chance.random() < 0.5),
            deeds=deeds,
            via=chance.choice(("http", "kafka")),
            until=deeds[-1].at,
        )
        yield _with_an_end(history, policy, after=timedelta(weeks=2))


def _with_an_end(history: History, policy: Policy, *, after: timedelta) -> History:
    """A desk that lists each week what is not resolved would do so, and mail about it, for as long as anybody plays."""
    if policy.weekly_list is None:
        return history
    ends_at = history.until + after
    return replace(history, deeds=(*history.deeds, Deed(ends_at, "close", {})), until=ends_at)


def _request(index: int, policy: Policy, chance: Random) -> RequestSubmitted:
    return RequestSubmitted(
        desk=policy.id,
        channel="portal",
        customer=f"generated-{index}",
        contact=WrittenContact(name="Zoé Dupont", email="zoe@customer.example", phone="+33612345678"),
        kind=chance.choice(policy.kinds),
        service=chance.choice((None, *policy.services)),
        priority=chance.choice(policy.priorities),
        subject=f"history {index}",
        description="Depuis ce matin, plus rien.",
    )


def _deeds(opened: datetime, policy: Policy, chance: Random) -> Iterator[Deed]:
    """Some follow each other at once; all are on the hour, where others and deadlines are too."""
    at = opened
    for _ in range(chance.randint(3, 9)):
        at += chance.choice((0, 1, 1, 1, 3, 14)) * HOUR
        do = chance.choice(tuple(ACTIONS))
        yield Deed(at, do, _in_words(do, _fields(do, policy, chance)))


def _fields(do: str, policy: Policy, chance: Random) -> dict[str, Any]:
    match do:
        case "ask_customer":
            return {"for": chance.choice(("answer", "files"))}
        case "set_priority":
            return {"priority": chance.choice(policy.priorities)}
        case "contact_attempt":
            return {"outcome": chance.choice(("reached", "no_answer", "voicemail"))}
        case "end_intervention":
            return {
                "mode": chance.choice(("phone", "remote", "on_site")),
                "outcome": chance.choice(("solved", "unresolved")),
            }
        case "escalate" | "take_up":
            return {"level": chance.choice((*policy.levels, "N9"))}
        case "propose_price":
            return {"amount": chance.choice((80, 250))}
        case "log_work":
            return {
                "minutes": chance.choice((5, 40)),
                "mode": chance.choice(("phone", "remote", "on_site")),
                "remote_tool": chance.random() < 0.5,
            }
        case "on_call_message":
            return {"ticket_number": chance.random() < 0.8, "contact_details": chance.random() < 0.8}
        case _:
            return {}
