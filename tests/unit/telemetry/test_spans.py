"""Spans, where somebody takes them: the request's is the parent of all that follows from it. Else nothing is loaded."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from vigie.io.access import told
from vigie.io.spans import FAREWELL, Spans

TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "00f067aa0ba902b7"


async def ask(spans: Spans, **headers: str) -> str | None:
    """A request whose ``traceparent``, as the application sees it, is given back."""
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(dict(scope["headers"]).get(b"traceparent"))

    async def nothing(*_: object) -> None:
        pass

    given = [(name.encode(), value.encode()) for name, value in headers.items()]
    await told(app, lambda *_: None, spans)({"type": "http", "method": "POST", "headers": given}, nothing, nothing)
    return seen[0].decode() if seen[0] else None


async def test_without_anybody_to_take_them_a_request_is_left_as_it_is() -> None:
    assert await ask(Spans()) is None
    assert await ask(Spans(), traceparent=f"00-{TRACE}-{CALLER}-01") == f"00-{TRACE}-{CALLER}-01"


def test_without_anybody_to_take_them_nothing_is_loaded() -> None:
    program = (
        "import sys; from vigie.io.telemetry import configure; configure(service='x', replica='1');"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env={})
    assert done.stdout == "[]\n"


async def test_a_message_that_follows_from_a_request_is_a_child_of_its_span() -> None:
    exporter, spans = InMemorySpanExporter(), Spans()
    spans.to(exporter, "intake", "1")
    handed_on = await ask(spans, traceparent=f"00-{TRACE}-{CALLER}-01")
    spans.tell("message", "consumer", [(handed_on, {"fate": "applied", "reason": None})], seconds=0.5)
    spans.flush()
    request, message = exporter.get_finished_spans()
    assert request.context is not None
    assert request.parent is not None
    assert message.parent is not None
    assert f"{request.context.trace_id:032x}" == TRACE
    assert f"{request.parent.span_id:016x}" == CALLER
    assert message.parent.span_id == request.context.span_id
    assert dict(message.attributes or {}) == {"fate": "applied"}
    assert (message.end_time or 0) - (message.start_time or 0) == 500_000_000


async def test_a_request_without_a_trace_begins_one() -> None:
    spans = Spans()
    spans.to(InMemorySpanExporter(), "intake", "1")
    begun = await ask(spans)
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-0[13]", begun or "")


def test_what_belongs_to_no_trace_is_no_span() -> None:
    exporter, spans = InMemorySpanExporter(), Spans()
    spans.to(exporter, "intake", "1")
    spans.tell("message", "consumer", [(None, {})])
    spans.flush()
    assert exporter.get_finished_spans() == ()


def test_a_process_sends_its_spans_to_whom_the_environment_names() -> None:
    got: list[tuple[str, bytes]] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_request(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Collector) as collector:
        threading.Thread(target=collector.serve_forever, daemon=True).start()
        program = (
            "from vigie.io.telemetry import configure; configure(service='escalation', replica='1');"
            f"from vigie.io.spans import SPANS; SPANS.tell('wakeup', 'internal', [('00-{TRACE}-{CALLER}-01', {{}})])"
        )
        address = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collector.server_port}"}
        compressed = {"OTEL_EXPORTER_OTLP_COMPRESSION": "none"}
        subprocess.run([sys.executable, "-c", program], check=True, env=address | compressed, timeout=60)
        collector.shutdown()
    [(path, body)] = got
    assert path == "/v1/traces"
    assert b"vigie-escalation" in body
    assert bytes.fromhex(TRACE) in body


@pytest.mark.parametrize("answers", ["refuses", "says nothing"])
def test_a_collector_that_is_away_does_not_keep_a_process_from_ending(answers: str) -> None:
    """The first that is registered is the last that is called."""
    program = (
        "import atexit, time; ends = []; atexit.register(lambda: print(time.monotonic() - ends[0]));"
        "from vigie.io.telemetry import configure; configure(service='escalation', replica='1', level='error');"
        f"from vigie.io.spans import SPANS; SPANS.tell('wakeup', 'internal', [('00-{TRACE}-{CALLER}-01', {{}})]);"
        "ends.append(time.monotonic())"
    )
    with socket.socket() as collector:
        collector.bind(("127.0.0.1", 0))
        if answers == "says nothing":
            collector.listen()
        address = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collector.getsockname()[1]}"}
        command = [sys.executable, "-c", program]
        done = subprocess.run(command, check=True, env=address, timeout=60, stdout=subprocess.PIPE, text=True)
    assert float(done.stdout) < FAREWELL + 1.0
