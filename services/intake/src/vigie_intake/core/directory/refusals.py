"""The rules of the directory that a caller can break, by the names that callers match on."""

from __future__ import annotations

from vigie.decider import Refused


class CustomerUnknown(Refused):
    """There is no such customer in the directory."""


class ContactUnknown(Refused):
    """The customer has no contact with this mail address."""


class ContractUnknown(Refused):
    """The customer has no such contract."""

    def __init__(self, contract: str) -> None:
        super().__init__(contract)
        self.contract = contract


class EndsBeforeItBegins(Refused):
    """The last day lies before the contract's first one."""

    def __init__(self, contract: str) -> None:
        super().__init__(contract)
        self.contract = contract


class DeskNotYours(Refused):
    """Contracts and trainings of this desk are not yours to change."""

    def __init__(self, desk: str) -> None:
        super().__init__(desk)
        self.desk = desk
