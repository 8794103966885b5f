"""How the services are doing. Topic: ``vigie.ops.v1``, key = ``<service>-<replica>``. Kept nowhere else."""

from __future__ import annotations

from vigie.contracts.event import Event
from vigie.contracts.instants import Instant


class Heartbeat(Event, at="sent_at"):
    """A replica is alive, and this is how it is doing."""

    service: str
    replica: str
    sent_at: Instant
    figures: dict[str, float]
    """All figures of its /metrics by name, without ``vigie_`` and ``_total``, labels' values after a dot: outbox_depth,
    records.repeated …"""
