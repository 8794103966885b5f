"""Every pair of a state and a command has an answer: events, nothing, or a refusal with a name."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from support.scenario import given
from unit.intake.histories import (
    ABOUT,
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
from vigie.contracts.requests import CallAbandoned, CallReceived, ReplyReceived
from vigie.contracts.terms import ContractTerms
from vigie.contracts.tickets import CallGivenUp, CallQueued, InvalidField, OtherTicket, RequestRefused, TicketClosed
from vigie.decider import Elsewhere, Lacking, Refused, Wake
from vigie_intake.core import commands as do
from vigie_intake.core.reading import InvalidMessage, InvalidRequest

REFUSED = RequestRefused(request_id=TICKET, desk=None, refused_at=OPENED_AT, reason="invalid")
NO_DESK = InvalidRequest((InvalidField(field="desk", problem="is required"),), {})
OTHER = OtherTicket(ticket_id=UUID(int=2), number="T-1017")
DUPLICATE = TicketClosed(**ABOUT, closed_at=at("22:30"), closed_by="amelie", reason="duplicate", duplicate_of=OTHER)
COUNTERPART = do.Counterpart(ticket_id=UUID(int=3), number="T-1018", desk="serveurcom", customer="acme")
INTO_ITSELF = COUNTERPART.model_copy(update={"ticket_id": TICKET})
STATES: dict[str, tuple[Event, ...]] = {
    "not opened": (),
    "refused": (REFUSED,),
    "open": (OPENED,),
    "taken": (OPENED, TAKEN),
    "waiting": (OPENED, ASKED),
    "resolved": (OPENED, TAKEN, RESOLVED),
    "closed": (OPENED, CLOSED),
    "queued call": (CallQueued(call_id=TICKET, desk="serveurcom", queued_at=OPENED_AT, channel="phone"),),
    "ended call": (CallGivenUp(call_id=TICKET, desk="serveurcom", given_up_at=OPENED_AT),),
    "duplicate": (OPENED, DUPLICATE),
}
MESSAGE = UUID(int=9)
REPLY = ReplyReceived(number="T-1001", text="Le 400")
NO_TEXT = InvalidMessage("vigie.ReplyReceived.v1", (InvalidField(field="text", problem="is required"),), {})
CALL = CallReceived(desk="serveurcom")
ABANDONED = CallAbandoned(desk="serveurcom")
NOW = at("22:50")
MERGE = do.Merge(at=NOW, into=COUNTERPART)
TAKE_DUPLICATE = do.TakeDuplicate(at=NOW, duplicate=COUNTERPART, contact=None)
LINK = do.Link(at=NOW, relation="research", to=COUNTERPART, reference=None)
FROM_CUSTOMER = do.AddAttachment(
    at=NOW, agent=None, attachment_id=TICKET, media_type="application/pdf", size=7, sha256="ab", name="plan.pdf"
)
ANSWERS: list[tuple[Any, str]] = [
    # a command, and what each state answers, in the order of STATES
    (do.TakeCharge(at=NOW), "unknown unknown event none event none closed unknown unknown duplicate"),
    (do.Assign(at=NOW), "unknown unknown event event event event closed unknown unknown duplicate"),
    (do.Reply(at=NOW), "unknown unknown event event event event closed unknown unknown duplicate"),
    (do.Note(at=NOW), "unknown unknown event event event event closed unknown unknown duplicate"),
    (do.AskCustomer(at=NOW), "unknown unknown event event none resolved closed unknown unknown duplicate"),
    (do.CustomerReply(at=NOW), "unknown unknown event event event event two unknown unknown elsewhere"),
    (do.ReceiveFiles(at=NOW), "unknown unknown event event event event two unknown unknown elsewhere"),
    (FROM_CUSTOMER, "unknown unknown event event two event three unknown unknown elsewhere"),
    (
        FROM_CUSTOMER.model_copy(update={"agent": "amelie"}),
        "unknown unknown event event event event closed unknown unknown duplicate",
    ),
    (
        do.AttemptContact(at=NOW, outcome="voicemail"),
        "unknown unknown event event event event closed unknown unknown duplicate",
    ),
    (do.Qualify(at=NOW), "unknown unknown event event event event closed unknown unknown duplicate"),
    (do.Qualify(at=NOW, kind="no"), "unknown unknown invalid invalid invalid invalid closed unknown unknown duplicate"),
    (
        do.SetPriority(at=NOW, priority="low"),
        "unknown unknown event event event event closed unknown unknown duplicate",
    ),
    (do.SetPriority(at=NOW, priority="high"), "unknown unknown none none none none closed unknown unknown duplicate"),
    (
        do.SetPriority(at=NOW, priority="no"),
        "unknown unknown invalid invalid invalid invalid closed unknown unknown duplicate",
    ),
    (do.Resolve(at=NOW), "unknown unknown two event two none closed unknown unknown duplicate"),
    (do.EndIntervention(at=NOW), "unknown unknown two event two event closed unknown unknown duplicate"),
    (do.Close(at=NOW), "unknown unknown event event event event none unknown unknown none"),
    (do.AgreeClosed(at=NOW), "unknown unknown event event event event none unknown unknown none"),
    (do.Reopen(at=NOW), "unknown unknown none none none event event unknown unknown duplicate"),
    (do.Reopen(at=NOW, agent=None), "unknown unknown none none none event event unknown unknown elsewhere"),
    # nobody took the ticket: N1 was called at 22:45
    (do.Escalate(at=NOW, level="N2"), "unknown unknown event kept event kept closed unknown unknown duplicate"),
    (
        do.TakeUp(at=NOW, level="N1"),
        "unknown unknown event not_raised event not_raised closed unknown unknown duplicate",
    ),
    (do.OnCallMessage(at=NOW), "unknown unknown event event event event event unknown unknown elsewhere"),
    (do.PlanOnSite(at=NOW), "unknown unknown event event event resolved closed unknown unknown duplicate"),
    (do.ArriveOnSite(at=NOW), "unknown unknown event event event event closed unknown unknown duplicate"),
    (do.OrderExchange(at=NOW), "unknown unknown event event event resolved closed unknown unknown duplicate"),
    (do.OrderRepair(at=NOW), "unknown unknown event event event resolved closed unknown unknown duplicate"),
    (do.FinishRepair(at=NOW), "unknown unknown empty empty empty empty closed unknown unknown duplicate"),
    (MERGE, "unknown unknown event event event event closed unknown unknown duplicate"),
    (
        MERGE.model_copy(update={"into": INTO_ITSELF}),
        "unknown unknown invalid invalid invalid invalid closed unknown unknown duplicate",
    ),
    (TAKE_DUPLICATE, "unknown unknown event event event event other_closed unknown unknown other_duplicate"),
    (LINK, "unknown unknown event event event event closed unknown unknown duplicate"),
    (do.TakeLink(**dict(LINK)), "unknown unknown event event event event other_closed unknown unknown other_duplicate"),
    (do.DeclareBug(at=NOW), "unknown unknown event event event event closed unknown unknown duplicate"),
    (do.ProvideWorkaround(at=NOW), "unknown unknown event event event event closed unknown unknown duplicate"),
    (do.DeliverFix(at=NOW), "unknown unknown event event event event closed unknown unknown duplicate"),
    (
        do.ProposePrice(at=NOW, amount=Decimal(90)),
        "unknown unknown event event event event closed unknown unknown duplicate",
    ),
    (do.AcceptPrice(at=NOW), "unknown unknown event event event event closed unknown unknown duplicate"),
    (do.LogWork(at=NOW, minutes=7), "unknown unknown event event event event closed unknown unknown duplicate"),
    (
        do.LogWork(at=NOW, minutes=7, factors=("no",)),
        "unknown unknown invalid invalid invalid invalid closed unknown unknown duplicate",
    ),
    (Wake(NOW), "none none none none none none none none none none"),
    (
        do.OpenTicket(NOW, NOW, TICKET, "T-1001", REQUEST, ContractTerms()),
        "event none none none none none none event none none",
    ),
    (do.RefuseRequest(NOW, TICKET, NO_DESK), "event none none none none none none none none none"),
    (do.HearMessage(NOW, NOW, MESSAGE, REPLY), "waits waits event event event event two waits waits elsewhere"),
    (do.RefuseMessage(NOW, MESSAGE, NO_TEXT), "event none none none none none none none none none"),
    (do.HearCall(NOW, NOW, TICKET, "T-1001", CALL, None), "event none none none none none none none none none"),
    (do.CountCall(NOW, NOW, TICKET, ABANDONED), "event none none none none none none none none none"),
]
NAMES = {
    "unknown": "ticket_unknown",
    "closed": "ticket_closed",
    "resolved": "ticket_resolved",
    "invalid": "invalid",
    "kept": "no_commitment_exceeded",
    "not_raised": "level_not_raised",
    "waits": "waits",
    "elsewhere": "elsewhere",
    "duplicate": "ticket_is_duplicate",
    "other_duplicate": "other_ticket_is_duplicate",
    "other_closed": "other_ticket_closed",
    "empty": "nothing_in_workshop",
}


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


@pytest.mark.parametrize(("command", "answers"), ANSWERS, ids=[type(command).__name__ for command, _ in ANSWERS])
@pytest.mark.parametrize(("number", "state"), list(enumerate(STATES)), ids=list(STATES))
def test_every_command_has_an_answer_in_every_state(number: int, state: str, command: Any, answers: str) -> None:
    expected = answers.split()[number]
    wanted = {"none": 0, "event": 1, "two": 2, "three": 3}.get(expected, NAMES.get(expected))
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
