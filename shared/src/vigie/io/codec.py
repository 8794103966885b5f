"""Kafka headers as one value, exactly: order, repeats, nulls and bytes come back as they were.

Layout, integers big-endian: per header, the name's length in bytes (4), the name in UTF-8, the value's length in
bytes (4, signed; -1 for null), the value. Nothing stands before, between or after.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from vigie.io.records import RawHeaders

_NULL = b"\xff\xff\xff\xff"


def pack_headers(headers: Iterable[tuple[str, bytes | None]]) -> bytes:
    """``headers`` as they are kept in outbox, parked and dead_letters."""
    parts: list[bytes] = []
    for name, value in headers:
        if value is None:
            parts += (_packed_name(name), _NULL)
        else:
            parts += (_packed_name(name), _packed_length(len(value)), value)
    return b"".join(parts)


def unpack_headers(packed: bytes) -> RawHeaders:
    """What :func:`pack_headers` was given. ValueError where ``packed`` was cut short."""
    headers: list[tuple[str, bytes | None]] = []
    at, end = 0, len(packed)
    while at < end:
        at, name = _take(packed, at)
        at, value = _take(packed, at)
        headers.append(((name or b"").decode("utf-8", "surrogatepass"), value))
    return tuple(headers)


def _take(packed: bytes, at: int) -> tuple[int, bytes | None]:
    length = int.from_bytes(packed[at : at + 4], "big", signed=True)
    start = at + 4
    if length < 0:
        return start, None
    if start + length > len(packed):
        raise ValueError("packed headers end in the middle of one")
    return start + length, packed[start : start + length]


@lru_cache(maxsize=256)
def _packed_length(length: int) -> bytes:
    return length.to_bytes(4, "big")


@lru_cache(maxsize=256)
def _packed_name(name: str) -> bytes:
    encoded = name.encode("utf-8", "surrogatepass")
    return len(encoded).to_bytes(4, "big") + encoded
