"""An example of everything there are words for, at a desk, so that its mails can be read before anybody gets one.

Each event has one or more cases, by name: the turns of it that are told in other words, and those that are not told.
The people and the ticket are nobody's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final, get_args
from uuid import UUID
from zoneinfo import ZoneInfo

from vigie.contracts.escalations import EscalationRaised, EscalationStoodDown, RaiseReason, StandDownReason
from vigie.contracts.event import Event
from vigie.contracts.requests import Contact, Language
from vigie.contracts.terms import ContractTerms
from vigie.contracts.tickets import (
    AgentReplied,
    Asked,
    BugDeclared,
    Calling,
    CallQueued,
    CloseReason,
    ContactAttempted,
    CustomerAsked,
    ExchangeOrdered,
    FixDelivered,
    InterventionEnded,
    InvalidField,
    LeftMessage,
    MessageRefused,
    OnCallAccepted,
    OnCallRefusal,
    OnCallRefused,
    OnSitePlanned,
    OtherTicket,
    PriceAccepted,
    PriceProposed,
    RefusalReason,
    ReopenReason,
    RepairFinished,
    RepairOrdered,
    RepairOutcome,
    RequestRefused,
    TicketClosed,
    TicketListed,
    TicketOpened,
    TicketReopened,
    TicketResolved,
    TicketTakenInCharge,
    Words,
    WorkaroundProvided,
)
from vigie.policy import Policy
from vigie_notifier.core.alone import ALONE, matter_of

TICKET: Final = UUID("0198c2a4-0000-7000-8000-000000000001")
REQUEST: Final = UUID("0198c2a4-0000-7000-8000-00003f2a91c4")
MESSAGE: Final = UUID("0198c2a4-0000-7000-8000-00004b7e02d9")
CALL: Final = UUID("0198c2a4-0000-7000-8000-00005c1d83aa")
MONDAY: Final = date(2026, 3, 23)
"""When it all happens, or on the first day of a policy that is younger."""

AGENT: Final = "amelie"


@dataclass(frozen=True, slots=True)
class Said:
    """What people write in the examples."""

    subject: str
    reply: str
    question: str
    files: str
    item: str
    workaround: str
    solution: str
    details: str
    """Where to call back, as somebody says it to a machine."""


SAID: Final[Mapping[Language, Said]] = {
    "fr": Said(
        subject="Le poste de l’accueil ne répond plus",
        reply="Bonjour,\n\nUn technicien est en route <arrivée vers 11 h>.\n\nAmélie",
        question="Quel est le modèle du poste ?\nEt depuis quand ne répond-il plus ?",
        files="Une photo de l’écran, s’il vous plaît.",
        item="Poste d’accueil, modèle 400",
        workaround="Utilisez le poste de la salle de réunion.",
        solution="Le câble du poste était débranché.",
        details="Jeanne Martin, +33612345678, jeanne@acme.example",
    ),
    "en": Said(
        subject="The front desk terminal no longer responds",
        reply="Hello,\n\nA technician is on the way <arriving at about 11:00>.\n\nAmélie",
        question="Which model is the terminal?\nAnd since when has it stopped responding?",
        files="A picture of the screen, please.",
        item="Front desk terminal, model 400",
        workaround="Use the terminal of the meeting room.",
        solution="The cable of the terminal was unplugged.",
        details="Jeanne Martin, +33612345678, jeanne@acme.example",
    ),
    "es": Said(
        subject="El puesto de recepción ya no responde",
        reply="Hola:\n\nUn técnico está en camino <llegará hacia las 11:00>.\n\nAmélie",
        question="¿De qué modelo es el puesto?\n¿Y desde cuándo no responde?",
        files="Una foto de la pantalla, por favor.",
        item="Puesto de recepción, modelo 400",
        workaround="Utilice el puesto de la sala de reuniones.",
        solution="El cable del puesto estaba desconectado.",
        details="Jeanne Martin, +33612345678, jeanne@acme.example",
    ),
}

Cases = Mapping[str, Event]


def needs_opening(event: Event) -> bool:
    """Whether an example happens to the ticket, which is then opened first."""
    if isinstance(event, ALONE):
        return matter_of(event).key == TICKET
    return not isinstance(event, TicketOpened)


class Examples:
    """What may happen to a ticket of a desk, whose contact speaks ``language``."""

    def __init__(self, policy: Policy, language: Language) -> None:
        self._policy = policy
        self._language = language
        self._said = SAID[language]
        self._day = max(MONDAY, policy.effective_from)
        self._ticket: dict[str, Any] = {"ticket_id": TICKET, "number": "T-1042", "desk": policy.id}

    def opening(self) -> TicketOpened:
        """The request becomes a ticket."""
        policy, kind = self._policy, self._policy.kinds[0]
        return TicketOpened(
            **self._ticket,
            opened_at=self._at(10),
            channel="api",
            customer="ACME",
            kind=kind,
            service=None,
            reason=None,
            priority=policy.default_priorities.get(kind, policy.priorities[-1]),
            language=self._language,
            contract=ContractTerms(on_call=True),
            policy=policy.id,
            policy_version=policy.version,
            policy_hash=policy.hash,
            personal=self._asked(),
        )

    def of(self, event: type[Event]) -> Cases:
        """The cases of ``event`` by name; the first is the ordinary one."""
        cases: Cases = {
            TicketOpened: lambda: {"opened": self.opening()},
            RequestRefused: self._refusals,
            MessageRefused: self._refused_messages,
            CallQueued: self._calls,
            ContactAttempted: self._attempts,
            InterventionEnded: self._interventions,
            OnSitePlanned: self._visits,
            BugDeclared: self._bugs,
            EscalationRaised: self._raised,
        }.get(event, self._others(event))()
        return cases

    def _others(self, event: type[Event]) -> Any:
        return lambda: {case: event(**self._ticket, **members) for case, members in self._members()[event].items()}

    def _members(self) -> Mapping[type[Event], Mapping[str, Mapping[str, Any]]]:
        """Events that differ in a member or two from case to case."""
        said, at, night = self._said, self._at(11, 5), self._at(22)
        price = Decimal("1234.50")
        return {
            TicketTakenInCharge: {"taken": {"taken_at": at, "taken_by": AGENT}},
            AgentReplied: {"reply": {"replied_at": at, "replied_by": AGENT, "personal": Words(text=said.reply)}},
            CustomerAsked: {
                "answer": self._asking(at, "answer", said.question),
                "files": self._asking(at, "files", said.files),
                "in_silence": {"asked_at": at, "asked_by": AGENT, "awaiting": "answer"},
            },
            ExchangeOrdered: {
                "named": {"ordered_at": at, "ordered_by": AGENT, "item": said.item},
                "unnamed": {"ordered_at": at, "ordered_by": AGENT},
            },
            RepairOrdered: {
                "named": {"ordered_at": at, "ordered_by": AGENT, "item": said.item},
                "unnamed": {"ordered_at": at, "ordered_by": AGENT},
            },
            RepairFinished: {
                f"{outcome}_{name}": {"finished_at": at, "finished_by": AGENT, "outcome": outcome, "item": item}
                for outcome in get_args(RepairOutcome)
                for name, item in (("named", said.item), ("unnamed", None))
            },
            WorkaroundProvided: {
                "in_words": {"provided_at": at, "provided_by": AGENT, "personal": Words(text=said.workaround)},
                "in_silence": {"provided_at": at, "provided_by": AGENT},
            },
            FixDelivered: {"release": {"delivered_at": at, "delivered_by": AGENT, "reference": "4.2.1"}},
            TicketListed: {
                "nothing_said": self._listing(None, owed=True),
                "answer_awaited": self._listing("answer", owed=True),
                "files_awaited": self._listing("files", owed=True),
                "never_told": {**self._listing(None, owed=True), "told_at": None},
                "told_since": self._listing(None, owed=False),
            },
            PriceProposed: {"price": {"proposed_at": at, "proposed_by": AGENT, "amount": price}},
            PriceAccepted: {"price": {"accepted_at": at, "recorded_by": None, "amount": price}},
            OnCallAccepted: {
                "in_words": {"accepted_at": night, "personal": self._left()},
                "in_silence": {"accepted_at": night},
            },
            OnCallRefused: {
                why: {"refused_at": at if why == "within_working_hours" else night, "reason": why}
                for why in ("not_covered", *get_args(OnCallRefusal)[:-1])
            },
            TicketResolved: {
                "in_words": {"resolved_at": at, "resolved_by": AGENT, "personal": Words(text=said.solution)},
                "in_silence": {"resolved_at": at, "resolved_by": AGENT},
            },
            TicketClosed: {
                **{
                    why: {"closed_at": at, "closed_by": None, "reason": why}
                    for why in ("solved", *get_args(CloseReason)[:-2])
                },
                "duplicate": {
                    "closed_at": at,
                    "closed_by": AGENT,
                    "reason": "duplicate",
                    "duplicate_of": OtherTicket(ticket_id=REQUEST, number="T-1017"),
                },
            },
            TicketReopened: {
                why: {"reopened_at": at, "reopened_by": None, "reason": why} for why in get_args(ReopenReason)
            },
            EscalationStoodDown: {
                why: {"clock": self._clock(), "levels": self._levels()[:2], "reason": why, "stood_down_at": at}
                for why in get_args(StandDownReason)
            },
        }

    def _listing(self, awaiting: str | None, *, owed: bool) -> Mapping[str, Any]:
        told_at = self._at(11, 5)
        weeks = timedelta(weeks=2 if owed else 1)
        return {"listed_at": told_at + weeks, "weeks": 2, "awaiting": awaiting, "told_at": told_at, "news_owed": owed}

    def _asking(self, at: datetime, awaiting: str, text: str) -> Mapping[str, Any]:
        return {"asked_at": at, "asked_by": AGENT, "awaiting": awaiting, "personal": Words(text=text)}

    def _refusals(self) -> Cases:
        return {
            reason: RequestRefused(
                request_id=REQUEST,
                desk=self._policy.id,
                refused_at=self._at(10),
                reason=reason,
                fields=_WRONG if reason == "invalid" else (),
                language=self._language,
                personal=self._asked(),
            )
            for reason in (*get_args(RefusalReason)[1:], "invalid")
        }

    def _refused_messages(self) -> Cases:
        night = self._at(22)
        refused = {
            reason: MessageRefused(
                message_id=MESSAGE,
                message="vigie.OnCallMessageLeft.v1",
                refused_at=self._at(11, 5) if reason == "within_working_hours" else night,
                reason=reason,
                fields=_WRONG_MESSAGE if reason == "invalid" else (),
                desk=self._policy.id,
                personal=self._left(),
            )
            for reason in ("ticket_number_missing", "within_working_hours", "not_conforming", "not_covered", "invalid")
        }
        about: dict[str, Any] = {**self._ticket, "message_id": MESSAGE, "message": "vigie.ReplyReceived.v1"}
        said = LeftMessage(text=self._said.workaround)
        future = (InvalidField(field="occurred_at", problem="lies in the future"),)
        return {
            **refused,
            "about_a_ticket": MessageRefused(**about, refused_at=night, reason="invalid", fields=future, personal=said),
            "contact_not_entitled": MessageRefused(
                **about, refused_at=night, reason="contact_not_entitled", personal=said
            ),
            "ticket_closed": MessageRefused(**about, refused_at=night, reason="ticket_closed", personal=said),
        }

    def _calls(self) -> Cases:
        about: dict[str, Any] = {"call_id": CALL, "desk": self._policy.id, "queued_at": self._at(11, 5)}
        number = "+33612345678"
        return {
            "call": CallQueued(
                **about,
                channel="phone",
                kind=self._policy.kinds[0],
                customer="ACME",
                personal=Calling(caller_number=number),
            ),
            "number_withheld": CallQueued(**about, channel="phone"),
            "voicemail": CallQueued(
                **about,
                channel="voicemail",
                personal=Calling(caller_number=number, recording="vm-2026-0311", subject=self._said.subject),
            ),
        }

    def _attempts(self) -> Cases:
        def attempt(outcome: Any, at: datetime) -> Event:
            return ContactAttempted(**self._ticket, attempted_at=at, attempted_by=AGENT, outcome=outcome)

        return {
            "voicemail": attempt("voicemail", self._at(11, 5)),
            "voicemail_out_of_hours": attempt("voicemail", self._at(19, 10)),
            "no_answer": attempt("no_answer", self._at(11, 5)),
            "reached": attempt("reached", self._at(11, 5)),
        }

    def _interventions(self) -> Cases:
        about: dict[str, Any] = {**self._ticket, "ended_at": self._at(11, 5), "ended_by": AGENT, "mode": "remote"}
        return {
            "unresolved": InterventionEnded(**about, outcome="unresolved", escalates_to=self._next_level()),
            "unresolved_and_nobody_further": InterventionEnded(**about, outcome="unresolved"),
            "solved": InterventionEnded(**about, outcome="solved"),
        }

    def _visits(self) -> Cases:
        about: dict[str, Any] = {**self._ticket, "planned_at": self._at(11, 5), "planned_by": AGENT}
        tomorrow = self._at(9) + timedelta(days=1)
        return {
            "technician": OnSitePlanned(**about, visitor="technician", scheduled_for=tomorrow),
            "installer": OnSitePlanned(**about, visitor="installer", scheduled_for=tomorrow),
            "date_not_agreed": OnSitePlanned(**about, visitor="technician"),
        }

    def _bugs(self) -> Cases:
        about: dict[str, Any] = {
            **self._ticket,
            "declared_at": self._at(11, 5),
            "declared_by": AGENT,
            "cause": "software",
        }
        level = self._policy.bugs.calls
        return {
            "reference": BugDeclared(**about, escalates_to=level, reference="BUG-311"),
            "no_reference": BugDeclared(**about),
        }

    def _raised(self) -> Cases:
        policy = self._policy
        levels = {"unresolved": self._next_level(), "bug": policy.bugs.calls}
        ordinary: tuple[RaiseReason, ...] = ("overdue",) if policy.ladders else ("unresolved", "bug")
        return {
            why: EscalationRaised(
                **self._ticket,
                reason=why,
                level=levels.get(why) or self._levels()[0],
                raised_at=self._at(11, 5),
                **(self._overdue() if why == "overdue" else {"clock": None, "requested_by": AGENT}),
            )
            for why in dict.fromkeys((*(one for one in ordinary if levels.get(one, True)), *get_args(RaiseReason)))
        }

    def _overdue(self) -> dict[str, Any]:
        missed_at = self._at(10, 50)
        priority = self.opening().priority
        return {"clock": self._clock(), "priority": priority, "missed_at": missed_at, "overrun_seconds": 900}

    def _asked(self) -> Asked:
        contact = Contact(
            name="Jeanne Martin", email="jeanne@acme.example", phone="+33612345678", language=self._language
        )
        return Asked(contact=contact, subject=self._said.subject)

    def _left(self) -> LeftMessage:
        return LeftMessage(contact_details=self._said.details, subject=self._said.subject)

    def _clock(self) -> str:
        return next((one.name for one in self._policy.commitments), "take_charge")

    def _levels(self) -> tuple[str, ...]:
        return self._policy.levels or ("N1",)

    def _next_level(self) -> str | None:
        return next(iter(self._policy.on_unresolved), None)

    def _at(self, hour: int, minute: int = 0) -> datetime:
        """A local time of the desk on the day of the examples."""
        return datetime.combine(self._day, time(hour, minute), ZoneInfo(self._policy.timezone)).astimezone(UTC)


_WRONG: Final = (
    InvalidField(field="priority", problem="is required"),
    InvalidField(field="kind", problem="is none of technical"),
    InvalidField(field="occurred_at", problem="lies in the future"),
    InvalidField(field="contact.phone", problem="string should match pattern"),
    InvalidField(field="colour", problem="is not a field of this request"),
)

_WRONG_MESSAGE: Final = (
    InvalidField(field="occurred_at", problem="lies in the future"),
    InvalidField(field="number", problem="is required"),
    InvalidField(field="colour", problem="is not a field of this request"),
)
