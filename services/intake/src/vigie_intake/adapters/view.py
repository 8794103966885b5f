"""The read model of own events, written by the transaction that appends them: whoever was answered can read it.

The other services' events come by their topics, later, perhaps twice and in any order among each other: see
``others.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from vigie.contracts.tickets import (
    CallGivenUp,
    CallQueued,
    CustomerAsked,
    CustomerReplied,
    FilesReceived,
    MessageRefused,
    PriorityChanged,
    RequestRefused,
    TicketAssigned,
    TicketClosed,
    TicketOpened,
    TicketQualified,
    TicketReopened,
    TicketResolved,
    TicketTakenInCharge,
)
from vigie.io.queries import queries
from vigie.io.records import Appended
from vigie_intake.adapters.attachments import keep_attachments

SQL = queries("view", __package__ or "")
CHANNELS = queries("channels", __package__ or "")


async def project(conn: asyncpg.Connection, appended: Sequence[Appended]) -> None:
    """Apply what was just appended. What was refused or given up is no ticket: nothing of it is shown."""
    await _project_calls(conn, appended)
    of_tickets = [one for one in appended if _is_of_a_ticket(one)]
    if not of_tickets:
        return
    await conn.execute(SQL["keep_own_history"], [one.event_id for one in of_tickets], [one.key for one in of_tickets])
    openings = [(one.event, one.version) for one in of_tickets if isinstance(one.event, TicketOpened)]
    if openings:
        await conn.execute(SQL["open_tickets"], *columns(_opening(*opening) for opening in openings))
    await keep_attachments(conn, of_tickets)
    changes = _changes(of_tickets)
    if changes:
        await conn.execute(SQL["change_tickets"], *columns(change.row() for change in changes))


async def _project_calls(conn: asyncpg.Connection, appended: Sequence[Appended]) -> None:
    queued = [one.event for one in appended if isinstance(one.event, CallQueued)]
    if queued:
        await conn.execute(CHANNELS["queue_calls"], *columns(_waiting(event) for event in queued))
    taken = [one.key for one in appended if isinstance(one.event, TicketOpened | RequestRefused) and one.version > 1]
    if taken:
        await conn.execute(CHANNELS["take_calls"], taken)


def _is_of_a_ticket(one: Appended) -> bool:
    """Whether it belongs into the history of a ticket, or of a call that may become one."""
    if isinstance(one.event, MessageRefused):  # in a stream of its own it may name a ticket, perhaps a wrong one
        return one.event.ticket_id == one.key
    return not isinstance(one.event, RequestRefused | CallGivenUp)


def columns(rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    """Rows turned into the arrays of a statement; there must be some."""
    return [list(column) for column in zip(*rows, strict=True)]


def _waiting(event: CallQueued) -> tuple[Any, ...]:
    personal = None if event.personal is None else event.personal.model_dump_json()
    return event.call_id, event.desk, event.channel, event.kind, event.customer, event.queued_at, personal


def _opening(event: TicketOpened, version: int) -> tuple[Any, ...]:
    return (
        event.ticket_id,
        event.number,
        version,
        event.desk,
        event.priority,
        event.kind,
        event.channel,
        event.customer,
        event.service,
        event.reason,
        event.opened_at,
        None if event.personal is None else event.personal.model_dump_json(),
    )


@dataclass
class _Change:
    """What several events of one ticket come to, in their order, without knowing what it was before them."""

    ticket_id: UUID
    version: int
    changed_at: datetime
    state: str | None = None
    answered: bool = False
    priority: str | None = None
    kind: str | None = None
    service: str | None = None
    owner: str | None = None
    duplicate_of: str | None = None

    def row(self) -> tuple[Any, ...]:
        return (
            self.ticket_id,
            self.version,
            self.changed_at,
            self.state,
            self.answered,
            self.priority,
            self.kind,
            self.service,
            self.owner,
            self.duplicate_of,
        )


def _changes(appended: Iterable[Appended]) -> list[_Change]:
    changes: dict[UUID, _Change] = {}
    for one in appended:
        if isinstance(one.event, TicketOpened | CallQueued):
            continue
        change = changes.setdefault(one.key, _Change(one.key, one.version, one.event.occurred_at))
        change.version = max(change.version, one.version)
        change.changed_at = max(change.changed_at, one.event.occurred_at)
        _apply(change, one.event)
    return list(changes.values())


def _apply(change: _Change, event: object) -> None:
    match event:
        case PriorityChanged():
            change.priority = event.priority
        case TicketQualified():
            change.kind, change.service = event.kind, event.service
        case TicketTakenInCharge():
            change.owner = event.taken_by
        case TicketAssigned():
            change.owner = event.assigned_to
        case CustomerAsked():
            change.state = "waiting"
        case CustomerReplied() | FilesReceived() if change.state is None:
            change.answered = True
        case CustomerReplied() | FilesReceived() if change.state == "waiting":
            change.state = "open"
        case TicketResolved():
            change.state = "resolved"
        case TicketClosed(duplicate_of=other):
            change.state = "closed"
            change.duplicate_of = None if other is None else other.number
        case TicketReopened():
            change.state = "open"
        case _:
            pass
