"""Merging duplicates and linking tickets on a real database: both halves or none, and nothing that is said is lost."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from integration.intake.front_desk import FrontDesk
from integration.intake.test_attachments import PDF, send
from integration.intake.test_channels import Channel, binary

FIRST_ENTRIES = 2
"""Opened, and merged."""


@pytest.fixture
def channel(front_desk: FrontDesk) -> Channel:
    return Channel(front_desk)


async def merge(desk: FrontDesk, duplicate: str, into: str, **more: Any) -> Any:
    return await desk.post(f"/v1/tickets/{duplicate}/merge", {"into": into}, **more)


async def shown(desk: FrontDesk, number: str) -> dict[str, Any]:
    found: dict[str, Any] = (await desk.get(f"/v1/tickets/{number}")).json()
    return found


async def names(desk: FrontDesk, number: str) -> list[str]:
    return [entry["event"] for entry in (await shown(desk, number))["history"]]


def told(answer: Any) -> tuple[int, str, list[tuple[str, str]]]:
    problem = answer.json()
    fields = [(error["field"], error["problem"]) for error in problem.get("errors", ())]
    return answer.status_code, problem["name"], fields


async def test_both_tickets_say_that_one_goes_on_in_the_place_of_the_other(front_desk: FrontDesk) -> None:
    duplicate, survivor = await front_desk.open(), await front_desk.open()
    answer = await merge(front_desk, duplicate, survivor, token="amelie-token")
    assert (answer.status_code, answer.json()["number"], answer.json()["state"]) == (200, duplicate, "closed")
    merged, going_on = await shown(front_desk, duplicate), await shown(front_desk, survivor)
    assert (merged["duplicate_of"], merged["duplicates"]) == (survivor, [])
    assert (going_on["duplicate_of"], going_on["duplicates"], going_on["state"]) == (None, [duplicate], "open")
    [asked] = going_on["history"][-1]["personal"]["contacts"]
    assert asked["email"] == "jeanne@acme.example"
    assert {one["result"] for one in merged["commitments"]} == {"cancelled"}
    assert {one["result"] for one in going_on["commitments"]} == {"running"}
    listed = (await front_desk.get("/v1/tickets", duplicate_of=survivor)).json()["tickets"]
    assert [(one["number"], one["duplicate_of"]) for one in listed] == [(duplicate, survivor)]


async def test_merging_again_does_nothing_with_or_without_a_key(front_desk: FrontDesk) -> None:
    duplicate, survivor = await front_desk.open(), await front_desk.open()
    first = await merge(front_desk, duplicate, survivor, Idempotency_Key="once")
    written = await front_desk.written()
    assert (await merge(front_desk, duplicate, survivor, Idempotency_Key="once")).content == first.content
    assert (await merge(front_desk, duplicate, survivor)).json()["happened"] == []
    assert await front_desk.written() == written


async def test_what_cannot_be_merged_is_refused_by_name_and_nothing_is_written(front_desk: FrontDesk) -> None:
    first, second, third = [await front_desk.open() for _ in range(3)]
    elsewhere = await front_desk.open(desk="systell", priority="normal", contact={"name": "A", "email": "a@b.example"})
    umbrella = await front_desk.open(customer="umbrella")
    closed = await front_desk.open()
    await front_desk.post(f"/v1/tickets/{closed}/close")
    await merge(front_desk, first, second)
    written = await front_desk.written()
    field = "into"
    assert told(await merge(front_desk, second, second)) == (422, "invalid", [(field, "is this ticket itself")])
    assert told(await merge(front_desk, second, "T-99999999")) == (422, "invalid", [(field, "is no ticket of yours")])
    assert told(await merge(front_desk, second, elsewhere)) == (
        422,
        "invalid",
        [(field, "is a ticket of another desk")],
    )
    assert told(await merge(front_desk, second, umbrella)) == (
        422,
        "invalid",
        [(field, "is a ticket of another customer")],
    )
    assert told(await merge(front_desk, second, closed)) == (409, "other_ticket_closed", [])
    assert told(await merge(front_desk, second, first)) == (409, "other_ticket_is_duplicate", [])
    assert told(await merge(front_desk, first, third)) == (409, "ticket_is_duplicate", [])
    refused = await front_desk.post(f"/v1/tickets/{first}/reopen", {"agent": "amelie"})
    assert refused.json()["detail"].endswith(f"That is {second}.")
    assert told(await merge(front_desk, second, third, token="portal-token")) == (403, "staff_only", [])
    assert told(await merge(front_desk, second, third, If_Match='"9"'))[:2] == (412, "stale_version")
    assert await front_desk.written() == written


async def test_what_is_said_of_a_duplicate_by_http_reaches_the_end_of_the_chain(front_desk: FrontDesk) -> None:
    first, second, third = [await front_desk.open() for _ in range(3)]
    await merge(front_desk, first, second)
    await merge(front_desk, second, third)
    reply = await front_desk.post(
        f"/v1/tickets/{first}/customer-replies", {"text": "Toujours rien"}, token="portal-token", If_Match='"2"'
    )
    assert (reply.status_code, reply.json()["number"]) == (200, third)
    for path in ("files-received", "on-call-messages", "reopen"):
        answer = await front_desk.post(f"/v1/tickets/{first}/{path}", token="portal-token")
        assert (answer.status_code, answer.json()["number"]) == (200, third)
    assert len(await names(front_desk, first)) == FIRST_ENTRIES
    assert (await names(front_desk, third))[1:] == [
        "DuplicateMerged",
        "CustomerReplied",
        "FilesReceived",
        "OnCallRefused",
    ]


async def test_whoever_asked_in_a_duplicate_goes_along_to_the_end_of_the_chain(front_desk: FrontDesk) -> None:
    asked = [{"name": "Somebody", "email": f"{name}@acme.example"} for name in ("first", "second", "third")]
    first, second, third = [await front_desk.open(contact=contact) for contact in asked]
    await merge(front_desk, first, second)
    await merge(front_desk, second, third)
    contacts = (await shown(front_desk, third))["history"][-1]["personal"]["contacts"]
    assert [contact["email"] for contact in contacts] == ["second@acme.example", "first@acme.example"]


async def test_a_file_for_a_duplicate_is_a_file_of_the_ticket_that_goes_on(front_desk: FrontDesk) -> None:
    duplicate, survivor = await front_desk.open(), await front_desk.open()
    await merge(front_desk, duplicate, survivor)
    answer = await send(front_desk, duplicate, PDF, token="portal-token")
    assert (answer.status_code, answer.json()["number"]) == (201, survivor)
    headers = {"Authorization": "Bearer portal-token"}
    downloaded = await front_desk.http.get(answer.headers["Location"], headers=headers)
    assert downloaded.content == PDF


async def test_events_about_a_duplicate_reach_the_ticket_that_goes_on(channel: Channel) -> None:
    (number, duplicate), (other, survivor) = await channel.ticket(), await channel.ticket()
    await merge(channel.desk, number, other)
    await channel.say("ReplyReceived", {"number": number, "text": "Le 400"})
    await channel.say("FilesDelivered", {"ticket_id": str(duplicate)})
    await channel.say("OnCallMessageLeft", {"desk": "serveurcom", "number": number, "subject": "Panne"})
    assert await channel.names(duplicate) == ["TicketOpened", "TicketClosed"]
    said = ["CustomerReplied", "FilesReceived", "OnCallRefused"]
    assert await channel.names(survivor) == ["TicketOpened", "DuplicateMerged", *said]


async def test_an_event_about_a_duplicate_counts_once(channel: Channel) -> None:
    (number, _), (other, survivor) = await channel.ticket(), await channel.ticket()
    await merge(channel.desk, number, other)
    reply = binary("ReplyReceived", {"number": number, "text": "Le 400"}, str(uuid4()))
    fates = [(await channel.engine.handle([reply]))[0].fate for _ in range(2)]
    assert fates == ["applied", "repeated"]
    assert (await channel.names(survivor)).count("CustomerReplied") == 1


async def test_of_two_merges_the_other_way_round_at_the_same_time_one_happens(front_desk: FrontDesk) -> None:
    for _ in range(5):
        one, other = await front_desk.open(), await front_desk.open()
        answers = await asyncio.gather(merge(front_desk, one, other), merge(front_desk, other, one))
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        states = sorted([(await shown(front_desk, number))["state"] for number in (one, other)])
        assert states == ["closed", "open"]


async def test_what_is_said_while_a_ticket_is_merged_is_never_lost(channel: Channel) -> None:
    desk = channel.desk
    for _ in range(5):
        (number, duplicate), (other, survivor) = await channel.ticket(), await channel.ticket()
        reply = desk.post(f"/v1/tickets/{number}/customer-replies", {"text": "A"}, token="portal-token")
        event = channel.say("ReplyReceived", {"number": number, "text": "B"})
        replied, merged, _ = await asyncio.gather(reply, merge(desk, number, other), event)
        assert (replied.status_code, merged.status_code) == (200, 200)
        said = [*await channel.names(duplicate), *await channel.names(survivor)]
        assert said.count("CustomerReplied") == 2
        assert (await channel.names(duplicate))[-1] == "TicketClosed"


async def test_a_link_is_seen_from_both_ends(front_desk: FrontDesk) -> None:
    request, research = await front_desk.open(), await front_desk.open(customer="umbrella")
    answer = await front_desk.post(f"/v1/tickets/{request}/links", {"relation": "research", "to": research})
    assert answer.status_code == 200, answer.text
    reference = {"relation": "research", "reference": "RD-118"}
    await front_desk.post(f"/v1/tickets/{request}/links", reference)
    assert (await shown(front_desk, request))["links"] == [
        {"relation": "research", "to": research, "reference": None},
        {"relation": "research", "to": None, "reference": "RD-118"},
    ]
    assert (await shown(front_desk, research))["links"] == [{"relation": "origin", "to": request, "reference": None}]
    again = await front_desk.post(f"/v1/tickets/{request}/links", reference)
    assert again.json()["happened"] == []
    both = await front_desk.post(f"/v1/tickets/{request}/links", {**reference, "to": research})
    assert told(both) == (422, "invalid", [("to", "is required, or reference; not both")])
