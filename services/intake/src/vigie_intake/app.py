"""Intake, put together: what it adds to the parts that every service is made of."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.resources import files

import structlog

from vigie.io.consumer import Consumer
from vigie.io.http import serving
from vigie.io.service import Parts, Service
from vigie_intake.adapters.directory import TermsOf, informed, nothing_known
from vigie_intake.adapters.http.access import bearer_tokens
from vigie_intake.adapters.http.application import api
from vigie_intake.adapters.http.desk import Desk
from vigie_intake.adapters.others import GROUP, TOPICS, hear_others
from vigie_intake.adapters.tokens import Principal, keep_token
from vigie_intake.adapters.view import project
from vigie_intake.core import SERVICE, core
from vigie_intake.settings import IntakeSettings

DEVELOPER = Principal("dev", "admin")

log = structlog.get_logger(__name__)


def intake(terms_of: TermsOf = nothing_known) -> Parts:
    """What intake is made of; ``terms_of`` is the directory in which it looks up a customer's contract."""

    @asynccontextmanager
    async def reception(service: Service) -> AsyncIterator[None]:
        """The API, and the view's own reading. The view catches up while requests are already answered."""
        settings = service.settings
        assert isinstance(settings, IntakeSettings)  # noqa: S101 - the entry point reads no other
        if settings.dev_token is not None:
            await keep_token(service.pool, settings.dev_token.get_secret_value(), DEVELOPER)
        access = bearer_tokens(service.pool)
        desk = Desk(service.engine, service.pool, service.policies, service.clock, access, terms_of)
        others = Consumer(settings, group=GROUP, topics=TOPICS, handle=hear_others(service.pool, service.policies))
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(service.reading(others))
            address = await stack.enter_async_context(serving(api(desk), settings.http))
            log.info("api", address=str(address))
            yield

    return Parts(
        name=SERVICE,
        make_core=lambda policies: informed(core(policies), terms_of),
        migrations={SERVICE: files("vigie_intake.adapters") / "sql"},
        project=project,
        extend=reception,
    )
