"""The page about policies has the whole vocabulary, and its examples are good policies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from vigie.lined_yaml import parse
from vigie.policy import compile_policy, policy_schema

PAGE = (Path(__file__).parents[3] / "docs/howto/write-a-policy.md").read_text("utf-8")
FIRST, *PARTS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def test_the_first_example_is_a_good_policy() -> None:
    assert compile_policy(FIRST.encode()).id == "acme"


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.partition(":")[0])
def test_each_part_can_be_put_into_it(part: str) -> None:
    whole = parse(FIRST.encode(), "1.yaml").value | parse(part.encode(), "part.yaml").value
    compile_policy(yaml.safe_dump(whole, allow_unicode=True).encode())


def words(schema: Any) -> Iterator[str]:
    """Every name of a field and every fixed word that a policy may hold."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        yield from (word for word in (*schema.get("enum", ()), schema.get("const")) if isinstance(word, str))
        for inner in schema.values():
            yield from words(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from words(inner)


@pytest.mark.parametrize("word", sorted(set(words(policy_schema())) - {"wed", "thu", "fri", "es"}))
def test_every_word_of_the_vocabulary_stands_on_the_page(word: str) -> None:
    assert re.search(rf"(?<![\w]){re.escape(word)}(?![\w])", PAGE)
