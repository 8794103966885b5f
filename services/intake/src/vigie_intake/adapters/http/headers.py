"""The headers by which requests are told apart and changes kept from overwriting each other."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Final

from fastapi import Request

from vigie.contracts.tickets import InvalidField
from vigie_intake.adapters.http.problems import Wrong

_ETAG: Final = re.compile(r'(W/)?"([^"]*)"')
_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")
_TRACE: Final = re.compile(r"[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def etag(version: int) -> str:
    """The entity tag of a ticket: its version."""
    return f'"{version}"'


def expected_version(request: Request) -> int | None:
    """What ``If-Match`` asks for; None: nothing. A tag that no ticket ever had is as stale as one it had once."""
    header = request.headers.get("if-match")
    if header is None or header.strip() == "*":
        return None
    match = _ETAG.fullmatch(header.strip())
    if match is None:
        raise _malformed("If-Match", 'is one entity tag, like "3"')
    weak, tag = match.groups()
    return int(tag) if tag.isascii() and tag.isdigit() and len(tag) < 10 and not weak else -1


def idempotency_key(request: Request) -> str | None:
    """The key under which the answer is kept; None: it is not."""
    key = request.headers.get("idempotency-key")
    if key is not None and not _KEY.fullmatch(key):
        raise _malformed("Idempotency-Key", "is 1 to 255 visible ASCII characters")
    return key


def trace(request: Request) -> str | None:
    """The W3C trace context that goes on into the events; a broken one is nobody's loss."""
    header = request.headers.get("traceparent", "")
    return header if _TRACE.fullmatch(header) else None


async def digest(request: Request) -> bytes:
    """What was asked: method, path and body. The same key must always mean the same."""
    return sha256(f"{request.method} {request.url.path}\n".encode() + await request.body()).digest()


def _malformed(header: str, problem: str) -> Wrong:
    return Wrong(
        400, "bad_request", f"The header {header} is malformed.", (InvalidField(field=header, problem=problem),)
    )
