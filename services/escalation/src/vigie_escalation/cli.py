"""``vigie escalation …``: what an operator does to escalation by hand."""

from __future__ import annotations

from vigie.contracts.topics import ESCALATIONS
from vigie.io.republish_cli import add_republish, service_app

app = service_app("escalation", "escalation: the levels that answer for tickets.")
add_republish(app, "escalation", {"escalation": ESCALATIONS})
