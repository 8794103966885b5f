"""What channels and other systems say to a desk, on ``vigie.requests.v1``.

``RequestSubmitted`` is also the body of ``POST /v1/tickets``. Every other type is a *message*: about a ticket that is
there, or about a telephone call. Which desks, kinds and priorities exist is the policy's to say, not these models'.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from vigie.contracts.addresses import MailAddress
from vigie.contracts.instants import WrittenInstant
from vigie.contracts.text import Line, Prose, Word, storable

Language = Literal["fr", "en", "es"]
"""ISO 639-1, the languages Vigie writes to people in."""

Phone = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{4,14}$")]
"""E.164: ``+33612345678``."""


def _secret(code: SecretStr) -> SecretStr:
    storable(code.get_secret_value())
    return code


AccessCode = Annotated[SecretStr, Field(min_length=1, max_length=64), AfterValidator(_secret)]
"""What a customer proves their contract by. It stands in no event and no log; its keyed hash is kept."""


class Contact(BaseModel):
    """The person a ticket is for, and how to reach them, as it was recorded.

    Not judged again: an event that was stored must be readable for ever, whatever a later validator thinks of it.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    name: str
    email: str
    phone: str | None = None
    language: Language | None = None
    """None: the first of the desk's languages."""


class WrittenContact(BaseModel):
    """A contact as a channel writes it: judged, because somebody is there to be told."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    name: Line
    email: MailAddress
    phone: Phone | None = None
    language: Language | None = None
    """None: the first of the desk's languages."""

    def recorded(self) -> Contact:
        """The contact as events hold it."""
        return Contact(name=self.name, email=self.email, phone=self.phone, language=self.language)


class RequestSubmitted(BaseModel):
    """What a channel asks for."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    desk: Word
    channel: Word = "api"
    customer: Line | None = None
    contact: WrittenContact
    kind: Word
    service: Line | None = None
    reason: Line | None = None
    priority: Word | None = None
    """None: that of the kind, at desks that give it one; elsewhere it is required."""
    subject: Line
    description: Prose | None = None
    access_code: AccessCode | None = None
    """What proves the contract, at desks that give one; by phone and mail there is none."""
    occurred_at: WrittenInstant | None = None
    """When the customer asked, for channels that collect before they deliver; not in the future. None: on arrival."""


REQUEST_SUBMITTED = "vigie.RequestSubmitted.v1"


IvrKey = Annotated[str, StringConstraints(pattern=r"^[0-9*#]$")]
"""A key of a telephone menu."""


class Message(BaseModel):
    """Base of what channels tell besides requests."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    occurred_at: WrittenInstant | None = None
    """When it happened, for channels that collect before they deliver; not in the future. None: on arrival."""


class ReplyReceived(Message):
    """The customer wrote about their ticket. Exactly one of ``number`` and ``ticket_id`` says which."""

    number: Word | None = None
    """``T-1042``"""
    ticket_id: UUID | None = None
    sender: MailAddress | None = None
    """Who wrote, where the channel knows; some desks take updates of named contacts only."""
    text: Prose


class FilesDelivered(Message):
    """What the desk had asked for has come from the customer. Exactly one of ``number`` and ``ticket_id``."""

    number: Word | None = None
    ticket_id: UUID | None = None
    sender: MailAddress | None = None
    """Who sent them, as in ``ReplyReceived``."""


class OnCallMessageLeft(Message):
    """Somebody left a message with a desk's on-call service. What they did not say is left out."""

    desk: Word
    number: Word | None = None
    """Of the ticket it is about, as it was said."""
    ticket_id: UUID | None = None
    """Instead of ``number``, where the channel knows the ticket."""
    contact_details: Line | None = None
    """Who called and where to call back."""
    subject: Line | None = None
    service: Line | None = None
    """The service it is about; None: that of the ticket."""


class CallReceived(Message):
    """Somebody called and was put through. The number shows whom it may be, and proves nothing."""

    desk: Word
    caller_number: Phone | None = None
    """None: withheld."""
    ivr_key: IvrKey | None = None
    """What was pressed in the telephone menu; None: nothing, or there is no menu."""


class CallAbandoned(Message):
    """Somebody called and hung up before anybody answered. Said instead of ``CallReceived``, not after it."""

    desk: Word
    caller_number: Phone | None = None
    ivr_key: IvrKey | None = None
    waited_seconds: Annotated[int, Field(ge=0, le=86_400)] | None = None


class VoicemailLeft(Message):
    """Somebody called and spoke to a machine: a request, to be listened to."""

    desk: Word
    caller_number: Phone | None = None
    ivr_key: IvrKey | None = None
    recording: Line
    """Under which the channel keeps what was said: a reference or an address, never fetched by Vigie."""
    subject: Line | None = None


AboutTicket = ReplyReceived | FilesDelivered | OnCallMessageLeft
AboutCall = CallReceived | VoicemailLeft | CallAbandoned

MESSAGES: Final[dict[str, type[Message]]] = {
    f"vigie.{kind.__name__}.v1": kind
    for kind in (ReplyReceived, FilesDelivered, OnCallMessageLeft, CallReceived, CallAbandoned, VoicemailLeft)
}
"""The messages by CloudEvents type."""

INCOMING: Final[dict[str, type[BaseModel]]] = {REQUEST_SUBMITTED: RequestSubmitted, **MESSAGES}
"""All that ``vigie.requests.v1`` may carry, by CloudEvents type."""
