"""The four real services in one process, on one clock that stands still until a test moves it.

Everything is as `python -m vigie_…` makes it: consumers, engine, relay, wake-ups, mailer, API, on a real PostgreSQL, a
real Kafka and a real mail server. Domain time is what comes from outside.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import httpx
from aiokafka import AIOKafkaProducer
from pydantic import SecretStr
from uuid_utils.compat import uuid7

from support.clock import HandClock
from support.eventually import eventually
from support.ports import free_port
from support.stack import Stack
from support.unrest import Unrest
from vigie.contracts import topics
from vigie.contracts.ids import customer_key, request_key
from vigie.contracts.requests import REQUEST_SUBMITTED, RequestSubmitted
from vigie.io.clock import Clock
from vigie.io.kafka import producer
from vigie.io.records import Order
from vigie.io.service import Parts, Service, running
from vigie.io.settings import Address, Settings
from vigie_escalation.app import PARTS as ESCALATION
from vigie_intake.adapters.directory import open_directory
from vigie_intake.adapters.http.acting import ROUTES
from vigie_intake.adapters.tokens import Principal, keep_token
from vigie_intake.app import PARTS as INTAKE
from vigie_intake.core.commands import ACTIONS
from vigie_intake.core.directory.commands import RecordCustomer
from vigie_intake.settings import IntakeSettings
from vigie_notifier.app import notifier
from vigie_notifier.settings import NotifierSettings
from vigie_sla_timer.app import PARTS as SLA_TIMER

T = TypeVar("T", bound=Settings)

ADMIN, PORTAL = "admin-token", "portal-token"
WAKE_UPS = "wake-ups"
"""What the services call the tasks in which they wake streams."""
SOURCE = "/contract-test"
PATHS = {route.command: route.path for route in ROUTES}
ANYWHERE = Address("127.0.0.1", 0)


@dataclass(frozen=True, slots=True)
class Opened:
    """A request as production has taken it."""

    ticket: UUID
    number: str


@dataclass
class Production:
    """The four services at work."""

    clock: DomainClock
    services: list[Service]
    """Intake first."""
    unrest: Unrest
    http: httpx.AsyncClient
    requests: AIOKafkaProducer
    _sent: list[str] = field(default_factory=list)

    @property
    def intake(self) -> Service:
        return self.services[0]

    async def agree(self, records: Sequence[RecordCustomer]) -> None:
        """Write customers into the directory, as people write them, but whatever the desk thinks of their services."""
        directory = await open_directory(self.intake.pool, self.intake.policies, self.clock, self.intake.appended)
        coded = [replace(one, access_codes=directory.codes_on(one.customer, one.sheet)) for one in records]
        await directory.engine.perform_all(
            [Order(customer_key(one.customer), one, uuid7(), "agent:test", "test") for one in coded]
        )

    async def open_by_http(self, request: RequestSubmitted) -> Opened | None:
        """A request to the API; None when the desk refuses it."""
        answer = await self._post("/v1/tickets", ADMIN, request.model_dump(mode="json", exclude_none=True))
        if answer.status_code == 409:
            return None
        assert answer.status_code == 201, answer.text
        return Opened(UUID(answer.json()["ticket_id"]), answer.json()["number"])

    async def submit(self, request: RequestSubmitted) -> UUID:
        """A request on the topic, as another system sends it; what will be its ticket or its refusal."""
        return await self.tell(REQUEST_SUBMITTED, request.model_dump_json(exclude_none=True).encode())

    async def tell(self, kind: str, data: bytes) -> UUID:
        """A CloudEvent of that type on the requests topic; the id of what will come of it."""
        cause = str(uuid7())
        headers = {
            "ce_specversion": "1.0",
            "ce_id": cause,
            "ce_source": SOURCE,
            "ce_type": kind,
            "content-type": "application/json",
        }
        self._sent.append(f"request-{request_key(SOURCE, cause)}")
        await self.requests.send_and_wait(
            topics.REQUESTS,
            data,
            key=cause.encode(),
            headers=[(name, value.encode()) for name, value in headers.items()],
        )
        return request_key(SOURCE, cause)

    async def opened(self, ticket: UUID) -> Opened | None:
        """What became of a submitted request; None: no ticket."""
        number = await self.intake.pool.fetchval("select number from tickets where ticket_id = $1", ticket)
        return None if number is None else Opened(ticket, number)

    async def act(self, opened: Opened, do: str, fields: dict[str, Any]) -> str | None:
        """A step; the name of the error when it is refused."""
        command = ACTIONS[do]
        body, token = dict(fields), ADMIN
        if "agent" in command.model_fields:
            body.setdefault("agent", command.model_fields["agent"].default)
            if body["agent"] is None:
                del body["agent"]
                token = PORTAL
        answer = await self._post(f"/v1/tickets/{opened.number}/{PATHS[command]}", token, body)
        return None if answer.status_code == 200 else str(answer.json()["name"])

    async def _post(self, path: str, token: str, body: Any) -> httpx.Response:
        return await self.http.post(path, json=body, headers=login(token))

    @contextmanager
    def steps_first(self) -> Iterator[None]:
        """What is due at this very instant waits until the block ends."""
        self.clock.wakes_later = True
        try:
            yield
        finally:
            self.clock.wakes_later = False

    async def settled(self) -> None:
        """Returns once everybody has heard everything, every mail is out, and nothing is due."""
        for service in self.services:
            service.wakeups.nudge()

        async def quiet() -> None:
            left = await self.unrest.left(self._sent, self.clock.wakes_at())
            assert not left, f"at {self.clock.at}: {left}"

        await eventually(quiet, within=60, longest=0.03)
        self._sent.clear()


class DomainClock(HandClock):
    """Stands still until it is moved. While steps are being taken, wake-ups live in the moment before: whether a step
    or a wake-up of one instant comes first is chance in production, and the step's to decide in the design."""

    wakes_later = False

    def now(self) -> datetime:
        task = asyncio.current_task()
        return self.wakes_at() if task is not None and task.get_name() == WAKE_UPS else self.at

    def wakes_at(self) -> datetime:
        """The instant at which wake-ups live."""
        return self.at - timedelta.resolution if self.wakes_later else self.at


