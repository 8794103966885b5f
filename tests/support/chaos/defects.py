"""Ways to break the product on purpose, so that the suite can be seen turning red. Only ``launch.py`` uses them, in the
process of a service, before it starts; each is the mistake that its invariant is there for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any


def break_it(name: str, module: str) -> None:
    """Break this process, which is going to run ``module``. KeyError: there is no such defect."""
    DEFECTS[name]()


def _relay_skips_a_row() -> None:
    """Every seventieth row of the outbox is forgotten and was never sent."""
    from vigie.io.relay import Relay

    publish: Any = Relay._publish

    async def skipping(self: Any, rows: Sequence[Any]) -> None:
        await publish(self, [row for row in rows if row["id"] % 70])
        await self._forget([row["id"] for row in rows if row["id"] % 70 == 0])

    Relay._publish = skipping  # type: ignore[method-assign]


def _acknowledges_first() -> None:
    """Offsets are committed before the batch is applied, which takes its time: a kill in between loses it."""
    from vigie.io import consumer
    from vigie.io.consumer import Consumer

    async def first(self: Any, records: Sequence[Any]) -> None:
        begun, after = consumer._span(records)
        self._in_hand = frozenset(begun)
        self._has_applied(after)
        await self.commit()
        await asyncio.sleep(0.5)
        await self._handle(records)
        self._in_hand = frozenset()

    Consumer._on_batch = first  # type: ignore[method-assign]


def _wakes_early() -> None:
    """Wake-ups are sent ten minutes before they are due."""
    from vigie.io import engine
    from vigie.io.wakeups import WakeUps

    made: Any = WakeUps.__init__

    class Fast:
        def __init__(self, clock: Any) -> None:
            self._clock = clock

        def __getattr__(self, name: str) -> Any:
            return getattr(self._clock, name)

        def now(self) -> datetime:
            return self._clock.now() + timedelta(minutes=10)  # type: ignore[no-any-return]

    def hasty(self: Any, pool: Any, clock: Any, *others: Any, **named: Any) -> None:
        made(self, pool, Fast(clock), *others, **named)

    WakeUps.__init__ = hasty  # type: ignore[method-assign]
    engine._is_due = lambda *_: True


def _mails_twice() -> None:
    """Every ninth mail is handed over twice."""
    from vigie_notifier.adapters.smtp import MailServer

    hand_over: Any = MailServer.hand_over
    count = 0

    async def twice(self: Any, *mail: Any) -> Any:
        nonlocal count
        count += 1
        if count % 9 == 0:
            await hand_over(self, *mail)
        return await hand_over(self, *mail)

    MailServer.hand_over = twice  # type: ignore[assignment,method-assign]


def _hashes_without_the_facts() -> None:
    """The chain does not cover what happened."""
    from vigie.io import batch

    hashed = batch.hash_event  # type: ignore[attr-defined]

    def careless(previous: bytes, event: Any) -> bytes:
        return hashed(previous, event._replace(facts=b""))

    batch.hash_event = careless  # type: ignore[attr-defined]


def _records_by_a_slow_clock() -> None:
    """What is written has the time of a clock that is an hour behind those of the others."""
    from vigie.io import batch

    hashed: Any = batch.Hashed  # type: ignore[attr-defined]

    def slow(*, recorded_at: datetime, **others: Any) -> Any:
        return hashed(recorded_at=recorded_at - timedelta(hours=1), **others)

    batch.Hashed = slow  # type: ignore[attr-defined,assignment]


def _opens_twice() -> None:
    """The idempotency key is ignored: whoever asks again gets another ticket."""
    from vigie.io import orders

    carry_out = orders.carry_out

    def forgetful(desk: Any, order: Any) -> Any:
        from dataclasses import replace

        return carry_out(desk, replace(order, idempotency_key=None))

    import vigie.io.engine

    vigie.io.engine.carry_out = forgetful  # type: ignore[attr-defined]


def _does_not_say_when() -> None:
    """A 503 without a time at which to come again."""
    from vigie_intake.adapters.http import problems

    problems.RETRY_AFTER_SECONDS = ""  # type: ignore[misc,assignment]


def _yes_before_it_is_written() -> None:
    """A ticket is answered 201 at once and written as soon as may be; tokens and contracts are known by heart."""
    from uuid import uuid4

    from fastapi import Response

    from vigie.contracts.terms import ContractTerms
    from vigie_intake.adapters.directory.opening import Directory
    from vigie_intake.adapters.http import access, opening
    from vigie_intake.adapters.tokens import Principal

    write: Any = opening.perform  # type: ignore[attr-defined]

    async def known(_: Any, tokens: Any) -> list[Principal]:
        return [Principal("dev", "admin") for _ in tokens]

    async def empty(*_: Any) -> ContractTerms:
        return ContractTerms()

    async def written(desk: Any, request: Any, **order: Any) -> Response:
        kept = asyncio.create_task(write(desk, request, **order))
        kept.add_done_callback(lambda done: done.cancelled() or done.exception())
        return Response(f'{{"ticket_id": "{order["key"] or uuid4()}"}}', 201, media_type="application/json")

    access.holders = known  # type: ignore[attr-defined,assignment]
    Directory.terms = empty  # type: ignore[method-assign,assignment]
    opening.perform = written  # type: ignore[attr-defined]


def _waits_for_the_broker() -> None:
    """A ticket is answered once it has been published."""
    from vigie.io.engine import Engine

    perform: Any = Engine.perform

    async def published(self: Any, order: Any) -> Any:
        answer = await perform(self, order)
        while await self._pool.fetchval("select count(*) from outbox"):
            await asyncio.sleep(0.1)
        return answer

    Engine.perform = published  # type: ignore[method-assign]


def _ends_when_the_database_is_away() -> None:
    """Wake-ups that cannot be looked at end the service."""
    from vigie.io.wakeups import WakeUps

    async def impatient(self: Any) -> None:
        while not self._stopping:
            await self._sleep(await self._round())

    WakeUps.run = impatient  # type: ignore[method-assign]


def _relay_forgets_what_it_could_not_send() -> None:
    """A row is forgotten once it was tried."""
    from vigie.io.relay import Relay

    publish: Any = Relay._publish

    async def once(self: Any, rows: Sequence[Any]) -> None:
        try:
            await publish(self, rows)
        finally:
            await self._forget([row["id"] for row in rows])

    Relay._publish = once  # type: ignore[method-assign]


def _wakes_while_behind() -> None:
    """Streams are woken although facts about them are unread."""
    from vigie.io.consumer import Consumer

    async def never(*_: Any) -> bool:
        return False

    Consumer.behind = never  # type: ignore[method-assign,assignment]


def _dates_by_the_machine() -> None:
    """A level is said to have been reached when a machine got round to it, a minute later."""
    from vigie.contracts.sla import OverrunReached

    OverrunReached.occurred_at = property(lambda self: self.reached_at + timedelta(minutes=1))  # type: ignore[assignment,method-assign]


def _publishes_for_all() -> None:
    """Every relay takes every shard for its own."""
    from vigie.io.shards import Shards

    balance: Any = Shards._balance

    async def greedy(self: Any, connection: Any) -> None:
        await balance(self, connection)
        self.held = frozenset(range(12))

    Shards._balance = greedy  # type: ignore[method-assign]


def _wakes_for_all() -> None:
    """Every replica wakes every stream."""
    from vigie.io.consumer import Consumer

    Consumer.partitions = lambda self: frozenset(range(12))  # type: ignore[method-assign]
    _wakes_while_behind()


def _comes_back_late() -> None:
    """A start takes twenty seconds, for which nobody takes its place."""
    import time

    from vigie.io import kafka

    kafka.SESSION_TIMEOUT_MS = 45_000
    time.sleep(20)


def _tries_poison_again() -> None:
    """A batch with a record that cannot be read fails once, as if the next time were different."""
    from vigie.io import engine
    from vigie.io.hearing import Unreadable, hear

    handle: Any = engine.Engine.handle
    seen: set[int] = set()

    async def hopeful(self: Any, records: Sequence[Any]) -> Any:
        heard = [hear(self._core, record) for record in records]
        if any(isinstance(one, Unreadable) for one in heard) and records[0].offset not in seen:
            seen.add(records[0].offset)
            raise RuntimeError("perhaps the next time")
        return await handle(self, records)

    engine.Engine.handle = hopeful  # type: ignore[method-assign]


def _one_by_one() -> None:
    """Each record has a transaction of its own."""
    from vigie.io.engine import Engine

    handle: Any = Engine.handle

    async def patient(self: Any, records: Sequence[Any]) -> Any:
        return [outcome for record in records for outcome in await handle(self, [record])]

    Engine.handle = patient  # type: ignore[method-assign]


DEFECTS: dict[str, Callable[[], None]] = {
    "relay_skips_a_row": _relay_skips_a_row,
    "acknowledges_first": _acknowledges_first,
    "wakes_early": _wakes_early,
    "mails_twice": _mails_twice,
    "hashes_without_the_facts": _hashes_without_the_facts,
    "records_by_a_slow_clock": _records_by_a_slow_clock,
    "opens_twice": _opens_twice,
    "does_not_say_when": _does_not_say_when,
    "yes_before_it_is_written": _yes_before_it_is_written,
    "waits_for_the_broker": _waits_for_the_broker,
    "ends_when_the_database_is_away": _ends_when_the_database_is_away,
    "relay_forgets_what_it_could_not_send": _relay_forgets_what_it_could_not_send,
    "wakes_while_behind": _wakes_while_behind,
    "dates_by_the_machine": _dates_by_the_machine,
    "publishes_for_all": _publishes_for_all,
    "wakes_for_all": _wakes_for_all,
    "comes_back_late": _comes_back_late,
    "tries_poison_again": _tries_poison_again,
    "one_by_one": _one_by_one,
}
