"""The rules of a ticket that a caller can break, by the names that callers match on."""

from __future__ import annotations

from uuid import UUID

from vigie.contracts.tickets import BugCause, InvalidField, OtherTicket
from vigie.decider import Refused


class TicketUnknown(Refused):
    """There is no such ticket."""


class ContactNotEntitled(Refused):
    """Only contacts whom the customer has named for it update this ticket."""


class TicketClosed(Refused):
    """The ticket is closed: reopen it first."""

    def __init__(self, ticket_id: UUID) -> None:
        super().__init__(ticket_id)
        self.ticket_id = ticket_id


class TicketResolved(Refused):
    """The ticket is resolved: reopen it before asking the customer for more, or sending somebody or something."""

    def __init__(self, ticket_id: UUID) -> None:
        super().__init__(ticket_id)
        self.ticket_id = ticket_id


class TicketIsDuplicate(Refused):
    """The ticket is a duplicate and stays closed: go on with the one that it was merged into."""

    def __init__(self, of: OtherTicket) -> None:
        super().__init__(of)
        self.of = of


class OtherTicketClosed(Refused):
    """The other ticket is closed: reopen it first."""

    def __init__(self, ticket_id: UUID) -> None:
        super().__init__(ticket_id)
        self.ticket_id = ticket_id


class OtherTicketIsDuplicate(Refused):
    """The other ticket is a duplicate itself: take the one that it was merged into."""

    def __init__(self, of: OtherTicket) -> None:
        super().__init__(of)
        self.of = of


class NothingInWorkshop(Refused):
    """No equipment of this ticket's is at the workshop: order the repair first."""

    def __init__(self, ticket_id: UUID) -> None:
        super().__init__(ticket_id)
        self.ticket_id = ticket_id


class NoCommitmentExceeded(Refused):
    """No commitment of this ticket has been exceeded yet, and until one is nobody escalates by hand."""

    def __init__(self, ticket_id: UUID) -> None:
        super().__init__(ticket_id)
        self.ticket_id = ticket_id


class UnknownLevel(Refused):
    """The desk has no such level."""

    def __init__(self, level: str, levels: tuple[str, ...]) -> None:
        super().__init__(level)
        self.level = level
        self.levels = levels


class LevelNotRaised(Refused):
    """This level has not been called for this ticket, so there is nothing to take up."""

    def __init__(self, level: str) -> None:
        super().__init__(level)
        self.level = level


class PriceNotAccepted(Refused):
    """The customer has not accepted a price yet, and at this desk that comes first."""

    def __init__(self, ticket_id: UUID) -> None:
        super().__init__(ticket_id)
        self.ticket_id = ticket_id


class NotABug(Refused):
    """What comes from there is not accepted as a bug at this desk."""

    def __init__(self, cause: BugCause) -> None:
        super().__init__(cause)
        self.cause = cause


class Invalid(Refused):
    """A field of the command has a value that the desk does not know."""

    def __init__(self, fields: tuple[InvalidField, ...]) -> None:
        super().__init__(fields)
        self.fields = fields
