"""Messages and calls by event on a real database: whom they are for, that they count once, and how long they wait."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest

from integration.intake.front_desk import NIGHT, POLICIES, FrontDesk
from vigie.contracts import topics
from vigie.contracts.ids import customer_key, request_key
from vigie.io.engine import Engine, LookUps
from vigie.io.records import Order, Outcome, RawRecord
from vigie_intake.adapters.channels import callers_of, tickets_by_number
from vigie_intake.adapters.directory import contracts_of
from vigie_intake.adapters.view import project
from vigie_intake.core import core
from vigie_intake.core.directory.commands import RecordCustomer
from vigie_intake.core.directory.sheet import Sheet

SOURCE = "/test/telephone"
OFFSETS = count()
REQUEST: dict[str, Any] = {
    "desk": "serveurcom",
    "contact": {"name": "Jeanne Martin", "email": "jeanne@acme.example"},
    "kind": "technical",
    "priority": "high",
    "subject": "Plus de tonalité",
}


class Channel:
    """Sends events to an intake, as they come from Kafka."""

    def __init__(self, desk: FrontDesk, patience: timedelta = timedelta(hours=1)) -> None:
        self.desk = desk
        key = desk.directory.key
        look_ups = LookUps(contracts_of(key, POLICIES), callers_of(key, POLICIES), tickets_by_number)
        self.engine = Engine(
            core(POLICIES), desk.pool, desk.clock, project=project, look_ups=look_ups, patience=patience
        )

    async def say(self, name: str, data: Any, ce_id: str | None = None) -> UUID:
        """Send one event in binary mode; the id of what it leads to."""
        ce_id = ce_id or str(uuid4())
        await self.engine.handle([binary(name, data, ce_id)])
        return request_key(SOURCE, ce_id)

    async def facts(self, stream: UUID) -> list[tuple[str, dict[str, Any]]]:
        """The events of a ticket's stream: their names and facts."""
        sql = "select type, facts from events where stream = $1 order by version"
        return [
            (row["type"].split(".")[1], json.loads(row["facts"])) for row in await self.rows(sql, f"ticket-{stream}")
        ]

    async def names(self, stream: UUID) -> list[str]:
        return [name for name, _ in await self.facts(stream)]

    async def rows(self, sql: str, *arguments: Any) -> Sequence[Any]:
        rows: Sequence[Any] = await self.desk.pool.fetch(sql, *arguments)
        return rows

    async def ticket(self, **changes: Any) -> tuple[str, UUID]:
        """A new ticket: its number and its id."""
        number = await self.desk.open(**changes)
        answer = await self.desk.get(f"/v1/tickets/{number}")
        return number, UUID(answer.json()["ticket_id"])

    async def know(self, customer: str, *contacts: dict[str, Any], **sheet: Any) -> str:
        """Write a customer into the directory; their id there."""
        named = f"{customer}.{uuid4().hex[:8]}"
        written = Sheet.model_validate({"name": "Acme", "contacts": contacts, **sheet})
        command = RecordCustomer(NIGHT, named, written, self.desk.directory.codes_on(named, written))
        await self.desk.directory.engine.perform(Order(customer_key(named), command, uuid4(), "agent:test", "test"))
        return named


def binary(name: str, data: Any, ce_id: str) -> RawRecord:
    headers = {"specversion": "1.0", "id": ce_id, "source": SOURCE, "type": f"vigie.{name}.v1"}
    value = data if isinstance(data, bytes) else json.dumps(data).encode()
    return record(tuple((f"ce_{key}", text.encode()) for key, text in headers.items()), value)


def structured(name: str, data: Any, ce_id: str) -> RawRecord:
    event = {"specversion": "1.0", "id": ce_id, "source": SOURCE, "type": f"vigie.{name}.v1", "data": data}
    return record((("content-type", b"application/cloudevents+json; charset=utf-8"),), json.dumps(event).encode())


def record(headers: tuple[tuple[str, bytes], ...], value: bytes) -> RawRecord:
    return RawRecord(topics.REQUESTS, 0, next(OFFSETS), 0, None, headers, value)


def phone() -> str:
    """A number that nobody has yet."""
    return f"+336{uuid4().int % 10**8:08d}"


def person(number: str, **changes: Any) -> dict[str, Any]:
    contact = {"name": "Jeanne Martin", "email": f"{uuid4().hex[:8]}@acme.example", "phone": number, "may_open": True}
    return {**contact, **changes}


@pytest.fixture
def channel(front_desk: FrontDesk) -> Channel:
    return Channel(front_desk)


