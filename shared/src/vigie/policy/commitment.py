"""What is promised to whom, compiled: commitments, the tickets they are for, and the ladders of late ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from vigie.contracts.terms import ContractTerms
from vigie.contracts.tickets import ContactOutcome
from vigie.policy.targets import Target

Beginning = Literal["TicketOpened", "OnCallAccepted", "OnSitePlanned", "ContactAttempted"]
Ending = Literal["TicketTakenInCharge", "TicketResolved", "ArrivedOnSite", "ContactAttempted"]


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


@dataclass(frozen=True, slots=True)
class Occasion:
    """Which of the events that a commitment could start with do start it."""

    outcome: ContactOutcome | None = None
    outside_customer_hours: bool = False


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
    occasion: Occasion | None = None
    """None: every such event starts it."""

    def target(self, priority: str, kind: str | None, contract: ContractTerms) -> Target | None:
        """What is promised to such a ticket; None: nothing."""
        if not self.scope.covers(kind, contract):
            return None
        return self.targets.get(priority) or self.targets.get("any")
