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


def _opens_twice() -> None:
    """The idempotency key is ignored: whoever asks again gets another ticket."""
    from vigie.io import orders

    carry_out = orders.carry_out

    def forgetful(desk: Any, order: Any) -> Any:
        from dataclasses import replace

        return carry_out(desk, replace(order, idempotency_key=None))

    import vigie.io.engine

    vigie.io.engine.carry_out = forgetful  # type: ignore[attr-defined]


DEFECTS: dict[str, Callable[[], None]] = {
    "relay_skips_a_row": _relay_skips_a_row,
    "acknowledges_first": _acknowledges_first,
    "wakes_early": _wakes_early,
    "mails_twice": _mails_twice,
    "hashes_without_the_facts": _hashes_without_the_facts,
    "opens_twice": _opens_twice,
}
