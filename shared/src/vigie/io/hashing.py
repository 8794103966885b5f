"""The chain of hashes through a stream: what shows an auditor that nothing was changed, taken out or put in.

Every event's hash is the SHA-256 of these parts, one after the other:

    the previous event's hash      32 bytes; 32 zero bytes before version 1
    stream                         UTF-8
    version                        decimal digits
    event_id                       lower case, hyphens: 0198c2a4-…
    type                           vigie.ClockStarted.v1
    schema_version                 decimal digits
    occurred_at, recorded_at       2026-03-23T21:30:00Z, microseconds only where there are any
    actor, causation, correlation  UTF-8
    facts                          the published JSON bytes, without their personal member
    personal_hash                  SHA-256 of the personal member's bytes: 32 bytes; empty where there never was one

Each part but the first is preceded by its length in bytes as four bytes, big-endian, so that no two different events
can be the same bytes. The personal part enters by its hash, which is kept in a column of its own: after an erasure the
chain still verifies, and nobody can put other words where the erased ones stood.

This layout can never change: every hash ever written depends on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from vigie.contracts.instants import iso
from vigie.io.codec import packed_length

FIRST_PREVIOUS = bytes(32)


class Hashed(NamedTuple):
    """What enters the hash of an event."""

    stream: str
    version: int
    event_id: UUID
    type: str
    schema_version: int
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    causation: str
    correlation: str
    facts: bytes
    personal_hash: bytes | None


def hash_personal(personal: bytes | None) -> bytes | None:
    """What stands for the personal part in the chain."""
    return None if personal is None else sha256(personal).digest()


def hash_event(previous: bytes, event: Hashed) -> bytes:
    """The hash of ``event`` after one whose hash is ``previous``: 32 bytes."""
    parts = (
        event.stream.encode(),
        b"%d" % event.version,
        str(event.event_id).encode(),
        event.type.encode(),
        b"%d" % event.schema_version,
        iso(event.occurred_at).encode(),
        iso(event.recorded_at).encode(),
        event.actor.encode(),
        event.causation.encode(),
        event.correlation.encode(),
        event.facts,
        event.personal_hash or b"",
    )
    return sha256(previous + b"".join([packed_length(len(part)) + part for part in parts])).digest()


class Link(NamedTuple):
    """A stored event as a link of the chain."""

    hashed: Hashed
    personal: bytes | None
    """None where there never was one, or it was erased."""
    hash: bytes


class Broken(NamedTuple):
    """The first place where a stream is not what was written."""

    stream: str
    version: int
    problem: str


def check_chain(stream: str, links: Iterable[Link]) -> Broken | None:
    """The first break in ``links``, all of ``stream`` from version 1 in order; None where the chain holds."""
    previous, expected = FIRST_PREVIOUS, 1
    for link in links:
        hashed = link.hashed
        if hashed.version != expected:
            return Broken(stream, expected, f"is missing; version {hashed.version} follows")
        if link.personal is not None and hash_personal(link.personal) != hashed.personal_hash:
            return Broken(stream, expected, "the personal part is not the one that was written")
        if hash_event(previous, hashed) != link.hash:
            return Broken(stream, expected, "the hash does not follow from the event and the one before it")
        previous, expected = link.hash, expected + 1
    return None
