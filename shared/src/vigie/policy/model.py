"""A policy file as people write it: the vocabulary, one model for each of its parts.

What a single value may be is said here; what values must be to each other is said in checks.py, with the same lines in
the complaint. Everything but the promises themselves may be left out: a desk that says nothing of a thing does not
have it.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from vigie.calendar import CalendarSpec
from vigie.calendar.spec import LocalDate
from vigie.contracts.requests import Language
from vigie.contracts.text import Line, Word, each_once
from vigie.contracts.tickets import BugCause, ContactOutcome
from vigie.policy.commitment import Beginning, Ending
from vigie.policy.durations import Budget, DayCount, Duration, ShareOrDuration
from vigie.policy.parts import (
    AT_LEAST_ONE,
    Applies,
    ByName,
    Days,
    FileEnding,
    Kind,
    Labels,
    Level,
    Part,
    People,
    Priority,
)
from vigie.policy.rules import (
    AcceptedBefore,
    BillingRules,
    ClosureRules,
    Notifications,
    OnCallRules,
    QueueRules,
    Refuse,
    Technician,
    WeeklyRules,
)


class Promised(Part):
    """How long, and by whose hours."""

    within: Budget
    """Open time (``4h``), or whole days (``15 jours_ouvrables``)."""
    calendar: Word | None = None
    """Whose hours count; left out for whole days, which say it themselves."""

    @model_validator(mode="after")
    def _counts_one_way(self) -> Self:
        if isinstance(self.within, DayCount) and self.calendar is not None:
            raise ValueError("whole days run on no calendar's hours; leave 'calendar' out")
        if not isinstance(self.within, DayCount) and self.calendar is None:
            raise ValueError("hours run on a calendar: name it in 'calendar'")
        return self


class When(Part):
    """Which contact attempts start a promise."""

    outcome: ContactOutcome | None = None
    """How the attempt ended; left out: however."""
    outside: Literal["customer_hours"] | None = None
    """Only attempts made while the customer is not at work."""


class Promise(Part):
    """A commitment: from one event until another, within a target that depends on the priority."""

    labels: Labels = Field(default_factory=dict)
    """What people call it, in every language of the desk; left out: its id."""
    starts: Beginning = Field(alias="from")
    """The event that starts the clock."""
    when: When | None = None
    """Only for ``from: ContactAttempted``; left out: every attempt."""
    ends: Ending = Field(alias="until")
    """The event that keeps the promise."""
    applies_to: Applies = Applies()
    """To which tickets it is made; left out: to all."""
    pauses: Literal["waiting_for_customer"] | None = None
    """When the clock stands still; left out: never."""
    targets: Annotated[dict[Word, Promised], AT_LEAST_ONE]
    """By priority; ``any`` stands for those not named."""


class Warnings(Part):
    """When people are told that a promise is about to be broken."""

    before: ShareOrDuration
    """What is left of the budget then. A duration that is not shorter than the budget gives no warning."""


class OnMiss(BaseModel):
    """The matrix: by priority, how long after the miss (elapsed time, whatever the hours) each level is called."""

    model_config = ConfigDict(frozen=True, extra="allow", use_attribute_docstrings=True)
    __pydantic_extra__: dict[str, dict[Word, Duration]] = Field(init=False)

    kinds: tuple[Word, ...] = ()
    """Only for these kinds; none: for all."""

    @property
    def ladders(self) -> dict[str, dict[Word, Duration]]:
        """By priority."""
        return self.__pydantic_extra__


class ByHand(Part):
    """When a person may call a level."""

    requires: Literal["commitment_exceeded"] | None = None
    """Only once a promise is broken; left out: at any time."""


class OnBug(Part):
    """Who hears of a declared bug."""

    calls: Word
    """The level."""
    excepts: Annotated[tuple[BugCause, ...], AfterValidator(each_once)] = Field(default=(), alias="except")
    """What that level does not accept as a bug."""


class Escalation(Part):
    """Who is called when, and how."""

    levels: Annotated[dict[Word, Level], ByName()] = Field(default_factory=dict)
    """Lowest first; left out: in the order in which the rules below name them."""
    on_miss: OnMiss = OnMiss()
    """The levels that a broken promise calls; left out: none."""
    on_unresolved: Annotated[tuple[Word, ...], AfterValidator(each_once)] = ()
    """The levels that interventions without success call, one after the other."""
    on_bug: OnBug | None = None
    """The level that a declared bug calls; left out: none."""
    by_hand: ByHand = ByHand()
    """Left out: levels may be called by hand at any time."""
    informs: dict[Word, People] = Field(default_factory=dict)
    """Who is written to when a level is called."""


class PolicyFile(Part):
    """One version of what a desk promises, and of how it keeps it."""

    policy: Word
    """The desk's id, and its folder's name."""
    version: Annotated[int, Field(strict=True, ge=1)]
    """1, 2, 3…, and the file's name."""
    effective_from: LocalDate
    """Local date of the desk: requests that are made from that day on are under this version."""
    title: Line | None = None
    """The desk's name as its customers know it; left out: its id."""
    languages: Annotated[tuple[Language, ...], AT_LEAST_ONE, AfterValidator(each_once)]
    """The first is for those whose language nobody knows."""
    calendars: Annotated[dict[Word, CalendarSpec], AT_LEAST_ONE]
    """The first one's time zone is the desk's."""
    days: Days = Days()
    """What counts of whole days mean; left out: no rule may count days."""
    customer_hours: Word | None = None
    """The calendar that stands in for a customer's hours where the contract does not say them. For those that it does
    say, this one's time zone and holidays count; who is ``always`` at work is so on holidays too."""
    priorities: Annotated[dict[Word, Priority], AT_LEAST_ONE, ByName()]
    """Lowest first."""
    kinds: Annotated[dict[Word, Kind], AT_LEAST_ONE, ByName()]
    """What a request can be about, and be routed by."""
    services: Annotated[tuple[Line, ...], AfterValidator(each_once)] = ()
    """What the forms offer as the service concerned."""
    reasons: Annotated[tuple[Line, ...], AfterValidator(each_once)] = ()
    """What the forms offer as the reason (*motif*)."""
    project_files: Annotated[tuple[FileEnding, ...], AfterValidator(each_once)] = ()
    """Endings of files of the desk's own product (``amd``): attachments called so are accepted whatever is in them, but
    no programs. Left out: none."""
    queue: QueueRules | None = None
    """In which order waiting tickets are taken; left out: the oldest first."""
    technicians: tuple[Technician, ...] = ()
    """Who takes what; left out: everybody everything. Where some are listed, nobody else is given a ticket."""
    calls_back: Literal["until_reached"] | None = None
    """Whether a technician calls back everybody who asks: until they are reached, the call stands on the list of those
    to make. Left out: only where that was promised."""
    weekly_list: WeeklyRules | None = None
    """When what is not resolved is listed; left out: never by itself."""
    commitments: dict[Word, Promise] = Field(default_factory=dict)
    """What the desk promises; left out: nothing."""
    warnings: Warnings | None = None
    """Left out: nobody is warned before a promise is broken."""
    escalation: Escalation = Escalation()
    """Who is called when a promise is broken or a technician does not get on."""
    on_call: OnCallRules | None = None
    """The service outside working hours; left out: there is none."""
    admission: tuple[Refuse, ...] = ()
    """Asked in this order; the first that holds is told."""
    closure: ClosureRules = ClosureRules()
    """When tickets close by themselves; left out: never."""
    price_accepted_before: tuple[AcceptedBefore, ...] = ()
    """What waits until the customer has accepted a price; left out: nothing."""
    notifications: Notifications | None = None
    """Who is mailed about what; left out: nobody."""
    billing: BillingRules | None = None
    """What of the work is charged; left out: nothing."""
