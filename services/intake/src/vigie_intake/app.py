"""Intake, put together: what it adds to the parts that every service is made of."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.resources import files

import structlog

from vigie.io.access import told
from vigie.io.consumer import Consumer
from vigie.io.engine import LookUps
from vigie.io.http import serving
from vigie.io.patience import patiently
from vigie.io.service import Parts, Service
from vigie.io.settings import WrongSettings
from vigie_intake.adapters.channels import callers_of, tickets_by_number
from vigie_intake.adapters.directory import access_code_key, contracts_of, open_directory
from vigie_intake.adapters.http.access import bearer_tokens
from vigie_intake.adapters.http.application import api
from vigie_intake.adapters.http.desk import Desk, Filing
from vigie_intake.adapters.objects import WrongStore, open_objects
from vigie_intake.adapters.others import GROUP, TOPICS, hear_others
from vigie_intake.adapters.tokens import Principal, keep_token
from vigie_intake.adapters.view import project
from vigie_intake.core import SERVICE, core
from vigie_intake.settings import IntakeSettings

DEVELOPER = Principal("dev", "admin")
VIEWS_APART = 0.1
"""Machine seconds between two small batches of what others say: they are shown to people, and nothing is decided by
them. One ticket's deadline is five records of three topics within a quarter of a second."""

log = structlog.get_logger(__name__)


@asynccontextmanager
async def reception(service: Service) -> AsyncIterator[None]:
    """The API, and the view's own reading. The view catches up while requests are already answered."""
    settings = service.settings
    assert isinstance(settings, IntakeSettings)  # noqa: S101 - the entry point reads no other
    if settings.dev_token is not None:
        token = settings.dev_token.get_secret_value()
        await patiently("database", lambda: keep_token(service.pool, token, DEVELOPER), service.stopping)
    directory = await patiently(
        "database",
        lambda: open_directory(service.pool, service.policies, service.clock, service.appended),
        service.stopping,
    )
    access = bearer_tokens(service.pool)
    desk = Desk(service.engine, service.pool, service.policies, service.clock, access, directory, filing(settings))
    others = Consumer(
        settings, group=GROUP, topics=TOPICS, handle=hear_others(service.pool, service.policies), apart=VIEWS_APART
    )
    async with AsyncExitStack() as stack:
        stack.push_async_callback(directory.engine.close)
        await stack.enter_async_context(service.reading(others))
        address = await stack.enter_async_context(serving(told(api(desk)), settings.http))
        log.info("api", address=str(address))
        yield


def filing(settings: IntakeSettings) -> Filing:
    """Where attachments are kept, and which; WrongSettings when they cannot be kept there."""
    try:
        objects = open_objects(settings.attachments)
    except WrongStore as wrong:
        raise WrongSettings(f"{SERVICE}: VIGIE_ATTACHMENTS: {wrong}") from wrong
    return Filing(
        objects,
        settings.attachment_limit,
        settings.attachment_types,
    )


async def look_ups(service: Service) -> LookUps:
    """What the directory says of those whose requests and calls come as events, and which ticket has a number."""
    key, policies = await access_code_key(service.pool), service.policies
    return LookUps(contracts_of(key, policies), callers_of(key, policies), tickets_by_number)


PARTS = Parts(
    name=SERVICE,
    make_core=core,
    migrations={SERVICE: files("vigie_intake.adapters") / "sql"},
    project=project,
    look_ups=look_ups,
    extend=reception,
    apart=0.02,  # somebody waits for the ticket
)
