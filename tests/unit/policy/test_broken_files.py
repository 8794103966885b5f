"""A broken policy stops the start with file, line, field and reason. Each file says in its first line what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from vigie.policy import BadPolicy, load_policy

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yaml"))


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_what_is_wrong_is_said_with_its_line(path: Path) -> None:
    expected = path.read_text().splitlines()[0].removeprefix("# ")
    with pytest.raises(BadPolicy) as refused:
        load_policy(path)
    assert str(refused.value) == f"{path}:{expected}"


def test_the_corpus_is_there() -> None:
    assert len(BROKEN) > 120


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    path = tmp_path / "1.yaml"
    path.write_text("policy: desk\nversion: one\nlanguages: [xx]\n")
    with pytest.raises(BadPolicy) as refused:
        load_policy(path)
    assert [(bad.line, bad.field, bad.reason) for bad in refused.value.problems] == [
        (1, "effective_from", "is missing"),
        (1, "calendars", "is missing"),
        (1, "priorities", "is missing"),
        (1, "kinds", "is missing"),
        (2, "version", "Input should be a valid integer"),
        (3, "languages.0", "Input should be 'fr', 'en' or 'es'"),
    ]


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(BadPolicy, match=r"1\.yaml:1: cannot be read: No such file or directory"):
        load_policy(tmp_path / "1.yaml")


def test_a_file_that_is_not_yaml_names_the_line_where_it_breaks(tmp_path: Path) -> None:
    path = tmp_path / "1.yaml"
    path.write_text("policy: desk\nversion: 1\nlanguages: [fr\nkinds: [technical]\n")
    with pytest.raises(BadPolicy, match=r"1\.yaml:4: is not well-formed: "):
        load_policy(path)
