"""Puts events into words: looks up the sentence, and says each value as its field is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from string import Formatter
from typing import Any, Final, get_args
from uuid import UUID

from pydantic import BaseModel

from vigie.contracts.event import Event
from vigie.contracts.notifications import Mail
from vigie.contracts.requests import Contact
from vigie.contracts.tickets import OtherTicket
from vigie.policy import Policy
from vigie.speech import Speech
from vigie_intake.core.history.words import Words

TURNS: Final[Mapping[str, str]] = {
    "BugDeclared": "cause",
    "ClockMet": "late",
    "ClockRetargeted": "reason",
    "ContactAttempted": "outcome",
    "CustomerAsked": "awaiting",
    "EscalationRaised": "reason",
    "InterventionEnded": "outcome",
    "NotificationSkipped": "reason",
    "RepairFinished": "outcome",
    "TicketLinked": "relation",
    "TicketListed": "news_owed",
}
"""The field by which an event is told in one sentence or another."""

_LABELLED: Final = {"priority", "previous", "kind", "previous_kind", "level", "escalates_to", "clock"}
_LIMITS: Final = {"due_at", "useful_until"}


@dataclass(frozen=True, slots=True)
class Teller:
    """One language, at one desk."""

    words: Words
    speech: Speech
    policy: Policy | None
    """Whose names of priorities, kinds, levels and commitments are used; None: their ids are."""
    mails: Mapping[UUID, str] = field(default_factory=dict)
    """The subjects of mails, by ``notification_id``: most events about a mail do not repeat it."""

    def tell(self, event: Event, *, erased: bool = False) -> str:
        """One sentence. ``erased``: it had a personal part and has it no more."""
        name = type(event).__name__
        said = self._said(name, event, erased=erased)
        turn = TURNS.get(name)
        key = name if turn is None else f"{name}.{str(getattr(event, turn)).lower()}"
        first, *pieces = self.words.sentences[key]
        if not _names(first) <= said.keys():
            first, *pieces = self.words.sentences[f"{key}:unsaid"]
        return first.format_map(said) + "".join(
            piece.format_map(said) for piece in pieces if _names(piece) <= said.keys()
        )

    def _said(self, name: str, event: Event, *, erased: bool) -> dict[str, str]:
        """All that is known, in words; what is None is not known."""
        values: dict[str, Any] = {key: value for key, value in event if key != "personal"}
        personal = getattr(event, "personal", None)
        said = {key: self._value(name, key, value) for key, value in values.items() if value not in (None, ())}
        if personal is not None:
            said |= {key: self._personal(value) for key, value in personal if value is not None}
            if isinstance(personal, Mail):
                said["recipient"] = personal.recipient_name or personal.recipient
        elif erased:
            said |= dict.fromkeys(_personal_fields(event), self.words.erased)
        if (mail := self.mails.get(values.get("notification_id", UUID(int=0)))) is not None:
            said["mail"] = self._quoted(mail)
        return said

    def _value(self, name: str, key: str, value: Any) -> str:
        terms = self.words.terms.get(f"{name}.{key}") or self.words.terms.get(key)
        match value:
            case datetime():
                return self.speech.limit(value) if key in _LIMITS else self.speech.moment(value)
            case Decimal():
                return self.speech.money(value)
            case OtherTicket():
                return value.number
            case tuple():
                return self.words.also.join(self._item(one) for one in value)
            case int() if key.endswith("_seconds"):
                return self.speech.span(value)
            case int() if key.endswith("_minutes"):
                return self.speech.span(value * 60)
            case float():
                return self.speech.number(value)
            case _ if key in _LABELLED:
                return self._quoted(self._label(value))
            case _ if terms is not None:
                named = self._quoted(self._label(str(value)))
                return terms.get(str(value)) or terms.get("*", "{}").replace("{}", named)
            case _:
                return str(value)

    def _item(self, value: Any) -> str:
        return str(value.field) if isinstance(value, BaseModel) and hasattr(value, "field") else self._label(str(value))

    def _personal(self, value: Any) -> str:
        if isinstance(value, Contact):
            return value.name
        if isinstance(value, tuple):
            return self.words.also.join(self._personal(one) for one in value)
        return self._quoted(" ".join(str(value).split()))

    def _label(self, id_: str) -> str:
        """The desk's name for it, in the language of the desk where it has none in the reader's."""
        if self.policy is None:
            return id_
        labels = self.policy.labels.get(id_, {})
        return labels.get(self.speech.language) or labels.get(self.policy.languages[0]) or id_

    def _quoted(self, text: str) -> str:
        return self.words.quoted.replace("{}", text)


def _names(piece: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(piece) if name}


def _personal_fields(event: Event) -> list[str]:
    """What the personal part of ``event`` has, where it has one."""
    personal = type(event).model_fields.get("personal")
    if personal is None:
        return []
    kind = next(one for one in get_args(personal.annotation) if one is not type(None))
    return list(kind.model_fields)
