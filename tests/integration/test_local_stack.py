"""The three servers are real: each is used once in the way the services use it."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from uuid import uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from support.eventually import eventually
from support.stack import Stack
from vigie_local.demo.mailbox import read_mails


async def test_postgresql_answers_and_keeps_what_it_is_told_by_fsync(stack: Stack) -> None:
    connection = await asyncpg.connect(stack.database)
    try:
        assert await connection.fetchval("select 1") == 1
        assert await connection.fetchval("show fsync") == "on"
    finally:
        await connection.close()


async def test_each_test_has_an_empty_database_of_its_own(stack: Stack, database: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        tables = await connection.fetchval("select count(*) from pg_tables where schemaname = 'public'")
        assert (tables, database != stack.database) == (0, True)
    finally:
        await connection.close()


async def test_kafka_gives_back_the_record_it_was_given(stack: Stack) -> None:
    topic = f"test-{uuid4().hex}"
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.kafka)
    await admin.start()
    await admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1)])
    await admin.close()
    async with (
        AIOKafkaProducer(bootstrap_servers=stack.kafka, acks="all", enable_idempotence=True) as producer,
        AIOKafkaConsumer(topic, bootstrap_servers=stack.kafka, auto_offset_reset="earliest") as consumer,
    ):
        await producer.send_and_wait(topic, b"nobody answers", key=b"T-1")
        record = await consumer.getone()
    assert (record.key, record.value) == (b"T-1", b"nobody answers")


async def test_kafka_makes_no_topic_by_itself(stack: Stack) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.kafka)
    await admin.start()
    try:
        unknown = f"test-{uuid4().hex}"
        assert (await admin.describe_topics([unknown]))[0]["error_code"] == 3  # UNKNOWN_TOPIC_OR_PARTITION
        assert unknown not in await admin.list_topics()
    finally:
        await admin.close()


async def test_a_mail_to_anybody_is_found_in_the_one_mailbox(stack: Stack) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = "support@vigie.example", "jeanne@client.example"
    mail["Message-ID"] = message_id = f"<{uuid4().hex}@vigie.example>"
    mail["Subject"] = "Requête ouverte"
    mail.set_content("Votre requête est ouverte.")
    host, port = stack.smtp.split(":")
    with smtplib.SMTP(host, int(port)) as smtp:
        smtp.send_message(mail)

    await eventually(lambda: _mails_with(stack, message_id) == 1)


def _mails_with(stack: Stack, message_id: str) -> int:
    return sum(mail["Message-ID"] == message_id for mail in read_mails(stack.imap))
