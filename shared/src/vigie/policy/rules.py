"""What a policy file says of a desk's procedure besides its promises and ladders: whom it serves, who takes
what, how tickets close, what work costs, who is mailed."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, EmailStr, Field, model_validator

from vigie.calendar import Weekday
from vigie.contracts.requests import Language
from vigie.contracts.text import Line, Prose, Word, each_once
from vigie.contracts.tickets import AdmissionReason, Mode
from vigie.policy.durations import Duration, TimeOfDay, WholeDays
from vigie.policy.parts import AT_LEAST_ONE, AdmissionKey, Applies, ContractKey, Part, People
from vigie.policy.procedure import PricedAct

Detail = Literal["ticket_number", "contact_details", "subject"]
Role = Literal["contact", "level", "on_call", "desk"]


class Covers(Part):
    """What the on-call service is for."""

    contract: ContractKey | None = None
    """The contract key that buys it; left out: every contract has it."""
    services: Annotated[tuple[Line, ...], AfterValidator(each_once)] = ()
    """Left out: all services."""


class OnCallRules(Part):
    """The on-call service."""

    outside: Word
    """The calendar outside whose hours it answers."""
    requires: Annotated[tuple[Detail, ...], AfterValidator(each_once)] = ()
    """What a message left with it must say."""
    covers: Covers = Covers()
    """What it is for; left out: every service, under every contract."""
    informs: People = ()
    """The team: who is written to when a message is accepted."""


class Refuse(Part):
    """A reason to refuse a request; it holds where everything that is named here does."""

    refuse: AdmissionReason
    """What whoever asked is told."""
    kinds: tuple[Word, ...] = ()
    """What the request is about; left out: whatever it is."""
    contract: dict[AdmissionKey, bool] = Field(default_factory=dict)
    """What the customer's contract says, and the directory of whoever asks."""
    channels: Annotated[tuple[Word, ...], AfterValidator(each_once)] = ()
    """Through which channel it comes; left out: whichever."""
    services: Annotated[tuple[Line, ...], AfterValidator(each_once)] = ()
    """What the request is about."""

    @model_validator(mode="after")
    def _spares_somebody(self) -> Self:
        if not self.contract and not self.services:
            raise ValueError("names neither 'contract' nor 'services', so it would refuse everybody")
        return self


class AfterNoAnswer(Part):
    """A customer who was asked and does not answer."""

    after: WholeDays
    """Whole days since the question; the ticket closes at the end of the last one."""


class AfterNoContact(Part):
    """A customer who cannot be reached."""

    attempts: Annotated[int, Field(strict=True, ge=1, le=100)]
    """Failed ones: nobody answered, or a voicemail did."""
    within: WholeDays
    """A span that begins with any failed attempt."""


QueueKey = Literal["maintained", "kind", "priority", "deadline", "opened"]
"""What puts one waiting ticket before another."""


class QueueRules(Part):
    """In which order technicians take what waits for them."""

    order: Annotated[tuple[QueueKey, ...], AT_LEAST_ONE, AfterValidator(each_once)]
    """What is asked first, what next where that says the same of both, and so on; in the end the older ticket comes
    first. ``maintained``: those under a maintenance contract; ``kind``: as the kinds are listed; ``priority``: the
    highest; ``deadline``: the promise that is due first; ``opened``: the oldest."""


class WeeklyRules(Part):
    """The list of what is not resolved, which the desk goes through once a week and tells its customers of."""

    on: Weekday
    """The day of the meeting; where the desk is closed, it is the next day on which it opens."""
    at: TimeOfDay
    """Local time of the desk. One that the clocks skip is as much later, of one that comes twice it is the first."""


class Technician(Part):
    """Somebody of the desk who takes tickets, and which ones."""

    id: Word
    """As the desk's own people are named in the API."""
    kinds: Annotated[tuple[Word, ...], AfterValidator(each_once)] = ()
    """Only requests of these kinds; left out: of any."""
    services: Annotated[tuple[Line, ...], AfterValidator(each_once)] = ()
    """Only requests about these services (products), or about none that was named; left out: about any."""


AT_ONCE = Literal["at_once"]


class ClosureRules(Part):
    """When a ticket closes without anybody closing it."""

    solved: AT_ONCE | None = None
    """When an intervention ends solved."""
    files_requested: AT_ONCE | None = None
    """When the customer is asked for files: it reopens when they come."""
    no_answer: AfterNoAnswer | None = None
    """When the customer was asked and has not answered; left out: the ticket stays open."""
    no_contact: AfterNoContact | None = None
    """When the customer cannot be reached; left out: the ticket stays open."""


class AcceptedBefore(Part):
    """What waits until the customer has accepted its price."""

    acts: Annotated[tuple[PricedAct, ...], AT_LEAST_ONE, AfterValidator(each_once)]
    """The actions that wait."""
    modes: Annotated[tuple[Mode, ...], AfterValidator(each_once)] = ()
    """Interventions in these modes only."""
    applies_to: Applies = Applies()
    """For which tickets; left out: for all."""


Factor = Annotated[float, Field(gt=0, le=1000)]
"""What a value is multiplied by."""


class ContractFactor(Part):
    """A factor that nobody names when they log work: the customer's contract does."""

    factor: Factor
    """What multiplies the value."""
    contract: Annotated[dict[ContractKey, bool], AT_LEAST_ONE]
    """What the contract must say: ``{sla: false}``."""


class BillingRules(Part):
    """What of the time that was worked is charged. Travel is apart and never part of it."""

    minimum: Duration
    """Whatever the work took; whole minutes."""
    minimum_without_remote_tool: Duration | None = None
    """For remote help to somebody who had not installed the tool; left out: the ``minimum``."""
    factors: dict[Word, Factor] = Field(default_factory=dict)
    """What multiplies the value, by name; all that apply are multiplied."""
    contract_factors: dict[Word, ContractFactor] = Field(default_factory=dict)
    """What multiplies it for customers with or without a contract, or an option of one, besides the ``factors``."""
    phases: Annotated[tuple[Word, ...], AfterValidator(each_once)] = ()
    """The parts of every request's work, in their order."""


Template = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]


class MailRule(Part):
    """Which event is told to whom."""

    on: Word
    """The event's name: ``TicketOpened``."""
    to: Role
    """Whoever asked or wrote (``contact``), those the event's level informs, the on-call team, or the desk itself."""
    template: Template
    """The mail's text: the name of a template of the notifier."""


class Notifications(Part):
    """The mails of the desk."""

    from_address: EmailStr = Field(alias="from")
    """The address that the desk writes from."""
    within: Duration
    """Older news is not mailed."""
    desk: People = ()
    """Who reads what is told to the desk itself: the address of a team, or its people's."""
    rules: tuple[MailRule, ...] = ()
    """Left out: nobody is written to."""
    advice: dict[Template, dict[Language, Prose]] = Field(default_factory=dict)
    """What the desk adds to the mails of a template, in every language of its own."""
