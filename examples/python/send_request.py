#!/usr/bin/env python3
"""Tell Vigie something from another system: a request, a reply, a call …

    python send_request.py request.json
    echo '{"number": "T-1001", "text": "Post 400"}' | python send_request.py --type vigie.ReplyReceived.v1 -

Needs nothing of Vigie's: confluent-kafka and the standard library. Prints the id under which the answer can be found
(`ce_causationid`, see follow_tickets.py). Ends with 1 when the broker did not take the record.
"""

# ruff: noqa: T201 - it is a program for a terminal
from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from uuid import uuid4

from confluent_kafka import Producer

TOPIC = "vigie.requests.v1"
Headers = list[tuple[str, str | bytes | None]]
WITHIN = 30
"""Seconds for the broker to take the record."""


def main() -> int:
    """Send one event; the exit status."""
    asked = arguments()
    event = {
        "specversion": "1.0",
        # What happened once must keep its id when it is sent again: then it counts once. A random one is right only
        # where nothing better is at hand, such as the number that your own system gave it.
        "id": asked.id or str(uuid4()),
        "source": asked.source,
        "type": asked.type,
    }
    data = json.loads(sys.stdin.read() if asked.file == "-" else Path(asked.file).read_text("utf-8"))
    value, headers = structured(event, data) if asked.structured else binary(event, data)

    producer = Producer({"bootstrap.servers": asked.kafka, "acks": "all", "enable.idempotence": True})
    refused: list[str] = []
    # The key keeps what belongs together in order: a ticket's number or your own reference will do.
    producer.produce(
        TOPIC,
        key=asked.key,
        value=value,
        headers=headers,
        on_delivery=lambda error, _: refused.append(str(error)) if error else None,
    )
    if producer.flush(WITHIN) or refused:
        print(f"not sent: {refused or 'no answer from the broker'}", file=sys.stderr)
        return 1
    print(event["id"])
    return 0


def binary(event: dict[str, str], data: object) -> tuple[bytes, Headers]:
    """CloudEvents binary mode: the attributes are headers, the value is the data."""
    attributes: Headers = [(f"ce_{name}", text) for name, text in event.items()]
    return json.dumps(data).encode(), [*attributes, ("content-type", "application/json")]


def structured(event: dict[str, str], data: object) -> tuple[bytes, Headers]:
    """CloudEvents structured mode: everything is in the value."""
    return json.dumps({**event, "data": data}).encode(), [("content-type", "application/cloudevents+json")]


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description="Tell Vigie something from another system.")
    parser.add_argument("file", help="the data as JSON; - reads it from standard input")
    parser.add_argument(
        "--kafka", default=os.environ.get("VIGIE_KAFKA", "localhost:9092"), help="HOST:PORT of a broker"
    )
    parser.add_argument("--type", default="vigie.RequestSubmitted.v1")
    parser.add_argument("--source", default="/example/python", help="who you are: a URI reference")
    parser.add_argument("--id", help="unique within the source; the same twice is one")
    parser.add_argument("--key", help="what belongs together has one key")
    parser.add_argument("--structured", action="store_true", help="CloudEvents structured mode instead of binary")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
