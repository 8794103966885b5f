"""A connection that was closed a moment ago, under uvloop, costs a client of Kafka that connection and no more."""

from __future__ import annotations

import asyncio

import pytest
import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from vigie.io.errors import is_hung_up, is_transient
from vigie.io.kafka import reader
from vigie.io.settings import Settings


async def write_to_a_closed_connection() -> None:
    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    async with server:
        _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.transport.abort()
        await asyncio.sleep(0)
        writer.write(b"hello")


def test_uvloop_raises_where_asyncio_drops_what_is_written() -> None:
    asyncio.run(write_to_a_closed_connection())
    with pytest.raises(RuntimeError) as raised:
        uvloop.run(write_to_a_closed_connection())
    assert is_hung_up(raised.value)
    assert is_transient(raised.value)


def hang_up(client: AIOKafkaConsumer | AIOKafkaProducer) -> int:
    """All its connections, as uvloop has them between their end and the moment at which it is told; how many."""

    def write(_: bytes) -> None:
        raise RuntimeError("unable to perform operation on <TCPTransport closed=True>; the handler is closed")

    connections = [one for one in client._client._conns.values() if one.connected()]
    for one in connections:
        one._writer.write = write
    return len(connections)


async def test_a_consumer_goes_on_over_a_new_connection(
    settings: Settings, topic: str, writer: AIOKafkaProducer
) -> None:
    client = reader(settings, "test-reader")
    client.subscribe([topic])
    await client.start()
    try:
        await writer.send_and_wait(topic, b"before", partition=3)
        assert (await client.getone()).value == b"before"
        assert hang_up(client) > 0
        await writer.send_and_wait(topic, b"after", partition=3)
        assert (await asyncio.wait_for(client.getone(), 10)).value == b"after"
    finally:
        await client.stop()
