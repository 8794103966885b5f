"""Asks a broker how a consumer group shares its topics out, without being a member of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

import structlog
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.protocol import ConsumerProtocol
from aiokafka.errors import KafkaError, for_code

from vigie.io.stuck import Sharing

if TYPE_CHECKING:
    from vigie.io.settings import Settings

_ANSWER_WITHIN: Final = 5.0
_NO_LEADER: Final = -1
_SETTLED: Final = "Stable"
"""Of a group's states. One that is empty is about to be joined: after an outage its members find back by themselves,
and joining anew over a connection that hangs would end all of them."""

log = structlog.get_logger(__name__)


async def sharing_of(settings: Settings, group: str, topics: Sequence[str], client_id: str) -> Sharing | None:
    """How ``group`` shares out ``topics``, as the member whose client is ``client_id`` sees it; None when no broker
    says. Through a connection of its own: the member's may be what is broken."""
    admin = AIOKafkaAdminClient(client_id=f"{client_id}-sharing", **settings.kafka_connection())
    try:
        async with asyncio.timeout(_ANSWER_WITHIN):
            try:
                await admin.start()
                return await _asked(admin, group, topics, client_id)
            finally:
                await admin.close()
    except (KafkaError, OSError, TimeoutError) as error:
        log.debug("sharing_unknown", group=group, error=repr(error))
        return None


async def _asked(admin: AIOKafkaAdminClient, group: str, topics: Sequence[str], client_id: str) -> Sharing:
    described = await admin.describe_topics(list(topics))
    [response] = await admin.describe_consumer_groups([group])
    [(code, _, state, _, _, members, *_)] = response.groups
    if code:
        raise for_code(code)(f"the group {group}")
    mine = {tp for _, client, _, _, given in members if client == client_id for tp in _given(given)}
    others = {tp for _, client, _, _, given in members if client != client_id for tp in _given(given)}
    return Sharing(state == _SETTLED, frozenset(_readable(described)), frozenset(mine), frozenset(others))


def _readable(described: Iterable[Any]) -> Iterable[TopicPartition]:
    return (
        TopicPartition(topic["topic"], partition["partition"])
        for topic in described
        for partition in topic["partitions"]
        if partition["leader"] != _NO_LEADER
    )


def _given(assignment: bytes) -> Iterable[TopicPartition]:
    """Empty bytes: a leader that had nothing to give, or has not given yet."""
    return ConsumerProtocol.ASSIGNMENT.decode(assignment).partitions() if assignment else ()
