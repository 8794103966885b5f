"""What the notifier makes of what mail servers do."""

from __future__ import annotations

import pytest

from integration.notifier.smtp_peer import SmtpPeer, smtp_peer
from vigie_notifier.adapters.smtp import Answer, Later, MailServer, Never, SmtpAccount, Taken, mail_server

MESSAGE = b"Subject: essai\r\n\r\nBonjour\r\n"


async def offered(peer: SmtpPeer, recipient: str = "jeanne@acme.example", time_limit: float = 5.0) -> Answer:
    server = MailServer(SmtpAccount("127.0.0.1", peer.port), time_limit=time_limit)
    try:
        return await server.hand_over("support@serveurcom.example", recipient, MESSAGE)
    finally:
        await server.close()


async def test_a_mail_that_is_taken_is_taken() -> None:
    async with smtp_peer() as peer:
        assert await offered(peer) == Taken()
        assert peer.messages == [MESSAGE + b".\r\n"]


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "end"])
async def test_not_now_is_later(verb: str) -> None:
    async with smtp_peer(**{verb: "451 greylisted, come back"}) as peer:
        assert await offered(peer) == Later(451, "greylisted, come back")


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "end"])
async def test_never_is_never(verb: str) -> None:
    async with smtp_peer(**{verb: "554 no thanks"}) as peer:
        assert await offered(peer) == Never(554, "no thanks")


async def test_a_recipient_who_is_refused_is_not_named_in_the_record() -> None:
    async with smtp_peer(RCPT="550 5.1.1 <jeanne@acme.example>: no such user") as peer:
        assert await offered(peer) == Never(550, "5.1.1 <address>: no such user")


async def test_a_server_that_nobody_answers_for_is_later() -> None:
    async with smtp_peer() as peer:
        gone = SmtpPeer(port=peer.port)
    assert isinstance(await offered(gone), Later)


@pytest.mark.parametrize("greeting", ["554 go away", "421 too busy"])
async def test_a_server_that_lets_nobody_in_is_later(greeting: str) -> None:
    async with smtp_peer(CONNECT=greeting) as peer:
        assert await offered(peer) == Later(int(greeting[:3]), greeting[4:])


async def test_a_connection_that_breaks_off_after_the_message_leaves_the_outcome_open() -> None:
    async with smtp_peer(end="drop") as peer:
        assert await offered(peer) == Later(None, "the connection broke off")
        assert len(peer.messages) == 1


async def test_a_server_that_says_nothing_is_not_waited_for() -> None:
    async with smtp_peer(end="stall") as peer:
        answer = await offered(peer, time_limit=0.2)
        assert isinstance(answer, Later)
        assert answer.code is None


async def test_a_server_without_smtputf8_never_gets_an_accented_address() -> None:
    async with smtp_peer() as peer:
        assert await offered(peer, "jérôme@acme.example") == Never(None, "SMTPUTF8 is not supported by this server")


async def test_a_connection_serves_many_mails() -> None:
    async with smtp_peer() as peer, mail_server(SmtpAccount("127.0.0.1", peer.port)) as server:
        for _ in range(3):
            assert await server.hand_over("a@b.example", "c@d.example", MESSAGE) == Taken()
        assert peer.connections == 1


async def test_a_refused_mail_does_not_spoil_the_connection_for_the_next() -> None:
    async with smtp_peer(RCPT="550 no") as peer, mail_server(SmtpAccount("127.0.0.1", peer.port)) as server:
        assert isinstance(await server.hand_over("a@b.example", "c@d.example", MESSAGE), Never)
        peer.answers.clear()
        assert await server.hand_over("a@b.example", "c@d.example", MESSAGE) == Taken()
        assert peer.connections == 1


async def test_a_broken_connection_is_not_used_again() -> None:
    async with smtp_peer(end="drop") as peer, mail_server(SmtpAccount("127.0.0.1", peer.port)) as server:
        assert isinstance(await server.hand_over("a@b.example", "c@d.example", MESSAGE), Later)
        peer.answers.clear()
        assert await server.hand_over("a@b.example", "c@d.example", MESSAGE) == Taken()
        assert peer.connections == 2


async def test_a_connection_that_the_server_closed_meanwhile_is_replaced() -> None:
    async with smtp_peer() as peer, mail_server(SmtpAccount("127.0.0.1", peer.port)) as server:
        assert await server.hand_over("a@b.example", "c@d.example", MESSAGE) == Taken()
        peer.hang_up()
        assert await server.hand_over("a@b.example", "c@d.example", MESSAGE) == Taken()
