"""What a template may speak of: the ticket, the desk, the person, the event and what follows from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from vigie.contracts.event import TicketEvent
from vigie.contracts.notifications import CorrespondenceOpened
from vigie.contracts.requests import Contact, Language
from vigie.contracts.tickets import ContactAttempted, OnCallRefused, TicketClosed, TicketOpened, Words
from vigie.policy.commitment import Commitment
from vigie.policy.policy import Policy, Recipient
from vigie.policy.targets import Target
from vigie.speech import Speech

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Ticket:
    """The ticket as its mails call it."""

    number: str
    customer: str | None
    kind: str
    priority: str
    """At the opening."""
    opened_at: datetime
    subject: str | None
    """This and the contact are None after an erasure."""
    contact: Contact | None


@dataclass(frozen=True, slots=True)
class Deadline:
    """A promise that the event has just made."""

    commitment: str
    due_at: datetime
    pauses: bool
    """The promise waits while the desk waits for the customer."""


def told(
    language: Language, person: Recipient, event: TicketEvent, opened: CorrespondenceOpened, policy: Policy
) -> dict[str, Any]:
    """The names that templates use."""
    speech = Speech(language, ZoneInfo(policy.timezone))
    label = _labels(policy, language)
    return {
        "language": language,
        "desk": policy.title,
        "person": person,
        "ticket": _ticket(opened),
        "event": event,
        "reference": _reference(event, opened),
        "words": _words(event),
        "deadlines": tuple(_deadlines(event, opened, policy)),
        "reopens_at": reopening(event.refused_at, policy) if isinstance(event, OnCallRefused) else None,
        "moment": speech.moment,
        "limit": speech.limit,
        "money": speech.money,
        "span": speech.span,
        "label": label,
        "levels": ", ".join(label(level) for level in getattr(event, "levels", ())),
    }


def _ticket(opened: CorrespondenceOpened) -> Ticket:
    asked = opened.personal
    return Ticket(
        number=opened.number,
        customer=opened.customer,
        kind=opened.kind,
        priority=opened.priority,
        opened_at=opened.opened_at,
        subject=None if asked is None else asked.subject,
        contact=None if asked is None else asked.contact,
    )


def _reference(event: TicketEvent, opened: CorrespondenceOpened) -> str:
    """The number to quote: of a duplicate, that of the ticket that goes on in its place."""
    other = event.duplicate_of if isinstance(event, TicketClosed) else None
    return opened.number if other is None else other.number


def _words(event: TicketEvent) -> str | None:
    """What somebody wrote, without the control characters that a mail reader might obey."""
    personal = getattr(event, "personal", None)
    if not isinstance(personal, Words):
        return None
    return _CONTROL.sub("", personal.text.replace("\r\n", "\n")).strip()


def _deadlines(event: TicketEvent, opened: CorrespondenceOpened, policy: Policy) -> Iterator[Deadline]:
    for commitment in policy.commitments:
        if _starts(commitment, event, opened, policy) and (target := _target(commitment, event, opened)):
            due_at = target.due(event.occurred_at, target.budget(event.occurred_at))
            yield Deadline(commitment.name, due_at, commitment.pauses is not None)


def _starts(commitment: Commitment, event: TicketEvent, opened: CorrespondenceOpened, policy: Policy) -> bool:
    if commitment.starts != type(event).__name__:
        return False
    if not isinstance(event, ContactAttempted):
        return True
    return policy.is_occasion(commitment, event.outcome, event.attempted_at, opened.contract)


def _target(commitment: Commitment, event: TicketEvent, opened: CorrespondenceOpened) -> Target | None:
    """What is promised. After the opening, priority and kind may have changed: only what is for any is certain."""
    for_any = commitment.targets.keys() == {"any"} and not commitment.scope.kinds
    if not isinstance(event, TicketOpened) and not for_any:
        return None
    return commitment.target(opened.priority, opened.kind, opened.contract)


def reopening(at: datetime, policy: Policy) -> datetime | None:
    """When the desk opens, for those whom the on-call service sends there; None while it is open."""
    if policy.on_call is None:
        return None
    hours = policy.on_call.outside
    return None if hours.is_open(at) else hours.next_open(at)


def _labels(policy: Policy, language: Language) -> Callable[[str], str]:
    def label(name: str) -> str:
        """What people call a priority, kind, level or commitment; its id where the policy has no word for it."""
        return policy.label(name, language)

    return label
