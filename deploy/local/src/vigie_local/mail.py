"""The mail server: SMTP in, one mailbox for all recipients, read by IMAP or in a browser. It keeps mails in memory."""

from __future__ import annotations

import smtplib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from vigie_local.home import Home
from vigie_local.ports import HOST
from vigie_local.programs import Command

USER = "inbox@vigie.example"


@dataclass(frozen=True, slots=True)
class Mail:
    """mail-devel with three listeners on loopback."""

    home: Home
    smtp_port: int
    imap_port: int
    web_port: int
    name: str = "mail"

    @property
    def smtp(self) -> str:
        return f"{HOST}:{self.smtp_port}"

    @property
    def imap(self) -> str:
        """With the login of the one mailbox."""
        return f"imap://{quote(USER, safe='')}:{self.home.secret('mail')}@{HOST}:{self.imap_port}"

    @property
    def web(self) -> str:
        return f"http://{HOST}:{self.web_port}"

    def prepare(self, say: Callable[[str], None]) -> None:
        """Nothing is kept, so nothing has to be made."""

    def command(self) -> Command:
        listeners = {"--smtp-port": self.smtp_port, "--imap-port": self.imap_port, "--http-port": self.web_port}
        options = [part for option, port in listeners.items() for part in (option, str(port))]
        return Command(
            argv=(sys.executable, "-m", "mail_devel", "--host", HOST, "--user", USER, *options),
            env={"MAIL_PASSWORD": self.home.secret("mail")},
        )

    def is_ready(self) -> bool:
        """It greets on SMTP, which it opens last."""
        try:
            with smtplib.SMTP(HOST, self.smtp_port, timeout=2) as connection:
                return connection.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False
