"""What the notifier knows: who is told what, in which words, and what a mail server's answer means for a mail."""

from __future__ import annotations

from typing import Protocol, get_args

from vigie.contracts import topics
from vigie.contracts.escalations import EscalationRaised, EscalationStoodDown
from vigie.contracts.event import TicketEvent
from vigie.contracts.notifications import NotifierEvent
from vigie.contracts.tickets import (
    AgentReplied,
    CustomerAsked,
    OnCallAccepted,
    TicketClosed,
    TicketOpened,
    TicketReopened,
    TicketResolved,
)
from vigie.decider import Core, Decider, Reaction, Received
from vigie.policy.policy import Policy
from vigie_notifier.core.commands import MailCommand, RecordDeferred, RecordFailed, RecordSent, Tell
from vigie_notifier.core.correspondence import Correspondence, evolve, wake_at
from vigie_notifier.core.letters import package_letters
from vigie_notifier.core.mail import mail_decide

TELLABLE: tuple[type[TicketEvent], ...] = (
    TicketOpened,
    AgentReplied,
    CustomerAsked,
    TicketResolved,
    TicketClosed,
    TicketReopened,
    OnCallAccepted,
    EscalationRaised,
    EscalationStoodDown,
)
"""What there are words for. Nothing else is told, whatever a policy says."""

MailCore = Core[Correspondence, MailCommand, NotifierEvent]

__all__ = ["MailCore", "RecordDeferred", "RecordFailed", "RecordSent", "Tell", "core"]


class Policies(Protocol):
    """The versions of the desks' policies that this process knows."""

    def get(self, policy: str, version: int) -> Policy:
        """UnknownPolicyVersion when it is not known (yet)."""


def core(policies: Policies) -> MailCore:
    """The notifier, for the desks of ``policies``."""
    return Core(
        service="notifier",
        category="mail",
        topic=topics.NOTIFICATIONS,
        consumes=(topics.TICKETS, topics.ESCALATIONS),
        decider=Decider(
            initial=Correspondence(),
            decide=mail_decide(policies.get, package_letters()),
            evolve=evolve,
            wake_at=wake_at,
        ),
        events=get_args(NotifierEvent),
        react=react,
    )


def react(received: Received) -> Reaction | None:
    """Whatever there are words for goes to the ticket's mail; its policy decides there who is told."""
    event = received.event
    if not isinstance(event, TELLABLE):
        return None
    return Reaction(event.ticket_id, Tell(at=received.occurred_at, now=received.now, about=received.id, event=event))
