"""The mail server, spoken to over a few lasting connections; whatever it says is one of three answers.

Time limits here are the machine's seconds: a mail server does not run on the desk's clock.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final, Literal

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)

CLOSING: Final = 421
"""RFC 5321 §3.8: the server says this and hangs up."""

_ADDRESS = re.compile(r"<?[^\s<>@]+@[^\s<>@]+>?")


@dataclass(frozen=True, slots=True)
class Taken:
    """The mail is the server's now."""


@dataclass(frozen=True, slots=True)
class Later:
    """Not now: a 4xx, no connection, or a connection that broke off, which leaves open whether the mail was taken."""

    code: int | None
    problem: str


@dataclass(frozen=True, slots=True)
class Never:
    """5xx: this mail, to this person, will not be taken."""

    code: int | None
    problem: str


Answer = Taken | Later | Never


@dataclass(frozen=True, slots=True)
class SmtpAccount:
    """Where the mail server is, and how it is entered."""

    host: str
    port: int
    tls: Literal["off", "starttls", "implicit"] = "off"
    username: str | None = None
    password: str | None = None


class MailServer:
    """At most ``connections`` conversations at a time; close it when done."""

    def __init__(self, account: SmtpAccount, *, connections: int = 4, time_limit: float = 30.0) -> None:
        """``time_limit``: seconds for connecting, and for each answer."""
        self._account = account
        self._time_limit = time_limit
        self._places = asyncio.Semaphore(connections)
        self._idle: list[SMTP] = []

    async def hand_over(self, sender: str, recipient: str, message: bytes) -> Answer:
        """Offer ``message`` (RFC 5322) for ``recipient``; never raises for what a server or a network does."""
        async with self._places:
            try:
                client = await self._connection()
            except (SMTPException, OSError, TimeoutError) as error:  # whatever the code: not this mail's fault
                return Later(_code(error), _problem(error))
            return await self._offer(client, sender, recipient, message)

    async def close(self) -> None:
        """Say goodbye on all connections."""
        while self._idle:
            client = self._idle.pop()
            with suppress(SMTPException, OSError, TimeoutError):
                await client.quit(timeout=1)
            client.close()

    async def _offer(self, client: SMTP, sender: str, recipient: str, message: bytes) -> Answer:
        usable = False
        try:
            options = () if recipient.isascii() else ("SMTPUTF8",)
            await client.sendmail(sender, [recipient], message, mail_options=options)
            usable = True
            return Taken()
        except SMTPRecipientsRefused as refused:
            usable = True
            return _judged(refused.recipients[0])
        except SMTPResponseException as refused:
            usable = refused.code != CLOSING
            return _judged(refused)
        except (SMTPNotSupported, ValueError) as error:  # no server of this kind, or no envelope, for such an address
            return Never(None, _problem(error))
        except (SMTPException, OSError, TimeoutError) as error:
            return Later(None, _problem(error))
        finally:
            if usable and client.is_connected:
                self._idle.append(client)
            else:
                client.close()

    async def _connection(self) -> SMTP:
        while self._idle:
            client = self._idle.pop()
            if await _stands(client):
                return client
            client.close()
        account = self._account
        client = SMTP(
            hostname=account.host,
            port=account.port,
            username=account.username,
            password=account.password,
            use_tls=account.tls == "implicit",
            start_tls=account.tls == "starttls",
            timeout=self._time_limit,
        )
        try:
            await client.connect()
        except BaseException:
            client.close()
            raise
        return client


@asynccontextmanager
async def mail_server(account: SmtpAccount, *, connections: int = 4) -> AsyncIterator[MailServer]:
    """A mail server that is left politely."""
    server = MailServer(account, connections=connections)
    try:
        yield server
    finally:
        await server.close()


async def _stands(client: SMTP) -> bool:
    """Whether a connection still does; servers close idle ones, and a mail is not to be deferred for that."""
    try:
        return client.is_connected and (await client.noop(timeout=5)).code < 400
    except (SMTPException, OSError, TimeoutError):
        return False


def _judged(refused: SMTPResponseException) -> Later | Never:
    kind = Never if 500 <= refused.code < 600 else Later
    return kind(refused.code, _problem(refused))


def _code(error: BaseException) -> int | None:
    return error.code if isinstance(error, SMTPResponseException) else None


def _problem(error: BaseException) -> str:
    """What went wrong in one line, without addresses: this is a fact and stays when the person's data are erased."""
    said = error.message if isinstance(error, SMTPException) else str(error)
    if isinstance(error, SMTPServerDisconnected):
        said = "the connection broke off"
    line = " ".join(_ADDRESS.sub("<address>", said).split())
    return "".join(character for character in line if character.isprintable())[:300] or type(error).__name__
