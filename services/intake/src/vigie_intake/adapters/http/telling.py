"""A ticket's history as somebody reads it: their language, the desk's names, nothing erased, nothing not theirs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, get_args
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
from fastapi import Request
from pydantic import ValidationError

from vigie.contracts.catalog import EVENTS
from vigie.contracts.event import published
from vigie.contracts.requests import Language
from vigie.policy import Policy
from vigie.speech import Speech
from vigie_intake.adapters.http.answers import HistoryEntry
from vigie_intake.core.history import WORDS, Teller

LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
_RANGE: Final = re.compile(r"\s*([A-Za-z]{1,8}|\*)(?:-[A-Za-z0-9-]*)?\s*(?:;\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*)?")


def language_of(request: Request, asked: Language | None, own: Language) -> Language:
    """The language to answer in: the one ``asked`` for, else what ``Accept-Language`` likes best, else the ticket's."""
    return asked or _accepted(request.headers.get("accept-language", "")) or own


def _accepted(header: str) -> Language | None:
    """The language with the greatest weight, of equals the first; None: none of ours, or any. Nonsense says nothing."""
    best: Language | None = None
    weight = 0.0
    for part in header.split(","):
        match = _RANGE.fullmatch(part)
        if match is None:
            continue
        q = float(match[2] or 1)
        language = next((one for one in LANGUAGES if one == match[1].lower()), None)
        if q > weight and (language is not None or match[1] == "*"):
            best, weight = language, q
    return best


def entries(
    history: Sequence[asyncpg.Record], policy: Policy | None, language: Language, *, staff: bool
) -> Iterator[HistoryEntry]:
    """All of it for the desk's own people. Customers read no notes between colleagues, nor whom else it wrote to."""
    shown = [row for row in history if staff or row["type"] != "vigie.NoteAdded.v1"]
    personal = [_personal(row) if staff or row["service"] == "intake" else None for row in shown]
    speech = Speech(language, ZoneInfo("UTC" if policy is None else policy.timezone))
    teller = Teller(WORDS[language], speech, policy, _mails(shown, personal))
    for row, part in zip(shown, personal, strict=True):
        yield HistoryEntry(
            event_id=row["event_id"],
            event=row["type"].split(".")[1],
            service=row["service"],
            version=row["version"],
            occurred_at=row["occurred_at"],
            recorded_at=row["recorded_at"],
            when=speech.moment(row["occurred_at"]),
            words=_told(teller, row, part, erased=row["erased"] and (staff or row["service"] == "intake")),
            actor=row["actor"],
            causation=row["causation"],
            facts=json.loads(row["facts"]),
            personal=part,
        )


def _personal(row: asyncpg.Record) -> dict[str, Any] | None:
    return None if row["personal"] is None else json.loads(row["personal"])


def _mails(history: Sequence[asyncpg.Record], personal: Sequence[dict[str, Any] | None]) -> dict[UUID, str]:
    return {
        UUID(json.loads(row["facts"])["notification_id"]): part["subject"]
        for row, part in zip(history, personal, strict=True)
        if part is not None and row["type"] == "vigie.NotificationRequested.v1"
    }


def _told(teller: Teller, row: asyncpg.Record, personal: dict[str, Any] | None, *, erased: bool) -> str:
    """In words; of what this version of Vigie cannot read, the event's name."""
    kind = EVENTS.get(row["type"])
    facts = row["facts"].encode()
    whole = published(facts, None if personal is None else json.dumps(personal).encode())
    try:
        return (
            row["type"].split(".")[1] if kind is None else teller.tell(kind.model_validate_json(whole), erased=erased)
        )
    except ValidationError:
        return str(row["type"].split(".")[1])
