"""A desk as its customers and people know it: by its API, by events, by what arrives. Times are those on its wall."""

from __future__ import annotations

import json
import os
import sys
from asyncio.subprocess import PIPE, create_subprocess_exec
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from support.arrivals import Mail
from support.eventually import eventually
from support.librdkafka import Event
from support.production import ADMIN, PORTAL, login
from support.stories import Stage

Facts = tuple[Any, ...]
"""When something happened, at the desk (``2026-03-23 22:30``), and what else was asked of it."""


def at_desk(name: str, zone: str = "Europe/Paris", **usual: Any) -> Callable[[Stage], Desk]:
    """What makes the desk of that name; ``usual``: what its requests say where a story does not."""
    return partial(Desk, name, ZoneInfo(zone), usual)


class Desk:
    """A desk in one story, with one contact, whom no other story knows."""

    def __init__(self, name: str, zone: ZoneInfo, usual: dict[str, Any], stage: Stage) -> None:
        self.name = name
        self.stage = stage
        self._zone = zone
        self._usual = usual
        self._number = stage.number()
        self._over: datetime | None = None
        self.contact = {"name": "Jeanne Martin", "email": f"jeanne@c{self._number}.example"}
        self.phone = f"+3361{self._number:07}"

    async def until(self, local: str) -> None:
        """Until it is ``2026-03-23 22:10`` at the desk."""
        await self.stage.until(datetime.fromisoformat(local).replace(tzinfo=self._zone))

    async def over(self) -> None:
        """Until this instant is over, with all that this story has done at it."""
        if self._over != self.stage.now:
            await self.stage.over()
            self._over = self.stage.now

    async def customer(self, name: str = "c", **sheet: Any) -> str:
        """Write a customer into the directory, with this desk's contract as ``contract`` says it; their id."""
        contract = {"contract": "only", "desk": self.name, "valid_from": "2020-01-01", **sheet.pop("contract", {})}
        contacts = [{**self.contact, "phone": self.phone, "may_open": True, "trained": sheet.pop("trained", {})}]
        body = {"name": name, "contacts": contacts, "contracts": [contract], **sheet}
        answer = await self.http("PUT", f"/v1/customers/{name}-{self._number}", body)
        assert answer.status_code == 201, answer.text
        return f"{name}-{self._number}"

    async def ask(self, **said: Any) -> Ticket:
        """A request to the API, which becomes a ticket."""
        answer = await self.http("POST", "/v1/tickets", self.request(**said))
        assert answer.status_code == 201, answer.text
        return self.ticket(answer.json()["ticket_id"], answer.json()["number"])

    async def ask_in_vain(self, **said: Any) -> str:
        """A request to the API, which the desk does not accept: the reason."""
        answer = await self.http("POST", "/v1/tickets", self.request(**said))
        assert answer.status_code == 409, answer.text
        return str(answer.json()["name"])

    def request(self, **said: Any) -> dict[str, Any]:
        return {"desk": self.name, "contact": self.contact, "subject": "Une question", **self._usual, **said}

    def ticket(self, ticket_id: str, number: str = "") -> Ticket:
        """What this story follows from now on."""
        self.stage.follow(ticket_id)
        return Ticket(self, ticket_id, number)

    async def tell(self, message: str, **data: Any) -> Ticket:
        """A CloudEvent on the requests topic; what comes of it, where that has a stream of its own."""
        self._over = None
        ticket = self.ticket(str(await self.stage.production.tell(f"vigie.{message}.v1", json.dumps(data).encode())))
        await self.over()
        return ticket

    async def http(self, method: str, path: str, body: Any = None, token: str = ADMIN, **more: Any) -> httpx.Response:
        if method != "GET":
            self._over = None
        return await self.stage.production.http.request(
            method, path, headers={**login(token), **more.pop("headers", {})}, json=body, **more
        )

    async def get(self, path: str, **asked: Any) -> Any:
        """What the API shows, once this instant is over."""
        await self.over()
        answer = await self.http("GET", path, params=asked)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def report(self, *options: str) -> Any:
        """What `vigie report` says of the desk, once this instant is over."""
        await self.over()
        clock = f"{self.stage.now.isoformat()}@2026-01-01T00:00:00Z x0.000000001"
        process = await create_subprocess_exec(
            str(Path(sys.executable).with_name("vigie")),
            *("report", self.name, *options, "--json"),
            env={**os.environ, "DATABASE_URL": self.stage.database, "VIGIE_CLOCK": clock},
            stdout=PIPE,
        )
        said, _ = await process.communicate()
        assert process.returncode == 0
        return json.loads(said)

    async def mails(self) -> list[Mail]:
        """All that the contact of this story has in the mailbox."""
        await self.over()
        mails = await self.stage.mailed()
        return [mail for mail in mails.values() if mail.to == self.contact["email"]]

    def local(self, instant: str) -> str:
        """``2026-03-23 22:30``, with seconds where there are any."""
        at = datetime.fromisoformat(instant).astimezone(self._zone).replace(tzinfo=None)
        return at.isoformat(" ", "seconds" if at.second else "minutes")


