"""What a customer's contract says, as far as a rule of a desk reads it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Hours = dict[str, tuple[str, ...]] | Literal["always"]
"""Working hours as a calendar's ``hours``: the spans of each weekday (``mon`` … ``sun``)."""


class ContractTerms(BaseModel):
    """The contract when a ticket was opened; it travels in ``TicketOpened``, so that a replay needs no directory."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    maintained: bool = True
    audit_accepted: bool = True
    user_trained: bool = True
    on_call: bool = False
    sla: bool = False
    access_code_wrong: bool = False
    """A code was given and is not the contract's. None given is not wrong: by phone and mail nobody types one."""
    customer_hours: Hours | None = None
    """The customer's own working hours, as a calendar's ``hours``; None: not known."""
