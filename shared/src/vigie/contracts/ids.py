"""Identities that follow from their cause.

What people and other systems cause gets a UUIDv7 (made at the edge, never in a core). All else is derived: the
same cause on the same stream gives the same id, so that what is done again after a crash is seen to be the same.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha1
from typing import Final
from uuid import UUID

from vigie.contracts.instants import iso

NAMESPACE = UUID("6f1d2c1e-7f0b-5a53-9d0e-0c9a3f5b7e21")
"""The root of every derived id. Changing it would make every replay a stranger to its record."""

_DIGEST_BITS: Final = 0xFFFFFFFF_FFFF_0FFF_3FFF_FFFFFFFFFFFF
_VERSION_5: Final = 0x00000000_0000_5000_8000_000000000000


def derived_id(cause: UUID, stream: str, ordinal: int) -> UUID:
    """The id of the ``ordinal``-th event (from 0) that ``cause`` made happen in ``stream``."""
    return uuid5(cause, f"{stream}#{ordinal}")


def wake_cause(stream: str, version: int, due_at: datetime) -> UUID:
    """The cause of what a wake-up makes happen: ``stream`` at ``version`` asked to be woken at ``due_at``."""
    return uuid5(NAMESPACE, f"wake {stream}#{version} {iso(due_at)}")


def customer_key(customer: str) -> UUID:
    """The key of what the directory says of ``customer``, whose id is text."""
    return uuid5(NAMESPACE, f"customer {customer}")


def request_key(source: str, event_id: str) -> UUID:
    """The ticket (or refusal) that an external request leads to, from its CloudEvents ``source`` and ``id``.

    The length keeps ("a", "bc") and ("ab", "c") apart: CloudEvents allows any character in both.
    """
    return uuid5(NAMESPACE, f"request {len(source)}:{source}{event_id}")


def uuid5(namespace: UUID, name: str) -> UUID:
    """``uuid.uuid5`` (RFC 9562 §5.5), which takes half as long again; every event has an id of this kind."""
    digest = sha1(namespace.bytes + name.encode(), usedforsecurity=False).digest()
    return UUID(int=int.from_bytes(digest[:16], "big") & _DIGEST_BITS | _VERSION_5)
