"""What a customer's contract says, as far as a rule of a desk reads it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

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
    may_open: SkipJsonSchema[bool] = Field(default=True, exclude=True)
    """Whether whoever asks may: false where the directory knows them as a contact who may not. Like the next, it is
    asked where a request is admitted and nowhere later, so it does not travel."""
    contact_known: SkipJsonSchema[bool] = Field(default=True, exclude=True)
    """Whether the directory knows whoever asks; only asked of customers whom it knows."""
    customer_hours: Hours | None = None
    """The customer's own working hours, as a calendar's ``hours``; None: not known."""
