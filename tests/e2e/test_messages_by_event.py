"""Every type of message on the requests topic, in both modes of CloudEvents, through a whole Vigie."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from support.deployment import Deployment
from support.librdkafka import Event, Reader, publish, reading

REQUESTS, TICKETS, DEAD_LETTERS = "vigie.requests.v1", "vigie.tickets.v1", "vigie.intake.dlq.v1"
SOURCE = "/atelier/telephone"
REQUEST = {
    "desk": "serveurcom",
    "contact": {"name": "Karim Haddad", "email": "karim@borealis.example"},
    "kind": "technical",
    "priority": "medium",
    "subject": "Grésillements sur plusieurs postes",
}


def tell(vigie: Deployment, mode: str, name: str, data: Any, ce_id: str | None = None) -> str:
    """Publish an event; its id."""
    event = {"specversion": "1.0", "id": ce_id or str(uuid4()), "source": SOURCE, "type": f"vigie.{name}.v1"}
    if mode == "structured":
        headers = [("content-type", b"application/cloudevents+json; charset=UTF-8")]
        publish(vigie.kafka, REQUESTS, json.dumps({**event, "data": data}).encode(), headers, key=b"one-partition")
    else:
        headers = [(f"ce_{key}", text.encode()) for key, text in event.items()]
        headers.append(("content-type", b"application/json"))
        publish(vigie.kafka, REQUESTS, json.dumps(data).encode(), headers, key=b"one-partition")
    return event["id"]


def answers(reader: Reader, cause: str) -> list[Event]:
    return [event for event in reader.events if event.headers["ce_causationid"] == cause]


def answer(reader: Reader, cause: str) -> Event:
    return reader.until(lambda event: event.headers["ce_causationid"] == cause)


@pytest.mark.parametrize("mode", ["binary", "structured"])
def test_every_message_about_a_ticket_is_answered_in_its_stream(vigie_up: Deployment, mode: str) -> None:
    with reading(vigie_up.kafka, TICKETS) as reader:
        opened = answer(reader, tell(vigie_up, mode, "RequestSubmitted", REQUEST))
        number = {"number": opened.data["number"]}
        reply = tell(vigie_up, mode, "ReplyReceived", {**number, "text": "Le 400"})
        files = tell(vigie_up, mode, "FilesDelivered", {"ticket_id": opened.key})
        voice = {"desk": "serveurcom", **number, "contact_details": "Karim", "subject": "Panne"}
        message = tell(vigie_up, mode, "OnCallMessageLeft", voice)
        told = [answer(reader, one) for one in (reply, files, message)]
    assert [event.headers["ce_type"] for event in told[:2]] == ["vigie.CustomerReplied.v1", "vigie.FilesReceived.v1"]
    assert told[2].headers["ce_type"] == "vigie.OnCallRefused.v1"  # no contract covers it, or the desk is open now
    assert {event.key for event in told} == {opened.key}
    assert {event.headers["ce_actor"] for event in told} == {f"channel:{SOURCE}"}


@pytest.mark.parametrize("mode", ["binary", "structured"])
def test_every_call_is_answered_in_a_stream_of_its_own(vigie_up: Deployment, mode: str) -> None:
    call = {"desk": "ocm", "caller_number": "+33699999999", "ivr_key": "2"}
    with reading(vigie_up.kafka, TICKETS) as reader:
        calls = [
            tell(vigie_up, mode, "CallReceived", call),
            tell(vigie_up, mode, "VoicemailLeft", {**call, "recording": "pbx:17"}),
            tell(vigie_up, mode, "CallAbandoned", {**call, "waited_seconds": 80}),
        ]
        told = [answer(reader, one) for one in calls]
    assert [event.headers["ce_type"].split(".")[1] for event in told] == ["CallQueued", "CallQueued", "CallGivenUp"]
    assert [event.data["kind"] for event in told] == ["cloud", "cloud", "cloud"]


def test_the_same_message_in_both_modes_counts_once(vigie_up: Deployment) -> None:
    with reading(vigie_up.kafka, TICKETS) as reader:
        opened = answer(reader, tell(vigie_up, "binary", "RequestSubmitted", REQUEST))
        reply = {"number": opened.data["number"], "text": "Le 400"}
        mine = tell(vigie_up, "binary", "ReplyReceived", reply)
        tell(vigie_up, "structured", "ReplyReceived", reply, mine)
        answer(reader, tell(vigie_up, "binary", "ReplyReceived", reply))
        assert len(answers(reader, mine)) == 1


def test_a_message_that_cannot_be_followed_says_why(vigie_up: Deployment) -> None:
    with reading(vigie_up.kafka, TICKETS) as reader:
        voice = tell(vigie_up, "structured", "OnCallMessageLeft", {"desk": "ocm", "subject": "Panne"})
        wrong = tell(vigie_up, "structured", "ReplyReceived", {"number": 5})
        not_covered, invalid = answer(reader, voice), answer(reader, wrong)
    assert (not_covered.headers["ce_type"], not_covered.data["reason"]) == ("vigie.MessageRefused.v1", "not_covered")
    assert {field["field"] for field in invalid.data["fields"]} == {"number", "text"}


@pytest.mark.parametrize("value", [b"", b"{nothing", b"[]", b'{"specversion": "1.0", "id": "x"}'])
def test_a_broken_structured_event_is_a_dead_letter(vigie_up: Deployment, value: bytes) -> None:
    mark = str(uuid4()).encode()
    headers = [("content-type", b"application/cloudevents+json"), ("mark", mark)]
    publish(vigie_up.kafka, REQUESTS, value, headers, key=b"one-partition")
    with reading(vigie_up.kafka, DEAD_LETTERS) as reader:
        letter = reader.until(lambda event: event.headers.get("mark") == mark.decode())
    assert letter.raw == value
