"""What has left Vigie, as strangers get it: records of the four topics, and mails in the mailbox. From now on only."""

from __future__ import annotations

import imaplib
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from confluent_kafka import Consumer, TopicPartition, admin

from support.librdkafka import Event, event_of
from support.published import TOPICS
from vigie_local.demo.mailbox import message_id_of

LATEST: Final[Any] = admin.OffsetSpec.latest()  # type: ignore[attr-defined,no-untyped-call]  # its stubs forget it


class Records:
    """The records of the four topics, read with a client that shares no code with ours."""

    def __init__(self, kafka: str) -> None:
        self._admin = admin.AdminClient({"bootstrap.servers": kafka})
        self._consumer = Consumer({"bootstrap.servers": kafka, "group.id": "stories", "enable.auto.commit": False})
        topics = self._admin.list_topics(timeout=10).topics
        self._partitions = [TopicPartition(topic, number) for topic in TOPICS for number in topics[topic].partitions]
        self._read = self._ends()
        self._consumer.assign([TopicPartition(*place, offset) for place, offset in self._read.items()])
        self._seen: dict[str, Event] = {}

    def close(self) -> None:
        self._consumer.close()
        del self._admin  # which has no other end, and would look for the broker for ever

    def by_key(self) -> dict[str, list[Event]]:
        """All there is by now, of each ticket (or refused request, or call) in the order in which it was read."""
        ends = self._ends()
        while any(self._read[place] < end for place, end in ends.items()):
            message = self._consumer.poll(10)
            assert message is not None, "what is on the topics cannot be read"
            assert message.error() is None
            self._read[str(message.topic()), int(message.partition() or 0)] = int(message.offset() or 0) + 1
            event = event_of(message)
            self._seen.setdefault(event.headers["ce_id"], event)
        found: dict[str, list[Event]] = {}
        for event in self._seen.values():
            found.setdefault(event.key, []).append(event)
        return found

    def _ends(self) -> dict[tuple[str, int], int]:
        asked = dict.fromkeys(self._partitions, LATEST)
        answers = self._admin.list_offsets(asked, request_timeout=10)
        return {(one.topic, one.partition): answer.result().offset for one, answer in answers.items()}


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as its reader has it."""

    to: str
    subject: str
    text: str


class Mailbox:
    """The mailbox that all mails end in; ``imap`` is a URL with its login."""

    def __init__(self, imap: str) -> None:
        address = urlsplit(imap)
        self._box = imaplib.IMAP4(address.hostname or "", address.port or 143, timeout=10)
        self._box.login(unquote(address.username or ""), unquote(address.password or ""))
        self._read = self._number()
        self._mails: dict[str, Mail] = {}

    def close(self) -> None:
        self._box.logout()

    def by_message_id(self) -> dict[str, Mail]:
        """All mails that have arrived by now."""
        arrived = self._number()
        if arrived > self._read:
            parts = self._box.fetch(f"{self._read + 1}:{arrived}", "(BODY.PEEK[])")[1]
            for content in (part[1] for part in parts if isinstance(part, tuple)):
                message = message_from_bytes(content, policy=policy.default)
                self._mails[message_id_of(message)] = _mail(message)
        self._read = arrived
        return self._mails

    def _number(self) -> int:
        return int((self._box.select(readonly=True)[1][0] or b"0").decode())


def _mail(message: EmailMessage) -> Mail:
    plain = message.get_body(("plain",))
    assert plain is not None, "a mail without text"
    return Mail(message["To"].addresses[0].addr_spec, _plain(message["Subject"]), _plain(plain.get_content()))


def _plain(text: str) -> str:
    """Without what cannot be seen: French has spaces that do not break."""
    return text.replace("\r\n", "\n").replace("\xa0", " ").replace("\u202f", " ")
