"""The host of the `vigie` command: every package's commands, and no more than a word needs."""

from __future__ import annotations

import sys

import pytest
from typer.testing import CliRunner

from vigie.cli.host import compose, main

WORDS = ("up", "down", "status", "logs", "reset", "demo", "policy", "calendar", "schemas", "intake")


def test_help_lists_what_every_package_brings() -> None:
    said = CliRunner().invoke(compose(), ["--help"]).output
    assert [word for word in WORDS if f" {word} " not in said] == []


@pytest.mark.parametrize("word", WORDS)
def test_each_word_explains_itself_without_the_others(word: str) -> None:
    result = CliRunner().invoke(compose(word), [word, "--help"])
    assert result.exit_code == 0
    assert f"vigie {word}" in result.output


def test_an_unknown_word_is_a_usage_error() -> None:
    assert CliRunner().invoke(compose("dance"), ["dance"]).exit_code == 2


@pytest.mark.parametrize("words", [["dlq", "list", "intake"], ["intake", "token", "list"]])
def test_an_address_that_is_none_is_one_sentence(monkeypatch: pytest.MonkeyPatch, words: list[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["vigie", *words, "--database", "nonsense"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert str(ended.value.code).startswith("vigie: DATABASE_URL cannot be used: ")


def test_what_the_machine_refuses_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["vigie", "schemas", "write", "--folder", "/dev/null/schemas"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == "vigie: /dev/null/schemas: Not a directory"
