"""Through a real mail server, into a real mailbox, and read as a mail reader reads it."""

from __future__ import annotations

import asyncio
from email.message import EmailMessage

from support.eventually import eventually
from support.stack import Stack
from unit.notifier.desk import JEANNE, OPENING, mail_of, opened, tell
from vigie.contracts.notifications import NotificationRequested
from vigie.contracts.tickets import Asked
from vigie_local.demo.mailbox import message_id_of, read_mails
from vigie_notifier.adapters.smtp import SmtpAccount, Taken, mail_server
from vigie_notifier.core.message import as_message


def requested(name: str, subject: str) -> NotificationRequested:
    decider = mail_of()
    asked = Asked(contact=JEANNE.model_copy(update={"name": name}), subject=subject)
    events = decider.decide(decider.initial, tell(opened(personal=asked), OPENING))
    return next(event for event in events if isinstance(event, NotificationRequested))


def found(imap: str, message_id: str) -> EmailMessage | None:
    return next((mail for mail in read_mails(imap) if message_id_of(mail) == message_id), None)


async def test_a_mail_arrives_as_it_was_written(stack: Stack) -> None:
    event = requested("Émilie Lefèvre, Siège", "Téléphone muet : « plus de tonalité » au siège, à l’étage " + "é" * 60)
    assert event.personal is not None
    host, _, port = stack.smtp.rpartition(":")
    async with mail_server(SmtpAccount(host, int(port))) as server:
        message = as_message(event, event.personal).as_bytes()
        assert await server.hand_over(event.sender, event.personal.recipient, message) == Taken()

    async def arrived() -> EmailMessage | None:
        return await asyncio.to_thread(found, stack.imap, event.message_id)

    mail = await eventually(arrived)
    assert mail is not None
    text, html = (part.get_content().replace("\r\n", "\n") for part in mail.iter_parts())
    assert mail["Subject"] == event.personal.subject
    assert mail["To"].addresses[0].display_name == "Émilie Lefèvre, Siège"
    assert text == event.personal.text
    assert html == event.personal.html
