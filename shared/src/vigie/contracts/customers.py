"""What the directory knows of customers. Owner: intake. Topic: ``vigie.customers.v1``, key = ``customer_key``.

Sites and contacts are told apart by numbers that mean nothing and are never given twice at one customer: a mail
address as an id would stay in the facts after its person has been erased.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import StringConstraints

from vigie.contracts.event import Event, Personal
from vigie.contracts.instants import Instant
from vigie.contracts.requests import Language
from vigie.contracts.terms import Hours
from vigie.contracts.text import Word

CustomerId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
"""What requests name a customer by; fit to stand in a path."""


class Named(Personal):
    """What a customer is called. Personal, because a customer may be one person."""

    name: str


class Location(Personal):
    """Where a site is."""

    name: str
    address: str | None = None


class Reach(Personal):
    """Who a contact is and how to reach them."""

    name: str
    email: str
    phone: str | None = None
    """E.164"""


class CustomerEvent(Event):
    """An event about one customer. Every reader may rely on this one."""

    customer: CustomerId


class CustomerRegistered(CustomerEvent, at="registered_at"):
    """The directory knows the customer from now on: with no contract and no contact yet, no audit accepted."""

    registered_at: Instant
    personal: Named | None = None


class CustomerRenamed(CustomerEvent, at="renamed_at"):
    """The customer is called otherwise; its id stays."""

    renamed_at: Instant
    personal: Named | None = None


class CustomerHoursSet(CustomerEvent, at="set_at"):
    """When the customer is at work."""

    set_at: Instant
    hours: Hours | None
    """None: not known."""


class AuditAccepted(CustomerEvent, at="accepted_at"):
    """The customer has accepted the audit that some desks ask of new customers."""

    accepted_at: Instant


class AuditAcceptanceWithdrawn(CustomerEvent, at="withdrawn_at"):
    """No audit counts as accepted any more."""

    withdrawn_at: Instant


class SiteAdded(CustomerEvent, at="added_at"):
    """The customer has another place."""

    added_at: Instant
    site: int
    personal: Location | None = None


class SiteChanged(CustomerEvent, at="changed_at"):
    """A site has another address, or its name is written otherwise."""

    changed_at: Instant
    site: int
    personal: Location | None = None


class SiteRemoved(CustomerEvent, at="removed_at"):
    """The customer is not there any more."""

    removed_at: Instant
    site: int


class ContactAdded(CustomerEvent, at="added_at"):
    """Somebody speaks for the customer."""

    added_at: Instant
    contact: int
    language: Language | None
    may_open: bool
    """Whether they may open and update the customer's tickets."""
    personal: Reach | None = None


class ContactChanged(CustomerEvent, at="changed_at"):
    """Something about a contact is otherwise: all of it as it is now."""

    changed_at: Instant
    contact: int
    language: Language | None
    may_open: bool
    """Whether they may open and update the customer's tickets."""
    personal: Reach | None = None


class ContactRemoved(CustomerEvent, at="removed_at"):
    """They do not speak for the customer any more; with them goes what they were trained for."""

    removed_at: Instant
    contact: int


class UserTrained(CustomerEvent, at="trained_at"):
    """A contact has learned to use a product: a ``service`` of that desk."""

    trained_at: Instant
    contact: int
    desk: Word
    service: str


class TrainingWithdrawn(CustomerEvent, at="withdrawn_at"):
    """The contact does not count as trained for that product any more."""

    withdrawn_at: Instant
    contact: int
    desk: Word
    service: str


class ContractEvent(CustomerEvent):
    """An event about one contract, with all that it says from then on."""

    contract: Word
    """Its id at this customer."""
    desk: Word
    maintained: bool
    sla: bool
    on_call: bool
    """Whether it buys the on-call option."""
    services: tuple[str, ...]
    """Those it covers; empty: all."""
    valid_from: date
    """Its first day, local date of the desk."""
    valid_to: date | None
    """Its last day; None: until further notice."""
    access_code_hash: str | None = None
    """Never the code: its HMAC-SHA256, hex, under a key that intake alone has. None: it has none."""


class ContractSigned(ContractEvent, at="signed_at"):
    """The customer has a contract with a desk."""

    signed_at: Instant


class ContractChanged(ContractEvent, at="changed_at"):
    """The contract says something else."""

    changed_at: Instant


class ContractEnded(CustomerEvent, at="ended_at"):
    """The contract was given notice: it has a last day."""

    ended_at: Instant
    contract: Word
    desk: Word
    valid_to: date


class ContractWithdrawn(CustomerEvent, at="withdrawn_at"):
    """The contract counts as never signed: it stands on the customer's sheet no more."""

    withdrawn_at: Instant
    contract: Word
    desk: Word


AfterRegistration = (
    CustomerRenamed
    | CustomerHoursSet
    | AuditAccepted
    | AuditAcceptanceWithdrawn
    | SiteAdded
    | SiteChanged
    | SiteRemoved
    | ContactAdded
    | ContactChanged
    | ContactRemoved
    | UserTrained
    | TrainingWithdrawn
    | ContractSigned
    | ContractChanged
    | ContractEnded
    | ContractWithdrawn
)
DirectoryEvent = CustomerRegistered | AfterRegistration
