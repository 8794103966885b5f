"""A service's core: its decider, and how it turns what it hears into commands.

Every driver (production, simulation, audit) is given cores and nothing else of a service. Services register a
function ``core(policies) -> Core`` under the entry point group ``vigie.cores``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, NamedTuple
from uuid import UUID

from vigie.contracts.event import Event
from vigie.contracts.requests import Contact
from vigie.contracts.terms import ContractTerms
from vigie.decider.decider import C, Decider, E, S


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom the directory knows under the number of a call. It is where they may call from, not who they are."""

    customer: str
    contact: Contact | None
    """None: several of the customer's contacts have that number."""
    contract: ContractTerms
    """What of their contract counts for this call; without a contact, of no meaning."""


@dataclass(frozen=True, slots=True)
class Received:
    """A message as a core sees it: what it says, and what the shell knows of its arrival."""

    event: Any
    """A contract event, or what the core's own ``readers`` made of an external one."""
    id: UUID
    """``ce_id``; for an external event, ``request_key(source, id)``."""
    sequence: int
    """The version in the sender's stream; 1 for an external event."""
    occurred_at: datetime
    now: datetime
    """The deployment's clock on arrival: what « too old to be mailed » is measured against."""
    serial: str | None = None
    """A fresh ticket number, for a core that asks for them (``numbers_tickets``)."""
    contract: ContractTerms | None = None
    """What the directory says of the asker's contract, where it says anything."""
    about: UUID | None = None
    """The ticket that an external event names; None: it names none, or a number that no ticket has."""
    caller: Caller | None = None
    """Who has the number of a call, where the directory knows one customer who has."""


class Reaction(NamedTuple):
    """What a message comes to: a command for the stream of ``key``."""

    key: UUID
    command: Any


@dataclass(frozen=True)
class Core(Generic[S, C, E]):
    """One service's knowledge, ready to be driven."""

    service: str
    """``sla-timer``: its events' source is ``/vigie/sla-timer``."""
    category: str
    """First part of its streams' names: ``promises``."""
    topic: str
    """Where its events are published."""
    consumes: tuple[str, ...]
    """The topics it hears."""
    decider: Decider[S, C, E]
    events: tuple[type[Event], ...]
    """All that it may say."""
    react: Callable[[Received], Reaction | None]
    """None: of no interest to this service."""
    readers: Mapping[str, Callable[[bytes], Any]] = field(default_factory=dict)
    """How external events are read, by CloudEvents type. A reader raises ValueError when the bytes are no use."""
    addressee: Callable[[Any], UUID | str | None] = lambda _: None
    """The ticket that an external event is about, by id or by number; None: it has a stream of its own."""
    actions: Mapping[str, type[Any]] = field(default_factory=dict)
    """Commands that people give, by name (``take_charge``): pydantic models with ``at``. Only intake has any."""
    numbers_tickets: bool = False
    answer: Callable[[E], Reaction | None] | None = None
    """What the world outside ordinarily answers to an event (the mail server takes the mail). Only virtual time, which
    has no world, asks; in production the world answers for itself."""


def stream_name(category: str, key: UUID) -> str:
    """``promises-0198c2a4-…``: unique over all services, because categories are."""
    return f"{category}-{key}"
