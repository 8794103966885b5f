"""Records that nobody can use are kept to the byte, told, and can be given up."""

from __future__ import annotations

import asyncio

import pytest
from typer.testing import CliRunner

from support.store import Store
from support.tally import Ticket
from vigie.io.cli import app
from vigie.io.codec import unpack_headers
from vigie.io.deadletters import drop, drop_parked, find, replay
from vigie.io.records import RawHeaders, RawRecord

BROKEN: RawHeaders = (("a", None), ("a", b"\xff\x00"), ("é", b""))
RECORD = RawRecord("vigie.requests.v1", 3, 17, 1_700_000_000_000, b"\x00key", BROKEN, b"\xff not json \x00")


async def test_a_dead_letter_keeps_every_byte_of_the_record(store: Store) -> None:
    await store.engine().handle([RECORD])
    found = await find(store.owner, 1)
    assert found is not None
    letter, consumer = found
    assert (letter.record, letter.reason, consumer) == (RECORD, "header a is null", "sla-timer")


async def test_the_topic_gets_the_record_as_it_was_with_the_reason_after_it(store: Store) -> None:
    await store.engine().handle([RECORD])
    [(topic, partition, key, headers, value)] = await store.rows(
        "select topic, partition, key, headers, value from outbox"
    )
    assert (topic, partition, key, value) == ("vigie.sla-timer.dlq.v1", 3, b"\x00key", b"\xff not json \x00")
    assert unpack_headers(headers) == (
        *BROKEN,
        ("vigie-dlq-reason", b"header a is null"),
        ("vigie-dlq-topic", b"vigie.requests.v1"),
        ("vigie-dlq-partition", b"3"),
        ("vigie-dlq-offset", b"17"),
        ("vigie-dlq-timestamp", b"1700000000000"),
        ("vigie-dlq-consumer", b"sla-timer"),
    )


async def test_a_dead_letter_delivered_again_is_told_once(store: Store) -> None:
    await store.engine().handle([RECORD])
    await store.engine().handle([RECORD])
    assert await store.value("select count(*) from dead_letters") == 1
    assert await store.value("select count(*) from outbox") == 1


CLOUD = (("ce_specversion", b"1.0"), ("ce_id", b"1"), ("ce_source", b"/p"), ("ce_type", b"vigie.RequestSubmitted.v1"))


@pytest.mark.parametrize(
    ("headers", "value", "reason"),
    [
        ((), b"{}", "attribute specversion is missing or not 1.0"),
        (CLOUD[:3], b"{}", "attribute type is missing"),
        ((*CLOUD[:3], ("ce_type", b"vigie.Song.v1")), b"{}", "unknown type vigie.Song.v1"),
        ((("ce_id", b"\xff"),), b"{}", "header ce_id is not UTF-8"),
        (CLOUD, None, "there is no data"),
        (CLOUD, b"nonsense", "the data is no vigie.RequestSubmitted.v1: no object"),
        ((*CLOUD[:1], ("ce_id", b"a\x00b"), *CLOUD[2:]), b"{}", "attribute id: the character NUL cannot be stored"),
        ((("content-type", b"application/cloudevents+json"),), b"{", "the value is not JSON"),
        ((*CLOUD, ("ce_time", b"yesterday")), b"{}", "attribute time is no instant with an offset"),
    ],
)
async def test_a_broken_request_dies_with_its_reason(
    store: Store, headers: RawHeaders, value: bytes | None, reason: str
) -> None:
    [outcome] = await store.engine().handle([RECORD._replace(headers=headers, value=value)])
    assert (outcome.fate, outcome.reason) == ("dead_letter", reason)


async def test_a_stream_waits_for_its_dead_event_until_that_is_given_up(store: Store) -> None:
    ticket = Ticket()
    engine = store.engine()
    await engine.handle([ticket.opened(), ticket.replied("crash"), ticket.replied()])
    assert await drop(store.owner, 1)
    assert [outcome.fate for outcome in await engine.retry_parked()] == ["drained"]
    assert await store.value("select count(*) from dead_letters") == 0


async def test_what_does_not_exist_cannot_be_dropped(store: Store) -> None:
    assert not await drop(store.owner, 7)


async def test_a_replayed_record_goes_back_to_its_topic_as_it_came(store: Store) -> None:
    await store.engine().handle([RECORD])
    await store.owner.execute("delete from outbox")
    assert await replay(store.owner, 1)
    [(topic, partition, key, headers, value)] = await store.rows(
        "select topic, partition, key, headers, value from outbox"
    )
    assert (topic, partition, key, value) == ("vigie.requests.v1", 3, RECORD.key, RECORD.value)
    assert unpack_headers(headers) == BROKEN
    assert await store.value("select count(*) from dead_letters") == 0


async def test_a_fork_that_is_given_up_lets_its_stream_go_on(store: Store) -> None:
    ticket, twin = Ticket(), Ticket()
    twin.key = ticket.key
    engine = store.engine()
    await engine.handle([ticket.opened(), twin.opened(), ticket.replied()])
    assert await drop_parked(store.owner, 1)
    assert [outcome.fate for outcome in await engine.retry_parked()] == ["drained"]


def run(store: Store, *words: str) -> str:
    result = CliRunner().invoke(app, [*words, "--database", store.dsn])
    assert result.exit_code == 0, result.output
    return result.output


async def test_an_operator_sees_a_dead_letter_and_gives_it_up(store: Store) -> None:
    await store.engine().handle([RECORD])
    assert "header a is null" in await asyncio.to_thread(run, store, "list", "sla-timer")
    shown = await asyncio.to_thread(run, store, "show", "sla-timer", "1")
    assert "from: vigie.requests.v1/3@17" in shown.splitlines()
    assert "value: \\xff not json \\x00" in shown.splitlines()
    await asyncio.to_thread(run, store, "drop", "sla-timer", "1")
    assert await store.value("select count(*) from dead_letters") == 0
