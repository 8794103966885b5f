"""What an event is: a fact in the past tense, with one time of its own and, perhaps, a personal part.

The bytes of an event are its identity: they are stored, published, hashed and replayed exactly as written.
So an event is turned into bytes once, by :func:`encode`, in two parts: ``facts``, kept for ever, and
``personal``, which an erasure may remove without breaking the chain of hashes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from vigie.contracts.text import Word


class Personal(BaseModel):
    """The part of an event about a person. Base of each event's own ``personal`` model."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)


class Event(BaseModel):
    """Base of all events.

    A subclass names, with ``at=``, the field that is its time, so that each event says in its own words when
    it happened (``missed_at``, ``raised_at``) and the envelope can still ask every event the same question.
    Unknown members are ignored: a reader must survive a writer that is one version ahead.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    schema_version: ClassVar[int] = 1
    time_field: ClassVar[str] = ""
    ce_type: ClassVar[str] = ""

    def __init_subclass__(cls, *, at: str = "", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.time_field = at or cls.time_field
        cls.ce_type = f"vigie.{cls.__name__}.v{cls.schema_version}"

    @property
    def occurred_at(self) -> datetime:
        """When this happened in the domain, UTC: the deadline, not the moment a machine got round to it."""
        moment: datetime = getattr(self, self.time_field)
        return moment


class TicketEvent(Event):
    """An event about one ticket. Every reader may rely on these three."""

    ticket_id: UUID
    number: str
    """What people call the ticket: ``T-1042``."""
    desk: Word


class Encoded(NamedTuple):
    """An event as bytes: UTF-8 JSON objects. ``personal`` is None where the event has no personal part."""

    facts: bytes
    personal: bytes | None


_PERSONAL = {"personal"}


def encode(event: Event) -> Encoded:
    """The bytes of ``event``, to be made once and kept: never encode a stored event again."""
    personal: Personal | None = event.__dict__.get("personal")  # pydantic's own look-up of what is absent is slow
    facts = event.model_dump_json(exclude=_PERSONAL).encode()
    return Encoded(facts, None if personal is None else personal.model_dump_json().encode())


def published(facts: bytes, personal: bytes | None) -> bytes:
    """The bytes that go on the topic: ``facts`` with ``personal`` as its last member.

    Spliced, not re-serialised: what is published is what was hashed. After an erasure it is ``facts`` alone.
    """
    return facts if personal is None else facts[:-1] + b',"personal":' + personal + b"}"
