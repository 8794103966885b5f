"""Every pair of a state and a command has an answer: events, nothing, or a refusal with a name."""

from __future__ import annotations

import pytest

from support.scenario import given
from unit.intake.histories import CLOSED, INTAKE, OPENED, REPLIED
from unit.intake.matrix import ANSWERS, NAMES, NOW, STATES, Row
from vigie.contracts.event import Event
from vigie.decider import Elsewhere, Lacking, Refused
from vigie_intake.core import commands as do


def answer(history: tuple[Event, ...], command: object) -> int | str:
    """How many events, the name of the refusal, that it waits for the ticket, or is for another one."""
    try:
        return len(given(INTAKE.decider, *history).when(command).events())
    except Refused as refused:
        return refused.name
    except Lacking:
        return "waits"
    except Elsewhere:
        return "elsewhere"


@pytest.mark.parametrize("row", ANSWERS, ids=[f"{type(row.command).__name__} {row.note}".strip() for row in ANSWERS])
@pytest.mark.parametrize(("number", "state"), list(enumerate(STATES)), ids=list(STATES))
def test_every_command_has_an_answer_in_every_state(number: int, state: str, row: Row) -> None:
    expected = row.answers.split()[number]
    wanted = {"none": 0, "event": 1, "two": 2, "three": 3}.get(expected, NAMES.get(expected))
    assert answer(STATES[state], row.command) == wanted


def test_every_action_is_in_the_matrix() -> None:
    assert {type(row.command) for row in ANSWERS} >= set(do.ACTIONS.values())


def test_every_refusal_says_in_a_sentence_what_rule_was_broken() -> None:
    for command in (do.Reply(at=NOW), do.Resolve(at=NOW)):
        with pytest.raises(Refused, match=r"The ticket is closed: reopen it first\."):
            given(INTAKE.decider, OPENED, CLOSED).when(command).events()


def test_what_happened_to_a_ticket_that_was_never_opened_is_a_broken_record() -> None:
    with pytest.raises(TypeError, match="never opened"):
        given(INTAKE.decider, REPLIED).state()
