"""Orders given by HTTP: each answered for itself, several in one transaction."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from support.store import Store
from support.tally import NOON, Fact, NotWelcome
from vigie.io.errors import IdempotencyMismatch, StaleVersion, UnknownStream
from vigie.io.records import Order, Performed, Repeated


def order(key: UUID, name: str = "opened", text: str = "", **given: Any) -> Order:
    order_id = given.pop("id", None) or uuid4()
    command = Fact(NOON, key, name, order_id, 1, text)
    return Order(
        key,
        command,
        order_id,
        actor="agent:amelie",
        principal="portal",
        render=lambda version, state, events: b"version %d, %d facts, %d new" % (version, state.facts, len(events)),
        **given,
    )


async def test_an_order_is_answered_with_what_it_made_happen(store: Store) -> None:
    key = uuid4()
    answer = await store.engine().perform(order(key))
    assert isinstance(answer, Performed)
    assert (answer.version, answer.answer) == (1, b"version 1, 1 facts, 1 new")


async def test_the_first_event_of_an_order_has_the_orders_own_id(store: Store) -> None:
    given = order(uuid4())
    await store.engine().perform(given)
    assert await store.rows("select event_id, causation, actor from events") == [
        (given.id, str(given.id), "agent:amelie")
    ]


async def test_a_stale_version_is_refused_with_the_actual_one(store: Store) -> None:
    key = uuid4()
    engine = store.engine()
    await engine.perform(order(key))
    with pytest.raises(StaleVersion) as stale:
        await engine.perform(order(key, "replied", expected_version=7))
    assert (stale.value.expected, stale.value.actual) == (7, 1)


async def test_an_order_about_nothing_is_refused(store: Store) -> None:
    with pytest.raises(UnknownStream):
        await store.engine().perform(order(uuid4(), "replied", expect_exists=True))


async def test_the_same_key_gets_the_same_answer_and_nothing_happens_twice(store: Store) -> None:
    key = uuid4()
    first = await store.engine().perform(order(key, idempotency_key="k", digest=b"d"))
    again = await store.engine().perform(order(uuid4(), idempotency_key="k", digest=b"d"))
    assert again == Repeated(first.answer)
    assert await store.value("select count(*) from events") == 1


async def test_the_same_key_with_another_request_is_refused(store: Store) -> None:
    await store.engine().perform(order(uuid4(), idempotency_key="k", digest=b"d"))
    with pytest.raises(IdempotencyMismatch):
        await store.engine().perform(order(uuid4(), idempotency_key="k", digest=b"e"))


async def test_one_key_given_by_many_at_once_is_carried_out_once(store: Store) -> None:
    engines = [store.engine(), store.engine()]
    orders = [order(uuid4(), idempotency_key="k", digest=b"d") for _ in range(20)]
    answers = await asyncio.gather(*(engines[n % 2].perform(one) for n, one in enumerate(orders)))
    assert sum(isinstance(answer, Performed) for answer in answers) == 1
    assert {answer.answer for answer in answers} == {b"version 1, 1 facts, 1 new"}


async def test_orders_that_arrive_together_share_transactions_and_none_spoils_another(store: Store) -> None:
    key = uuid4()
    engine = store.engine()
    await engine.perform(order(key))
    orders = [order(key, "replied", "refuse" if n % 10 == 0 else "") for n in range(50)]
    answers = await asyncio.gather(*(engine.perform(one) for one in orders), return_exceptions=True)
    assert sum(isinstance(answer, NotWelcome) for answer in answers) == 5
    assert await store.value("select count(*) from events") == 46
    assert await store.value("select count(distinct xmin::text) from events") < 10


async def test_a_bug_met_by_one_order_is_that_orders_error(store: Store) -> None:
    key = uuid4()
    engine = store.engine()
    await engine.perform(order(key))
    answers = await asyncio.gather(
        engine.perform(order(key, "replied", "crash")), engine.perform(order(key, "replied")), return_exceptions=True
    )
    assert [type(answer) for answer in answers] == [ZeroDivisionError, Performed]


async def test_an_order_that_the_database_refuses_leaves_its_neighbours_alone(store: Store) -> None:
    twice = uuid4()
    engine = store.engine()
    await engine.perform(order(uuid4(), id=twice))
    answers = await asyncio.gather(
        engine.perform(order(uuid4(), id=twice)), engine.perform(order(uuid4())), return_exceptions=True
    )
    assert [type(answer) for answer in answers] == [asyncpg.UniqueViolationError, Performed]


async def test_a_numbered_order_gets_a_fresh_ticket_number(store: Store) -> None:
    numbers: list[str] = []

    def with_number(number: str) -> Fact:
        numbers.append(number)
        return Fact(NOON, uuid4(), "opened", uuid4(), 1)

    engine = store.engine()
    for _ in range(2):
        await engine.perform(
            Order(uuid4(), with_number, uuid4(), actor="agent:amelie", principal="portal", numbered=True)
        )
    assert numbers == ["T-1001", "T-1002"]
