"""What the mail about a refused request or message may speak of: nothing was promised, nothing is counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple, get_args

from vigie.contracts.tickets import InvalidField, MessageRefused, OnCallRefusal, RequestRefused
from vigie.policy import Policy
from vigie_notifier.core.told import reopening

Fault = Literal["missing", "unknown", "future", "invalid"]

_FAULTS: Final[Mapping[str, Fault]] = {"is required": "missing", "lies in the future": "future"}


class WrongField(NamedTuple):
    """A field that keeps a request or a message from being followed, and what is wrong with it."""

    name: str
    """``contact.email``."""
    fault: Fault


def request_turned_away(refusal: RequestRefused, policy: Policy) -> dict[str, Any]:
    """The names that only the mail about a request uses."""
    return {
        "subject": None if refusal.personal is None else refusal.personal.subject,
        "fields": tuple(map(_wrong, refusal.fields)),
        "excluded": _excluded(refusal, policy),
    }


def message_turned_away(refusal: MessageRefused, policy: Policy) -> dict[str, Any]:
    """The names that only the mail about a message uses."""
    on_call = refusal.reason in get_args(OnCallRefusal)
    return {
        "fields": tuple(map(_wrong, refusal.fields)),
        "reopens_at": reopening(refusal.refused_at, policy) if on_call else None,
        "of_another": refusal.reason == "contact_not_entitled",
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
