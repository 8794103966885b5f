"""Lets aiokafka read records whose header *names* are not UTF-8.

Kafka takes any bytes as a header's name; aiokafka (0.14) decodes names while it unpacks a fetch, so that one such
record ends every poll with UnicodeDecodeError and its partition is never read again, by anybody. ``install`` puts a
reader between the fetch and aiokafka's own: a batch that cannot be unpacked is unpacked once more by aiokafka's
pure-Python reader, which here writes what is not UTF-8 as ``\\xff``. All other batches go the fast way as before.

It replaces a name in an aiokafka module, because nothing else stands between the bytes and the exception. The test
with a record of that kind says when aiokafka no longer needs it, or no longer has that place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords

_LOG_OVERHEAD = 12
"""Bytes before a batch's own length counts: its base offset (8) and that length (4)."""


def install() -> None:
    """From now on, in this process, no header name stops a consumer. To be called once or more."""
    fetcher.MemoryRecords = _Records


class _Records:
    """What a fetch brought of one partition: batches one behind the other."""

    def __init__(self, fetched: bytes) -> None:
        self._fetched = fetched
        self._at = 0
        self._fast = MemoryRecords(fetched)

    def has_next(self) -> bool:
        return bool(self._fast.has_next())

    def size_in_bytes(self) -> int:
        return int(self._fast.size_in_bytes())

    def next_batch(self) -> Any:
        batch = self._fast.next_batch()
        start = self._at
        self._at += _LOG_OVERHEAD + int.from_bytes(self._fetched[start + 8 : start + _LOG_OVERHEAD], "big")
        return _Batch(batch, memoryview(self._fetched)[start : self._at])


class _Batch:
    """One batch; unpacked whole, so that a record that cannot be is met before any was handed over."""

    def __init__(self, fast: Any, raw: memoryview) -> None:
        self._fast = fast
        self._raw = raw
        self._records: Iterator[Any] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._fast, name)

    def __iter__(self) -> Iterator[Any]:
        try:
            return iter(list(self._fast))
        except (UnicodeDecodeError, CorruptRecordException):
            if self._fast.magic < 2:  # these have no headers: it is something else
                raise
            return iter(list(_LenientBatch(self._raw)))

    def __next__(self) -> Any:
        """A control batch is asked for its one record this way."""
        if self._records is None:
            self._records = iter(self)
        return next(self._records)


class _LenientBuffer(bytearray):
    """Bytes of which every part can be decoded."""

    def __getitem__(self, at: Any) -> Any:
        part = super().__getitem__(at)
        return _LenientBuffer(part) if isinstance(at, slice) else part

    def decode(self, encoding: str = "utf-8", errors: str = "backslashreplace") -> str:
        return super().decode(encoding, errors)


class _LenientBatch(_DefaultRecordBatchPy):  # type: ignore[misc]
    """aiokafka's pure-Python batch; it slices names from the buffer and calls ``decode`` on them."""

    def _maybe_uncompress(self) -> None:
        super()._maybe_uncompress()
        self._buffer: bytearray = _LenientBuffer(self._buffer)
