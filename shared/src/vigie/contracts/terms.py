"""What a customer's contract says, as far as a rule of a desk reads it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class ContractTerms(BaseModel):
    """The contract when a ticket was opened; it travels in ``TicketOpened``, so that a replay needs no directory."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    maintained: bool = True
    audit_accepted: bool = True
    user_trained: bool = True
    on_call: bool = False
    sla: bool = False
    customer_hours: dict[str, tuple[str, ...]] | Literal["always"] | None = None
    """The customer's own working hours, as a calendar's ``hours``; None: not known."""
