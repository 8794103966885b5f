"""The mail server: greeted, never given a mail."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from functools import partial
from typing import Literal

from vigie.io.doctor.findings import Finding, fail, ok, sentence, warn
from vigie.io.settings import Address

ANSWER_WITHIN = 5.0
Tls = Literal["off", "starttls", "implicit"]


async def check_mail(address: Address | None, tls: Tls) -> Finding:
    """EHLO, the certificate where there is TLS, and goodbye."""
    if address is None:
        return warn(
            "mail server", "VIGIE_SMTP is not set here: not looked at", "set VIGIE_SMTP=host:port and ask again"
        )
    try:
        said = await asyncio.get_running_loop().run_in_executor(None, partial(_greet, address, tls))
    except (OSError, smtplib.SMTPException) as error:
        todo = "mails wait meanwhile, none is lost; start it, or correct VIGIE_SMTP and VIGIE_SMTP_TLS of notifier"
        return fail("mail server", f"{address} does not serve: {sentence(error)}", todo)
    return ok("mail server", f"{address} answers EHLO{said}")


def _greet(address: Address, tls: Tls) -> str:
    context = ssl.create_default_context()
    if tls == "implicit":
        with smtplib.SMTP_SSL(address.host, address.port, timeout=ANSWER_WITHIN, context=context) as server:
            server.ehlo_or_helo_if_needed()
            return ", TLS"
    with smtplib.SMTP(address.host, address.port, timeout=ANSWER_WITHIN) as server:
        server.ehlo_or_helo_if_needed()
        if tls == "starttls":
            server.starttls(context=context)
            return ", STARTTLS"
    return ""
