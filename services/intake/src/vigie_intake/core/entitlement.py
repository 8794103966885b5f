"""« Un contact responsable de l'ouverture et de la mise à jour »: who may update a ticket that is there.

Whom a desk refuses as a contact who is not entitled to open requests, it refuses their replies and files too, through
whichever channel: a channel that says whose they are does so because they speak for themselves.
"""

from __future__ import annotations

from vigie.contracts.terms import ContractTerms
from vigie.policy import Policy
from vigie_intake.core.refusals import ContactNotEntitled


def check_sender(sender: ContractTerms | None, kind: str, policy: Policy) -> None:
    """Raises ContactNotEntitled where the desk takes no updates of tickets of that kind from ``sender``.

    None: the channel does not say who it was, or the directory does not know the customer.
    """
    if sender is None:
        return
    for rule in policy.admission:
        if rule.reason == "contact_not_entitled" and rule.scope.covers(kind, sender):
            raise ContactNotEntitled
