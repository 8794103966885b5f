"""An effect is never recorded before its cause, whatever clocks say that disagree or are set back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from support.store import Store
from support.tally import NOON, QUIET, Fact, Tally, Ticket, decide, react, tally_core
from vigie.contracts.event import Event
from vigie.decider import Reaction, Received
from vigie.io.records import Order

RECORDED = "select type, occurred_at, recorded_at from events where stream = $1 order by version"
OPENED = ("vigie.FactLearned.v1", NOON, NOON)
MINUTE = timedelta(minutes=1)
QUIET_AT = NOON + QUIET


async def test_what_is_due_before_a_fact_from_a_clock_that_is_ahead_is_not_recorded_before_it_was_due(
    store: Store,
) -> None:
    """By the reader's clock the quiet hour is not over; the fact, ten minutes after it, proves that it is."""
    ticket = Ticket()
    await store.engine().handle([ticket.opened()])
    store.clock.at = QUIET_AT - MINUTE
    await store.engine().handle([ticket.replied(at=QUIET_AT + 10 * MINUTE)])
    assert await store.rows(RECORDED, ticket.stream) == [
        OPENED,
        ("vigie.ClockCancelled.v1", QUIET_AT, QUIET_AT + 10 * MINUTE),
        ("vigie.FactLearned.v1", QUIET_AT + 10 * MINUTE, QUIET_AT + 10 * MINUTE),
    ]


async def test_what_follows_from_late_news_is_not_recorded_before_the_news_was(store: Store) -> None:
    ticket = Ticket()
    await store.engine().handle([ticket.opened()])
    await store.engine().handle([ticket.replied(at=NOON - MINUTE, recorded_at=NOON + MINUTE)])
    assert await store.rows(RECORDED, ticket.stream) == [
        OPENED,
        ("vigie.FactLearned.v1", NOON - MINUTE, NOON + MINUTE),
    ]


async def test_what_is_read_after_it_was_recorded_is_recorded_when_it_is_read(store: Store) -> None:
    ticket = Ticket()
    await store.engine().handle([ticket.opened()])
    store.clock.at = NOON + 7 * MINUTE
    await store.engine().handle([ticket.replied(at=NOON + MINUTE)])
    assert (await store.rows(RECORDED, ticket.stream))[1][2] == NOON + 7 * MINUTE


async def test_a_neighbour_in_the_same_transaction_is_recorded_by_the_readers_own_clock(store: Store) -> None:
    ahead, neighbour = Ticket(), Ticket()
    await store.engine().handle([ahead.opened(at=NOON + MINUTE), neighbour.opened()])
    assert await store.rows(RECORDED, neighbour.stream) == [OPENED]


async def test_an_order_is_not_recorded_before_it_was_given_when_the_clock_is_set_back_meanwhile(store: Store) -> None:
    ticket = Ticket()
    given = Fact(NOON + MINUTE, ticket.key, "opened", ticket.key, 1)
    await store.engine().perform(
        Order(ticket.key, given, ticket.key, actor="agent:amelie", principal="portal", render=lambda *_: b"")
    )
    assert await store.rows(RECORDED, ticket.stream) == [("vigie.FactLearned.v1", NOON + MINUTE, NOON + MINUTE)]


async def test_an_outcome_that_was_seen_before_the_clock_was_set_back_is_not_recorded_before_it(store: Store) -> None:
    """What a command says happened later than the command's own time, as a mail is sent after it was attempted."""

    def said(_: Any, command: Any) -> tuple[Event, ...]:
        [learned] = decide(Tally(), command)
        return (learned.model_copy(update={"happened_at": command.at + MINUTE}),)

    core = tally_core()
    ticket = Ticket()
    engine = store.engine(core=replace(core, decider=replace(core.decider, decide=said)))
    await engine.handle([ticket.opened()])
    assert await store.rows(RECORDED, ticket.stream) == [("vigie.FactLearned.v1", NOON + MINUTE, NOON + MINUTE)]


async def test_what_is_woken_too_early_shows(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vigie.io.engine._is_due", lambda *_: True)
    ticket = Ticket()
    await store.engine().handle([ticket.opened()])
    await store.engine().wake([(ticket.stream, QUIET_AT)])
    assert await store.rows(RECORDED, ticket.stream) == [OPENED, ("vigie.ClockCancelled.v1", QUIET_AT, NOON)]


async def test_what_a_core_takes_for_now_is_not_before_the_news_was_recorded(store: Store) -> None:
    """What it says happened on arrival, as a mail that is asked for, happened after what it is about."""
    times: list[Any] = []

    def noted(received: Received) -> Reaction | None:
        times.append(received.now)
        return react(received)

    ticket = Ticket()
    engine = store.engine(core=replace(tally_core(), react=noted))
    await engine.handle([ticket.opened(at=NOON + MINUTE), ticket.replied(at=NOON - MINUTE)])
    assert times == [NOON + MINUTE, NOON]
