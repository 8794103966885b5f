"""What is told although it is no ticket's: requests and messages that were refused, and calls that wait.

Each has a mail stream of its own, but a message about a ticket: that stands in the ticket's conversation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, assert_never
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import EmailStr, TypeAdapter, ValidationError

from vigie.contracts.requests import Contact, Language
from vigie.contracts.tickets import CallQueued, MessageRefused, RequestRefused
from vigie.policy import Policy, Recipient
from vigie.speech import Speech
from vigie_notifier.core.refusal import message_turned_away, request_turned_away

Alone = RequestRefused | MessageRefused | CallQueued
ALONE: Final = (RequestRefused, MessageRefused, CallQueued)

_ADDRESS: Final = re.compile(r"[^\s<>()\[\],;:\"]+@[^\s<>()\[\],;:\"]+")
_VALID: Final = TypeAdapter(EmailStr)


@dataclass(frozen=True, slots=True)
class Matter:
    """What the mails about it need to know."""

    key: UUID
    """Stands where the id of a ticket would."""
    reference: str
    """What people call it on the phone."""
    desk: str | None
    language: Language | None = None
    contact: Contact | None = None
    """Who can be written to, as far as it says so itself."""


def matter_of(event: Alone) -> Matter:
    """What ``event`` is about, and who is to hear of it."""
    match event:
        case RequestRefused():
            contact = None if event.personal is None else event.personal.contact
            return Matter(event.request_id, _short("R", event.request_id), event.desk, event.language, contact)
        case MessageRefused():
            ticket = ticket_of(event)
            if ticket is not None:
                return Matter(ticket, str(event.number), event.desk)
            return Matter(event.message_id, _short("M", event.message_id), event.desk, contact=_sender(event))
        case CallQueued():
            return Matter(event.call_id, _short("C", event.call_id), event.desk)
        case _:
            assert_never(event)


def ticket_of(event: MessageRefused) -> UUID | None:
    """The ticket in whose stream the message was refused. A message by itself names it in one way; intake, in both."""
    return event.ticket_id if event.number is not None and event.desk is not None else None


def told_alone(language: Language, person: Recipient, event: Alone, policy: Policy) -> dict[str, Any]:
    """The names that templates use."""
    reference = matter_of(event).reference
    common = {
        "language": language,
        "desk": policy.title,
        "person": person,
        "reference": reference,
        "event": event,
        "moment": Speech(language, ZoneInfo(policy.timezone)).moment,
    }
    match event:
        case RequestRefused():
            return common | request_turned_away(event, policy)
        case MessageRefused():
            return common | message_turned_away(event, policy) | {"about_ticket": ticket_of(event) is not None}
        case CallQueued():
            kind = None if event.kind is None else policy.label(event.kind, language)
            return common | {"kind": kind, "recorded": event.channel == "voicemail"}
        case _:
            assert_never(event)


def _short(letter: str, key: UUID) -> str:
    """The end of the id, which differs even within a millisecond: ``R-3F2A91C4``."""
    return f"{letter}-{key.hex[-8:].upper()}"


def _sender(event: MessageRefused) -> Contact | None:
    """Who left a message about no ticket: nameless, and only where their details have exactly one mail address."""
    details = (event.personal.contact_details if event.personal else None) or ""
    found = {address.strip(".").casefold(): address.strip(".") for address in _ADDRESS.findall(details)}
    if len(found) != 1:
        return None
    try:
        return Contact(name="", email=_VALID.validate_python(next(iter(found.values()))))
    except ValidationError:
        return None
