"""A desk, a ticket and what happens to it, for the notifier's tests: Serveurcom's hours, addresses of nobody."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from vigie.calendar import Calendar, CalendarSpec
from vigie.contracts.escalations import EscalationRaised
from vigie.contracts.event import TicketEvent
from vigie.contracts.requests import Contact
from vigie.contracts.terms import ContractTerms
from vigie.contracts.tickets import AgentReplied, Asked, TicketOpened, Words
from vigie.policy import Policies
from vigie.policy.commitment import Commitment, Scope
from vigie.policy.policy import MailRule, Policy, Recipient
from vigie.policy.targets import HoursTarget
from vigie_notifier.core import Tell, core

TICKET = UUID("0198c2a4-0000-7000-8000-000000000001")
OPENING = UUID("0198c2a4-0000-7000-8000-0000000000a1")
REPLY = UUID("0198c2a4-0000-7000-8000-0000000000a2")
RAISING = UUID("0198c2a4-0000-7000-8000-0000000000a3")

TEN_AT_NIGHT = datetime(2026, 3, 23, 21, 0, tzinfo=UTC)
"""Monday, 22:00 in Paris."""
JEANNE = Contact(name="Jeanne Martin", email="jeanne@acme.example", phone="+33612345678", language="fr")
PAUL = Recipient("Paul Roussel", "n1@serveurcom.example", "fr")
NADIA = Recipient("Nadia Klein", "n2@serveurcom.example", "fr")

ALWAYS = Calendar.compile(CalendarSpec.model_validate({"timezone": "Europe/Paris", "hours": "always"}))


def promise(name: str, starts: Any, ends: Any, minutes: int, *, pauses: Any = None, who: str = "high") -> Commitment:
    return Commitment(name, starts, ends, pauses, Scope(), {who: HoursTarget(minutes * 60, "always", ALWAYS, 0)})


def desk(**changes: Any) -> Policy:
    """The desk as a policy file would make it, with ``changes``."""
    values: dict[str, Any] = {
        "id": "serveurcom",
        "version": 1,
        "hash": "0" * 64,
        "effective_from": date(2017, 9, 1),
        "timezone": "Europe/Paris",
        "languages": ("fr",),
        "title": "Serveurcom",
        "calendars": {"always": ALWAYS},
        "priorities": ("low", "medium", "high"),
        "labels": {
            "high": {"fr": "Élevé"},
            "technical": {"fr": "Technique"},
            "take_charge": {"fr": "Prise en charge de la requête"},
            "resolution": {"fr": "Résolution de l’incident"},
            "N1": {"fr": "Niveau 1"},
            "N2": {"fr": "Niveau 2"},
            "on_call": {"fr": "Prise en charge par l’astreinte"},
        },
        "aliases": {},
        "kinds": ("technical",),
        "services": (),
        "reasons": (),
        "commitments": (
            promise("take_charge", "TicketOpened", "TicketTakenInCharge", 30),
            promise("resolution", "TicketOpened", "TicketResolved", 240, pauses="waiting_for_customer"),
            promise("on_call", "OnCallAccepted", "TicketTakenInCharge", 30, who="any"),
        ),
        "ladders": {},
        "ladder_scope": Scope(),
        "levels": ("N1", "N2", "N3"),
        "by_hand_requires": "commitment_exceeded",
        "informs": {"N1": (PAUL,), "N2": (PAUL, NADIA)},
        "on_call": None,
        "on_call_team": (Recipient("Astreinte", "astreinte@serveurcom.example", "fr"),),
        "mail_rules": (
            MailRule("TicketOpened", "contact", "ticket_opened"),
            MailRule("AgentReplied", "contact", "agent_replied"),
            MailRule("CustomerAsked", "contact", "customer_asked"),
            MailRule("TicketResolved", "contact", "ticket_resolved"),
            MailRule("TicketClosed", "contact", "ticket_closed"),
            MailRule("TicketReopened", "contact", "ticket_reopened"),
            MailRule("EscalationRaised", "level", "escalation_raised"),
            MailRule("EscalationStoodDown", "level", "escalation_stood_down"),
            MailRule("OnCallAccepted", "on_call", "on_call_accepted"),
            MailRule("RequestRefused", "contact", "request_refused"),
        ),
        "mail_from": "support@serveurcom.example",
        "mail_within": timedelta(hours=24),
    }
    return Policy(**(values | changes))


def mail_of(policy: Policy | None = None) -> Any:
    """The decider of a mail stream at the desk."""
    return core(Policies([policy or desk()])).decider


def opened(**changes: Any) -> TicketOpened:
    values: dict[str, Any] = {
        "ticket_id": TICKET,
        "number": "T-1042",
        "desk": "serveurcom",
        "opened_at": TEN_AT_NIGHT,
        "channel": "portal",
        "customer": "ACME",
        "kind": "technical",
        "service": None,
        "reason": None,
        "priority": "high",
        "language": "fr",
        "contract": ContractTerms(),
        "policy": "serveurcom",
        "policy_version": 1,
        "policy_hash": "0" * 64,
        "personal": Asked(contact=JEANNE, subject="Plus de téléphone au siège", description="Plus rien ne sonne."),
    }
    return TicketOpened.model_validate(values | changes)


def replied(text: str = "Un technicien est en route.", at: datetime = TEN_AT_NIGHT) -> AgentReplied:
    return AgentReplied(
        ticket_id=TICKET,
        number="T-1042",
        desk="serveurcom",
        replied_at=at,
        replied_by="amelie",
        personal=Words(text=text),
    )


def raised(level: str = "N1", minutes: int = 15) -> EscalationRaised:
    missed_at = TEN_AT_NIGHT + timedelta(minutes=30)
    return EscalationRaised(
        ticket_id=TICKET,
        number="T-1042",
        desk="serveurcom",
        level=level,
        reason="overdue",
        clock="take_charge",
        priority="high",
        missed_at=missed_at,
        overrun_seconds=minutes * 60,
        raised_at=missed_at + timedelta(minutes=minutes),
    )


def tell(event: TicketEvent, about: UUID, *, late: timedelta = timedelta()) -> Tell:
    """The command that hearing ``event`` comes to, ``late`` after it happened."""
    return Tell(at=event.occurred_at, now=event.occurred_at + late, about=about, event=event)
