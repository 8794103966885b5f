"""Any Kafka client can take part: requests go in and results come out through librdkafka, with none of our code."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from support.deployment import Deployment
from support.librdkafka import publish, reading

REQUESTS = "vigie.requests.v1"
TICKETS = "vigie.tickets.v1"
DEAD_LETTERS = "vigie.intake.dlq.v1"

REQUEST = {
    "desk": "serveurcom",
    "channel": "crm",
    "customer": "borealis",
    "contact": {"name": "Karim Haddad", "email": "karim@borealis.example", "language": "fr"},
    "kind": "technical",
    "priority": "medium",
    "subject": "Grésillements sur plusieurs postes",
}


def headers(event_id: str, **changes: bytes | None) -> list[tuple[str, bytes | None]]:
    """The headers of a request; a change replaces one, and « missing » takes it away."""
    usual: dict[str, bytes | None] = {
        "ce_specversion": b"1.0",
        "ce_id": event_id.encode(),
        "ce_source": b"/borealis/crm",
        "ce_type": b"vigie.RequestSubmitted.v1",
        "content-type": b"application/json",
        **changes,
    }
    return [(name, value) for name, value in usual.items() if value != b"missing"]


def submit(up: Deployment, request: dict[str, Any], event_id: str, key: bytes | None = None) -> None:
    publish(up.kafka, REQUESTS, json.dumps(request).encode(), headers(event_id), key)


def test_a_request_becomes_a_ticket_whose_promises_and_mail_can_be_read(vigie_up: Deployment) -> None:
    event_id = f"call-{uuid4()}"
    submit(vigie_up, REQUEST, event_id)
    with reading(vigie_up.kafka, TICKETS, "vigie.sla.v1", "vigie.notifications.v1") as reader:
        opened = reader.until(lambda event: event.headers["ce_causationid"] == event_id)
        started = reader.until(
            lambda event: (
                event.key == opened.key
                and event.headers["ce_type"] == "vigie.ClockStarted.v1"
                and event.data["clock"] == "take_charge"
            )
        )
        sent = reader.until(
            lambda event: event.key == opened.key and event.headers["ce_type"] == "vigie.NotificationSent.v1"
        )
    assert opened.headers["ce_type"] == "vigie.TicketOpened.v1"
    assert opened.headers["ce_source"] == "/vigie/intake"
    assert opened.headers["ce_stream"] == f"ticket-{opened.key}"
    assert opened.headers["ce_sequence"] == "1"
    assert opened.data["personal"]["contact"]["name"] == "Karim Haddad"
    assert opened.data["priority"] == "medium"
    assert started.data["number"] == opened.data["number"]
    assert started.data["budget_seconds"] == 7200
    assert sent.data["template"] == "ticket_opened"
    assert sent.data["language"] == "fr"


def test_the_same_request_twice_is_one_ticket(vigie_up: Deployment) -> None:
    event_id, other_id = f"call-{uuid4()}", f"call-{uuid4()}"
    for one in (event_id, event_id, other_id):
        submit(vigie_up, REQUEST, one, key=b"one-partition")  # so that the third is read after the repeat
    with reading(vigie_up.kafka, TICKETS) as reader:
        reader.until(lambda event: event.headers["ce_causationid"] == other_id)
        reader.until(lambda event: event.headers["ce_causationid"] == event_id)
        opened = [one for one in reader.events if one.headers["ce_causationid"] == event_id]
    assert len(opened) == 1


def test_a_request_with_wrong_data_is_refused_with_its_fields(vigie_up: Deployment) -> None:
    event_id = f"call-{uuid4()}"
    submit(vigie_up, {**REQUEST, "priority": "urgent", "contact": {"name": "Karim Haddad"}}, event_id)
    with reading(vigie_up.kafka, TICKETS) as reader:
        refused = reader.until(lambda event: event.headers["ce_causationid"] == event_id)
    assert refused.headers["ce_type"] == "vigie.RequestRefused.v1"
    assert refused.data["reason"] == "invalid"
    assert "contact.email" in {field["field"] for field in refused.data["fields"]}


def test_a_priority_that_the_desk_does_not_know_is_refused_by_name(vigie_up: Deployment) -> None:
    event_id = f"call-{uuid4()}"
    submit(vigie_up, {**REQUEST, "priority": "urgent"}, event_id)
    with reading(vigie_up.kafka, TICKETS) as reader:
        refused = reader.until(lambda event: event.headers["ce_causationid"] == event_id)
    assert [field["field"] for field in refused.data["fields"]] == ["priority"]


BROKEN: dict[str, tuple[bytes | None, dict[str, bytes | None]]] = {
    "not JSON": (b"{nothing", {}),
    "a null header": (json.dumps(REQUEST).encode(), {"ce_source": None}),
    "a header that is not UTF-8": (json.dumps(REQUEST).encode(), {"ce_source": b"\xff\xfe"}),
    "an unknown type": (json.dumps(REQUEST).encode(), {"ce_type": b"com.example.Surprise.v7"}),
    "an attribute that is missing": (json.dumps(REQUEST).encode(), {"ce_source": b"missing"}),
    "no value": (None, {}),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_record_becomes_a_dead_letter_and_the_next_one_goes_on(vigie_up: Deployment, fault: str) -> None:
    value, changes = BROKEN[fault]
    broken_id, next_id = f"broken-{uuid4()}", f"call-{uuid4()}"
    publish(vigie_up.kafka, REQUESTS, value, headers(broken_id, **changes), key=b"one-partition")
    publish(vigie_up.kafka, REQUESTS, json.dumps(REQUEST).encode(), headers(next_id), key=b"one-partition")
    with reading(vigie_up.kafka, DEAD_LETTERS, TICKETS) as reader:
        reader.until(lambda event: event.topic == TICKETS and event.headers["ce_causationid"] == next_id)
        letter = reader.until(lambda event: event.topic == DEAD_LETTERS and event.headers["ce_id"] == broken_id)
    assert letter.raw == (value or b"")
