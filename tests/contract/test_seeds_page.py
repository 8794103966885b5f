"""The page about the procedures names its proofs, and they are there; what proves a sentence stands on the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEST = re.compile(r"^ *(?:async )?def (test_\w+)", re.MULTILINE)
NAMED = sorted(set(re.findall(r"`(test_\w+)`", (ROOT / "docs/seeds.md").read_text("utf-8"))))
STORIES = [name for path in ROOT.glob("tests/e2e/seeds/test_*.py") for name in TEST.findall(path.read_text("utf-8"))]
TESTS = {name for path in ROOT.glob("tests/**/test_*.py") for name in TEST.findall(path.read_text("utf-8"))}


@pytest.mark.parametrize("name", NAMED)
def test_a_proof_that_the_page_names_is_there(name: str) -> None:
    assert name in TESTS


@pytest.mark.parametrize("name", STORIES)
def test_a_sentence_that_is_proved_stands_on_the_page(name: str) -> None:
    assert name in NAMED


def test_no_two_sentences_have_one_name() -> None:
    assert len(STORIES) == len(set(STORIES))
