"""Through a real mail server, into a real mailbox, and read as a mail reader reads it."""

from __future__ import annotations

import asyncio
import imaplib
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from urllib.parse import unquote, urlsplit

from support.eventually import eventually
from support.stack import Stack
from unit.notifier.desk import JEANNE, OPENING, mail_of, opened, tell
from vigie.contracts.notifications import NotificationRequested
from vigie.contracts.tickets import Asked
from vigie_notifier.adapters.smtp import SmtpAccount, Taken, mail_server
from vigie_notifier.core.message import as_message


def requested(name: str, subject: str) -> NotificationRequested:
    decider = mail_of()
    asked = Asked(contact=JEANNE.model_copy(update={"name": name}), subject=subject)
    events = decider.decide(decider.initial, tell(opened(personal=asked), OPENING))
    return next(event for event in events if isinstance(event, NotificationRequested))


def found(imap: str, message_id: str) -> EmailMessage | None:
    address = urlsplit(imap)
    with imaplib.IMAP4(address.hostname or "", address.port or 143) as mailbox:
        mailbox.login(unquote(address.username or ""), unquote(address.password or ""))
        mailbox.select(readonly=True)
        _, numbers = mailbox.search(None, "HEADER", "Message-ID", message_id)
        if not numbers[0]:
            return None
        _, parts = mailbox.fetch(numbers[0].split()[-1].decode(), "(BODY.PEEK[])")
        body = parts[0]
        assert isinstance(body, tuple)
        message = message_from_bytes(body[1], policy=default)
        assert isinstance(message, EmailMessage)
        return message


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
