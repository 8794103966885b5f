"""A policy as the cores read it: what a desk promises, compiled and immutable.

``PolicyFile`` (model.py) is the file as people write it; :class:`Policy` is what follows from one version of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from vigie.calendar import Calendar
from vigie.contracts.requests import Language
from vigie.contracts.terms import ContractTerms


@dataclass(frozen=True, slots=True)
class Target:
    """How long a promise may take: so many open seconds of a calendar."""

    within: int
    calendar: str
    """The calendar's name in the policy."""
    hours: Calendar
    warn_before: int
    """Open seconds left when the warning is given; 0: no warning."""


@dataclass(frozen=True, slots=True)
class Rung:
    """A level, and how long after the miss (elapsed time) it is called."""

    level: str
    after: timedelta


@dataclass(frozen=True, slots=True)
class Scope:
    """Which tickets a rule is for; an empty set or None leaves that side open."""

    kinds: frozenset[str] = frozenset()
    contract: Mapping[str, bool] | None = None
    """Contract keys and the value each must have."""

    def covers(self, kind: str | None, contract: ContractTerms) -> bool:
        """Whether a ticket of this kind, under this contract, is meant."""
        return (not self.kinds or kind in self.kinds) and all(
            getattr(contract, key) == value for key, value in (self.contract or {}).items()
        )


Beginning = Literal["TicketOpened", "OnCallAccepted"]
Ending = Literal["TicketTakenInCharge", "TicketResolved"]


@dataclass(frozen=True, slots=True)
class Commitment:
    """A promise: from one event until another, within a target that depends on the priority."""

    name: str
    starts: Beginning
    ends: Ending
    pauses: Literal["waiting_for_customer"] | None
    scope: Scope
    targets: Mapping[str, Target]
    """By priority; ``any`` stands for those not named."""

    def target(self, priority: str, kind: str | None, contract: ContractTerms) -> Target | None:
        """What is promised to such a ticket; None: nothing."""
        if not self.scope.covers(kind, contract):
            return None
        return self.targets.get(priority) or self.targets.get("any")


@dataclass(frozen=True, slots=True)
class OnCall:
    """What the on-call service covers, and what a message left with it must say."""

    outside: Calendar
    """On call is outside these hours."""
    requires: tuple[Literal["ticket_number", "contact_details", "subject"], ...]
    contract: str | None
    """The contract key that buys it."""
    services: frozenset[str]
    """Covered services; empty: all."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody of the desk who is written to."""

    name: str
    email: str
    language: Language


@dataclass(frozen=True, slots=True)
class MailRule:
    """Which event is told to whom, with which template."""

    event: str
    """The event's name: ``TicketOpened``."""
    to: str
    """``contact``, ``level`` (those the level informs) or ``on_call``."""
    template: str


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of a desk's policy."""

    id: str
    version: int
    hash: str
    """sha256 of the file's bytes, hex: what is pinned."""
    effective_from: date
    """Local date of the desk."""
    timezone: str
    """The desk's zone, IANA: that of its first calendar."""
    languages: tuple[Language, ...]
    title: str
    """The desk's name as its customers know it."""
    calendars: Mapping[str, Calendar]
    priorities: tuple[str, ...]
    """Lowest first."""
    labels: Mapping[str, Mapping[Language, str]]
    """What people call each priority, kind, level and commitment, by id."""
    aliases: Mapping[str, str]
    """Other names of priorities and kinds that channels use (``Mineure`` → ``low``)."""
    kinds: tuple[str, ...]
    services: tuple[str, ...]
    """What the forms offer; a request may name another."""
    reasons: tuple[str, ...]
    """What the forms offer; a request may name another."""
    commitments: tuple[Commitment, ...]
    ladders: Mapping[str, tuple[Rung, ...]]
    """By priority, in the order of time; the same for each commitment (reading 4: each has its own copy)."""
    ladder_scope: Scope
    levels: tuple[str, ...]
    """Every level of the desk, lowest first."""
    by_hand_requires: Literal["commitment_exceeded"] | None
    informs: Mapping[str, tuple[Recipient, ...]]
    """Who is written to when a level is called."""
    on_call: OnCall | None
    on_call_team: tuple[Recipient, ...]
    mail_rules: tuple[MailRule, ...]
    mail_from: str
    """Address the desk writes from; its Message-IDs end in its domain."""
    mail_within: timedelta
    """Older news is not mailed."""
    definitions: Mapping[str, Mapping[Language, tuple[str, ...]]] = field(default_factory=dict)
    """When a request has a priority, as customers read it, by priority."""
    source: bytes = field(default=b"", repr=False)
    """The file's bytes: what is pinned."""

    def commitment(self, name: str) -> Commitment:
        """The commitment of that name; KeyError if the policy has none."""
        return next(one for one in self.commitments if one.name == name)

    def ladder(self, priority: str, kind: str | None, contract: ContractTerms) -> tuple[Rung, ...]:
        """The levels that a late promise of such a ticket calls, in the order of time; () where there is no ladder."""
        if not self.ladder_scope.covers(kind, contract):
            return ()
        return self.ladders.get(priority, ())
