"""A policy as the cores read it: what a desk promises, compiled and immutable.

``PolicyFile`` (model.py) is the file as people write it; :class:`Policy` is what follows from one version of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal

from vigie.calendar import Calendar, CalendarSpec
from vigie.contracts.requests import Language
from vigie.contracts.terms import ContractTerms
from vigie.contracts.tickets import ContactOutcome
from vigie.policy.commitment import Commitment, Rung, Scope
from vigie.policy.procedure import Admission, Billing, Bugs, Closure, OnCall, PriceGuard, Qualified, WeeklyList
from vigie.policy.rules import QueueKey


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
    """``contact``, ``level`` (those the level informs), ``on_call`` or ``desk``."""
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
    mail_advice: Mapping[str, Mapping[Language, str]] = field(default_factory=dict)
    """By template: what the desk adds to it, in its own words."""
    desk_team: tuple[Recipient, ...] = ()
    """Who reads what is told to the desk itself."""
    definitions: Mapping[str, Mapping[Language, tuple[str, ...]]] = field(default_factory=dict)
    """When a request has a priority, as customers read it, by priority."""
    default_priorities: Mapping[str, str] = field(default_factory=dict)
    """By kind: the priority of requests that name none."""
    admission: tuple[Admission, ...] = ()
    """In the order in which they are asked."""
    closure: Closure = field(default_factory=Closure)
    on_unresolved: tuple[str, ...] = ()
    """The levels that interventions without success call, one after the other."""
    bugs: Bugs = field(default_factory=Bugs)
    price_guards: tuple[PriceGuard, ...] = ()
    billing: Billing | None = None
    """None: time is written down and not charged."""
    office: Calendar | None = None
    """Stands in for a customer's hours where the contract does not say them; where it does, its zone and holidays
    count. Only who is ``always`` at work is so on holidays too."""
    project_files: frozenset[str] = frozenset()
    """Endings of files of the desk's own product."""
    queue: tuple[QueueKey, ...] = ("opened",)
    """What puts one waiting ticket before another, the first that decides."""
    technicians: Mapping[str, Qualified] = field(default_factory=dict)
    """By name; none: everybody takes everything."""
    calls_back: bool = False
    """Everybody who asks is called back."""
    weekly_list: WeeklyList | None = None
    """When what is not resolved is listed; None: never by itself."""
    source: bytes = field(default=b"", repr=False)
    """The file's bytes: what is pinned."""

    def label(self, name: str, language: Language) -> str:
        """What people call a priority, kind, level or commitment in ``language``; its id where there is no word."""
        return self.labels.get(name, {}).get(language, name)

    def commitment(self, name: str) -> Commitment:
        """The commitment of that name; KeyError if the policy has none."""
        return next(one for one in self.commitments if one.name == name)

    def ladder(self, priority: str, kind: str | None, contract: ContractTerms) -> tuple[Rung, ...]:
        """The levels that a late promise of such a ticket calls, in the order of time; () where there is no ladder."""
        if not self.ladder_scope.covers(kind, contract):
            return ()
        return self.ladders.get(priority, ())

    def qualified(self, agent: str, kind: str, service: str | None) -> bool:
        """Whether ``agent`` takes tickets of that kind about that service."""
        if not self.technicians:
            return True
        known = self.technicians.get(agent)
        return known is not None and known.takes(kind, service)

    def is_occasion(self, of: Commitment, outcome: ContactOutcome, at: datetime, contract: ContractTerms) -> bool:
        """Whether a contact attempt that ended so, at ``at``, is one that this commitment starts with."""
        occasion = of.occasion
        if occasion is None:
            return True
        if occasion.outcome not in (None, outcome):
            return False
        hours = self.customer_hours(contract) if occasion.outside_customer_hours else None
        return hours is None or not hours.is_open(at)

    def customer_hours(self, contract: ContractTerms) -> Calendar | None:
        """When a customer under ``contract`` is at work; None where neither they nor the policy say."""
        if self.office is None or contract.customer_hours is None:
            return self.office
        if contract.customer_hours == "always":
            return _round_the_clock(self.office.spec.timezone)
        return _with_hours(self.office, json.dumps(contract.customer_hours))


@lru_cache(maxsize=1024)
def _with_hours(office: Calendar, hours: str) -> Calendar:
    """Compiling one takes milliseconds, and a customer has many tickets."""
    return office.with_hours(json.loads(hours))


@lru_cache
def _round_the_clock(timezone: str) -> Calendar:
    return Calendar.compile(CalendarSpec.model_validate({"timezone": timezone, "hours": "always"}))
