"""A duplicate is merged in a whole Vigie: its clocks stop, the other's do not, and nothing said is lost."""

from __future__ import annotations

from functools import partial
from typing import Any

import httpx

from e2e.test_messages_by_event import REQUEST, answer, tell
from support.deployment import Deployment
from support.librdkafka import Event, Reader, reading

TICKETS, SLA, MAILS = "vigie.tickets.v1", "vigie.sla.v1", "vigie.notifications.v1"
KARIM = "karim@borealis.example"
JEANNE = {"name": "Jeanne Martin", "email": "jeanne@borealis.example"}
CLOCKS = {"take_charge", "resolution"}


def kinds(reader: Reader, ticket: str, topic: str) -> list[str]:
    return [one.headers["ce_type"].split(".")[1] for one in reader.events if (one.key, one.topic) == (ticket, topic)]


def is_mail_to(ticket: str, address: str, one: Event) -> bool:
    """Whether it is the mail to somebody about a reply to the ticket."""
    mail = (one.key, one.headers["ce_type"], one.data.get("template"))
    return mail == (ticket, "vigie.NotificationRequested.v1", "agent_replied") and (
        one.data["personal"]["recipient"] == address
    )


def said(reader: Reader, ticket: str, kind: str, **facts: Any) -> Event:
    """The first event of that kind about the ticket of which these facts are told."""
    return reader.until(
        lambda one: (
            (one.key, one.headers["ce_type"]) == (ticket, f"vigie.{kind}.v1") and facts.items() <= one.data.items()
        )
    )


async def opened(http: httpx.AsyncClient, reader: Reader, **changes: Any) -> tuple[str, str]:
    """The number and id of a new ticket, when its clocks run and its contact has been written to."""
    answered = await http.post("/v1/tickets", json={**REQUEST, **changes})
    assert answered.status_code == 201, answered.text
    found = answered.json()
    for clock in CLOCKS:
        said(reader, found["ticket_id"], "ClockStarted", clock=clock)
    said(reader, found["ticket_id"], "NotificationSent", template="ticket_opened")
    return found["number"], found["ticket_id"]


async def test_the_clocks_of_a_duplicate_stop_and_what_is_said_of_it_goes_on(vigie_up: Deployment) -> None:
    with reading(vigie_up.kafka, TICKETS, SLA, MAILS) as reader:
        async with vigie_up.client() as http:
            duplicate, merged = await opened(http, reader)
            survivor, going_on = await opened(http, reader, contact=JEANNE)
            answered = await http.post(f"/v1/tickets/{duplicate}/merge", json={"into": survivor})
            assert answered.status_code == 200, answered.text
            for clock in CLOCKS:
                said(reader, merged, "ClockCancelled", clock=clock)
            mail = said(reader, merged, "NotificationRequested", template="ticket_closed")
            assert f"sous la référence {survivor}" in mail.data["personal"]["subject"]
            reply = answer(reader, tell(vigie_up, "binary", "ReplyReceived", {"number": duplicate, "text": "Le 400"}))
            assert (reply.headers["ce_type"], reply.data["number"]) == ("vigie.CustomerReplied.v1", survivor)
            said(reader, going_on, "FactLearned", fact="customer_replied")
            said(reader, going_on, "CorrespondenceJoined", duplicate=duplicate)
            await http.post(f"/v1/tickets/{survivor}/replies", json={"text": "Un technicien est en route."})
            mails = [reader.until(partial(is_mail_to, going_on, one)) for one in (JEANNE["email"], KARIM)]
            assert len({mail.data["about"] for mail in mails}) == 1
            shown = (await http.get(f"/v1/tickets/{survivor}")).json()
        assert {(one["clock"], one["result"]) for one in shown["commitments"]} == {(one, "running") for one in CLOCKS}
        assert "ClockCancelled" not in kinds(reader, going_on, SLA)
        assert kinds(reader, merged, TICKETS) == ["TicketOpened", "TicketClosed"]
        assert kinds(reader, going_on, TICKETS)[:3] == ["TicketOpened", "DuplicateMerged", "CustomerReplied"]
