"""Creates the topics before anybody writes: a topic that a broker makes by itself has the wrong number of partitions,
and then a ticket's events, facts and wake-ups no longer meet in the same replica."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from vigie.contracts import topics as names

if TYPE_CHECKING:
    from vigie.io.settings import Settings

_DAY_MS: Final = 24 * 3_600_000
_DEAD_LETTER_BYTES: Final = 4 * 1_048_576
"""A dead letter carries the largest record that a broker takes (1 MiB), and says why it died."""

_KNOWN_WITHIN: Final = 10.0
_ASK_AGAIN: Final = 0.05
"""Machine seconds."""


class WrongTopic(Exception):
    """A topic exists with another number of partitions. Kafka can only add some, which would scatter the tickets."""

    def __init__(self, topic: str, expected: int, actual: int) -> None:
        super().__init__(f"the topic {topic} has {actual} partitions; Vigie needs {expected}")
        self.topic = topic
        self.expected = expected
        self.actual = actual


async def ensure_topics(settings: Settings, wanted: Iterable[str] = names.ALL) -> None:
    """All of ``wanted`` exist with 12 partitions afterwards, whoever made them.

    Raises WrongTopic, and KafkaError when the broker is away or refuses.
    """
    wanted = tuple(wanted)
    admin = AIOKafkaAdminClient(client_id=f"topics-{settings.replica}", **settings.kafka_connection())
    try:
        await admin.start()
        missing = set(wanted) - set(await admin.list_topics())
        made: set[str] = set()
        if missing:
            brokers = len((await admin.describe_cluster())["brokers"])
            made = await _create(admin, sorted(missing), replicas=min(3, brokers))
        for topic, actual in await _partitions(admin, set(wanted) - made):
            if actual != names.PARTITIONS:
                raise WrongTopic(topic, names.PARTITIONS, actual)
    finally:
        await admin.close()


async def _create(admin: AIOKafkaAdminClient, missing: Iterable[str], *, replicas: int) -> set[str]:
    """The topics that were made; the others of ``missing`` exist, because somebody else was quicker."""
    response = await admin.create_topics(
        [NewTopic(topic, names.PARTITIONS, replicas, topic_configs=_settings_of(topic, replicas)) for topic in missing]
    )
    made = set()
    for topic, code, *reason in response.topic_errors:
        error: type[KafkaError] = for_code(code)
        if not code:
            made.add(topic)
        elif error is not TopicAlreadyExistsError:
            raise error(f"topic {topic}: {reason[0] if reason and reason[0] else error.__name__}")
    return made


async def _partitions(admin: AIOKafkaAdminClient, topics: Iterable[str]) -> list[tuple[str, int]]:
    """How many partitions each of ``topics``, which exist, has; TimeoutError when no broker knows one for long.

    A topic that has just been made exists before every broker has heard of it, so it is asked for again.
    """
    asked = sorted(topics)
    async with asyncio.timeout(_KNOWN_WITHIN):
        while asked:
            described = await admin.describe_topics(asked)
            if not any(topic["error_code"] for topic in described):
                return [(topic["topic"], len(topic["partitions"])) for topic in described]
            await asyncio.sleep(_ASK_AGAIN)
    return []


def _settings_of(topic: str, replicas: int) -> dict[str, str]:
    settings = {"retention.ms": str(names.RETENTION_DAYS * _DAY_MS), "min.insync.replicas": str(max(1, replicas - 1))}
    if topic.endswith(".dlq.v1"):
        settings["max.message.bytes"] = str(_DEAD_LETTER_BYTES)
    return settings
