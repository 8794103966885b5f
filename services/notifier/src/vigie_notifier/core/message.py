"""A notification as a mail message: the same bytes for every attempt.

Everything comes from the recorded event, the multipart boundary included, so that a repeat after an unknown outcome is
the same message in every respect. Header injection is impossible twice: texts are made one line when the mail is
written, and ``EmailMessage`` refuses line breaks in headers.
"""

from __future__ import annotations

from email.header import Header
from email.headerregistry import Address, HeaderRegistry
from email.message import EmailMessage
from email.policy import EmailPolicy
from functools import cache
from typing import Any, Final

from vigie.contracts.notifications import Mail, NotificationRequested


class _WholeWords(EmailPolicy):
    """Encodes a text that is not plain ASCII as a whole (RFC 2047).

    The standard folding of Python 3.11 encodes piece by piece and loses the spaces in between: « Plusde téléphone ».
    """

    def fold(self, name: str, value: Any) -> str:
        match name, value:
            case "Subject", text if not _plain(text):
                return f"{name}: {_encoded(text, name)}\r\n"
            case "From" | "Reply-To" | "To", header if not _plain(str(header)):
                address = header.addresses[0]
                words = _encoded(address.display_name, name)
                return f"{name}: {words}\r\n <{address.addr_spec}>\r\n" if words else f"{name}: {address.addr_spec}\r\n"
            case _, header if _plain(str(header)) and len(name) + 2 + len(str(header)) <= _LINE:
                return f"{name}: {header}\r\n"  # the same as below, without taking the text apart
            case _:
                folded: str = super().fold(name, value)
                return folded

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode()


_LINE: Final = 78
"""RFC 5322 §2.1.1."""


class _KnownHeaders(HeaderRegistry):
    """Makes the class of each header once; the library's makes a new one for each header of each message, which costs
    more than the header."""

    @cache  # noqa: B019 - there is one of these, for as long as the process lives
    def __getitem__(self, name: str) -> Any:
        return super().__getitem__(name)


_POLICY: Final = _WholeWords(linesep="\r\n", header_factory=_KnownHeaders())


def _plain(text: str) -> bool:
    return text.isascii() and "=?" not in text


def _encoded(text: str, name: str) -> str:
    return text and Header(text, "utf-8", header_name=name).encode(linesep="\r\n")


def as_message(requested: NotificationRequested, mail: Mail) -> EmailMessage:
    """The message that ``requested`` asks for; ``mail`` is its personal part, which an erasure may have taken away.

    ``Date`` is when the message was complete (RFC 5322 §3.6.1), in the deployment's time. ``Auto-Submitted`` is
    ``auto-generated`` and not ``auto-replied``: nothing is an answer to a *message* (RFC 3834 §5), and either keeps
    absence notes from answering us (§2).
    """
    message = EmailMessage(policy=_POLICY)
    sender = Address(requested.sender_name, addr_spec=requested.sender)
    message["From"] = sender
    message["Reply-To"] = sender
    local, _, domain = envelope_address(mail.recipient).rpartition("@")
    message["To"] = Address(mail.recipient_name or "", local, domain)
    message["Subject"] = mail.subject
    message["Date"] = requested.requested_at
    message["Message-ID"] = f"<{requested.message_id}>"
    if requested.references:
        message["In-Reply-To"] = f"<{requested.references[-1]}>"
        message["References"] = " ".join(f"<{reference}>" for reference in requested.references)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["X-Vigie-Ticket"] = requested.number
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    message.set_boundary(f"vigie-{requested.notification_id.hex}")
    message["Content-Language"] = requested.language
    return message


def envelope_address(address: str) -> str:
    """``address`` with its domain as DNS knows it (``é.example`` → ``xn--9ca.example``); the part before it is kept.

    ValueError for what could end an SMTP command or begin another one.
    """
    if not address.isprintable() or any(character in address for character in " <>"):
        raise ValueError("an address has no spaces, brackets or control characters")
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode()}"
