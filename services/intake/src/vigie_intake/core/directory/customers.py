"""What the directory knows of a customer: the fold of their events, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

from vigie.contracts.customers import Location, Reach
from vigie.contracts.requests import Language
from vigie.contracts.terms import Hours

NOTHING: Mapping[Any, Any] = MappingProxyType({})


class Product(NamedTuple):
    """What somebody may be trained for."""

    desk: str
    service: str


@dataclass(frozen=True, slots=True)
class Person:
    """A contact. ``reach`` is None once it was erased."""

    reach: Reach | None
    language: Language | None
    may_open: bool
    trained: frozenset[Product] = frozenset()


@dataclass(frozen=True, slots=True)
class Contract:
    """What was agreed with a desk, from its first to its last day (local dates of the desk)."""

    desk: str
    maintained: bool
    sla: bool
    on_call: bool
    services: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    access_code_hash: str | None
    """The fingerprint of the code."""


@dataclass(frozen=True, slots=True)
class Unregistered:
    """The directory has not heard of them."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A customer, as they are now."""

    customer: str
    name: str | None
    """None once it was erased."""
    hours: Hours | None = None
    audit_accepted: bool = False
    sites: Mapping[int, Location | None] = field(default_factory=lambda: NOTHING)
    """By number; None where the address was erased."""
    people: Mapping[int, Person] = field(default_factory=lambda: NOTHING)
    """The contacts, by number."""
    contracts: Mapping[str, Contract] = field(default_factory=lambda: NOTHING)
    """By id."""
    numbered: int = 0
    """The highest number that a site or a contact ever had."""


Customer = Unregistered | Registered
