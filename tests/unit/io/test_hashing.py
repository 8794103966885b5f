"""The layout of the chain. The hashes were made with printf and sha256sum from the layout as documented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest

from vigie.io.hashing import FIRST_PREVIOUS, Broken, Hashed, Link, check_chain, hash_event, hash_personal

STREAM = "promises-0198c2a4-0000-7000-8000-000000000001"
PERSONAL = b'{"text":"Bonjour"}'
PERSONAL_HASH = bytes.fromhex("0b520fad7fe37c9cea4269887b7fce32a92a910aef001650f284664b82cd6889")
FIRST_HASH = bytes.fromhex("b9820fb563ff57a968c67650e24c8bb2b474f9a7ca120bae33af632318327d33")
SECOND_HASH = bytes.fromhex("ae21bcc54d033f5c3a263bef7c4875b22281b8559cdb0ab4cda03441ea16b896")


def hashed(version: int, personal_hash: bytes | None) -> Hashed:
    return Hashed(
        stream=STREAM,
        version=version,
        event_id=UUID(f"6f1d2c1e-7f0b-5a53-9d0e-0c9a3f5b7e2{version}"),
        type="vigie.CustomerReplied.v1",
        schema_version=1,
        occurred_at=datetime(2026, 3, 23, 21, 30, tzinfo=UTC),
        recorded_at=datetime(2026, 3, 23, 21, 30, 0, 250_000, tzinfo=UTC),
        actor="service:sla-timer",
        causation="cause",
        correlation="ticket",
        facts=b'{"a":1}',
        personal_hash=personal_hash,
    )


FIRST = Link(hashed(1, PERSONAL_HASH), PERSONAL, FIRST_HASH)
SECOND = Link(hashed(2, None), None, SECOND_HASH)


def test_the_personal_part_enters_by_its_sha256() -> None:
    assert hash_personal(PERSONAL) == PERSONAL_HASH


def test_the_first_event_builds_on_zeros() -> None:
    assert hash_event(FIRST_PREVIOUS, FIRST.hashed) == FIRST_HASH


def test_the_next_event_builds_on_the_one_before() -> None:
    assert hash_event(FIRST_HASH, SECOND.hashed) == SECOND_HASH


def test_a_chain_as_it_was_written_holds() -> None:
    assert check_chain(STREAM, [FIRST, SECOND]) is None


def test_a_chain_holds_after_an_erasure() -> None:
    assert check_chain(STREAM, [FIRST._replace(personal=None), SECOND]) is None


@dataclass(frozen=True)
class Tampering:
    links: list[Link]
    version: int


@pytest.mark.parametrize(
    "tampering",
    [
        Tampering([SECOND], 1),
        Tampering([FIRST._replace(personal=b'{"text":"Adieu"}'), SECOND], 1),
        Tampering([FIRST, SECOND._replace(hashed=SECOND.hashed._replace(actor="agent:mallory"))], 2),
        Tampering([FIRST, SECOND._replace(hashed=SECOND.hashed._replace(version=3))], 2),
        # A byte moved from one part to the next must not go unseen: that is what the lengths are for.
        Tampering([FIRST._replace(hashed=FIRST.hashed._replace(causation="caus", correlation="eticket"))], 1),
    ],
)
def test_a_change_is_found_where_it_was_made(tampering: Tampering) -> None:
    broken = check_chain(STREAM, tampering.links)
    assert isinstance(broken, Broken)
    assert broken.version == tampering.version
