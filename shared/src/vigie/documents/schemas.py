"""A JSON Schema (2020-12) for the data of each event type, made from the models that Vigie itself uses."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from vigie.contracts.catalog import EVENTS
from vigie.contracts.ops import Heartbeat
from vigie.contracts.requests import INCOMING

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> dict[str, dict[str, Any]]:
    """Every schema by event type. Only what a reader may rely on is required: ``personal`` may have been erased."""
    models: dict[str, type[BaseModel]] = {
        **EVENTS,
        **INCOMING,
        Heartbeat.ce_type: Heartbeat,
    }
    return {ce_type: _schema(ce_type, model) for ce_type, model in sorted(models.items())}


def _schema(ce_type: str, model: type[BaseModel]) -> dict[str, Any]:
    made = model.model_json_schema(mode="validation")
    return {"$schema": DIALECT, "$id": f"/vigie/schemas/{ce_type}.json", **made}