class Ticket:
    """A ticket (or a call, or a request that was refused): what is done to it, and what others see of it."""

    def __init__(self, desk: Desk, ticket_id: str, number: str) -> None:
        self.desk = desk
        self.id = ticket_id
        self.number = number

    async def do(self, path: str, **said: Any) -> dict[str, Any]:
        """A technician does that; the ticket afterwards."""
        answer = await self._post(path, {"agent": "amelie", **said}, ADMIN)
        assert answer.status_code == 200, answer.text
        now: dict[str, Any] = answer.json()
        return now

    async def do_in_vain(self, path: str, **said: Any) -> str:
        """A technician tries; the rule that forbids it."""
        answer = await self._post(path, {"agent": "amelie", **said}, ADMIN)
        assert answer.status_code in (409, 422), answer.text
        return str(answer.json()["name"])

    async def hear(self, path: str, **said: Any) -> None:
        """The customer does that, through a channel."""
        answer = await self._post(path, said, PORTAL)
        assert answer.status_code == 200, answer.text

    async def attach(self, name: str, content: bytes) -> None:
        """The customer adds a file, through a channel."""
        called = {"Content-Disposition": f'attachment; filename="{name}"'}
        path = f"/v1/tickets/{self.number}/attachments"
        answer = await self.desk.http("POST", path, token=PORTAL, content=content, headers=called)
        assert answer.status_code == 201, answer.text

    async def _post(self, path: str, body: Any, token: str) -> httpx.Response:
        return await self.desk.http("POST", f"/v1/tickets/{self.number}/{path}", body, token)

    async def events(self, *names: str) -> list[Event]:
        """Those on the four topics that bear one of these names, in the order in which they happened."""
        await self.desk.over()
        told = await self.desk.stage.told()
        found = [
            event for event in told.get(self.id, []) if not names or event.headers["ce_type"].split(".")[1] in names
        ]
        return sorted(found, key=lambda event: datetime.fromisoformat(event.headers["ce_time"]))

    async def told(self, name: str, *fields: str) -> list[Facts]:
        """When each event of that name happened, and these of its fields; a field that is an instant is local too."""
        return [
            (self.desk.local(event.headers["ce_time"]), *(self._value(event.data[field], field) for field in fields))
            for event in await self.events(name)
        ]

    def _value(self, value: Any, field: str) -> Any:
        return self.desk.local(value) if field.endswith("_at") and value is not None else value

    async def mails(self, template: str) -> list[Mail]:
        """The mails of that kind about this ticket that are in the mailbox, in the order in which they were sent."""
        sent = [one for one in await self.events("NotificationSent") if one.data["template"] == template]
        mails = await self.desk.stage.mailed()
        missing = [one.data["message_id"] for one in sent if one.data["message_id"] not in mails]
        assert not missing, f"sent, and not in the mailbox: {missing}"
        return [mails[one.data["message_id"]] for one in sent]

    async def mail(self, template: str) -> Mail:
        """The only mail of that kind."""
        (mail,) = await self.mails(template)
        return mail

    async def page(self, **asked: Any) -> Any:
        """What the API shows of it, once its history has all that is on the topics by now."""
        happened = {event.headers["ce_id"] for event in (await self.desk.stage.told()).get(self.id, [])}

        async def shown() -> Any:
            page = await self.desk.get(f"/v1/tickets/{self.number}", **asked)
            return page if happened <= {entry["event_id"] for entry in page["history"]} else None

        return await eventually(shown)

    async def became(self) -> Ticket:
        """This, by its number, if it became a ticket."""
        (opened,) = await self.events("TicketOpened")
        self.number = opened.data["number"]
        return self
