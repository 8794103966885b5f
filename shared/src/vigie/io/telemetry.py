"""One JSON line per message, batch or event of the process's life, with fixed keys.

No line holds anything personal: no name, address, subject or text of a ticket, only ids, types and counts. What a
third library logs is one line too, without its traceback's local values.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from vigie.io.lines import LINES
from vigie.io.spans import SPANS

_QUIET = ("aiokafka", "faststream", "uvicorn", "asyncio")
"""Libraries that tell at level INFO what nobody asked."""


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
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(threshold)
    for library in _QUIET:
        logging.getLogger(library).setLevel(max(threshold, logging.WARNING))


def _is_news(record: logging.LogRecord) -> bool:
    """aiokafka asks ten times a second, each time as an error, while a fresh broker makes its offsets topic."""
    return not (record.name.startswith("aiokafka") and "GroupCoordinatorNotAvailable" in record.getMessage())


def _named(service: str, replica: str) -> structlog.typing.Processor:
    def add(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        line["service"] = service
        line["replica"] = replica
        return line

    return add
