"""The topics as an AsyncAPI 3.0 document: channels, messages, and who sends what."""

from __future__ import annotations

from typing import Any

from vigie.contracts import topics
from vigie.contracts.catalog import EVENTS_BY_TOPIC
from vigie.contracts.event import Event
from vigie.contracts.ops import Heartbeat
from vigie.contracts.requests import INCOMING

_OWNERS = {
    topics.TICKETS: "intake",
    topics.CUSTOMERS: "intake",
    topics.SLA: "sla-timer",
    topics.ESCALATIONS: "escalation",
    topics.NOTIFICATIONS: "notifier",
}

_TYPES = {
    topics.REQUESTS: list(INCOMING),
    **{topic: [event.ce_type for event in events] for topic, events in EVENTS_BY_TOPIC.items()},
    topics.OPS: [Heartbeat.ce_type],
}

_EVENT_HEADERS = {
    "ce_specversion": "always 1.0",
    "ce_id": "UUID of the event; a repeat of the same id is byte-identical and to be dropped",
    "ce_source": "/vigie/<service>",
    "ce_type": "vigie.<event>.v<schema version>",
    "ce_subject": "the ticket id (on vigie.customers.v1 a UUID made of the customer's id); also the record's key",
    "ce_time": "when it happened in the domain (RFC 3339, UTC)",
    "ce_dataschema": "the schema of the data, relative to the schema folder",
    "ce_stream": "the stream the event belongs to",
    "ce_sequence": "its version in that stream: 1, 2, 3 … without gaps",
    "ce_recordedtime": "when it was written (RFC 3339, UTC)",
    "ce_actor": "who caused it: agent:<id>, channel:<id>, service:<name>",
    "ce_correlationid": "the same as ce_subject",
    "ce_causationid": "the id of what caused it",
    "ce_hash": "sha256 of the stream's chain up to this event, hex",
    "content-type": "application/json",
}
_REQUEST_HEADERS = {name: _EVENT_HEADERS[name] for name in ("ce_specversion", "ce_type", "content-type")} | {
    "ce_id": "unique within ce_source: the same (source, id) is one request",
    "ce_source": "URI reference of the sending system",
}
_HEARTBEAT_HEADERS = {
    name: _EVENT_HEADERS[name]
    for name in ("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "content-type")
} | {"ce_subject": "<service>-<replica>; also the record's key"}


def asyncapi() -> dict[str, Any]:
    """The document; schemas are referred to by file, beside it."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Vigie",
            "version": "1.0.0",
            "description": "CloudEvents 1.0 over Kafka (binary mode; structured mode is understood on "
            f"{topics.REQUESTS}). Every topic has {topics.PARTITIONS} partitions, keyed by ticket id.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {_name(topic): _channel(topic) for topic in _TYPES},
        "operations": {
            "submitRequest": {
                "action": "receive",
                "channel": {"$ref": f"#/channels/{_name(topics.REQUESTS)}"},
                "summary": "Another system asks for a ticket, or tells of a reply, of files, of a message or of a "
                "call; answered by an event on the tickets topic whose ce_causationid is the ce_id of what was sent.",
            },
            "publishOps": {
                "action": "send",
                "channel": {"$ref": f"#/channels/{_name(topics.OPS)}"},
                "summary": "Published by every replica every few seconds; kept nowhere else.",
            },
            **{f"publish{_name(topic).title()}": _publish(topic) for topic in EVENTS_BY_TOPIC},
        },
        "components": {
            "messages": {
                **{name: _message(name, model.__doc__, _REQUEST_HEADERS) for name, model in INCOMING.items()},
                Heartbeat.ce_type: _message(Heartbeat.ce_type, Heartbeat.__doc__, _HEARTBEAT_HEADERS),
                **{event.ce_type: _event_message(event) for events in EVENTS_BY_TOPIC.values() for event in events},
            }
        },
    }


def _name(topic: str) -> str:
    return topic.split(".")[1]


def _channel(topic: str) -> dict[str, Any]:
    return {
        "address": topic,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _TYPES[topic]},
        "bindings": {"kafka": {"topic": topic, "partitions": topics.PARTITIONS}},
    }


def _publish(topic: str) -> dict[str, Any]:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{_name(topic)}"},
        "summary": f"Published by {_OWNERS[topic]}, in the order of each stream, at least once.",
    }


def _event_message(event: type[Event]) -> dict[str, Any]:
    return _message(event.ce_type, event.__doc__, _EVENT_HEADERS)


def _message(ce_type: str, doc: str | None, headers: dict[str, str]) -> dict[str, Any]:
    return {
        "name": ce_type,
        "summary": (doc or "").strip().splitlines()[0],
        "headers": {
            "type": "object",
            "required": list(headers),
            "properties": {name: {"type": "string", "description": meaning} for name, meaning in headers.items()},
        },
        "payload": {"$ref": f"./{ce_type}.json"},
        "bindings": {"kafka": {"key": {"type": "string"}}},
    }
