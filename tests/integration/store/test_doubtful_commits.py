"""A commit whose answer is lost with the connection: what it wrote is told, once, and what it did not write is not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from asyncpg.transaction import Transaction

from support.store import Store
from support.tally import NOON, QUIET, Ticket
from vigie.io.engine import Engine
from vigie.io.errors import Transient
from vigie.io.records import Appended


@contextmanager
def losing_answers(monkeypatch: pytest.MonkeyPatch, *, committed: bool) -> Iterator[None]:
    """Within it, whoever commits loses the connection: after the server has done so, or before it was asked to."""
    end = Transaction.__aexit__

    async def lose(transaction: Transaction, kind: Any, error: Any, trace: Any) -> None:
        if kind is None and not committed:
            kind = ConnectionError
        await end(transaction, kind, error, trace)
        raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")

    with monkeypatch.context() as patch:
        patch.setattr(Transaction, "__aexit__", lose)
        yield


class Told:
    """What the engine has told of."""

    def __init__(self) -> None:
        self.events: list[tuple[str, int]] = []

    def __call__(self, appended: list[Appended]) -> None:
        self.events += [(one.stream, one.version) for one in appended]


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def engine(store: Store, told: Told) -> Engine:
    return store.engine(on_appended=told)


async def test_what_was_written_is_told_when_the_record_is_repeated(
    engine: Engine, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = Ticket()
    records = [ticket.opened(), ticket.replied()]
    with losing_answers(monkeypatch, committed=True), pytest.raises(Transient):
        await engine.handle(records)
    assert told.events == []
    assert [outcome.fate for outcome in await engine.handle(records)] == ["repeated", "repeated"]
    assert told.events == [(ticket.stream, 1), (ticket.stream, 2)]
    await engine.handle(records)
    assert told.events == [(ticket.stream, 1), (ticket.stream, 2)]


async def test_what_was_not_written_is_told_once_when_it_is(
    engine: Engine, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = Ticket()
    records = [ticket.opened()]
    for _ in range(2):
        with losing_answers(monkeypatch, committed=False), pytest.raises(Transient):
            await engine.handle(records)
    assert [outcome.fate for outcome in await engine.handle(records)] == ["applied"]
    assert told.events == [(ticket.stream, 1)]


async def test_what_another_replica_has_written_meanwhile_is_its_own_to_tell(
    store: Store, engine: Engine, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = Ticket()
    records = [ticket.opened()]
    with losing_answers(monkeypatch, committed=False), pytest.raises(Transient):
        await engine.handle(records)
    store.clock.at += timedelta(seconds=1)
    other = Told()
    await store.engine(on_appended=other).handle(records)
    assert [outcome.fate for outcome in await engine.handle(records)] == ["repeated"]
    assert (told.events, other.events) == ([], [(ticket.stream, 1)])


async def test_what_a_wake_up_wrote_is_told_by_whatever_comes_next(
    store: Store, engine: Engine, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its stream is due no more, so that nobody wakes it again."""
    ticket, stranger = Ticket(), Ticket()
    await engine.handle([ticket.opened()])
    store.clock.at = NOON + 2 * QUIET
    [(due_at,)] = await store.rows("select due_at from wakeups")
    with losing_answers(monkeypatch, committed=True), pytest.raises(Transient):
        await engine.wake([(ticket.stream, due_at)])
    await engine.handle([stranger.opened()])
    assert told.events == [(ticket.stream, 1), (ticket.stream, 2), (stranger.stream, 1)]


async def test_nobody_waits_for_a_transaction_that_was_lost_and_has_not_ended(
    store: Store, engine: Engine, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server has not noticed yet that its client is gone."""
    ticket, stranger, other = Ticket(), Ticket(), Ticket()
    with losing_answers(monkeypatch, committed=True), pytest.raises(Transient):
        await engine.handle([ticket.opened()])
    async with store.owner.transaction():
        await store.value("select pg_advisory_xact_lock(hashtextextended($1, 0))", ticket.stream)
        await engine.handle([stranger.opened()])
        assert told.events == [(stranger.stream, 1)]
    await engine.handle([other.opened()])
    assert told.events == [(stranger.stream, 1), (ticket.stream, 1), (other.stream, 1)]


async def test_what_nothing_comes_after_is_told_by_the_next_look_at_what_is_parked(
    engine: Engine, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = Ticket()
    with losing_answers(monkeypatch, committed=True), pytest.raises(Transient):
        await engine.handle([ticket.opened()])
    assert await engine.retry_parked() == []
    assert told.events == [(ticket.stream, 1)]
