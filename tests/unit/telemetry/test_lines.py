"""What a service's log looks like: one JSON line each, also for what other libraries say."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any


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
