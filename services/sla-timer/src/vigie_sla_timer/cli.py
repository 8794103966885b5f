"""``vigie sla-timer …``: what an operator does to sla-timer by hand."""

from __future__ import annotations

from vigie.contracts.topics import SLA
from vigie.io.republish_cli import add_republish, service_app

app = service_app("sla-timer", "sla-timer: the promises about tickets.")
add_republish(app, "sla-timer", {"promises": SLA})
