"""Every step of a policy case, with each of its arguments, does what its case says; and every refusal is met."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from typer.testing import CliRunner

from vigie.cli.policy import app
from vigie.decider import Refused
from vigie.lined_yaml import load
from vigie_intake.core import refusals
from vigie_intake.core.commands import ACTIONS

CASES = Path(__file__).parent / "every_step" / "cases.yaml"
STEPS: list[dict[str, Any]] = [step for case in load(CASES).value["cases"] for step in case["steps"]]
OF_OTHERS = {
    *("ticket_unknown", "ticket_is_duplicate", "other_ticket_closed", "other_ticket_is_duplicate"),
    "contact_not_entitled",
}
"""What no case can meet: it is about one ticket, that is there, and does not say who of the customer writes."""


def arguments() -> Iterator[tuple[str, str, Any]]:
    """Every step with every argument, and each value where there are few; None: any."""
    for step, action in ACTIONS.items():
        for name, about in action.model_fields.items():
            if name not in ("at", "agent"):
                yield from ((step, about.alias or name, value) for value in values(about.annotation))


def values(of: Any) -> tuple[Any, ...]:
    """All values of a literal or a flag; else one None, which stands for any."""
    if get_origin(of) is Literal:
        return get_args(of)
    if of is bool:
        return (True, False)
    if get_origin(of) is Annotated:
        return values(get_args(of)[0])
    if get_origin(of) in (Union, UnionType):
        return tuple(value for one in get_args(of) if one is not type(None) for value in values(one))
    return (None,)


def test_every_step_does_what_its_case_says() -> None:
    result = CliRunner().invoke(app, ["test", str(CASES)])
    assert result.output.splitlines()[-1] == "13 passed, 0 failed", result.output
    assert result.exit_code == 0


@pytest.mark.parametrize("step", ACTIONS)
def test_every_step_is_taken_by_the_cases(step: str) -> None:
    assert step in {one["do"] for one in STEPS if "refused" not in one}


@pytest.mark.parametrize(("step", "argument", "value"), list(arguments()))
def test_every_argument_is_given_by_the_cases(step: str, argument: str, value: Any) -> None:
    given = [one[argument] for one in STEPS if one["do"] == step and argument in one]
    assert value in given if value is not None else given


@pytest.mark.parametrize("refusal", [one for one in vars(refusals).values() if isinstance(one, type)])
def test_every_refusal_is_met_by_the_cases(refusal: type) -> None:
    if issubclass(refusal, Refused) and refusal is not Refused and refusal.name not in OF_OTHERS:
        assert refusal.name in {one.get("refused") for one in STEPS}
