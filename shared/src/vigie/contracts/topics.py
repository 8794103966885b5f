"""The topics: who speaks where. All have the same number of partitions, and a ticket has the same one on each."""

from __future__ import annotations

from typing import Final

PARTITIONS: Final = 12
RETENTION_DAYS: Final = 30

REQUESTS: Final = "vigie.requests.v1"
TICKETS: Final = "vigie.tickets.v1"
CUSTOMERS: Final = "vigie.customers.v1"
SLA: Final = "vigie.sla.v1"
ESCALATIONS: Final = "vigie.escalations.v1"
NOTIFICATIONS: Final = "vigie.notifications.v1"
OPS: Final = "vigie.ops.v1"

SERVICES: Final = ("intake", "sla-timer", "escalation", "notifier")


def dead_letters(service: str) -> str:
    """The topic of the records that ``service`` could not use."""
    return f"vigie.{service}.dlq.v1"


ALL: Final = (
    REQUESTS,
    TICKETS,
    CUSTOMERS,
    SLA,
    ESCALATIONS,
    NOTIFICATIONS,
    OPS,
    *(dead_letters(service) for service in SERVICES),
)
