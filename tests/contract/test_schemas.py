"""The published schemas: what the code says, and nothing that would break a reader."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema
import pytest

from vigie.cli.schemas import FOLDER, documents, rendered
from vigie.contracts.event import encode, published
from vigie.contracts.tickets import NoteAdded, Words
from vigie.documents import asyncapi, incompatibilities, schemas

ROOT = Path(__file__).parents[2]
NOTE = "vigie.NoteAdded.v1"


@pytest.mark.parametrize("name", sorted(documents()))
def test_the_committed_document_is_what_the_code_says(name: str) -> None:
    assert (ROOT / FOLDER / name).read_text() == rendered(documents()[name])


def test_no_document_is_left_over_from_an_event_that_is_gone() -> None:
    assert {path.name for path in (ROOT / FOLDER).glob("vigie.*.json")} == {f"{name}.json" for name in schemas()}


def test_a_published_event_is_valid_against_its_schema() -> None:
    note = NoteAdded(
        ticket_id=UUID(int=1), number="T-1", desk="serveurcom", added_at=datetime(2026, 3, 23, tzinfo=UTC),
        added_by="amelie", personal=Words(text="Rappeler demain"),
    )  # fmt: skip
    jsonschema.validate(json.loads(published(*encode(note))), schemas()[NOTE])


def test_an_event_whose_personal_part_was_erased_is_still_valid() -> None:
    facts = {
        "ticket_id": str(UUID(int=1)),
        "number": "T-1",
        "desk": "d",
        "added_at": "2026-03-23T00:00:00Z",
        "added_by": "a",
    }
    jsonschema.validate(facts, schemas()[NOTE])


def changed(**changes: Any) -> dict[str, Any]:
    """The schema of NoteAdded with some of its members replaced; None takes one away."""
    schema = deepcopy(schemas()[NOTE])
    for name, value in changes.items():
        if value is None:
            del schema["properties"][name]
        else:
            schema["properties"][name] = value
    return schema


def test_a_member_that_is_taken_away_is_incompatible() -> None:
    assert "added_by is gone" in incompatibilities(schemas()[NOTE], changed(added_by=None))


def test_a_member_that_changes_its_type_is_incompatible() -> None:
    assert incompatibilities(schemas()[NOTE], changed(added_by={"type": "integer"})) == ("added_by has another type",)


def test_a_new_required_member_is_incompatible() -> None:
    new = changed(mood={"type": "string"})
    new["required"].append("mood")
    assert incompatibilities(schemas()[NOTE], new) == ("mood is newly required: stored events do not have it",)


def test_a_change_inside_the_personal_part_is_seen() -> None:
    new = changed()
    new["$defs"]["Words"]["properties"]["text"] = {"type": "integer"}
    assert incompatibilities(schemas()[NOTE], new) == ("personal.text has another type",)


def test_a_new_optional_member_is_compatible() -> None:
    assert incompatibilities(schemas()[NOTE], changed(mood={"type": "string"})) == ()


def test_an_enumeration_may_grow_but_not_shrink() -> None:
    closed = schemas()["vigie.TicketClosed.v1"]
    more = deepcopy(closed)
    more["properties"]["reason"]["enum"].append("merged")
    assert incompatibilities(closed, more) == ()
    assert incompatibilities(more, closed) == ("reason may no longer be 'merged'",)


def test_every_reference_in_the_asyncapi_document_leads_somewhere() -> None:
    document = asyncapi()

    def references(node: Any) -> list[str]:
        if isinstance(node, dict):
            own = [node["$ref"]] if "$ref" in node else []
            return own + [found for value in node.values() for found in references(value)]
        return [found for value in node for found in references(value)] if isinstance(node, list) else []

    for reference in references(document):
        if reference.startswith("./"):
            assert (ROOT / FOLDER / reference[2:]).exists(), reference
        else:
            target = document
            for part in reference.removeprefix("#/").split("/"):
                target = target[part]
