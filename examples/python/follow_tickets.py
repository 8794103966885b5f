#!/usr/bin/env python3
"""Follow what happens to tickets: a line of JSON for each event on vigie.tickets.v1.

    python follow_tickets.py                       from where this group left off, until Ctrl-C
    python follow_tickets.py --cause ID            until the answer to what was sent under that id

Needs nothing of Vigie's: confluent-kafka and the standard library. Ends with 1 when the time is over before the answer.
"""

# ruff: noqa: T201 - it is a program for a terminal
from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import OrderedDict
from typing import Any

from confluent_kafka import Consumer, Message

TOPIC = "vigie.tickets.v1"
REMEMBERED = 100_000
"""Ids of events that were seen. A real program keeps them in the database that it changes, in the same transaction."""


def main() -> int:
    """Follow until the end; the exit status."""
    asked = arguments()
    consumer = Consumer(
        {
            "bootstrap.servers": asked.kafka,
            "group.id": asked.group,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    consumer.subscribe([TOPIC])
    seen: OrderedDict[str, None] = OrderedDict()
    ends = time.monotonic() + asked.seconds if asked.seconds else None
    try:
        while ends is None or time.monotonic() < ends:
            message = consumer.poll(0.5)
            if message is None:
                continue
            if message.error():
                print(message.error(), file=sys.stderr)
                continue
            event = read(message)
            if event["id"] not in seen:  # a record may come again after a crash, the same to the byte
                seen[event["id"]] = None
                if len(seen) > REMEMBERED:
                    seen.popitem(last=False)
                print(json.dumps(event, ensure_ascii=False), flush=True)
            # Only now: what was not worked on yet is delivered again after a crash.
            consumer.commit(message=message, asynchronous=False)
            if asked.cause is not None and event["causationid"] == asked.cause:
                return 0
        return 0 if asked.cause is None else 1
    except KeyboardInterrupt:
        return 0
    finally:
        consumer.close()


def read(message: Message) -> dict[str, Any]:
    """The attributes that most readers want, and the data. Members that you do not know may appear: ignore them."""
    pairs: Any = message.headers() or []
    headers = {name: (value or b"").decode() for name, value in pairs}
    return {
        "id": headers["ce_id"],
        "type": headers["ce_type"],
        "time": headers["ce_time"],
        "subject": headers["ce_subject"],
        "causationid": headers["ce_causationid"],
        "data": json.loads(message.value() or b"{}"),
    }


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description="Follow what happens to tickets.")
    parser.add_argument(
        "--kafka", default=os.environ.get("VIGIE_KAFKA", "localhost:9092"), help="HOST:PORT of a broker"
    )
    parser.add_argument("--group", default="example-python", help="who reads: each group reads everything once")
    parser.add_argument("--cause", help="end with the first event that was caused by what was sent under this id")
    parser.add_argument("--seconds", type=float, help="end after so long")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
