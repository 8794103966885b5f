"""Whoever sends a trace along with a request finds it again in each service's log, up to the mail."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

from support.deployment import REQUEST, Deployment
from support.eventually import eventually


async def test_a_trace_goes_from_the_request_over_a_missed_deadline_to_the_mail(vigie_up: Deployment) -> None:
    trace = uuid4().hex

    def told(service: str) -> list[dict[str, Any]]:
        whole, _, _ = (vigie_up.home / "logs" / f"{service}.log").read_text(encoding="utf-8").rpartition("\n")
        return [line for line in map(json.loads, filter(None, whole.split("\n"))) if line.get("trace_id") == trace]

    # Taken in charge within half an hour, as promised? No; a quarter of an hour later N1 is called.
    request = REQUEST | {"occurred_at": (vigie_up.clock().now() - timedelta(minutes=46)).isoformat()}
    async with vigie_up.client() as http:
        headers = {"traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
        await http.post("/v1/tickets", json=request, headers=headers)
    await eventually(lambda: [line["status"] for line in told("intake") if line["event"] == "http"] == [201])
    await eventually(lambda: any(line["event"] == "message" for line in told("sla-timer")))
    await eventually(lambda: any(line.get("type") == "vigie.OverrunReached.v1" for line in told("escalation")))
    await eventually(
        lambda: any(
            line["event"] == "mail" and line["template"] == "escalation_raised" and line["outcome"] == "sent"
            for line in told("notifier")
        )
    )
