"""The JSON Schema of a policy file, for editors that help while one is written."""

from __future__ import annotations

from typing import Any

from vigie.policy.model import PolicyFile

SCHEMA_ID = "urn:vigie:policy"


def policy_schema() -> dict[str, Any]:
    """What a single value may be; what values must be to each other, only ``vigie policy check`` can say."""
    schema = PolicyFile.model_json_schema(by_alias=True, mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **schema}