@pytest.fixture
def hasty(front_desk: FrontDesk) -> Channel:
    """An intake that waits for nothing."""
    return Channel(front_desk, patience=timedelta())


async def test_a_reply_finds_its_ticket_by_number_and_by_id(channel: Channel) -> None:
    number, ticket = await channel.ticket()
    await channel.say("ReplyReceived", {"number": number, "text": "Le 400"})
    await channel.say("ReplyReceived", {"ticket_id": str(ticket), "text": "Et le 401"})
    assert await channel.names(ticket) == ["TicketOpened", "CustomerReplied", "CustomerReplied"]


async def test_messages_for_many_tickets_share_a_batch(channel: Channel) -> None:
    tickets = [await channel.ticket() for _ in range(5)]
    records = [binary("ReplyReceived", {"number": number, "text": "x"}, str(uuid4())) for number, _ in tickets]
    outcomes = await channel.engine.handle(records)
    assert [outcome.stream for outcome in outcomes] == [f"ticket-{ticket}" for _, ticket in tickets]
    assert {outcome.fate for outcome in outcomes} == {"applied"}


MESSAGES: dict[str, dict[str, Any]] = {
    "ReplyReceived": {"text": "Le 400"},
    "FilesDelivered": {},
    "OnCallMessageLeft": {"desk": "serveurcom", "contact_details": "Jeanne", "subject": "Panne"},
}
CALLS: dict[str, dict[str, Any]] = {
    "CallReceived": {"desk": "ocm"},
    "VoicemailLeft": {"desk": "ocm", "recording": "pbx:17"},
    "CallAbandoned": {"desk": "ocm"},
}


@pytest.mark.parametrize("name", MESSAGES)
async def test_the_same_message_twice_in_either_mode_counts_once(channel: Channel, name: str) -> None:
    number, ticket = await channel.ticket()
    data, ce_id = {"number": number, **MESSAGES[name]}, str(uuid4())
    fates = [(await channel.engine.handle([made(name, data, ce_id)]))[0].fate for made in (binary, structured, binary)]
    assert fates == ["applied", "repeated", "repeated"]
    assert len(await channel.names(ticket)) == 2


@pytest.mark.parametrize("name", CALLS)
async def test_the_same_call_twice_in_either_mode_counts_once(channel: Channel, name: str) -> None:
    ce_id = str(uuid4())
    outcomes = await channel.engine.handle([structured(name, CALLS[name], ce_id), binary(name, CALLS[name], ce_id)])
    assert [outcome.fate for outcome in outcomes] == ["applied", "repeated"]
    assert len(await channel.names(request_key(SOURCE, ce_id))) == 1


@pytest.mark.parametrize("name", [*MESSAGES, *CALLS])
@pytest.mark.parametrize("garbage", [b"", b"{broken", b"[]", b"\xff\xfe"])
async def test_garbage_is_a_dead_letter_and_its_neighbour_goes_on(channel: Channel, name: str, garbage: bytes) -> None:
    number, ticket = await channel.ticket()
    outcomes = await channel.engine.handle(
        [
            binary(name, garbage, str(uuid4())),
            binary("ReplyReceived", {"number": number, "text": "x"}, str(uuid4())),
        ]
    )
    assert [outcome.fate for outcome in outcomes] == ["dead_letter", "applied"]
    assert await channel.names(ticket) == ["TicketOpened", "CustomerReplied"]


@pytest.mark.parametrize("name", [*MESSAGES, *CALLS])
async def test_wrong_data_is_answered_with_the_fields(channel: Channel, name: str) -> None:
    answer = await channel.say(name, {**MESSAGES.get(name, CALLS.get(name, {})), "number": 5, "mood": "bad"})
    ((event, facts),) = await channel.facts(answer)
    assert (event, facts["reason"], facts["message"]) == ("MessageRefused", "invalid", f"vigie.{name}.v1")
    assert {field["field"] for field in facts["fields"]} == {"number", "mood"}


async def test_a_message_that_names_a_ticket_wrongly_is_not_in_that_tickets_history(channel: Channel) -> None:
    number, _ = await channel.ticket()
    await channel.say("ReplyReceived", {"number": number})
    shown = (await channel.desk.get(f"/v1/tickets/{number}")).json()["history"]
    assert [event["event"] for event in shown] == ["TicketOpened"]


async def test_a_reply_to_a_closed_ticket_opens_it_again_and_is_kept_with_its_words(channel: Channel) -> None:
    number, _ = await channel.ticket()
    await channel.desk.post(f"/v1/tickets/{number}/close", {})
    await channel.say("ReplyReceived", {"number": number, "text": "Encore !"})
    *_, reopened, replied = (await channel.desk.get(f"/v1/tickets/{number}")).json()["history"]
    assert (reopened["event"], reopened["facts"]["reason"]) == ("TicketReopened", "customer")
    assert (replied["event"], replied["personal"]["text"]) == ("CustomerReplied", "Encore !")


