"""Mails go out here, after the commit that says they are attempted, and never before.

Invariants, and what breaks without them:

- A mail is read from the store, over a connection of its own, by the version of its NotificationAttempted. What is not
  committed cannot be read, so nothing goes out that the record does not know of.
- An attempt that was overtaken is not made: another replica, which holds the ticket now, has begun the next one or
  knows the outcome. A process that was frozen with mails in hand would send all of them a second time. So a mail is
  read when its turn with the mail server has come, not before; and where the ticket has gone to another replica, none
  is sent whose lease may run out meanwhile.
- An outcome is recorded until it is recorded. What a shutdown or a crash cuts off, the attempt's lease repeats.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import cache
from importlib.resources import files
from typing import Final, TypeVar, assert_never
from uuid import UUID

import asyncpg
import structlog
from uuid_utils.compat import uuid7

from vigie.contracts.notifications import Mail, NotificationAttempted, NotificationRequested
from vigie.io.backoff import Backoff
from vigie.io.errors import Transient, is_transient
from vigie.io.lines import trace_id
from vigie.io.records import DomainClock, Order
from vigie.io.spans import SPANS
from vigie_notifier.adapters.smtp import Answer, Later, MailServer, Never, Taken
from vigie_notifier.adapters.tray import Attempt, Tray
from vigie_notifier.core import RecordDeferred, RecordFailed, RecordSent
from vigie_notifier.core.correspondence import lease_of
from vigie_notifier.core.message import as_message, envelope_address

ACTOR: Final = "service:notifier"
TOO_LATE: Final = "too late to be of use"
ERASED: Final = "the recipient's data were erased"
HANDS: Final = 3
"""Mails in hand for each connection: while one is brought to the mail server, others are being recorded as sent."""

Perform = Callable[[Order], Awaitable[object]]
Outcome = RecordSent | RecordDeferred | RecordFailed

T = TypeVar("T")

log = structlog.get_logger("vigie.mailer")


class Mailer:
    """Empties a tray: brings each attempt to the mail server, and back what became of it."""

    def __init__(
        self,
        tray: Tray,
        server: MailServer,
        pool: asyncpg.Pool,
        clock: DomainClock,
        *,
        connections: int = 4,
        is_ours: Callable[[UUID], bool] = lambda _: True,
    ) -> None:
        """``connections``: how many mails are brought to the mail server at a time. ``is_ours``: whether this replica
        holds the ticket, so that no other one makes an attempt at its mails."""
        self._tray = tray
        self._server = server
        self._pool = pool
        self._clock = clock
        self._hands = HANDS * connections
        self._bringing = asyncio.Semaphore(connections)
        self._is_ours = is_ours

    @asynccontextmanager
    async def working(self, perform: Perform, *, drain: float = 10.0) -> AsyncIterator[None]:
        """Send while this is open; ``perform`` records outcomes. At its end, ``drain`` seconds for what is in hand."""
        hands = [asyncio.create_task(self._work(perform), name=f"mailer-{number}") for number in range(self._hands)]
        try:
            yield
        finally:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._tray.empty(), drain)
            for hand in hands:
                hand.cancel()
            await asyncio.gather(*hands, return_exceptions=True)

    async def _work(self, perform: Perform) -> None:
        while True:
            async with self._tray.next() as attempt:
                try:
                    await self._settle(attempt, perform)
                except Exception:  # one mail must not stop the others; its lease repeats it
                    log.exception("mail", ticket=attempt.event.number, outcome="unknown")

    async def _settle(self, attempt: Attempt, perform: Perform) -> None:
        brought = await self._bring(attempt)
        if brought is None:
            await self._leave_or_renew(attempt, perform)
            return
        outcome, trace = brought
        key = attempt.event.ticket_id
        order = Order(key=key, command=outcome, id=uuid7(), actor=ACTOR, principal=ACTOR, traceparent=trace)
        await _steadily(lambda: perform(order))
        _report(attempt.event, outcome, trace)

    async def _bring(self, attempt: Attempt) -> tuple[Outcome, str | None] | None:
        """What became of the attempt, and its trace; None where it was overtaken."""
        async with self._bringing:
            row = await _steadily(lambda: self._pool.fetchrow(_attempted_mail(), attempt.stream, attempt.version))
            if row is None:
                raise LookupError(f"no committed attempt at version {attempt.version} of {attempt.stream}")
            if row["overtaken"] or self._is_anothers_soon(attempt.event):
                return None
            requested = NotificationRequested.model_validate_json(row["facts"])
            mail = None if row["personal"] is None else Mail.model_validate_json(row["personal"])
            return await self._try(attempt.event, requested, mail), row["traceparent"]

    def _is_anothers_soon(self, attempt: NotificationAttempted) -> bool:
        """Whether another replica may make the next attempt while this one is being made."""
        last = attempt.attempted_at + lease_of(attempt.attempt) / 2
        return self._clock.now() >= last and not self._is_ours(attempt.ticket_id)

    async def _leave_or_renew(self, attempt: Attempt, perform: Perform) -> None:
        """``attempt`` was overtaken: by an attempt of this process, which is then made, or by somebody else."""
        newest = self._tray.newest(attempt)
        if newest.version > attempt.version:
            await self._settle(newest, perform)
            return
        log.info("mail", ticket=attempt.event.number, attempt=attempt.event.attempt, outcome="overtaken")

    async def _try(
        self, attempt: NotificationAttempted, requested: NotificationRequested, mail: Mail | None
    ) -> Outcome:
        about = (attempt.attempted_at, attempt.notification_id, attempt.attempt)
        if mail is None:
            return RecordFailed(*about, self._clock.now(), None, ERASED)
        if self._clock.now() > requested.useful_until:
            return RecordFailed(*about, self._clock.now(), None, TOO_LATE)
        answer = await self._hand_over(requested, mail)
        now = self._clock.now()
        match answer:
            case Taken():
                return RecordSent(*about, now)
            case Later(code, problem):
                return RecordDeferred(*about, now, code, problem)
            case Never(code, problem):
                return RecordFailed(*about, now, code, problem)
            case _:
                assert_never(answer)

    async def _hand_over(self, requested: NotificationRequested, mail: Mail) -> Answer:
        try:
            message, recipient = as_message(requested, mail).as_bytes(), envelope_address(mail.recipient)
        except ValueError:  # its text may hold the address, which must not become a fact
            return Never(None, "no message can be made for this address")
        return await self._server.hand_over(requested.sender, recipient, message)


async def _steadily(call: Callable[[], Awaitable[T]]) -> T:
    """``call`` until the database can do it."""
    backoff = Backoff()
    while True:
        try:
            return await call()
        except Transient:
            pass
        except Exception as error:
            if not is_transient(error):
                raise
        await asyncio.sleep(backoff.next_delay())


def _report(attempt: NotificationAttempted, outcome: Outcome, trace: str | None) -> None:
    line = {
        "ticket": attempt.number,
        "notification": str(attempt.notification_id),
        "template": attempt.template,
        "role": attempt.role,
        "attempt": attempt.attempt,
        "outcome": type(outcome).__name__.removeprefix("Record").lower(),
        "code": getattr(outcome, "code", None),
        "problem": getattr(outcome, "problem", None),
        "trace_id": trace_id(trace),
    }
    log.info("mail", **line)
    SPANS.tell("mail", "client", [(trace, line)])


@cache
def _attempted_mail() -> str:
    return (files("vigie_notifier.adapters") / "sql" / "mails.sql").read_text(encoding="utf-8")
