"""What every command does in every state: the one table, for the test that holds it and for the page that prints it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from unit.intake.histories import (
    ABOUT,
    ASKED,
    CLOSED,
    OPENED,
    OPENED_AT,
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
from vigie.decider import Wake
from vigie_intake.core import commands as do
from vigie_intake.core.reading import InvalidMessage, InvalidRequest


class Row(NamedTuple):
    """A command, and what each state answers."""

    command: Any
    answers: str
    """A word for each state, in the order of STATES; of refusals, those of NAMES."""
    note: str = ""
    """Which turn of the command it is, where there are several."""


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
TAKE_DUPLICATE = do.TakeDuplicate(at=NOW, duplicate=COUNTERPART, contacts=())
LINK = do.Link(at=NOW, relation="research", to=COUNTERPART, reference=None)
FROM_CUSTOMER = do.AddAttachment(
    at=NOW, agent=None, attachment_id=TICKET, media_type="application/pdf", size=7, sha256="ab", name="plan.pdf"
)
ANSWERS: list[Row] = [
    Row(do.TakeCharge(at=NOW), "unknown unknown event none event none closed unknown unknown duplicate"),
    Row(do.Assign(at=NOW), "unknown unknown event event event event closed unknown unknown duplicate"),
    Row(do.Reply(at=NOW), "unknown unknown event event event event closed unknown unknown duplicate"),
    Row(do.Note(at=NOW), "unknown unknown event event event event closed unknown unknown duplicate"),
    Row(do.AskCustomer(at=NOW), "unknown unknown event event none resolved closed unknown unknown duplicate"),
    Row(do.CustomerReply(at=NOW), "unknown unknown event event event event two unknown unknown elsewhere"),
    Row(do.ReceiveFiles(at=NOW), "unknown unknown event event event event two unknown unknown elsewhere"),
    Row(FROM_CUSTOMER, "unknown unknown event event two event three unknown unknown elsewhere", "by the customer"),
    Row(
        FROM_CUSTOMER.model_copy(update={"agent": "amelie"}),
        "unknown unknown event event event event closed unknown unknown duplicate",
        "by the desk",
    ),
    Row(
        do.AttemptContact(at=NOW, outcome="voicemail"),
        "unknown unknown event event event event closed unknown unknown duplicate",
    ),
    Row(do.Qualify(at=NOW), "unknown unknown event event event event closed unknown unknown duplicate"),
    Row(
        do.Qualify(at=NOW, kind="no"),
        "unknown unknown invalid invalid invalid invalid closed unknown unknown duplicate",
        "a kind that the desk does not have",
    ),
    Row(
        do.SetPriority(at=NOW, priority="low"),
        "unknown unknown event event event event closed unknown unknown duplicate",
        "another one",
    ),
    Row(
        do.SetPriority(at=NOW, priority="high"),
        "unknown unknown none none none none closed unknown unknown duplicate",
        "the same one",
    ),
    Row(
        do.SetPriority(at=NOW, priority="no"),
        "unknown unknown invalid invalid invalid invalid closed unknown unknown duplicate",
        "one that the desk does not have",
    ),
    Row(do.Resolve(at=NOW), "unknown unknown two event two none closed unknown unknown duplicate"),
    Row(do.EndIntervention(at=NOW), "unknown unknown two event two event closed unknown unknown duplicate"),
    Row(do.Close(at=NOW), "unknown unknown event event event event none unknown unknown none"),
    Row(do.AgreeClosed(at=NOW), "unknown unknown event event event event none unknown unknown none"),
    Row(do.Reopen(at=NOW), "unknown unknown none none none event event unknown unknown duplicate", "by the desk"),
    Row(
        do.Reopen(at=NOW, agent=None),
        "unknown unknown none none none event event unknown unknown elsewhere",
        "by the customer",
    ),
    # nobody took the ticket: N1 was called at 22:45
    Row(
        do.Escalate(at=NOW, level="N2"),
        "unknown unknown event kept event kept closed unknown unknown duplicate",
        "20 minutes after the commitment of an untaken ticket was missed",
    ),
    Row(
        do.TakeUp(at=NOW, level="N1"),
        "unknown unknown event not_raised event not_raised closed unknown unknown duplicate",
        "N1, which is called for an untaken ticket",
    ),
    Row(do.OnCallMessage(at=NOW), "unknown unknown event event event event event unknown unknown elsewhere"),
    Row(do.PlanOnSite(at=NOW), "unknown unknown event event event resolved closed unknown unknown duplicate"),
    Row(do.ArriveOnSite(at=NOW), "unknown unknown event event event event closed unknown unknown duplicate"),
    Row(do.OrderExchange(at=NOW), "unknown unknown event event event resolved closed unknown unknown duplicate"),
    Row(do.OrderRepair(at=NOW), "unknown unknown event event event resolved closed unknown unknown duplicate"),
    Row(
        do.FinishRepair(at=NOW),
        "unknown unknown empty empty empty empty closed unknown unknown duplicate",
        "nothing is at the workshop",
    ),
    Row(MERGE, "unknown unknown event event event event closed unknown unknown duplicate"),
    Row(
        MERGE.model_copy(update={"into": INTO_ITSELF}),
        "unknown unknown invalid invalid invalid invalid closed unknown unknown duplicate",
        "into itself",
    ),
    Row(TAKE_DUPLICATE, "unknown unknown event event event event other_closed unknown unknown other_duplicate"),
    Row(LINK, "unknown unknown event event event event closed unknown unknown duplicate"),
    Row(
        do.TakeLink(**dict(LINK)),
        "unknown unknown event event event event other_closed unknown unknown other_duplicate",
    ),
    Row(do.DeclareBug(at=NOW), "unknown unknown event event event event closed unknown unknown duplicate"),
    Row(do.ProvideWorkaround(at=NOW), "unknown unknown event event event event closed unknown unknown duplicate"),
    Row(do.DeliverFix(at=NOW), "unknown unknown event event event event closed unknown unknown duplicate"),
    Row(
        do.ProposePrice(at=NOW, amount=Decimal(90)),
        "unknown unknown event event event event closed unknown unknown duplicate",
    ),
    Row(do.AcceptPrice(at=NOW), "unknown unknown event event event event closed unknown unknown duplicate"),
    Row(do.LogWork(at=NOW, minutes=7), "unknown unknown event event event event closed unknown unknown duplicate"),
    Row(
        do.LogWork(at=NOW, minutes=7, factors=("no",)),
        "unknown unknown invalid invalid invalid invalid closed unknown unknown duplicate",
        "a factor that the desk does not have",
    ),
    Row(Wake(NOW), "none none none none none none none none none none"),
    Row(
        do.OpenTicket(NOW, NOW, TICKET, "T-1001", REQUEST, ContractTerms()),
        "event none none none none none none event none none",
    ),
    Row(
        do.RefuseRequest(NOW, TICKET, NO_DESK),
        "event none none none none none none none none none",
        "a request without a desk",
    ),
    Row(
        do.HearMessage(NOW, NOW, MESSAGE, REPLY),
        "waits waits event event event event two waits waits elsewhere",
        "a reply",
    ),
    Row(
        do.RefuseMessage(NOW, MESSAGE, NO_TEXT),
        "event none none none none none none none none none",
        "a reply without a text",
    ),
    Row(do.HearCall(NOW, NOW, TICKET, "T-1001", CALL, None), "event none none none none none none none none none"),
    Row(do.CountCall(NOW, NOW, TICKET, ABANDONED), "event none none none none none none none none none"),
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