async def parked(channel: Channel, outcome: Outcome) -> bool:
    return bool(await channel.rows("select from parked where stream = $1", outcome.stream))


async def test_a_reply_that_was_read_before_its_request_waits_for_it(channel: Channel) -> None:
    opening = str(uuid4())
    ticket = request_key(SOURCE, opening)
    (reply,) = await channel.engine.handle(
        [binary("ReplyReceived", {"ticket_id": str(ticket), "text": "x"}, str(uuid4()))]
    )
    assert reply.fate == "parked"
    await channel.say("RequestSubmitted", REQUEST, opening)
    assert await channel.names(ticket) == ["TicketOpened", "CustomerReplied"]
    assert not await parked(channel, reply)


@pytest.mark.parametrize("named", [{"number": "T-999999999"}, {"ticket_id": str(UUID(int=7))}])
async def test_who_waits_in_vain_is_a_dead_letter_with_the_reason(hasty: Channel, named: dict[str, str]) -> None:
    ce_id = str(uuid4())
    (reply,) = await hasty.engine.handle([structured("ReplyReceived", {**named, "text": "x"}, ce_id)])
    assert reply.fate == "parked"
    outcomes = await hasty.engine.retry_parked()
    (name,) = named.values()
    assert [(one.fate, one.reason) for one in outcomes] == [
        ("dead_letter", f"waited in vain: not heard yet: ticket {name}")
    ]
    assert not await parked(hasty, reply)
    (letter,) = await hasty.rows("select reason from dead_letters where reason like '%' || $1", name)
    assert letter["reason"].startswith("waited in vain")


async def test_whoever_may_still_come_is_waited_for(channel: Channel) -> None:
    (reply,) = await channel.engine.handle(
        [binary("ReplyReceived", {"number": "T-888888888", "text": "x"}, str(uuid4()))]
    )
    await channel.engine.retry_parked()
    assert await parked(channel, reply)
    await channel.rows("delete from parked where stream = $1", reply.stream)


async def test_a_number_that_could_not_be_found_for_a_while_is_found_when_it_is_tried_again(channel: Channel) -> None:
    number, ticket = await channel.ticket()
    await channel.rows("update tickets set number = 'gone' where ticket_id = $1", ticket)
    (reply,) = await channel.engine.handle([binary("ReplyReceived", {"number": number, "text": "x"}, str(uuid4()))])
    assert reply.fate == "parked"
    await channel.rows("update tickets set number = $2 where ticket_id = $1", ticket, number)
    assert [one.fate for one in await channel.engine.retry_parked()] == ["drained"]
    assert await channel.names(ticket) == ["TicketOpened", "CustomerReplied"]


async def test_messages_about_tickets_use_up_no_numbers(channel: Channel) -> None:
    before, _ = await channel.ticket()
    for _ in range(3):
        await channel.say("ReplyReceived", {"number": before, "text": "x"})
    after, _ = await channel.ticket()
    assert int(after[2:]) == int(before[2:]) + 1


async def test_a_call_from_a_number_of_the_directory_is_a_ticket_by_its_contract(channel: Channel) -> None:
    number = phone()
    contract = {"contract": "C-1", "desk": "ocm", "sla": True, "valid_from": "2026-01-01"}
    trained = {"trained": {"ocm": ["Sage"]}}
    acme = await channel.know("acme", person(number, **trained), audit_accepted=True, contracts=[contract])
    call = await channel.say("CallReceived", {"desk": "ocm", "caller_number": number, "ivr_key": "1"})
    ((name, facts),) = await channel.facts(call)
    assert (name, facts["kind"], facts["customer"]) == ("TicketOpened", "software", acme)
    assert facts["identified_by"] == "caller_number"
    assert (facts["contract"]["sla"], facts["contract"]["user_trained"]) == (True, True)


async def test_a_call_from_somebody_untrained_is_refused_by_the_directory(channel: Channel) -> None:
    number = phone()
    await channel.know("acme", person(number), audit_accepted=True)
    call = await channel.say("CallReceived", {"desk": "ocm", "caller_number": number, "ivr_key": "1"})
    ((name, facts),) = await channel.facts(call)
    assert (name, facts["reason"]) == ("RequestRefused", "user_not_trained")


