"""A story: what people do, and what must come of it, as a file that anybody can read."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from vigie.contracts.instants import Instant
from vigie.lined_yaml import complaints, load
from vigie_local.errors import StackError

FOLDER = Path(__file__).with_name("stories")


class Opening(BaseModel):
    """Somebody asks for a ticket; ``open`` is the story's own name for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: Instant
    open: str
    via: Literal["http", "kafka"]
    request: dict[str, Any]
    """``RequestSubmitted``, without ``occurred_at``: that is ``at``."""
    refused: bool = False
    """The desk does not serve it; only where it comes by Kafka, whose sender reads why."""

    @model_validator(mode="after")
    def _is_told_of_its_refusal(self) -> Self:
        if self.refused and self.via == "http":
            raise ValueError("by HTTP a refusal is an answer and no part of a story: let it come by kafka")
        return self


class Deed(BaseModel):
    """Somebody does something to a ticket: ``POST /v1/tickets/{number}/{do}`` with ``body``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: Instant
    ticket: str
    do: str
    body: dict[str, Any] = Field(default_factory=dict)


class Message(BaseModel):
    """A channel tells the desk something by Kafka: what was left with the on-call service, a voicemail.

    Either ``ticket`` says which ticket it is about, or ``name`` is what the story calls it: such a message becomes no
    ticket, and what it comes to carries an id of its own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: Instant
    tell: str
    """``OnCallMessageLeft``"""
    ticket: str | None = None
    name: str | None = None
    data: dict[str, Any] = Field(default_factory=dict)
    """Without ``occurred_at`` and the ticket's number."""

    @model_validator(mode="after")
    def _is_about_something(self) -> Self:
        if (self.ticket is None) == (self.name is None):
            raise ValueError("needs either 'ticket' or 'name'")
        return self


class Expected(BaseModel):
    """An event that must be seen; members that are not named are not compared."""

    model_config = ConfigDict(frozen=True, extra="allow")

    ticket: str
    event: str
    at: Instant | None = None
    """Its ``occurred_at``; None where that is the moment at which somebody got round to it."""

    @property
    def facts(self) -> dict[str, Any]:
        """The named members."""
        return self.model_extra or {}


class ExpectedMail(BaseModel):
    """A mail that must be in the mailbox."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    to: str
    ticket: str
    template: str


class Story(BaseModel):
    """A whole story."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    desk: str
    title: str
    timezone: str
    """The desk's own, IANA: times are shown in it."""
    clock: str
    """``INSTANT xN``, as for ``vigie up --clock``."""
    until: Instant
    customers: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Those whom the directory knows before the story begins: by id, what ``PUT /v1/customers/{id}`` takes."""
    steps: Annotated[tuple[Opening | Deed | Message, ...], Field(min_length=1)]
    expect: tuple[Expected, ...]
    exactly: tuple[str, ...] = ()
    """Event types of which none but the expected ones may happen."""
    mails: tuple[ExpectedMail, ...] = ()

    def first_after(self, beginning: datetime) -> datetime:
        """When somebody first does something; what is older was done before, and is only delivered late."""
        return next((step.at for step in self.steps if step.at > beginning), self.until)


def read_story(desk: str) -> Story:
    """The story of ``desk``. Raises StackError if there is none, or if its file is wrong."""
    path = FOLDER / f"{desk}.yaml"
    if not path.exists():
        known = ", ".join(sorted(file.stem for file in FOLDER.glob("*.yaml")))
        raise StackError(f"There is no story of the desk {desk!r}; there is one of: {known}.")
    lined = load(path)
    try:
        return Story.model_validate(lined.value)
    except ValidationError as error:
        raise StackError(str(complaints(lined, error)[0])) from error
