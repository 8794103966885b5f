"""What concerns two tickets: a duplicate that is merged into another, and links.

Each ticket decides its own half, by its own state and what never changes of the other; whoever drives the core carries
out both halves or none. A merge is for ever: a duplicate is never reopened and nothing is merged into it. So whoever
follows the pointers of duplicates arrives, and no promise of a duplicate runs again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, assert_never

from vigie.contracts.tickets import (
    AskedToo,
    DuplicateMerged,
    IntakeEvent,
    InvalidField,
    OtherTicket,
    Relation,
    TicketClosed,
    TicketLinked,
)
from vigie.decider import Elsewhere
from vigie_intake.core import refusals
from vigie_intake.core.commands import (
    AddAttachment,
    AgreeClosed,
    Close,
    Counterpart,
    CustomerReply,
    Link,
    Merge,
    OnCallMessage,
    ReceiveFiles,
    Reopen,
    SecondHalf,
    TakeDuplicate,
    TakeLink,
    TicketAction,
)
from vigie_intake.core.states import Closed, Duplicate, Opened, Ticket

SEEN_FROM_THERE: Final[dict[Relation, Relation]] = {"research": "origin", "origin": "research", "related": "related"}
"""What a ticket is to another one that is this to it."""


def merge(ticket: Ticket, command: Merge) -> tuple[TicketClosed, ...]:
    """Closed for good, so that no promise is made twice about one matter."""
    problem = _not_the_same(ticket, command.into)
    if problem is not None:
        raise refusals.Invalid((InvalidField(field="into", problem=problem),))
    return (
        TicketClosed(
            **ticket.about(),
            closed_at=command.at,
            closed_by=command.agent,
            reason="duplicate",
            duplicate_of=_other(command.into),
        ),
    )


def link(ticket: Ticket, command: Link) -> tuple[TicketLinked, ...]:
    """Said once; of each relation there may be several."""
    problems = tuple(_wrong_ends(ticket, command))
    if problems:
        raise refusals.Invalid(problems)
    to = None if command.to is None else _other(command.to)
    target = command.reference if to is None else to.ticket_id
    if (command.relation, target) in ticket.links:
        return ()
    return (
        TicketLinked(
            **ticket.about(),
            linked_at=command.at,
            linked_by=command.agent,
            relation=command.relation,
            to=to,
            reference=command.reference,
        ),
    )


def take_half(state: Opened, command: SecondHalf) -> tuple[IntakeEvent, ...]:
    """What the command on the other ticket means to this one."""
    match command:
        case TakeDuplicate() if command.duplicate.ticket_id in state.ticket.duplicates:
            return ()
        case TakeDuplicate():
            return _taken(_going_on(state), command)
        case TakeLink():
            return link(_going_on(state), command)
        case _:
            assert_never(command)


def of_duplicate(state: Duplicate, command: TicketAction) -> tuple[IntakeEvent, ...]:
    """What the customer says of a duplicate is said to the ticket that goes on; the desk's own people are told which.

    Raises Elsewhere for the former.
    """
    match command:
        case Close() | AgreeClosed():
            return ()
        case Merge(into=into) if into.ticket_id == state.of.ticket_id:
            return ()
        case CustomerReply() | ReceiveFiles() | OnCallMessage() | Reopen(agent=None) | AddAttachment(agent=None):
            raise Elsewhere(state.of.ticket_id)
        case _:
            raise refusals.TicketIsDuplicate(state.of)


def _taken(ticket: Ticket, command: TakeDuplicate) -> tuple[DuplicateMerged, ...]:
    return (
        DuplicateMerged(
            **ticket.about(),
            merged_at=command.at,
            merged_by=command.agent,
            duplicate=_other(command.duplicate),
            personal=AskedToo(contacts=command.contacts) if command.contacts else None,
        ),
    )


def _going_on(state: Opened) -> Ticket:
    """The ticket, where somebody is still to work on it."""
    if isinstance(state, Duplicate):
        raise refusals.OtherTicketIsDuplicate(state.of)
    if isinstance(state, Closed):
        raise refusals.OtherTicketClosed(state.ticket.id)
    return state.ticket


def _not_the_same(ticket: Ticket, other: Counterpart) -> str | None:
    """Why ``ticket`` cannot be a duplicate of ``other``: to another customer, other promises were made."""
    if other.ticket_id == ticket.id:
        return "is this ticket itself"
    if other.desk != ticket.desk:
        return "is a ticket of another desk"
    if None not in (other.customer, ticket.customer) and other.customer != ticket.customer:
        return "is a ticket of another customer"
    return None


def _wrong_ends(ticket: Ticket, command: Link) -> Iterator[InvalidField]:
    if (command.to is None) == (command.reference is None):
        yield InvalidField(field="to", problem="is required, or reference; not both")
    elif command.to is not None and command.to.ticket_id == ticket.id:
        yield InvalidField(field="to", problem="is this ticket itself")


def _other(ticket: OtherTicket) -> OtherTicket:
    return OtherTicket(ticket_id=ticket.ticket_id, number=ticket.number)
