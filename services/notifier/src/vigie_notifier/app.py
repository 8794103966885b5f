"""The notifier put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

from vigie.io.partitioning import partition_of
from vigie.io.service import Parts, Service
from vigie_notifier.adapters.figures import counting
from vigie_notifier.adapters.mailer import Mailer
from vigie_notifier.adapters.smtp import SmtpAccount, mail_server
from vigie_notifier.adapters.tray import Tray
from vigie_notifier.core import core
from vigie_notifier.settings import NotifierSettings

REMEMBERED: Final = 2_000
"""Correspondences: twice as many as mails may be in hand. A ticket's mails are minutes and hours apart, and one that
was forgotten is folded anew from a few events."""


def notifier() -> Parts:
    """What the notifier is made of: its core, and a mailer that empties the tray its commits fill."""
    tray = Tray()

    @asynccontextmanager
    async def mailing(service: Service) -> AsyncIterator[None]:
        settings = service.settings
        if not isinstance(settings, NotifierSettings):
            raise TypeError("the notifier needs to be told of a mail server")
        connections = settings.smtp_connections

        def is_ours(ticket: UUID) -> bool:
            return partition_of(str(ticket).encode()) in service.consumer.partitions()

        async with mail_server(account(settings), connections=connections) as server:
            mailer = Mailer(tray, server, service.pool, service.clock, connections=connections, is_ours=is_ours)
            async with mailer.working(service.engine.perform):
                service.on_appended(tray.take)
                service.on_appended(counting(service.metrics.mails))
                yield

    return Parts(
        name="notifier",
        make_core=core,
        remembered=REMEMBERED,
        room=tray.has_room,
        hold=tray.holds,
        extend=mailing,
    )


def account(settings: NotifierSettings) -> SmtpAccount:
    """The mail server that the settings name."""
    return SmtpAccount(
        host=settings.smtp.host,
        port=settings.smtp.port,
        tls=settings.smtp_tls,
        username=settings.smtp_username,
        password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
    )
