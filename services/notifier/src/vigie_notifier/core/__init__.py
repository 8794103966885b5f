"""What the notifier knows: who is told what, in which words, and what a mail server's answer means for a mail."""

from __future__ import annotations

from typing import get_args

from vigie.contracts import topics
from vigie.contracts.event import Event, TicketEvent
from vigie.contracts.notifications import NotificationAttempted, NotifierEvent
from vigie.contracts.tickets import CallQueued, DuplicateMerged, MessageRefused, RequestRefused
from vigie.decider import Core, Decider, Reaction, Received
from vigie.policy import BadPolicy, Policies, Policy
from vigie_notifier.core.alone import matter_of
from vigie_notifier.core.commands import Join, MailCommand, RecordDeferred, RecordFailed, RecordSent, Tell, TellAlone
from vigie_notifier.core.correspondence import Correspondence, evolve, wake_at
from vigie_notifier.core.letters import Letters, package_letters
from vigie_notifier.core.mail import mail_decide
from vigie_notifier.core.occasions import SUBJECTS

TELLABLE: tuple[type[Event], ...] = tuple(SUBJECTS.values())
"""What there are words for. Nothing else is told, whatever a policy says."""

_TELLABLE_NAMES = frozenset(event.__name__ for event in TELLABLE)

MailCore = Core[Correspondence, MailCommand, NotifierEvent]

__all__ = [
    "Join",
    "MailCore",
    "RecordDeferred",
    "RecordFailed",
    "RecordSent",
    "Tell",
    "TellAlone",
    "Unwritable",
    "core",
    "react",
    "taken",
]


class Unwritable(BadPolicy):
    """A policy wants a mail that there are no words for. Only the notifier can tell: the words are its own."""

    def __init__(self, policy: Policy, reason: str) -> None:
        super().__init__(())
        self.reason = f"policy {policy.id} version {policy.version}: {reason}"

    def __str__(self) -> str:
        return self.reason


def core(policies: Policies) -> MailCore:
    """The notifier, for the desks of ``policies``. Raises Unwritable, so that a mail without words stops the start."""
    letters = package_letters()
    _check(policies, letters)
    return Core(
        service="notifier",
        category="mail",
        topic=topics.NOTIFICATIONS,
        consumes=(topics.TICKETS, topics.ESCALATIONS),
        decider=Decider(
            initial=Correspondence(),
            decide=mail_decide(policies, letters),
            evolve=evolve,
            wake_at=wake_at,
        ),
        events=get_args(NotifierEvent),
        react=react,
        answer=taken,
    )


def react(received: Received) -> Reaction | None:
    """Whatever there are words for goes to the ticket's mail; its policy decides there who is told.

    What is no ticket's has a mail stream of its own; a call that waits, under the id that its ticket will have.
    """
    event, times = received.event, (received.occurred_at, received.now)
    match event:
        case RequestRefused() | MessageRefused() | CallQueued():
            return Reaction(matter_of(event).key, TellAlone(*times, received.id, event))
        case DuplicateMerged():
            return Reaction(event.ticket_id, Join(received.occurred_at, event))
        case TicketEvent() if isinstance(event, TELLABLE):
            return Reaction(event.ticket_id, Tell(*times, received.id, event))
        case _:
            return None


def taken(event: NotifierEvent) -> Reaction | None:
    """The mail server's ordinary answer, where there is no mail server: it takes the mail at once."""
    if not isinstance(event, NotificationAttempted):
        return None
    sent = RecordSent(event.attempted_at, event.notification_id, event.attempt, sent_at=event.attempted_at)
    return Reaction(event.ticket_id, sent)


def _check(policies: Policies, letters: Letters) -> None:
    for policy in policies.all():
        for rule in policy.mail_rules:
            if rule.event not in _TELLABLE_NAMES:
                raise Unwritable(policy, f"nothing can be written about {rule.event}")
            for language in policy.languages:
                if f"{language}/{rule.template}" not in letters.templates:
                    raise Unwritable(policy, f"there is no template {language}/{rule.template}")
            if SUBJECTS[rule.template].__name__ != rule.event:
                raise Unwritable(policy, f"the template {rule.template} says nothing about {rule.event}")
