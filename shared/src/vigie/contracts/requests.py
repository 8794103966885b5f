"""A new request, as every channel sends it: body of ``POST /v1/tickets``, data of ``vigie.RequestSubmitted.v1``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, EmailStr, Field, SecretStr, StringConstraints

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
    email: Annotated[EmailStr, Field(max_length=254)]
    phone: Phone | None = None
    language: Language | None = None
    """None: the first of the desk's languages."""

    def recorded(self) -> Contact:
        """The contact as events hold it."""
        return Contact(name=self.name, email=self.email, phone=self.phone, language=self.language)


class RequestSubmitted(BaseModel):
    """What a channel asks for. Which desks, kinds and priorities exist is the policy's to say, not this model's."""

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
