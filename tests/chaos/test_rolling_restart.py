"""Two replicas of every service, each stopped and started again in its turn while requests come in.

ONE_BY_ONE=1: eight restarts one after the other, and the pauses are judged (`make outages`); else the first replicas
of all services, then the second ones, and the pauses are printed.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest

from support.chaos.load import Load
from support.chaos.model import judge
from support.chaos.recording import Recording
from support.chaos.rolling import delays, silences, woken_by
from support.chaos.run import BEGIN, come_to_rest, keep
from support.chaos.stand import REPLICAS, Stand, broken_on_purpose, stand
from vigie_local.services import MODULES

SPEED = 20.0
"""Twenty times as fast as ours: an attempt at a mail is repeated after two minutes of the desk's, which are six seconds
here. On a faster clock a slow machine would send second copies."""
AGO = timedelta(minutes=90)
"""Requests were made up to so long ago: at each moment some are missed, and some call a level."""
ONE_BY_ONE = bool(os.environ.get("ONE_BY_ONE"))
A_SECOND = 4
PAUSE = 15.0


@asynccontextmanager
async def customers(load: Load) -> AsyncIterator[None]:
    """They come while the block runs, and have had their answers when it is left."""
    coming = asyncio.create_task(load.run(A_SECOND, 10_000))
    try:
        yield
    finally:
        coming.cancel()
        with suppress(asyncio.CancelledError):
            await coming
    async with asyncio.timeout(30):
        await load.finish()


def turns() -> Iterator[list[str]]:
    """Those that are restarted at the same time."""
    for replica in REPLICAS:
        names = [f"{service}-{replica}" for service in MODULES]
        yield from ([name] for name in names) if ONE_BY_ONE else [names]


async def restart(made: Stand, name: str) -> None:
    await made.stop(name)
    await made.start(name)
    await made.ready(name)


@pytest.mark.timeout(300)
async def test_a_rolling_restart_doubles_nothing_and_keeps_nobody_waiting() -> None:
    """The longest pause is 15 s on purpose, although some two seconds are usual: a replica that is restarted keeps its
    partitions for six seconds, its place is taken within some more, and two cores run eight services and the tests."""
    async with stand(BEGIN, SPEED, 2, broken=broken_on_purpose(), say=print) as made:
        load = Load(made, random.Random(5), ago=AGO)
        await load.open()
        try:
            async with customers(load):
                await asyncio.sleep(4)
                begun = time.time()
                for names in turns():
                    await asyncio.gather(*(restart(made, name) for name in names))
                    await asyncio.sleep(1)
                ended = time.time()
                await asyncio.sleep(2)
            at_rest = await come_to_rest(made, load, 120)
            recording = Recording(accepted=load.accepted)
            await keep(made, recording)
        finally:
            await load.close()
        woken = {service: woken_by(made, service) for service in MODULES}
        shares = {name: await shares_of(made, name) for name in made.pids()}

    pauses, waits = (measure(recording.records, begun, ended) for measure in (silences, delays))
    print(f"{ended - begun:.0f} s of restarts, {len(load.accepted)} requests and commands; {dict(load.answers)}")
    print(f"nothing on a topic for {rounded(pauses)}; an event waited for at most {rounded(waits)}")
    print(f"woken { ({service: len(streams) for service, streams in woken.items()}) }; shares {shares}")
    findings = judge(recording)
    assert {name: one.violations[:10] for name, one in findings.items() if one.violations} == {}
    assert at_rest
    assert not ONE_BY_ONE or max(*pauses.values(), *waits.values()) < PAUSE
    assert findings["versions gapless and in order on every topic"].counted["repeats"] == 0, "two relays had one shard"
    doubles = {service: {who: by for who, by in one.items() if len(by) > 1} for service, one in woken.items()}
    assert doubles == {service: {} for service in MODULES}, "two replicas woke one stream"
    assert len(woken["sla-timer"]) > 20
    for service in MODULES:
        ours = [shares[f"{service}-{replica}"] for replica in REPLICAS]
        assert [sum(one) for one in zip(*ours, strict=True)] == [12, 12], f"{service}: {ours}"


async def shares_of(made: Stand, name: str) -> tuple[int, int]:
    """(shards of the outbox, partitions) of a replica."""
    figures = await made.figures(name)
    group = name.rpartition("-")[0]
    return int(figures["vigie_relay_shards"]), int(figures[f'vigie_consumer_partitions{{group="{group}"}}'])


def rounded(seconds: dict[str, float]) -> str:
    return ", ".join(f"{service} {longest:.1f} s" for service, longest in seconds.items())
