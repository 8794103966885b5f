"""How a ticket closes without anybody closing it, where the desk's policy says so."""

from __future__ import annotations

from datetime import datetime

from vigie.contracts.tickets import (
    CloseReason,
    ContactAttempted,
    CustomerAsked,
    CustomerReplied,
    FilesReceived,
    InterventionEnded,
    TicketClosed,
    TicketReopened,
    words,
)
from vigie.policy import Policy
from vigie_intake.core.states import Closed, State, Ticket, Waiting


def closing_instant(state: State, policy: Policy) -> datetime | None:
    """When a ticket that waits for an answer closes without one; None: it does not."""
    span = policy.closure.no_answer
    return span.end(state.since) if span and isinstance(state, Waiting) and state.awaiting == "answer" else None


def close_unanswered(state: State, at: datetime, policy: Policy) -> tuple[TicketClosed, ...]:
    """The closing of a ticket whose customer has not answered by ``at``; an answer at that very instant is in time."""
    closes_at = closing_instant(state, policy)
    if not isinstance(state, Waiting) or closes_at is None or at < closes_at:
        return ()
    return (_closed(state.ticket, closes_at, "no_answer"),)


def after_asking(ticket: Ticket, asked: CustomerAsked, policy: Policy) -> tuple[TicketClosed, ...]:
    """« Lorsque des fichiers sont demandés au client »: the ticket is closed until they come."""
    if asked.awaiting != "files" or not policy.closure.when_files_requested:
        return ()
    return (_closed(ticket, asked.asked_at, "files_requested"),)


def after_intervention(ticket: Ticket, ended: InterventionEnded, policy: Policy) -> tuple[TicketClosed, ...]:
    """« Si la solution est apportée, le ticket est clôturé »."""
    if ended.outcome != "solved" or not policy.closure.when_solved:
        return ()
    return (_closed(ticket, ended.ended_at, "solved"),)


def after_attempt(ticket: Ticket, attempt: ContactAttempted, policy: Policy) -> tuple[TicketClosed, ...]:
    """The last of so many failed attempts closes the ticket when the span that began with the first still runs."""
    rule = policy.closure.no_contact
    if rule is None or attempt.outcome == "reached":
        return ()
    failed = sorted((*ticket.attempts, attempt.attempted_at))
    if len(failed) < rule.attempts or failed[-1] > rule.within.end(failed[-rule.attempts]):
        return ()
    return (_closed(ticket, attempt.attempted_at, "no_contact"),)


def reopen_for_files(state: Closed, at: datetime) -> tuple[TicketReopened, FilesReceived]:
    """« Une fois les fichiers ou dessins reçus, le cas sera réouvert ».

    Nothing but reopening follows a closing, so that comes first.
    """
    about = state.ticket.about()
    return (
        TicketReopened(**about, reopened_at=at, reopened_by=None, reason="files_received"),
        FilesReceived(**about, received_at=at),
    )


def reopen_for_reply(state: Closed, at: datetime, text: str | None) -> tuple[TicketReopened, CustomerReplied]:
    """Whoever answers a closed ticket is not done with it: refused, their words would be lost."""
    about = state.ticket.about()
    return (
        TicketReopened(**about, reopened_at=at, reopened_by=None, reason="customer"),
        CustomerReplied(**about, replied_at=at, personal=words(text)),
    )


def _closed(ticket: Ticket, at: datetime, reason: CloseReason) -> TicketClosed:
    return TicketClosed(**ticket.about(), closed_at=at, closed_by=None, reason=reason)
