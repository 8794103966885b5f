"""What the mail of a ticket, or of what is no ticket's, can be asked to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from vigie.contracts.event import TicketEvent
from vigie.contracts.tickets import DuplicateMerged
from vigie_notifier.core.alone import Alone


@dataclass(frozen=True, slots=True)
class Tell:
    """Something happened to the ticket: write to whom the policy wants told."""

    at: datetime
    """When it happened."""
    now: datetime
    """When it was heard; what is written is dated so, and too old a piece of news is told to nobody."""
    about: UUID
    """``ce_id`` of ``event``."""
    event: TicketEvent


@dataclass(frozen=True, slots=True)
class TellAlone:
    """Something happened that is no ticket's: write to whom the policy wants told. The times are :class:`Tell`'s."""

    at: datetime
    now: datetime
    about: UUID
    event: Alone


@dataclass(frozen=True, slots=True)
class Join:
    """A duplicate was merged into the ticket: whoever asked in it is to be told what the ticket's contact is told."""

    at: datetime
    event: DuplicateMerged


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an attempt.

    ``at`` is the instant of the *attempt*: what is due before a command is done first, and the outcome that we know
    must not find that the lease, which is for the outcome nobody knows, has run out in the meantime.
    """

    at: datetime
    notification_id: UUID
    attempt: int


@dataclass(frozen=True, slots=True)
class RecordSent(Outcome):
    """The mail server took the mail."""

    sent_at: datetime


@dataclass(frozen=True, slots=True)
class RecordDeferred(Outcome):
    """The mail server said: not now, or there was no talking to it."""

    deferred_at: datetime
    code: int | None
    problem: str


@dataclass(frozen=True, slots=True)
class RecordFailed(Outcome):
    """The mail server said: never."""

    failed_at: datetime
    code: int | None
    problem: str


MailCommand = Tell | TellAlone | Join | RecordSent | RecordDeferred | RecordFailed
