"""Every event type by its CloudEvents type: the table that readers, schemas and documents are made from."""

from __future__ import annotations

from typing import Final, get_args

from vigie.contracts import customers, escalations, notifications, sla, tickets, topics
from vigie.contracts.event import Event

EVENTS_BY_TOPIC: Final[dict[str, tuple[type[Event], ...]]] = {
    topics.TICKETS: get_args(tickets.IntakeEvent),
    topics.CUSTOMERS: get_args(customers.DirectoryEvent),
    topics.SLA: get_args(sla.SlaEvent),
    topics.ESCALATIONS: get_args(escalations.EscalationEvent),
    topics.NOTIFICATIONS: get_args(notifications.NotifierEvent),
}
EVENTS: Final[dict[str, type[Event]]] = {
    event.ce_type: event for events in EVENTS_BY_TOPIC.values() for event in events
}
