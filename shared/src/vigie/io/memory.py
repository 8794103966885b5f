"""Folded streams, remembered. Never trusted alone: one is compared with the stream's version, under the lock."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, NamedTuple

from vigie.io.hashing import FIRST_PREVIOUS


class Loaded(NamedTuple):
    """A stream as of its ``version``."""

    version: int
    hash: bytes
    """Of its last event; what the next one's builds on."""
    state: Any
    traceparent: str | None = None
    """The trace that its events belong to: the last one it was told of, which its wake-ups go on with."""


def unwritten(initial: Any) -> Loaded:
    """A stream to which nothing has happened."""
    return Loaded(0, FIRST_PREVIOUS, initial)


class Memory:
    """The streams used last, at most ``size``."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._streams: OrderedDict[str, Loaded] = OrderedDict()

    def recall(self, stream: str) -> Loaded | None:
        loaded = self._streams.get(stream)
        if loaded is not None:
            self._streams.move_to_end(stream)
        return loaded

    def keep(self, streams: Mapping[str, Loaded]) -> None:
        """To be called after the commit: what is remembered must have happened."""
        for stream, loaded in streams.items():
            self._streams[stream] = loaded
            self._streams.move_to_end(stream)
        while len(self._streams) > self._size:
            self._streams.popitem(last=False)
