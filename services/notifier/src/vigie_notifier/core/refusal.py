"""What the mail about a refused request may speak of. There is no ticket: nothing was promised, nothing is counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from vigie.contracts.requests import Language
from vigie.contracts.tickets import InvalidField, RequestRefused
from vigie.policy import Policy, Recipient
from vigie.speech import Speech

Fault = Literal["missing", "unknown", "future", "invalid"]

_FAULTS: Final[Mapping[str, Fault]] = {"is required": "missing", "lies in the future": "future"}


class WrongField(NamedTuple):
    """A field of the request that keeps it from becoming a ticket, and what is wrong with it."""

    name: str
    """``contact.email``."""
    fault: Fault


def reference(refusal: RequestRefused) -> str:
    """What people can call the request on the phone: the end of its id, which differs even within a millisecond."""
    return f"R-{refusal.request_id.hex[-8:].upper()}"


def turned_away(language: Language, person: Recipient, refusal: RequestRefused, policy: Policy) -> dict[str, Any]:
    """The names that templates use."""
    return {
        "language": language,
        "desk": policy.title,
        "person": person,
        "reference": reference(refusal),
        "event": refusal,
        "subject": None if refusal.personal is None else refusal.personal.subject,
        "fields": tuple(map(_wrong, refusal.fields)),
        "excluded": _excluded(refusal, policy),
        "moment": Speech(language, ZoneInfo(policy.timezone)).moment,
    }


def _excluded(refusal: RequestRefused, policy: Policy) -> tuple[str, ...]:
    """What the desk does not cover, as its forms name it; rules may know other names that channels use."""
    if refusal.reason != "out_of_scope":
        return ()
    services = frozenset[str]().union(*(one.services for one in policy.admission if one.reason == "out_of_scope"))
    return tuple(service for service in policy.services if service in services)


def _wrong(field: InvalidField) -> WrongField:
    """What systems are told in English, sorted into what people are told in their own language."""
    if field.problem.startswith("is none of "):
        return WrongField(field.field, "unknown")
    return WrongField(field.field, _FAULTS.get(field.problem, "invalid"))
