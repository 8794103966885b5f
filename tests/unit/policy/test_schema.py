"""The schema that editors use agrees with the models: what it refuses is wrong, and no good file is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from support.policy_files import one_promise
from vigie.lined_yaml import load, parse
from vigie.policy import policy_schema

HERE = Path(__file__).parent
SHIPPED = sorted((HERE.parents[2] / "policies").glob("*/*.yaml"))


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    Draft202012Validator.check_schema(policy_schema())
    return Draft202012Validator(policy_schema())


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_first_line_leads_editors_to_the_schema(path: Path) -> None:
    pointer = path.read_text().splitlines()[0].removeprefix("# yaml-language-server: $schema=")
    assert json.loads((path.parent / pointer).read_text()) == policy_schema()


def fields(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every field of every part: the part's name, its own name, its schema."""
    for part, about in (("PolicyFile", schema), *schema["$defs"].items()):
        for shape in (about, *about.get("anyOf", ())):
            for name, field in shape.get("properties", {}).items():
                yield part, name, field


def test_every_field_says_what_it_means() -> None:
    assert [f"{part}.{name}" for part, name, field in fields(policy_schema()) if not field.get("description")] == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_shipped_policies_fit_the_schema(schema: Draft202012Validator, path: Path) -> None:
    assert [error.message for error in schema.iter_errors(load(path).value)] == []


def test_names_may_be_a_list_or_a_mapping(schema: Draft202012Validator) -> None:
    assert schema.is_valid(parse(one_promise(), "1.yaml").value)


@pytest.mark.parametrize(
    "name",
    [
        "budget_missing",
        "budget_without_unit",
        "clock_from_an_unknown_event",
        "commitment_of_unknown_contract_key",
        "mail_to_an_unknown_role",
        "priority_twice",
        "template_that_is_a_path",
        "unknown_field",
        "unknown_language",
        "version_missing",
        "version_zero",
        "warning_of_everything",
    ],
)
def test_an_editor_sees_what_is_wrong_with_a_single_value(schema: Draft202012Validator, name: str) -> None:
    assert not schema.is_valid(load(HERE / "broken" / f"{name}.yaml").value)