@asynccontextmanager
async def production(
    stack: Stack, database: str, policies: Path, smtp_connections: int = 1
) -> AsyncIterator[Production]:
    """The four services in an empty ``database``.

    One mail at a time is the slow way, in which mails of one instant are answered in the order they were written in.
    """
    clock = DomainClock()
    common: dict[str, Any] = {"database_url": database, "kafka": stack.kafka, "policies": policies, "health": ANYWHERE}
    api = Address("127.0.0.1", free_port())
    host, _, port = stack.smtp.rpartition(":")
    files = tempfile.TemporaryDirectory(prefix="vigie-files-")
    own: dict[str, Any] = {"http": api, "dev_token": SecretStr(ADMIN), "attachments": Path(files.name).as_uri()}
    mail: dict[str, Any] = {"smtp": Address(host, int(port)), "smtp_connections": smtp_connections}
    made: tuple[tuple[Parts, Settings], ...] = (
        (INTAKE, _on(clock, IntakeSettings)(**common, **own)),
        (SLA_TIMER, _on(clock, Settings)(**common)),
        (ESCALATION, _on(clock, Settings)(**common)),
        (notifier(), _on(clock, NotifierSettings)(**common, **mail)),
    )
    async with AsyncExitStack() as resources:
        resources.enter_context(files)
        services = [await resources.enter_async_context(running(parts, settings)) for parts, settings in made]
        assert sum(task.get_name() == WAKE_UPS for task in asyncio.all_tasks()) == len(services)
        await keep_token(services[0].pool, PORTAL, Principal("portal", "channel"))
        owner = await asyncpg.connect(database)
        resources.push_async_callback(owner.close)
        # The API lets idle connections go after five seconds, perhaps just when one is taken up again: so none is kept.
        none_kept = httpx.Limits(max_keepalive_connections=0)
        http = await resources.enter_async_context(
            httpx.AsyncClient(base_url=f"http://{api}", timeout=30, transport=AsksAgain(limits=none_kept))
        )
        requests = producer(services[0].settings, "contract-test")
        await requests.start()
        resources.push_async_callback(requests.stop)
        unrest = Unrest(owner, [service.core for service in services])
        yield Production(clock, services, unrest, http, requests)


class AsksAgain(httpx.AsyncHTTPTransport):
    """What the documents tell a client to do on 503: ask again when it says, under the same idempotency key. On a
    machine that is short of processor time somebody is told so now and then."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            request.headers.setdefault("Idempotency-Key", str(uuid7()))
        for _ in range(5):
            answer = await super().handle_async_request(request)
            if answer.status_code != 503:
                break
            await answer.aclose()
            await asyncio.sleep(float(answer.headers["Retry-After"]))
        return answer


def login(token: str) -> dict[str, str]:
    """The header that says who asks."""
    return {"Authorization": f"Bearer {token}"}


def _on(clock: Clock, kind: type[T]) -> type[T]:
    """``kind`` of settings, of a deployment that lives by ``clock``."""

    class OnClock(kind):  # type: ignore[misc,valid-type]
        def domain_clock(self) -> Clock:
            return clock

    return OnClock
