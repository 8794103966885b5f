"""Kafka headers as one value, exactly: order, repeats, nulls and bytes come back as they were.

Layout, integers big-endian: per header, the name's length in bytes (4), the name in UTF-8, the value's length in
bytes (4, signed; -1 for null), the value. Nothing stands before, between or after.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from vigie.io.records import RawHeaders

_LENGTH: Final = struct.Struct(">i")
_NULL: Final = _LENGTH.pack(-1)
_SHORT: Final = tuple(_LENGTH.pack(length) for length in range(512))


def pack_headers(headers: Iterable[tuple[str, bytes | None]]) -> bytes:
    """``headers`` as they are kept in outbox, parked and dead_letters."""
    parts: list[bytes] = []
    for name, value in headers:
        if value is None:
            parts += (_packed_name(name), _NULL)
        else:
            parts += (_packed_name(name), packed_length(len(value)), value)
    return b"".join(parts)


def unpack_headers(packed: bytes) -> RawHeaders:
    """What :func:`pack_headers` was given. ValueError where ``packed`` was cut short."""
    headers: list[tuple[str, bytes | None]] = []
    at, end = 0, len(packed)
    length_at = _LENGTH.unpack_from
    try:
        while at < end:
            name_ends = at + 4 + length_at(packed, at)[0]
            length = length_at(packed, name_ends)[0]
            starts, name = name_ends + 4, _text(packed[at + 4 : name_ends])
            at = starts + length if length >= 0 else starts
            headers.append((name, packed[starts:at] if length >= 0 else None))
    except struct.error:
        at = end + 1
    if at > end:
        raise ValueError("packed headers end in the middle of one")
    return tuple(headers)


def packed_length(length: int) -> bytes:
    """``length`` as four bytes; the short ones, which nearly all are, were made before."""
    return _SHORT[length] if length < len(_SHORT) else _LENGTH.pack(length)


@lru_cache(maxsize=256)
def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogatepass")


@lru_cache(maxsize=256)
def _packed_name(name: str) -> bytes:
    encoded = name.encode("utf-8", "surrogatepass")
    return len(encoded).to_bytes(4, "big") + encoded
