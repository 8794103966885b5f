"""The canonical lines: one for each message, wake-up and request, with fixed keys.

They are as many as the messages, so they are written together and without structlog's steps, which cost a sixth of
the time that a message takes. Whoever wants none sets ``VIGIE_LOG_LEVEL=warning``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any, Final, TextIO

import structlog

_encoded: Final = json.JSONEncoder(ensure_ascii=False, default=str).encode
_stamp: Final = structlog.processors.TimeStamper(fmt="iso", utc=True)


class Lines:
    """Where the lines of one process go. Until it is told who writes them, nowhere: a test's output stays readable."""

    def __init__(self) -> None:
        self._who: Mapping[str, str] | None = None
        self._out: TextIO = sys.stderr

    def of(self, service: str, replica: str) -> None:
        """From now on they are written, to stderr, as those of this replica."""
        self._who, self._out = {"service": service, "replica": replica}, sys.stderr

    def none(self) -> None:
        """From now on they are left out."""
        self._who = None

    def tell(self, event: str, lines: Iterable[Mapping[str, Any]]) -> None:
        """One line each, stamped with the moment at which they are told."""
        if self._who is None:
            return
        common = {"level": "info", **_stamp(None, "info", {}), **self._who}
        self._out.write("".join([f"{_encoded({'event': event, **line, **common})}\n" for line in lines]))


LINES: Final = Lines()
"""Logging belongs to a whole process."""


def trace_id(traceparent: str | bytes | None) -> str | None:
    """The part of a W3C ``traceparent`` that is the same from the request to the mail; None where it has none."""
    text = traceparent.decode("ascii", "replace") if isinstance(traceparent, bytes) else traceparent
    parts = (text or "").split("-")
    return parts[1] if len(parts) == 4 and len(parts[1]) == 32 else None
