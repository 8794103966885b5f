"""What is known of the customers' contracts, for both ways in which a request comes.

The terms travel in ``TicketOpened``: a customer's contract decides as it was when the ticket was opened, and nobody
looks it up again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from vigie.contracts.requests import RequestSubmitted
from vigie.contracts.terms import ContractTerms
from vigie.decider import Core, Reaction, Received

TermsOf = Callable[[str | None], ContractTerms | None]
"""A customer's terms, by the name that requests give (None: they give none); None: nothing is known of them."""


def nothing_known(_: str | None) -> None:
    """The directory of a deployment that has none."""


def informed(core: Core[Any, Any, Any], terms_of: TermsOf) -> Core[Any, Any, Any]:
    """``core``, told with each request that it hears what ``terms_of`` says of the customer's contract."""

    def react(received: Received) -> Reaction | None:
        if isinstance(received.event, RequestSubmitted):
            received = replace(received, contract=terms_of(received.event.customer))
        return core.react(received)

    return replace(core, react=react)
