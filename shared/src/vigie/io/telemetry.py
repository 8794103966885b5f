"""One JSON line per message, batch or event of the process's life, with fixed keys.

No line holds anything personal: no name, address, subject or text of a ticket, only ids, types and counts. What a
third library logs is one line too, without its traceback's local values.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import MutableMapping
from typing import Any, Final

import structlog

from vigie.io.lines import LINES
from vigie.io.spans import SPANS

_QUIET = ("aiokafka", "faststream", "uvicorn", "asyncio")
"""Libraries that tell at level INFO what nobody asked."""
_SAME_AGAIN_AFTER: Final = 10.0
"""Seconds for which a library does not repeat itself: aiokafka says 200 times a second that a broker is away."""


def configure(*, service: str, replica: str, level: str = "info") -> None:
    """Write the process's log to stderr as JSON lines, each with ``service`` and ``replica``."""
    threshold = logging.getLevelNamesMapping()[level.upper()]
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _named(service, replica),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    if threshold <= logging.INFO:
        LINES.of(service, replica)
    else:
        LINES.none()
    SPANS.as_asked(service, replica)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    handler.addFilter(_is_news)
    handler.addFilter(_Seldom(_SAME_AGAIN_AFTER))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(threshold)
    for library in _QUIET:
        logging.getLogger(library).setLevel(max(threshold, logging.WARNING))


def _is_news(record: logging.LogRecord) -> bool:
    """aiokafka asks ten times a second, each time as an error, while a fresh broker makes its offsets topic."""
    return not (record.name.startswith("aiokafka") and "GroupCoordinatorNotAvailable" in record.getMessage())


class _Seldom(logging.Filter):
    """Lets a library say the same, whatever the values in it, once in ``pause`` seconds; the next time it says so, the
    line has ``left_out``: how often it was said between. What comes with a traceback is always let through."""

    def __init__(self, pause: float) -> None:
        super().__init__()
        self._pause = pause
        self._said: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info:
            return True
        key, now = (record.name, str(record.msg)), time.monotonic()
        at, left_out = self._said.get(key, (-self._pause, 0))
        if now - at < self._pause:
            self._said[key] = (at, left_out + 1)
            return False
        self._said[key] = (now, 0)
        if left_out:
            record.left_out = left_out
        return True


def _named(service: str, replica: str) -> structlog.typing.Processor:
    def add(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        line["service"] = service
        line["replica"] = replica
        return line

    return add
