"""Every pair of a state and a command has an answer: events, nothing, or a refusal with a name."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from support.scenario import given
from unit.intake.histories import (
    ASKED,
    CLOSED,
    INTAKE,
    OPENED,
    OPENED_AT,
    REPLIED,
    REQUEST,
    RESOLVED,
    TAKEN,
    TICKET,
    at,
)
from vigie.contracts.event import Event
from vigie.contracts.terms import ContractTerms
from vigie.contracts.tickets import InvalidField, RequestRefused
from vigie.decider import Refused, Wake
from vigie_intake.core import commands as do
from vigie_intake.core.reading import InvalidRequest

REFUSED = RequestRefused(request_id=TICKET, desk=None, refused_at=OPENED_AT, reason="invalid")
NO_DESK = InvalidRequest((InvalidField(field="desk", problem="is required"),), {})
STATES: dict[str, tuple[Event, ...]] = {
    "not opened": (),
    "refused": (REFUSED,),
    "open": (OPENED,),
    "taken": (OPENED, TAKEN),
    "waiting": (OPENED, ASKED),
    "resolved": (OPENED, TAKEN, RESOLVED),
    "closed": (OPENED, CLOSED),
}
NOW = at("22:50")
FROM_CUSTOMER = do.AddAttachment(
    at=NOW, agent=None, attachment_id=TICKET, media_type="application/pdf", size=7, sha256="ab", name="plan.pdf"
)
ANSWERS: list[tuple[Any, str]] = [
    # a command, and what each state answers, in the order of STATES
    (do.TakeCharge(at=NOW), "unknown unknown event none event none closed"),
    (do.Assign(at=NOW), "unknown unknown event event event event closed"),
    (do.Reply(at=NOW), "unknown unknown event event event event closed"),
    (do.Note(at=NOW), "unknown unknown event event event event closed"),
    (do.AskCustomer(at=NOW), "unknown unknown event event none resolved closed"),
    (do.CustomerReply(at=NOW), "unknown unknown event event event event closed"),
    (do.ReceiveFiles(at=NOW), "unknown unknown event event event event closed"),
    (FROM_CUSTOMER, "unknown unknown event event two event closed"),
    (FROM_CUSTOMER.model_copy(update={"agent": "amelie"}), "unknown unknown event event event event closed"),
    (do.AttemptContact(at=NOW, outcome="voicemail"), "unknown unknown event event event event closed"),
    (do.Qualify(at=NOW), "unknown unknown event event event event closed"),
    (do.Qualify(at=NOW, kind="no"), "unknown unknown invalid invalid invalid invalid closed"),
    (do.SetPriority(at=NOW, priority="low"), "unknown unknown event event event event closed"),
    (do.SetPriority(at=NOW, priority="high"), "unknown unknown none none none none closed"),
    (do.SetPriority(at=NOW, priority="no"), "unknown unknown invalid invalid invalid invalid closed"),
    (do.Resolve(at=NOW), "unknown unknown two event two none closed"),
    (do.EndIntervention(at=NOW), "unknown unknown two event two event closed"),
    (do.Close(at=NOW), "unknown unknown event event event event none"),
    (do.AgreeClosed(at=NOW), "unknown unknown event event event event none"),
    (do.Reopen(at=NOW), "unknown unknown none none none event event"),
    # nobody took the ticket: N1 was called at 22:45
    (do.Escalate(at=NOW, level="N2"), "unknown unknown event kept event kept closed"),
    (do.TakeUp(at=NOW, level="N1"), "unknown unknown event not_raised event not_raised closed"),
    (do.OnCallMessage(at=NOW), "unknown unknown event event event event event"),
    (do.PlanOnSite(at=NOW), "unknown unknown event event event resolved closed"),
    (do.ArriveOnSite(at=NOW), "unknown unknown event event event event closed"),
    (do.OrderExchange(at=NOW), "unknown unknown event event event resolved closed"),
    (do.DeclareBug(at=NOW), "unknown unknown event event event event closed"),
    (do.ProvideWorkaround(at=NOW), "unknown unknown event event event event closed"),
    (do.DeliverFix(at=NOW), "unknown unknown event event event event closed"),
    (do.ProposePrice(at=NOW, amount=Decimal(90)), "unknown unknown event event event event closed"),
    (do.AcceptPrice(at=NOW), "unknown unknown no_price no_price no_price no_price closed"),
    (do.LogWork(at=NOW, minutes=7), "unknown unknown event event event event closed"),
    (do.LogWork(at=NOW, minutes=7, factors=("no",)), "unknown unknown invalid invalid invalid invalid closed"),
    (Wake(NOW), "none none none none none none none"),
    (do.OpenTicket(NOW, NOW, TICKET, "T-1001", REQUEST, ContractTerms()), "event none none none none none none"),
    (do.RefuseRequest(NOW, TICKET, NO_DESK), "event none none none none none none"),
]
NAMES = {
    "unknown": "ticket_unknown",
    "closed": "ticket_closed",
    "resolved": "ticket_resolved",
    "invalid": "invalid",
    "kept": "no_commitment_exceeded",
    "not_raised": "level_not_raised",
    "no_price": "no_price_proposed",
}


def answer(history: tuple[Event, ...], command: object) -> int | str:
    """How many events, or the name of the refusal."""
    try:
        return len(given(INTAKE.decider, *history).when(command).events())
    except Refused as refused:
        return refused.name


@pytest.mark.parametrize(("command", "answers"), ANSWERS, ids=[type(command).__name__ for command, _ in ANSWERS])
@pytest.mark.parametrize(("number", "state"), list(enumerate(STATES)), ids=list(STATES))
def test_every_command_has_an_answer_in_every_state(number: int, state: str, command: Any, answers: str) -> None:
    expected = answers.split()[number]
    wanted = {"none": 0, "event": 1, "two": 2}.get(expected, NAMES.get(expected))
    assert answer(STATES[state], command) == wanted


def test_every_action_is_in_the_matrix() -> None:
    assert {type(command) for command, _ in ANSWERS} >= set(do.ACTIONS.values())


def test_every_refusal_says_in_a_sentence_what_rule_was_broken() -> None:
    for command in (do.Reply(at=NOW), do.Resolve(at=NOW)):
        with pytest.raises(Refused, match=r"The ticket is closed: reopen it first\."):
            given(INTAKE.decider, OPENED, CLOSED).when(command).events()


def test_what_happened_to_a_ticket_that_was_never_opened_is_a_broken_record() -> None:
    with pytest.raises(TypeError, match="never opened"):
        given(INTAKE.decider, REPLIED).state()
