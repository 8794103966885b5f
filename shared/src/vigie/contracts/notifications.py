"""What was written to whom. Owner: notifier. Topic: ``vigie.notifications.v1``, key = ticket id."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from vigie.contracts.event import Personal, TicketEvent
from vigie.contracts.instants import Instant
from vigie.contracts.requests import Contact, Language
from vigie.contracts.terms import ContractTerms
from vigie.contracts.text import Word

SkipReason = Literal["too_old", "no_recipient"]


class Correspondent(Personal):
    """Whom the ticket is for, and what it is called in every mail about it."""

    contact: Contact
    subject: str


class CorrespondenceOpened(TicketEvent, at="opened_at"):
    """A ticket that mails may be about was opened. What later mails need to know of it is kept here.

    Mails are about events of several services, most of which do not repeat who the contact is or which policy
    rules; and a desk need not mail at the opening. So the notifier notes it, once, as its stream's first event.
    """

    opened_at: Instant
    customer: str | None
    kind: Word
    priority: Word
    """At the opening; later changes are not followed here."""
    language: Language
    contract: ContractTerms
    policy: Word
    policy_version: int
    personal: Correspondent | None = None


class Joining(Personal):
    """Who is written to beside the contact."""

    contacts: tuple[Contact, ...]


class CorrespondenceJoined(TicketEvent, at="joined_at"):
    """A duplicate was merged into the ticket: what its contact is told from now on, theirs are told too."""

    joined_at: Instant
    duplicate: str
    """Its number."""
    personal: Joining | None = None


class Mail(Personal):
    """A mail as it was rendered, complete: what is sent is this and nothing computed later."""

    recipient: str
    """The address, RFC 5322 addr-spec."""
    recipient_name: str | None = None
    subject: str
    text: str
    html: str


class NotificationEvent(TicketEvent):
    """An event about one mail.

    What is no ticket's is told too: a request or a message that was refused, a call that waits. ``ticket_id`` is then
    its own id (a call's is that of the ticket that may be made of it), and ``number`` what the mail calls it:
    ``R-3F2A91C4``, ``M-…``, ``C-…``.
    """

    notification_id: UUID
    template: Word
    language: Language
    role: Word
    """Why this person: ``contact``, ``on_call``, ``desk``, or the level that was called."""
    message_id: str
    """RFC 5322, without angle brackets; the same for every attempt, so that a repeat is recognised as one."""


class NotificationRequested(NotificationEvent, at="requested_at"):
    """Somebody must be told. The mail is written down before anybody tries to send it."""

    requested_at: Instant
    about: UUID
    """The ``ce_id`` of the event the mail is about."""
    about_at: Instant
    """When that event occurred."""
    useful_until: Instant
    """``about_at`` and the policy's patience: later than this, no attempt is made."""
    sender: str
    """The desk's address, RFC 5322 addr-spec."""
    sender_name: str
    references: tuple[str, ...] = ()
    """Message-IDs of the conversation so far, oldest first (RFC 5322 §3.6.4)."""
    personal: Mail | None = None


class NotificationAttempted(NotificationEvent, at="attempted_at"):
    """The mail is about to be handed to the mail server. If nothing follows, nobody knows whether it was taken."""

    attempted_at: Instant
    attempt: int


class NotificationSent(NotificationEvent, at="sent_at"):
    """The mail server took the mail."""

    sent_at: Instant
    attempt: int


class NotificationDeferred(NotificationEvent, at="deferred_at"):
    """The mail server said: not now (4xx), or could not be reached. Tried again at ``retry_at``."""

    deferred_at: Instant
    attempt: int
    retry_at: Instant
    code: int | None
    """The SMTP reply code; None when there was no reply."""
    problem: str


class NotificationFailed(NotificationEvent, at="failed_at"):
    """The mail server said: never (5xx), or the policy's patience is at an end."""

    failed_at: Instant
    attempt: int
    code: int | None
    problem: str


class NotificationSkipped(NotificationEvent, at="skipped_at"):
    """A mail that would have come too late to be of use, or had nobody to go to, was not written."""

    skipped_at: Instant
    about: UUID
    reason: SkipReason


NotifierEvent = (
    CorrespondenceOpened
    | CorrespondenceJoined
    | NotificationRequested
    | NotificationAttempted
    | NotificationSent
    | NotificationDeferred
    | NotificationFailed
    | NotificationSkipped
)
