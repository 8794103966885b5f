"""Topics are made once, the same by whoever comes first."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from support.eventually import eventually
from vigie.io.settings import Settings
from vigie.io.topics import WrongTopic, ensure_topics


async def known(admin: AIOKafkaAdminClient, name: str) -> dict[str, Any] | None:
    """The topic; None while the broker that was asked has not heard of it, as happens just after it was made."""
    [described] = await admin.describe_topics([name])
    return None if described["error_code"] else described


async def test_topics_have_twelve_partitions_and_keep_thirty_days(settings: Settings) -> None:
    name = f"test.{uuid4().hex[:12]}"
    await ensure_topics(settings, [name])
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka)
    await admin.start()
    try:
        described = await eventually(lambda: known(admin, name))
        answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name)])
    finally:
        await admin.close()
    kept = {entry[0]: entry[1] for entry in answers[0].resources[0][4]}
    assert len(described["partitions"]) == 12
    assert kept["retention.ms"] == "2592000000"


async def test_topics_that_exist_are_left_alone(settings: Settings, topic: str) -> None:
    await ensure_topics(settings, [topic])


async def test_a_topic_with_other_partitions_is_refused(settings: Settings) -> None:
    name = f"test.{uuid4().hex[:12]}"
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, 3, 1)])
    finally:
        await admin.close()
    with pytest.raises(WrongTopic, match="has 3 partitions; Vigie needs 12"):
        await ensure_topics(settings, [name])
