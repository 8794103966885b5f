"""What it means to a ticket that a file was added to it."""

from __future__ import annotations

from vigie.contracts.tickets import AttachmentAdded, FileName, FilesReceived, IntakeEvent
from vigie_intake.core import refusals
from vigie_intake.core.closing import reopen_for_files
from vigie_intake.core.commands import AddAttachment
from vigie_intake.core.states import Closed, Opened, Waiting


def attach(state: Opened, command: AddAttachment) -> tuple[IntakeEvent, ...]:
    """« Une fois les fichiers ou dessins reçus, le cas sera réouvert »: a customer's file while the desk waits for the
    customer, or after it closed the ticket, is what `files_received` says, in the same moment; refused where that is.

    Not so a file of the desk's own people: what they add to is their work, and they say themselves that files came.
    """
    ticket = state.ticket
    added = AttachmentAdded(
        **ticket.about(),
        added_at=command.at,
        added_by=command.agent,
        attachment_id=command.attachment_id,
        media_type=command.media_type,
        size=command.size,
        sha256=command.sha256,
        personal=FileName(name=command.name),
    )
    if isinstance(state, Closed):
        if command.agent is not None:
            raise refusals.TicketClosed(ticket.id)
        return (*reopen_for_files(state, command.at), added)
    if isinstance(state, Waiting) and command.agent is None:
        return (FilesReceived(**ticket.about(), received_at=command.at), added)
    return (added,)
