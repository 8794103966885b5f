"""The mails that really arrived, read by IMAP as a mail program would."""

from __future__ import annotations

import imaplib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from vigie_local.demo.watcher import Seen


@dataclass(frozen=True, slots=True)
class Delivered:
    """A mail in the mailbox, and the notification it belongs to."""

    to: str
    ticket: str
    template: str
    about: str = ""
    """The id of the ticket, or of what is none."""


def delivered(imap: str, seen: Sequence[Seen]) -> tuple[Delivered, ...]:
    """The mails in the mailbox at ``imap`` that the notifier says it sent, matched by their Message-ID."""
    sent = {one.data["message_id"]: one.data for one in seen if one.name == "NotificationSent"}
    return tuple(
        Delivered(to, sent[message_id]["number"], sent[message_id]["template"], sent[message_id]["ticket_id"])
        for mail in read_mails(imap)
        if (message_id := message_id_of(mail)) in sent
        for to in (recipient.addr_spec for recipient in mail["To"].addresses)
    )


def message_id_of(mail: EmailMessage) -> str:
    """The Message-ID without its brackets."""
    return str(mail["Message-ID"]).strip("<> \r\n")


def read_mails(imap: str) -> Iterator[EmailMessage]:
    """Every mail in the mailbox at ``imap``, a URL with its login."""
    address = urlsplit(imap)
    with imaplib.IMAP4(address.hostname or "", address.port or 143, timeout=10) as mailbox:
        mailbox.login(unquote(address.username or ""), unquote(address.password or ""))
        mailbox.select(readonly=True)
        for number in mailbox.search(None, "ALL")[1][0].split():
            parts = mailbox.fetch(number.decode(), "(BODY.PEEK[])")[1]
            content = next(part[1] for part in parts if isinstance(part, tuple))
            yield message_from_bytes(content, policy=policy.default)
