"""OpenTelemetry spans of what the canonical lines tell. Off, and not even loaded, unless the environment names who
takes them: ``OTEL_EXPORTER_OTLP_ENDPOINT`` (OTLP over HTTP), with the package's extra ``traces`` installed.

A request's span becomes the parent of all that follows from it, whatever service does it and however much later,
because events carry its ``traceparent`` with them. A request without one begins a trace.
"""

from __future__ import annotations

import atexit
import os
import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

from vigie.io.settings import WrongSettings

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span, SpanKind, Tracer

VARIABLES: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
Kind = Literal["server", "consumer", "internal", "client"]
FAREWELL: Final = 1.5
"""Machine seconds for the last spans at the end of a process. Whoever takes them may be away, and OpenTelemetry would
try for ten."""


class Spans:
    """Where the spans of one process go: nowhere, until they are asked for."""

    def __init__(self) -> None:
        self._tracer: Tracer | None = None
        self._provider: TracerProvider | None = None

    @property
    def wanted(self) -> bool:
        return self._tracer is not None

    def as_asked(self, service: str, replica: str, environ: Mapping[str, str] = os.environ) -> None:
        """Begin where the environment names who takes them. Raises WrongSettings where the extra is not installed."""
        asked = next((name for name in VARIABLES if environ.get(name)), None)
        if asked is None:
            return
        try:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        except ImportError:
            raise WrongSettings(f"{asked} is set, but vigie-shared[traces] is not installed") from None
        self.to(OTLPSpanExporter(), service, replica)

    def to(self, exporter: SpanExporter, service: str, replica: str) -> None:
        """From now on spans go to ``exporter``, in bundles; what is left when the process ends is sent then, where that
        takes no longer than ``FAREWELL``."""
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        who = {"service.name": f"vigie-{service}", "service.instance.id": replica}
        provider = TracerProvider(resource=Resource.create(who), shutdown_on_exit=False)
        bundles = BatchSpanProcessor(exporter)
        provider.add_span_processor(bundles)
        atexit.register(bundles._batch_processor.shutdown, timeout_millis=int(FAREWELL * 1000))
        self._provider, self._tracer = provider, provider.get_tracer("vigie")

    def flush(self) -> None:
        """Send what there is."""
        if self._provider is not None:
            self._provider.force_flush()

    def begin(self, name: str, traceparent: str | None, kind: Kind) -> tuple[Span, str] | None:
        """A span that has begun, and the ``traceparent`` that what follows from it shall carry; None where off."""
        if self._tracer is None:
            return None
        span = self._tracer.start_span(name, context=_context(traceparent), kind=_kind(kind))
        context = span.get_span_context()
        return span, f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"

    def tell(
        self, name: str, kind: Kind, told: Iterable[tuple[str | None, Mapping[str, Any]]], seconds: float = 0.0
    ) -> None:
        """A span for each of ``told`` (its traceparent, its attributes) that belongs to a trace; it ends now and took
        ``seconds``."""
        if self._tracer is None:
            return
        end = time.time_ns()
        start = end - int(seconds * 1e9)
        for traceparent, attributes in told:
            if traceparent:
                known = {key: value for key, value in attributes.items() if value is not None}
                span = self._tracer.start_span(
                    name, context=_context(traceparent), kind=_kind(kind), attributes=known, start_time=start
                )
                span.end(end)


def _context(traceparent: str | None) -> Context:
    from opentelemetry.context import Context
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator().extract({"traceparent": traceparent or ""}, context=Context())


def _kind(kind: Kind) -> SpanKind:
    from opentelemetry.trace import SpanKind

    return SpanKind[kind.upper()]


SPANS: Final = Spans()
"""Like the log, of the whole process."""
