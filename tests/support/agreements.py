"""The sheet of a customer about whom the directory must say what a history's contract says."""

from __future__ import annotations

from datetime import UTC, datetime

from support.histories import History
from vigie_intake.core.directory.commands import RecordCustomer
from vigie_intake.core.directory.sheet import Sheet

LONG_AGO = "2000-01-01"
RIGHT_CODE = "4711"


def agreed(history: History) -> RecordCustomer:
    """What people would have written down of the customer of ``history``."""
    request, contract = history.request, history.contract
    assert request.customer is not None
    trained = {request.desk: [request.service or "whatever it is"]} if contract.user_trained else {}
    sheet = {
        "name": request.customer,
        "audit_accepted": contract.audit_accepted,
        "hours": contract.customer_hours,
        "contacts": [
            {
                "name": request.contact.name,
                "email": request.contact.email,
                "trained": trained,
                "may_open": contract.may_open,
            }
        ],
        "contracts": [
            {
                "contract": "only",
                "desk": request.desk,
                "maintained": contract.maintained,
                "sla": contract.sla,
                "on_call": contract.on_call,
                "valid_from": LONG_AGO,
                "access_code": RIGHT_CODE if contract.access_code_wrong else None,
            }
        ],
    }
    return RecordCustomer(datetime(2000, 1, 1, tzinfo=UTC), request.customer, Sheet.model_validate(sheet))
