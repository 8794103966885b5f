"""Mails on their way: written down, committed, handed to a mail server, and what became of them recorded."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from uuid import UUID

from integration.notifier.office import STREAM, Office, office
from integration.notifier.smtp_peer import SmtpPeer, smtp_peer
from support.eventually import eventually
from unit.notifier.desk import JEANNE, OPENING, TEN_AT_NIGHT, TICKET, mail_of, opened, replied, tell
from vigie.contracts.tickets import Asked, RequestRefused
from vigie.io.records import Appended
from vigie_notifier.adapters.smtp import SmtpAccount, mail_server

MINUTE = timedelta(minutes=1)
REQUEST = UUID("0198c2a4-0000-7000-8000-00003f2a91c4")

WRITTEN = ["CorrespondenceOpened", "NotificationRequested", "NotificationAttempted"]


@asynccontextmanager
async def at_work(database: str, drain: float = 5.0, **answers: str) -> AsyncIterator[tuple[Office, SmtpPeer]]:
    """A working office, and the mail server it speaks to."""
    async with (
        smtp_peer(**answers) as peer,
        mail_server(SmtpAccount("127.0.0.1", peer.port)) as server,
        office(database, server) as one,
        one.mailer.working(one.engine.perform, drain=drain),
    ):
        yield one, peer


@asynccontextmanager
async def idle(database: str) -> AsyncIterator[tuple[Office, SmtpPeer]]:
    """An office that does not send yet, and the mail server it will speak to."""
    async with (
        smtp_peer() as peer,
        mail_server(SmtpAccount("127.0.0.1", peer.port)) as server,
        office(database, server) as one,
    ):
        yield one, peer


async def ends_with(one: Office, *names: str) -> None:
    async def recorded() -> None:
        assert (await one.story())[-len(names) :] == list(names)

    await eventually(recorded)


async def test_an_opening_is_mailed_and_recorded(database: str) -> None:
    async with at_work(database) as (one, peer):
        await one.hears(opened())
        await ends_with(one, *WRITTEN, "NotificationSent")
        assert len(peer.messages) == 1
        assert await one.due_at() is None


async def test_the_asker_of_a_refused_request_is_mailed_though_there_is_no_ticket(database: str) -> None:
    refused = RequestRefused(
        request_id=REQUEST,
        desk="serveurcom",
        refused_at=TEN_AT_NIGHT,
        reason="invalid",
        personal=Asked(contact=JEANNE, subject="Plus de téléphone"),
    )
    async with at_work(database) as (one, peer):
        await one.hears(refused)
        await eventually(lambda: peer.messages)
        letter = message_from_bytes(peer.messages[0], policy=default)
        assert (letter["To"], letter["Subject"]) == (
            "Jeanne Martin <jeanne@acme.example>",
            "[R-3F2A91C4] Votre demande n’a pas pu être enregistrée\u00a0: Plus de téléphone",
        )

        async def settled() -> None:
            assert await one.story(f"mail-{REQUEST}") == [*WRITTEN[1:], "NotificationSent"]

        await eventually(settled)


async def test_a_mail_of_a_ticket_that_went_to_another_replica_is_left_to_it_when_its_lease_may_run_out(
    database: str,
) -> None:
    async with idle(database) as (one, peer):
        await one.hears(opened())
        one.clock.at += MINUTE
        one.holds_the_ticket = False
        async with one.mailer.working(one.engine.perform):
            await eventually(lambda: not one.tray.holds(STREAM))
        assert peer.messages == []
        assert await one.story() == WRITTEN


async def test_a_mail_that_waited_is_sent_by_the_replica_that_holds_its_ticket(database: str) -> None:
    async with idle(database) as (one, peer):
        await one.hears(opened())
        one.clock.at += MINUTE
        async with one.mailer.working(one.engine.perform):
            await ends_with(one, *WRITTEN, "NotificationSent")
        assert len(peer.messages) == 1


async def test_a_mail_in_hand_holds_its_streams_wake_up(database: str) -> None:
    async with at_work(database, drain=0.1, end="stall") as (one, peer):
        await one.hears(opened())
        await eventually(lambda: peer.messages)
        assert one.tray.holds(STREAM)


async def test_a_settled_mail_holds_nothing(database: str) -> None:
    async with at_work(database) as (one, _):
        await one.hears(opened())
        await eventually(lambda: not one.tray.holds(STREAM))


async def test_nothing_is_sent_that_is_not_committed(database: str) -> None:
    async with at_work(database) as (one, peer):
        decider = mail_of()
        events = decider.decide(decider.initial, tell(opened(), OPENING))
        one.tray.take(
            [
                Appended(TICKET, STREAM, version, UUID(int=version), event, TEN_AT_NIGHT, "service:notifier", "test")
                for version, event in enumerate(events, 1)
            ]
        )
        assert one.tray.holds(STREAM)
        await eventually(lambda: not one.tray.holds(STREAM))
        assert peer.messages == []


async def test_a_mail_that_is_deferred_is_tried_again_with_the_same_message_id(database: str) -> None:
    async with at_work(database, RCPT="451 come back") as (one, peer):
        await one.hears(opened())
        await ends_with(one, "NotificationDeferred")
        assert await one.due_at() == TEN_AT_NIGHT + MINUTE
        peer.answers.clear()
        await eventually(lambda: not one.tray.holds(STREAM))
        await one.wakes(TEN_AT_NIGHT + MINUTE)
        await ends_with(one, "NotificationAttempted", "NotificationSent")


async def test_a_refused_mail_is_given_up(database: str) -> None:
    async with at_work(database, RCPT="550 no such user") as (one, peer):
        await one.hears(opened())
        await ends_with(one, "NotificationFailed")
        assert await one.due_at() is None
        assert peer.messages == []


async def test_a_mail_whose_outcome_a_crash_took_away_goes_out_again_as_the_same_message(database: str) -> None:
    async with at_work(database, drain=0.1, end="stall") as (one, peer):
        await one.hears(opened())
        await eventually(lambda: peer.messages)
        first = peer.messages[0]
    async with at_work(database) as (one, peer):
        assert await one.due_at() == TEN_AT_NIGHT + 2 * MINUTE
        await one.wakes(TEN_AT_NIGHT + 2 * MINUTE)
        await ends_with(one, *WRITTEN, "NotificationAttempted", "NotificationSent")
        assert peer.messages == [first]


async def test_a_replica_that_was_frozen_does_not_send_what_another_has_sent_meanwhile(database: str) -> None:
    async with idle(database) as (frozen, peer):
        await frozen.hears(opened())
        async with at_work(database) as (other, others_peer):
            await other.wakes(TEN_AT_NIGHT + 2 * MINUTE)
            await ends_with(other, *WRITTEN, "NotificationAttempted", "NotificationSent")
            assert len(others_peer.messages) == 1
        async with frozen.mailer.working(frozen.engine.perform):
            await eventually(lambda: not frozen.tray.holds(STREAM))
        assert peer.messages == []


async def test_a_replica_that_was_frozen_leaves_the_mail_to_whoever_has_begun_the_next_attempt(database: str) -> None:
    async with idle(database) as (frozen, peer), idle(database) as (other, others_peer):
        await frozen.hears(opened())
        await other.wakes(TEN_AT_NIGHT + 2 * MINUTE)
        async with frozen.mailer.working(frozen.engine.perform):
            await eventually(lambda: not frozen.tray.holds(STREAM))
        assert peer.messages == []
        async with other.mailer.working(other.engine.perform):
            await ends_with(other, "NotificationAttempted", "NotificationSent")
        assert len(others_peer.messages) == 1


async def test_a_mail_that_was_attempted_again_while_it_waited_here_goes_out_once(database: str) -> None:
    async with idle(database) as (one, peer):
        await one.hears(opened())
        await one.wakes(TEN_AT_NIGHT + 2 * MINUTE)
        async with one.mailer.working(one.engine.perform):
            await ends_with(one, *WRITTEN, "NotificationAttempted", "NotificationSent")
        assert len(peer.messages) == 1


async def test_a_mail_that_comes_too_late_after_a_crash_is_not_sent(database: str) -> None:
    async with at_work(database, drain=0.1, end="stall") as (one, peer):
        await one.hears(opened())
        await eventually(lambda: peer.messages)
    async with at_work(database) as (one, peer):
        one.clock.advance(timedelta(hours=25))
        await one.wakes(TEN_AT_NIGHT + 2 * MINUTE)
        await ends_with(one, "NotificationFailed")
        assert peer.messages == []


async def test_a_shutdown_waits_for_the_mail_in_hand(database: str) -> None:
    async with at_work(database, end="wait") as (one, peer):
        await one.hears(opened())
        await eventually(lambda: peer.messages)
        asyncio.get_running_loop().call_later(0.2, peer.go_on.set)
    async with at_work(database) as (one, _):
        await ends_with(one, *WRITTEN, "NotificationSent")


async def test_a_reply_is_a_later_mail_of_the_same_conversation(database: str) -> None:
    async with at_work(database) as (one, peer):
        await one.hears(opened())
        await one.hears(replied())
        await eventually(lambda: len(peer.messages) == 2)
        mails = {mail["Subject"]: mail for mail in (message_from_bytes(m, policy=default) for m in peer.messages)}
        welcome = mails["[T-1042] Votre demande est enregistrée\u00a0: Plus de téléphone au siège"]
        reply = mails["[T-1042] Nouvelle réponse\u00a0: Plus de téléphone au siège"]
        assert reply["In-Reply-To"] == reply["References"] == welcome["Message-ID"]


async def test_many_mails_share_a_few_connections(database: str) -> None:
    async with at_work(database) as (one, peer):
        await one.hears(opened())
        for ordinal in range(20):
            await one.hears(replied(f"Réponse {ordinal}"))
        await eventually(lambda: len(peer.messages) == 21)
        assert peer.connections <= 4
