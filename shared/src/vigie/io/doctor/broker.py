"""Kafka: reachable, with the topics as Vigie needs them, and with somebody who reads."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError

from vigie.contracts import topics as names
from vigie.io.doctor.findings import Finding, counted, fail, ok, sentence, warn
from vigie.io.kafka import reader
from vigie.io.settings import Settings

ANSWER_WITHIN = 10.0
GROUPS_WITHIN = 5.0
"""Seconds: a broker that has just started knows its groups a second or two after all else."""
RETENTION_MS = names.RETENTION_DAYS * 24 * 3_600_000
DEEP = 10_000
"""Records that a group may have before it without anybody being told: some seconds' work."""

START_KAFKA = "start Kafka, or correct VIGIE_KAFKA; on this machine: vigie status, vigie logs kafka"


class Group(NamedTuple):
    """A consumer group."""

    name: str
    members: int
    lag: int


async def check_broker(settings: Settings) -> list[Finding]:
    """What there is to say of the broker; one failure alone where it does not answer."""
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            return await _checked(settings)
    except (KafkaError, OSError, TimeoutError) as error:
        return [fail("Kafka", f"{settings.kafka} does not answer: {sentence(error)}", START_KAFKA)]


async def _checked(settings: Settings) -> list[Finding]:
    admin = AIOKafkaAdminClient(client_id="vigie-doctor", **settings.kafka_connection())
    client = reader(settings, "vigie-doctor")
    try:
        await admin.start()
        await client.start()
        brokers = len((await admin.describe_cluster())["brokers"])
        there = set(await admin.list_topics())
        wanted = sorted(there & set(names.ALL))
        partitions = {one["topic"]: len(one["partitions"]) for one in await admin.describe_topics(wanted)}
        retention = await _retention(admin, wanted)
        findings = [ok("Kafka", f"answers, {counted(brokers, 'broker')}")]
        findings.append(judge_topics(partitions))
        findings.append(judge_retention(retention))
        if names.TICKETS in there:
            findings += await _check_groups(admin, client)
        return findings
    finally:
        await client.stop()
        await admin.close()


def judge_topics(partitions: Mapping[str, int]) -> Finding:
    """``partitions`` of each of Vigie's topics that is there."""
    if missing := sorted(set(names.ALL) - partitions.keys()):
        todo = "start any service: it makes what is missing"
        return fail("topics", f"{len(missing)} of {len(names.ALL)} missing: {', '.join(missing)}", todo)
    if wrong := {topic: count for topic, count in partitions.items() if count != names.PARTITIONS}:
        topic, count = min(wrong.items())
        todo = f"partitions cannot be taken away: make {topic} anew with {names.PARTITIONS}, then republish"
        return fail("topics", f"{topic} has {count} partitions instead of {names.PARTITIONS}", todo)
    return ok("topics", f"all {len(names.ALL)} there, {names.PARTITIONS} partitions each")


def judge_retention(retention: Mapping[str, int]) -> Finding:
    """``retention`` in milliseconds, by topic; -1: for ever."""
    short = {topic: ms for topic, ms in retention.items() if 0 <= ms < RETENTION_MS}
    long = {topic: ms for topic, ms in retention.items() if ms < 0 or ms > RETENTION_MS}
    change = f"kafka-configs --alter --entity-type topics --entity-name {{}} --add-config retention.ms={RETENTION_MS}"
    if short:
        topic, ms = min(short.items(), key=lambda one: one[1])
        seen = f"{topic} keeps {ms / 86_400_000:.1f} days: a service that is down for longer loses what it missed"
        return fail("retention", seen, change.format(topic))
    if long:
        topic = min(long)
        seen = f"{topic} keeps more than {names.RETENTION_DAYS} days: so long until an erasure is complete"
        return warn("retention", seen, change.format(topic))
    return ok("retention", f"{names.RETENTION_DAYS} days")


def judge_group(group: Group) -> Finding:
    """Whether anybody reads, and how much is before them."""
    check = f"reading of {group.name}"
    service = next((one for one in names.SERVICES if group.name.startswith(one)), group.name)
    if not group.members and group.name != service:
        todo = f"restart {service}; the group of a former version goes by itself after a week"
        return warn(check, f"nobody reads, {counted(group.lag, 'record')} waiting", todo)
    if not group.members:
        todo = f"start {service}; if it runs: vigie logs {service}"
        return fail(check, f"nobody reads, {counted(group.lag, 'record')} waiting", todo)
    seen = f"{counted(group.members, 'member')}, {counted(group.lag, 'record')} before them"
    if group.lag >= DEEP:
        return warn(check, seen, f"if it does not fall: another replica of {service} (VIGIE_REPLICA=2)")
    return ok(check, seen)


async def _check_groups(admin: AIOKafkaAdminClient, client: AIOKafkaConsumer) -> list[Finding]:
    limit = time.monotonic() + GROUPS_WITHIN
    while True:
        try:
            return [judge_group(group) for group in await _groups(admin, client)]
        except KafkaError as error:
            if not error.retriable:
                raise
            if time.monotonic() > limit:
                todo = "ask again in a minute; if it stays so: vigie logs kafka"
                return [fail("reading", f"Kafka does not say who reads: {sentence(error)}", todo)]
            await asyncio.sleep(0.25)


async def _retention(admin: AIOKafkaAdminClient, topics: list[str]) -> dict[str, int]:
    asked = [ConfigResource(ConfigResourceType.TOPIC, topic, configs={"retention.ms": None}) for topic in topics]
    found: dict[str, int] = {}
    for response in await admin.describe_configs(asked) if asked else ():
        for _, _, _, topic, entries, *_ in response.resources:
            found[topic] = next(int(value) for name, value, *_ in entries if name == "retention.ms")
    return found


async def _groups(admin: AIOKafkaAdminClient, client: AIOKafkaConsumer) -> list[Group]:
    listed = {name for name, *_ in await admin.list_consumer_groups()}
    ours = [*names.SERVICES, *sorted(name for name in listed if _is_part(name))]
    return [await _group(admin, client, name) for name in ours]


def _is_part(group: str) -> bool:
    """A group of one of the services beside its main one: ``intake-view``."""
    return any(group.startswith(f"{service}-") for service in names.SERVICES)


async def _group(admin: AIOKafkaAdminClient, client: AIOKafkaConsumer, name: str) -> Group:
    [response] = await admin.describe_consumer_groups([name])
    [described] = response.groups
    offsets: dict[TopicPartition, Any] = await admin.list_consumer_group_offsets(name)
    ours = [tp for tp in offsets if tp.topic in names.ALL]
    ends = await client.end_offsets(ours) if ours else {}
    lag = sum(max(0, ends[tp] - max(0, offsets[tp].offset)) for tp in ours)
    return Group(name, members=len(described[5]), lag=lag)
