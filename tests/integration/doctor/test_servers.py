"""Kafka, heartbeats and the mail server, as the doctor sees the real ones, and one that is away."""

from __future__ import annotations

import time
from typing import Any
from uuid import uuid4

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError

from support.eventually import eventually
from support.ports import free_port
from support.stack import Stack
from vigie.contracts.event import encode
from vigie.contracts.ops import Heartbeat
from vigie.contracts.topics import OPS
from vigie.io.beat_reader import hearing_beats
from vigie.io.beats import latest
from vigie.io.clock import SystemClock
from vigie.io.consumer import Consumer
from vigie.io.doctor.broker import check_broker
from vigie.io.doctor.findings import Finding
from vigie.io.doctor.mail import check_mail
from vigie.io.kafka import producer
from vigie.io.settings import Address, Settings
from vigie.io.topics import ensure_topics


@pytest.fixture
async def settings(stack: Stack) -> Settings:
    settings = Settings(database_url=stack.database, kafka=stack.kafka)
    await ensure_topics(settings)
    return settings


async def about(settings: Settings, check: str) -> Finding:
    [found] = [one for one in await check_broker(settings) if one.check == check]
    return found


async def test_a_broker_with_all_topics_is_well(settings: Settings) -> None:
    found = {one.check: one.verdict for one in await check_broker(settings)}
    assert (found["Kafka"], found["topics"], found["retention"]) == ("ok", "ok", "ok")


async def test_a_broker_that_does_not_know_its_groups_yet_is_asked_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one that has just started."""
    describe, asked = AIOKafkaAdminClient.describe_consumer_groups, []

    async def at_the_third_time(client: AIOKafkaAdminClient, groups: list[str]) -> Any:
        asked.append(groups)
        if len(asked) < 3:
            raise GroupCoordinatorNotAvailableError
        return await describe(client, groups)

    monkeypatch.setattr(AIOKafkaAdminClient, "describe_consumer_groups", at_the_third_time)
    found = {one.check for one in await check_broker(settings)}
    assert {"Kafka", "topics", "reading of intake"} <= found


async def test_a_broker_that_does_not_say_who_reads_is_not_said_to_be_away(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def not_now(*_: Any) -> None:
        raise GroupCoordinatorNotAvailableError

    monkeypatch.setattr(AIOKafkaAdminClient, "describe_consumer_groups", not_now)
    monkeypatch.setattr("vigie.io.doctor.broker.GROUPS_WITHIN", 0.5)
    found = {one.check: one.verdict for one in await check_broker(settings)}
    assert (found["Kafka"], found["topics"], found["reading"]) == ("ok", "ok", "fail")


async def test_a_broker_that_is_away_is_one_failure(settings: Settings) -> None:
    away = f"127.0.0.1:{free_port()}"
    [found] = await check_broker(Settings(database_url="", kafka=away))
    assert (found.check, found.verdict) == ("Kafka", "fail")
    assert found.seen.startswith(f"{away} does not answer")


async def test_a_group_without_members_is_seen_to_have_none(settings: Settings) -> None:
    name = f"intake-{uuid4().hex[:8]}"

    async def read(_: object) -> None:
        pass

    client = producer(settings, "test")
    await client.start()
    await client.send_and_wait(OPS, b"{}", partition=0)
    await client.stop()
    consumer = Consumer(settings, group=name, topics=[OPS], handle=read)
    await consumer.start()

    async def reading() -> None:
        assert (await about(settings, f"reading of {name}")).verdict == "ok"

    try:
        await eventually(reading)
    finally:
        await consumer.stop()

    async def left() -> None:  # a member that stops keeps its place until its session ends
        assert (await about(settings, f"reading of {name}")).seen.startswith("nobody reads")

    await eventually(left, within=20)


async def test_heartbeats_are_read_from_their_topic(settings: Settings) -> None:
    replica = uuid4().hex[:8]
    beat = Heartbeat(service="notifier", replica=replica, sent_at=SystemClock().now(), figures={"outbox_depth": 7})
    client = producer(settings, "test")
    await client.start()
    await client.send_and_wait(OPS, b"no heartbeat", partition=3)
    await client.send_and_wait(OPS, encode(beat).facts, partition=3)
    await client.stop()
    async with hearing_beats(settings) as source:
        heard = latest(await source.news(within=5))["notifier", replica]
    assert heard.figure("outbox_depth") == 7
    assert abs(heard.at - time.time()) < 30


async def test_a_mail_server_is_greeted_and_given_nothing(stack: Stack) -> None:
    host, _, port = stack.smtp.rpartition(":")
    found = await check_mail(Address(host, int(port)), "off")
    assert (found.verdict, found.seen) == ("ok", f"{stack.smtp} answers EHLO")


async def test_a_mail_server_that_is_away_fails() -> None:
    assert (await check_mail(Address("127.0.0.1", free_port()), "off")).verdict == "fail"
