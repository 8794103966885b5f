"""The mailbox of the embedded mail server, read by IMAP."""

from __future__ import annotations

import imaplib
from email import message_from_bytes, policy
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit


def read_mails(imap: str) -> list[EmailMessage]:
    """Every mail in the mailbox at ``imap`` (a URL with its login)."""
    address = urlsplit(imap)
    with imaplib.IMAP4(address.hostname or "", address.port or 143, timeout=10) as mailbox:
        mailbox.login(unquote(address.username or ""), unquote(address.password or ""))
        mailbox.select(readonly=True)
        numbers = mailbox.search(None, "ALL")[1][0].split()
        return [_mail(mailbox, number) for number in numbers]


def mails(imap: str) -> list[str]:
    """The Message-ID of every mail, without its brackets; twice for a mail that is there twice."""
    return [str(mail["Message-ID"]).strip("<> \r\n") for mail in read_mails(imap)]


def _mail(mailbox: imaplib.IMAP4, number: bytes) -> EmailMessage:
    parts = mailbox.fetch(number.decode(), "(BODY.PEEK[])")[1]
    body = next(part[1] for part in parts if isinstance(part, tuple))
    return message_from_bytes(body, policy=policy.default)
