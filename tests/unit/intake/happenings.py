"""An example of every event that a history may hold, with every turn that is told in other words."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, get_args
from uuid import UUID

from vigie.contracts import tickets as t
from vigie.contracts.escalations import EscalationAcknowledged, EscalationRaised, EscalationStoodDown, StandDownReason
from vigie.contracts.event import Event
from vigie.contracts.notifications import (
    CorrespondenceJoined,
    CorrespondenceOpened,
    Correspondent,
    Joining,
    Mail,
    NotificationAttempted,
    NotificationDeferred,
    NotificationFailed,
    NotificationRequested,
    NotificationSent,
    NotificationSkipped,
)
from vigie.contracts.requests import Contact
from vigie.contracts.sla import (
    ClockCancelled,
    ClockMet,
    ClockPaused,
    ClockResumed,
    ClockRetargeted,
    ClockStarted,
    DeadlineApproaching,
    DeadlineMissed,
    FactLearned,
    LadderEnded,
    MissRetracted,
    OverrunReached,
)
from vigie.contracts.terms import ContractTerms

NIGHT = datetime.fromisoformat("2026-03-23T22:00:00+01:00")
DUE = NIGHT + timedelta(minutes=30)
MIDNIGHT = datetime.fromisoformat("2026-03-24T00:00:00+01:00")
ID = UUID(int=1)
TICKET: dict[str, Any] = {"ticket_id": ID, "number": "T-1042", "desk": "serveurcom"}
CLOCK: dict[str, Any] = {**TICKET, "clock": "take_charge"}
MAIL: dict[str, Any] = {
    **TICKET,
    "notification_id": ID,
    "template": "escalation_raised",
    "language": "fr",
    "role": "N1",
    "message_id": "1@vigie",
}
OTHER = t.OtherTicket(ticket_id=UUID(int=2), number="T-1017")
KARIM = Contact(name="Karim Haddad", email="karim@acme.example")
JEANNE = Contact(name="Jeanne Martin", email="jeanne@acme.example")
SAID = t.Words(text="Bonjour,\n\nPlus {rien} ne marche.")
TERMS: dict[str, Any] = {"contract": ContractTerms(), "policy": "serveurcom", "policy_version": 1}

OPENED = t.TicketOpened(
    **TICKET,
    **TERMS,
    opened_at=NIGHT,
    channel="portal",
    customer="acme",
    kind="technical",
    service="Support technique",
    reason="Panne",
    priority="high",
    language="fr",
    policy_hash="0" * 64,
    personal=t.Asked(contact=JEANNE, subject="Plus de tonalité"),
)
OTHER_OPENING = OPENED.model_copy(update={"channel": "fax", "customer": None, "service": None, "reason": None})
REFUSED: dict[str, Any] = {"request_id": ID, "desk": "serveurcom", "refused_at": NIGHT}
FIELD = t.InvalidField(field="contact.email", problem="is no address")
WORK: dict[str, Any] = {
    **TICKET,
    "logged_at": NIGHT,
    "logged_by": "amelie",
    "mode": "remote",
    "remote_tool": False,
    "real_minutes": 25,
    "billed_minutes": 60,
    "computation": (t.BilledStep(rule="real", value=25, gives=25),),
}


def _all(event: type[Event], field: str, values: Any, **said: Any) -> list[Event]:
    return [event(**{**said, field: value}) for value in get_args(values)]


HAPPENINGS: tuple[Event, ...] = (
    OPENED,
    OTHER_OPENING,
    *_all(t.RequestRefused, "reason", t.RefusalReason, **REFUSED),
    t.RequestRefused(**REFUSED, reason="invalid", fields=(FIELD, FIELD.model_copy(update={"field": "priority"}))),
    t.CallQueued(call_id=ID, desk="serveurcom", queued_at=NIGHT, channel="phone", kind="technical", customer="acme"),
    t.CallQueued(call_id=ID, desk="serveurcom", queued_at=NIGHT, channel="voicemail"),
    t.CallGivenUp(call_id=ID, desk="serveurcom", given_up_at=NIGHT, waited_seconds=300),
    t.TicketQualified(
        **TICKET,
        qualified_at=NIGHT,
        qualified_by="amelie",
        previous_kind="technical",
        kind="commercial",
        service="Abonnements",
    ),
    t.PriorityChanged(**TICKET, changed_at=NIGHT, prioritised_by="amelie", previous="low", priority="high"),
    t.TicketTakenInCharge(**TICKET, taken_at=NIGHT, taken_by="amelie"),
    t.TicketAssigned(**TICKET, assigned_at=NIGHT, assigned_to="bruno", assigned_by="amelie"),
    t.CustomerReplied(**TICKET, replied_at=NIGHT, personal=SAID),
    t.AgentReplied(**TICKET, replied_at=NIGHT, replied_by="amelie", personal=SAID),
    t.NoteAdded(**TICKET, added_at=NIGHT, added_by="amelie", personal=SAID),
    *_all(t.CustomerAsked, "awaiting", t.Awaited, **TICKET, asked_at=NIGHT, asked_by="amelie", personal=SAID),
    t.CustomerAsked(**TICKET, asked_at=NIGHT, asked_by="amelie", awaiting="answer"),
    t.FilesReceived(**TICKET, received_at=NIGHT),
    *[
        t.AttachmentAdded(
            **TICKET,
            added_at=NIGHT,
            added_by=added_by,
            attachment_id=ID,
            media_type="application/pdf",
            size=2048,
            sha256="0" * 64,
            personal=t.FileName(name="plan.pdf"),
        )
        for added_by in ("amelie", None)
    ],
    *_all(t.ContactAttempted, "outcome", t.ContactOutcome, **TICKET, attempted_at=NIGHT, attempted_by="amelie"),
    t.InterventionEnded(**TICKET, ended_at=NIGHT, ended_by="amelie", mode="on_site", outcome="solved"),
    t.InterventionEnded(
        **TICKET, ended_at=NIGHT, ended_by="amelie", mode="remote", outcome="unresolved", escalates_to="N2"
    ),
    t.InterventionEnded(**TICKET, ended_at=NIGHT, ended_by="amelie", mode="phone", outcome="unresolved"),
    t.OnSitePlanned(**TICKET, planned_at=NIGHT, planned_by="amelie", visitor="installer", scheduled_for=MIDNIGHT),
    t.OnSitePlanned(**TICKET, planned_at=NIGHT, planned_by="amelie", visitor="technician"),
    t.ArrivedOnSite(**TICKET, arrived_at=NIGHT, arrived_by="bruno"),
    t.ExchangeOrdered(**TICKET, ordered_at=NIGHT, ordered_by="amelie", item="Poste 400"),
    t.RepairOrdered(**TICKET, ordered_at=NIGHT, ordered_by="amelie", item="Borne 12"),
    *_all(t.RepairFinished, "outcome", t.RepairOutcome, **TICKET, finished_at=NIGHT, finished_by="bruno"),
    *_all(t.BugDeclared, "cause", t.BugCause, **TICKET, declared_at=NIGHT, declared_by="amelie", reference="BUG-7"),
    t.BugDeclared(
        **TICKET, declared_at=NIGHT, declared_by="amelie", cause="software", escalates_to="R&D", personal=SAID
    ),
    t.WorkaroundProvided(**TICKET, provided_at=NIGHT, provided_by="amelie", personal=SAID),
    t.FixDelivered(**TICKET, delivered_at=NIGHT, delivered_by="amelie", reference="7.4.2"),
    t.PriceProposed(**TICKET, proposed_at=NIGHT, proposed_by="amelie", amount=Decimal("1180.50")),
    t.PriceAccepted(**TICKET, accepted_at=NIGHT, recorded_by=None, amount=Decimal("1180.50")),
    t.PriceAccepted(**TICKET, accepted_at=NIGHT, recorded_by="amelie", amount=Decimal("1180.50")),
    t.WorkLogged(**WORK, factor=1.0),
    t.WorkLogged(**WORK, factors=("immediate", "out_of_hours"), factor=4.5, phase="solution", travel=Decimal("60.00")),
    t.OnCallAccepted(**TICKET, accepted_at=NIGHT, personal=t.LeftMessage(subject="Standard muet")),
    *_all(t.OnCallRefused, "reason", t.OnCallRefusal, **TICKET, refused_at=NIGHT),
    t.EscalationRequested(**TICKET, requested_at=NIGHT, requested_by="amelie", level="N2"),
    t.EscalationTakenUp(**TICKET, taken_up_at=NIGHT, taken_up_by="nora", level="N2"),
    t.TicketListed(**TICKET, listed_at=MIDNIGHT, weeks=1, awaiting=None, told_at=NIGHT, news_owed=False),
    t.TicketListed(**TICKET, listed_at=MIDNIGHT, weeks=2, awaiting="answer", told_at=NIGHT, news_owed=True),
    t.TicketListed(**TICKET, listed_at=MIDNIGHT, weeks=3, awaiting="files", told_at=None, news_owed=True),
    t.TicketResolved(**TICKET, resolved_at=NIGHT, resolved_by="amelie", personal=SAID),
    *_all(t.TicketClosed, "reason", t.CloseReason, **TICKET, closed_at=NIGHT, closed_by=None),
    t.TicketClosed(**TICKET, closed_at=NIGHT, closed_by="amelie", reason="solved"),
    *_all(t.TicketReopened, "reason", t.ReopenReason, **TICKET, reopened_at=NIGHT, reopened_by=None),
    t.TicketReopened(**TICKET, reopened_at=NIGHT, reopened_by="amelie", reason="agent"),
    t.TicketClosed(**TICKET, closed_at=NIGHT, closed_by="amelie", reason="duplicate", duplicate_of=OTHER),
    t.DuplicateMerged(
        **TICKET, merged_at=NIGHT, merged_by="amelie", duplicate=OTHER, personal=t.AskedToo(contacts=(JEANNE,))
    ),
    *_all(t.TicketLinked, "relation", t.Relation, **TICKET, linked_at=NIGHT, linked_by="amelie", to=OTHER),
    t.TicketLinked(**TICKET, linked_at=NIGHT, linked_by="amelie", relation="research", reference="RD-118"),
    t.MessageRefused(message_id=ID, message="vigie.ReplyReceived.v1", refused_at=NIGHT, reason="ticket_closed"),
    t.MessageRefused(
        message_id=ID, message="vigie.ReplyReceived.v1", refused_at=NIGHT, reason="invalid", fields=(FIELD,)
    ),
    *[
        FactLearned(**TICKET, fact=fact, happened_at=NIGHT, event_id=ID, sequence=1)
        for fact in get_args(FactLearned.model_fields["fact"].annotation)
    ],
    FactLearned(**TICKET, fact="opened", happened_at=NIGHT, event_id=ID, sequence=1, priority="high"),
    ClockStarted(**CLOCK, started_at=NIGHT, due_at=DUE, budget_seconds=1800, calendar="always", priority="high"),
    ClockStarted(**CLOCK, started_at=NIGHT, due_at=MIDNIGHT, budget_seconds=7200, calendar="always", priority="high"),
    ClockPaused(**CLOCK, paused_at=NIGHT, remaining_seconds=5400),
    ClockResumed(**CLOCK, resumed_at=NIGHT, due_at=DUE, remaining_seconds=1800),
    *[
        ClockRetargeted(**CLOCK, retargeted_at=NIGHT, due_at=due, priority="medium", reason=reason)
        for due in (DUE, None)
        for reason in ("priority_changed", "late_fact")
    ],
    ClockMet(**CLOCK, met_at=NIGHT, due_at=DUE, late=False),
    ClockMet(**CLOCK, met_at=MIDNIGHT, due_at=DUE, late=True),
    ClockCancelled(**CLOCK, cancelled_at=NIGHT),
    DeadlineApproaching(**CLOCK, warned_at=NIGHT, due_at=DUE),
    DeadlineMissed(**CLOCK, due_at=DUE, missed_at=DUE, priority="high"),
    OverrunReached(**CLOCK, level="N1", missed_at=DUE, reached_at=MIDNIGHT, overrun_seconds=900, priority="high"),
    LadderEnded(**CLOCK, missed_at=DUE, ended_at=MIDNIGHT, priority="low"),
    MissRetracted(**CLOCK, due_at=DUE, retracted_at=NIGHT),
    EscalationRaised(
        **TICKET, level="N1", reason="overdue", clock="take_charge", overrun_seconds=900, raised_at=MIDNIGHT
    ),
    EscalationRaised(**TICKET, level="N2", reason="by_hand", clock=None, raised_at=NIGHT, requested_by="amelie"),
    EscalationRaised(**TICKET, level="vendor", reason="unresolved", clock=None, raised_at=NIGHT, requested_by="amelie"),
    EscalationRaised(**TICKET, level="R&D", reason="bug", clock=None, raised_at=NIGHT, requested_by="amelie"),
    EscalationAcknowledged(**TICKET, level="N1", acknowledged_at=NIGHT, acknowledged_by="nora"),
    *_all(EscalationStoodDown, "reason", StandDownReason, **CLOCK, levels=("N1", "N2"), stood_down_at=NIGHT),
    CorrespondenceOpened(
        **TICKET,
        **TERMS,
        opened_at=NIGHT,
        customer="acme",
        kind="technical",
        priority="high",
        language="fr",
        personal=Correspondent(contact=JEANNE, subject="Plus de tonalité"),
    ),
    CorrespondenceJoined(**TICKET, joined_at=NIGHT, duplicate="T-1017", personal=Joining(contacts=(JEANNE, KARIM))),
    NotificationRequested(
        **MAIL,
        requested_at=NIGHT,
        about=ID,
        about_at=NIGHT,
        useful_until=MIDNIGHT,
        sender="support@serveurcom.example",
        sender_name="Serveurcom",
        personal=Mail(
            recipient="n1@serveurcom.example", recipient_name="Nora Petit", subject="Escalade N1", text="…", html="…"
        ),
    ),
    NotificationAttempted(**MAIL, attempted_at=NIGHT, attempt=1),
    NotificationSent(**{**MAIL, "role": "contact"}, sent_at=NIGHT, attempt=1),
    NotificationDeferred(**MAIL, deferred_at=NIGHT, attempt=1, retry_at=DUE, code=451, problem="later"),
    NotificationFailed(**{**MAIL, "role": "on_call"}, failed_at=NIGHT, attempt=2, code=550, problem="unknown"),
    NotificationSkipped(**MAIL, skipped_at=NIGHT, about=ID, reason="too_old"),
    NotificationSkipped(**MAIL, skipped_at=NIGHT, about=ID, reason="no_recipient"),
)
