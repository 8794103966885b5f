"""What a service's log looks like: one JSON line each, also for what other libraries say."""

from __future__ import annotations

import json
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

from vigie.io.access import told
from vigie.io.lines import trace_id
from vigie.io.records import Outcome, RawRecord
from vigie.io.service import message_line

TRACE = "0af7651916cd43dd8448eb211c80319c"


def lines(*statements: str, level: str = "info") -> list[dict[str, Any]]:
    """What a process of its own logs when it runs ``statements``: logging belongs to a whole process."""
    program = [
        "import logging, structlog",
        "from vigie.io.telemetry import configure",
        f"configure(service='sla-timer', replica='2', level={level!r})",
        *statements,
    ]
    done = subprocess.run([sys.executable, "-c", "\n".join(program)], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_a_line_says_who_logs_it_and_when() -> None:
    [line] = lines("structlog.get_logger().info('batch', records=3)")
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "batch", "records": 3, "level": "info", "service": "sla-timer", "replica": "2"}


def test_what_is_below_the_level_is_left_out() -> None:
    assert lines("structlog.get_logger().info('batch')", level="warning") == []


def test_what_a_library_warns_of_is_a_line_too() -> None:
    [line] = lines("logging.getLogger('aiokafka.conn').warning('connection lost')")
    assert (line["event"], line["level"], line["service"]) == ("connection lost", "warning", "sla-timer")


def test_what_a_library_tells_at_length_is_left_out() -> None:
    assert lines("logging.getLogger('aiokafka.conn').info('connected')") == []


def test_waiting_for_a_fresh_broker_is_no_error() -> None:
    said = "Group Coordinator Request failed: [Error 15] GroupCoordinatorNotAvailableError"
    assert lines(f"logging.getLogger('aiokafka.consumer.group_coordinator').error({said!r})") == []


def test_a_library_that_repeats_itself_is_heard_once_in_ten_seconds() -> None:
    said = lines(
        "import time; now, time.monotonic = [0.0], lambda: now[0]",
        "log = logging.getLogger('aiokafka.conn')",
        "for port in range(200): log.error('Unable connect to %s', port)",
        "log.error('Unable to update metadata')",
        "now[0] = 9.9; log.error('Unable connect to %s', 200)",
        "now[0] = 10.0; log.error('Unable connect to %s', 201)",
        "now[0] = 10.1; log.error('Unable connect to %s', 202)",
    )
    assert [(line["event"], line.get("left_out")) for line in said] == [
        ("Unable connect to 0", None),
        ("Unable to update metadata", None),
        ("Unable connect to 201", 200),
    ]


def test_a_traceback_is_never_left_out() -> None:
    said = lines(
        "log = logging.getLogger('asyncio')",
        "for cause in (KeyError('a'), KeyError('b')): log.error('Task failed', exc_info=cause)",
    )
    assert ["KeyError: 'a'" in said[0]["exception"], "KeyError: 'b'" in said[1]["exception"]] == [True, True]


def test_each_message_is_a_line_of_its_own() -> None:
    told = "from vigie.io.lines import LINES; LINES.tell('message', [{'offset': 7}, {'offset': 8}])"
    first, second = lines(told)
    assert first.pop("timestamp").endswith("Z")
    assert first == {"event": "message", "offset": 7, "level": "info", "service": "sla-timer", "replica": "2"}
    assert second["offset"] == 8


def test_the_lines_of_messages_are_left_out_below_the_level() -> None:
    assert lines("from vigie.io.lines import LINES; LINES.tell('message', [{'offset': 7}])", level="warning") == []


def test_a_message_is_told_with_the_same_keys_whatever_became_of_it() -> None:
    headers = (("ce_type", b"vigie.TicketOpened.v1"), ("ce_id", None), ("traceparent", f"00-{TRACE}-b7-01".encode()))
    record = RawRecord("vigie.tickets.v1", 3, 7, 0, None, headers, None)
    assert message_line(Outcome(record, "parked", "promises-1", 0, "TicketOpened is missing")) == {
        "topic": "vigie.tickets.v1",
        "partition": 3,
        "offset": 7,
        "type": "vigie.TicketOpened.v1",
        "id": None,
        "stream": "promises-1",
        "fate": "parked",
        "events": 0,
        "reason": "TicketOpened is missing",
        "trace_id": TRACE,
    }


def test_what_is_no_trace_has_no_id() -> None:
    assert [trace_id(one) for one in (None, b"\xff\xfe", "00-abc-def-01", "")] == [None] * 4


async def test_a_request_is_a_line_with_its_route_and_without_its_query() -> None:
    said: list[dict[str, object]] = []

    async def app(scope: dict[str, object], receive: object, send: object) -> None:
        scope["route"] = SimpleNamespace(path="/v1/tickets/{number}")
        scope["path_params"] = {"number": "T-1001", "contact": "jeanne@acme.example"}
        await send({"type": "http.response.start", "status": 200})  # type: ignore[operator]

    async def send(message: object) -> None:
        pass

    scope = {"type": "http", "method": "GET", "headers": [(b"traceparent", f"00-{TRACE}-b7-01".encode())]}
    await told(app, lambda _, lines: said.extend(lines))(scope, send, send)  # type: ignore[arg-type]
    [line] = said
    assert line.pop("milliseconds") is not None
    assert line == {
        "method": "GET",
        "route": "/v1/tickets/{number}",
        "ticket": "T-1001",
        "status": 200,
        "trace_id": TRACE,
    }
