"""kill -9, each service in turn, in the middle of the story: nothing is lost, nothing doubled, every mail goes out."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime

import pytest
from aiokafka import AIOKafkaProducer

from support.deployment import Deployment, deployment
from support.eventually import eventually
from support.published import check_streams, everything, without_repeats
from vigie.io.clock import ScaledClock
from vigie_local.demo.mailbox import delivered, message_id_of, read_mails
from vigie_local.demo.player import Player
from vigie_local.demo.story import read_story
from vigie_local.demo.verdict import judge
from vigie_local.demo.watcher import Watcher

# Each just before something that the service has to do. A hundred times as fast: a restart takes some minutes.
KILLS = (
    ("2026-03-23T22:00:30+01:00", "intake"),
    ("2026-03-23T22:02:00+01:00", "notifier"),
    ("2026-03-23T22:22:00+01:00", "sla-timer"),
    ("2026-03-23T22:29:45+01:00", "sla-timer"),
    ("2026-03-23T22:39:50+01:00", "intake"),
    ("2026-03-23T22:44:50+01:00", "escalation"),
    ("2026-03-23T22:45:10+01:00", "notifier"),
    ("2026-03-23T22:49:58+01:00", "intake"),
    ("2026-03-23T22:59:58+01:00", "escalation"),
    ("2026-03-23T23:00:02+01:00", "notifier"),
)
STORY = read_story("serveurcom")


@asynccontextmanager
async def playing(up: Deployment) -> AsyncIterator[Player]:
    """The story's player on ``up``, with somebody who watches."""
    clock = up.clock()
    assert isinstance(clock, ScaledClock)
    async with AsyncExitStack() as stack:
        watcher = Watcher(up.kafka, lambda _: None)
        ready = asyncio.Event()
        watching = asyncio.create_task(watcher.watch(ready))
        stack.callback(watching.cancel)
        await ready.wait()
        producer = AIOKafkaProducer(bootstrap_servers=up.kafka, acks="all", enable_idempotence=True)
        await producer.start()
        stack.push_async_callback(producer.stop)
        http = await stack.enter_async_context(up.client())
        yield Player(STORY, clock, http, producer, watcher)
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


async def kill_on_the_way(up: Deployment) -> list[str]:
    """Kill each service at its moment; those that were killed."""
    killed = []
    for moment, service in KILLS:
        while (delay := up.clock().real_delay(datetime.fromisoformat(moment))) > 0:
            await asyncio.sleep(delay)
        await asyncio.to_thread(up.kill, service)
        killed.append(service)
    return killed


@pytest.mark.timeout(300)
async def test_the_story_survives_kill_9_of_every_service() -> None:
    with deployment(STORY.clock) as up:
        async with playing(up) as player:
            killed, _ = await asyncio.gather(kill_on_the_way(up), player.play())
            assert set(killed) == {"intake", "sla-timer", "escalation", "notifier"}

            async def all_seen() -> None:
                sent = await asyncio.to_thread(delivered, up.imap, player.watcher.seen)
                verdict = judge(STORY, player.tickets, player.watcher.seen, sent, player.clock)
                missing = [line.wanted for line in verdict.lines if not line.seen]
                assert (missing, verdict.unexpected) == ([], ())

            await eventually(all_seen, within=60)

        events, repeats = without_repeats(await asyncio.to_thread(everything, up.kafka))
        check_streams(events)
        arrived = Counter(message_id_of(mail) for mail in await asyncio.to_thread(list, read_mails(up.imap)))
        attempts = Counter(one.data["message_id"] for one in events if one.headers["ce_type"].endswith("Attempted.v1"))
        sent = {one.data["message_id"] for one in events if one.headers["ce_type"] == "vigie.NotificationSent.v1"}
        print(
            f"{len(events)} events, {repeats} repeats, {sum(arrived.values())} mails, {len(arrived)} of them different"
        )
        assert set(arrived) == sent
        for message_id, copies in arrived.items():
            assert copies <= attempts[message_id], "a mail was sent without an attempt that was written down before"
