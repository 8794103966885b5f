"""What a desk's procedure says besides its promises, compiled: whom it serves, who takes what, how a ticket closes,
what work costs, what is looked at again each week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Literal

from vigie.calendar import Calendar
from vigie.contracts.terms import ContractTerms
from vigie.contracts.tickets import BugCause, Mode, RefusalReason
from vigie.policy.commitment import Scope
from vigie.policy.targets import DaySpan

_WEEK = timedelta(weeks=1)

PricedAct = Literal["end_intervention", "plan_on_site", "arrive_on_site", "order_exchange", "order_repair"]
"""What a desk may wait with until its price is accepted, by the names of the actions."""


@dataclass(frozen=True, slots=True)
class Admission:
    """A reason to refuse a request."""

    reason: RefusalReason
    scope: Scope
    services: frozenset[str]
    """Only requests about these services; empty: whatever they are about."""
    channels: frozenset[str] = frozenset()
    """Only requests that come through these; empty: through any."""

    def refuses(self, kind: str | None, contract: ContractTerms, service: str | None, channel: str | None) -> bool:
        """Whether such a request is refused for this reason."""
        about = not self.services or service in self.services
        through = not self.channels or channel in self.channels
        return about and through and self.scope.covers(kind, contract)


@dataclass(frozen=True, slots=True)
class NoContact:
    """So many failed attempts to reach the customer inside such a span close the ticket."""

    attempts: int
    within: DaySpan


@dataclass(frozen=True, slots=True)
class Closure:
    """When a ticket closes without anybody closing it."""

    when_solved: bool = False
    """An intervention that ends solved closes it."""
    when_files_requested: bool = False
    """Asking the customer for files closes it, until they come."""
    no_answer: DaySpan | None = None
    """A customer who was asked and has not answered by then."""
    no_contact: NoContact | None = None


@dataclass(frozen=True, slots=True)
class Bugs:
    """Which level hears of a declared bug, and what is no bug."""

    calls: str | None = None
    """None: nobody is called."""
    excepts: frozenset[BugCause] = frozenset()
    """Causes that this level does not accept."""


@dataclass(frozen=True, slots=True)
class PriceGuard:
    """What waits until the customer has accepted its price."""

    acts: frozenset[PricedAct]
    modes: frozenset[Mode]
    """For an intervention: only in these modes; empty: in any."""
    scope: Scope

    def guards(self, act: PricedAct, mode: Mode | None, kind: str, contract: ContractTerms) -> bool:
        """Whether ``act`` waits for such a ticket."""
        of_that_mode = not self.modes or mode is None or mode in self.modes
        return act in self.acts and of_that_mode and self.scope.covers(kind, contract)


@dataclass(frozen=True, slots=True)
class ContractFactor:
    """A factor that applies by what the customer's contract says."""

    name: str
    value: float
    scope: Scope


@dataclass(frozen=True, slots=True)
class Billing:
    """What of the time that was worked is charged."""

    minimum: int
    """Minutes, whatever the work took."""
    minimum_without_remote_tool: int
    """Minutes, for remote help to somebody who had not installed the tool: installing it comes first."""
    factors: Mapping[str, float]
    """By name, what multiplies the value; all that apply are multiplied."""
    phases: tuple[str, ...]
    """The parts of every request's work, in their order."""
    contract_factors: tuple[ContractFactor, ...] = ()

    def of_contract(self, kind: str, contract: ContractTerms) -> tuple[ContractFactor, ...]:
        """The factors that such a contract brings, whoever logs the work."""
        return tuple(one for one in self.contract_factors if one.scope.covers(kind, contract))


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
class WeeklyList:
    """When a desk lists what is not resolved: each week on one day at one time, on the next open day where closed.

    Weeks in which the desk does not open at all have their list together with the next one that it does. A time that
    the clocks skip is as much later; of one that comes twice it is the first.
    """

    weekday: int
    """0: Monday."""
    at: time
    calendar: Calendar
    """Whose zone and open days count."""

    def after(self, moment: datetime) -> datetime:
        """The first list later than ``moment``."""
        nominal = self._nominal(moment)
        return next(held for weeks in count() if (held := self._held(nominal + weeks * _WEEK)) > moment)

    def before(self, moment: datetime) -> datetime:
        """The last list earlier than ``moment``."""
        nominal = self._nominal(moment)
        return next(held for weeks in count() if (held := self._held(nominal - weeks * _WEEK)) < moment)

    def _nominal(self, moment: datetime) -> date:
        """The day of the week's list on which ``moment`` is, or that it follows. Lists put off from before fall no
        later than this one's."""
        day = moment.astimezone(self.calendar.zone).date()
        return day - timedelta(days=(day.weekday() - self.weekday) % 7)

    def _held(self, nominal: date) -> datetime:
        days = (nominal + timedelta(days=late) for late in count())
        day = next(day for day in days if self.calendar.is_open_day(day))
        return datetime.combine(day, self.at, self.calendar.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Qualified:
    """What one technician takes; where nothing is named, everything."""

    kinds: frozenset[str]
    services: frozenset[str]

    def takes(self, kind: str, service: str | None) -> bool:
        """Whether such a ticket is for them. What nobody has named a service of may be about theirs: they find out."""
        of_their_service = not self.services or service is None or service in self.services
        return of_their_service and (not self.kinds or kind in self.kinds)


def refusal(
    rules: Sequence[Admission], kind: str, contract: ContractTerms, service: str | None, channel: str | None
) -> RefusalReason | None:
    """The first reason to refuse such a request; None: it is served."""
    return next((rule.reason for rule in rules if rule.refuses(kind, contract, service, channel)), None)