async def test_a_number_that_two_colleagues_share_tells_the_customer_and_no_more(channel: Channel) -> None:
    number = phone()
    acme = await channel.know("acme", person(number), person(number))
    call = await channel.say("CallReceived", {"desk": "ocm", "caller_number": number, "ivr_key": "3"})
    ((name, facts),) = await channel.facts(call)
    assert (name, facts["customer"]) == ("CallQueued", acme)


async def test_a_number_that_two_customers_share_tells_nothing(channel: Channel) -> None:
    number = phone()
    await channel.know("acme", person(number))
    await channel.know("borealis", person(number))
    call = await channel.say("CallReceived", {"desk": "ocm", "caller_number": number, "ivr_key": "3"})
    ((name, facts),) = await channel.facts(call)
    assert (name, facts["customer"]) == ("CallQueued", None)


async def test_the_number_of_somebody_who_may_not_open_tickets_opens_none(channel: Channel) -> None:
    number = phone()
    await channel.know("acme", person(number, may_open=False))
    call = await channel.say("CallReceived", {"desk": "ocm", "caller_number": number, "ivr_key": "3"})
    assert await channel.names(call) == ["CallQueued"]


QUALIFIED: dict[str, Any] = {
    "desk": "ocm",
    "contact": {"name": "Jeanne Martin", "email": "jeanne@acme.example"},
    "kind": "cloud",
    "subject": "Bureau distant",
}


async def waiting(channel: Channel, call: UUID, **query: str) -> list[dict[str, Any]]:
    calls = (await channel.desk.get("/v1/calls", **query)).json()["calls"]
    return [one for one in calls if one["call_id"] == str(call)]


async def test_a_technician_sees_the_calls_that_wait_and_makes_a_ticket_of_one(channel: Channel) -> None:
    left = {"desk": "ocm", "caller_number": "+33612345678", "recording": "pbx:17", "ivr_key": "2"}
    call = await channel.say("VoicemailLeft", left)
    (shown,) = await waiting(channel, call, desk="ocm")
    assert (shown["kind"], shown["recording"], shown["caller_number"]) == ("cloud", "pbx:17", "+33612345678")
    answer = await channel.desk.post(f"/v1/calls/{call}/ticket", QUALIFIED)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["ticket_id"], made["version"]) == (str(call), 2)
    assert await waiting(channel, call) == []
    ticket = await channel.desk.get(f"/v1/tickets/{made['number']}")
    assert ticket.headers["etag"] == '"2"'
    assert [event["event"] for event in ticket.json()["history"]] == ["CallQueued", "TicketOpened"]
    assert ticket.json()["channel"] == "voicemail"
    taken = await channel.desk.post(f"/v1/tickets/{made['number']}/take-charge", {}, If_Match='"2"')
    assert taken.json()["version"] == 3


async def test_two_technicians_make_one_ticket_of_a_call(channel: Channel) -> None:
    call = await channel.say("CallReceived", {"desk": "ocm", "ivr_key": "2"})
    first = (await channel.desk.post(f"/v1/calls/{call}/ticket", QUALIFIED)).json()
    second = (await channel.desk.post(f"/v1/calls/{call}/ticket", QUALIFIED)).json()
    assert first["number"] == second["number"]
    assert await channel.names(call) == ["CallQueued", "TicketOpened"]


async def test_what_is_no_call_becomes_no_ticket(channel: Channel) -> None:
    _, ticket = await channel.ticket()
    ended = await channel.say("CallAbandoned", {"desk": "ocm"})
    for other in (uuid4(), ticket, ended):
        answer = await channel.desk.post(f"/v1/calls/{other}/ticket", QUALIFIED)
        assert (answer.status_code, answer.json()["name"]) == (404, "call_unknown")


async def test_calls_of_other_desks_do_not_exist(channel: Channel) -> None:
    call = await channel.say("CallReceived", {"desk": "ocm", "ivr_key": "2"})
    answer = await channel.desk.post(f"/v1/calls/{call}/ticket", QUALIFIED, token="amelie-token")
    assert answer.status_code == 404
    listed = await channel.desk.get("/v1/calls", token="amelie-token")
    assert str(call) not in listed.text


async def test_a_call_belongs_to_the_desk_that_was_called(channel: Channel) -> None:
    call = await channel.say("CallReceived", {"desk": "ocm", "ivr_key": "2"})
    answer = await channel.desk.post(f"/v1/calls/{call}/ticket", {**QUALIFIED, "desk": "systell"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "desk")


async def test_calls_are_the_desks_own_business(channel: Channel) -> None:
    assert (await channel.desk.get("/v1/calls", token="portal-token")).status_code == 403
