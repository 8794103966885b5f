"""Documents keep what people wrote, and where."""

from pathlib import Path

import pytest

from vigie.lined_yaml import BadFile, load, parse


def read(text: str, name: str = "a.yaml") -> object:
    return parse(text.encode(), name).value


@pytest.mark.parametrize(
    "text", ["08:30", "2026-03-23", "2026-03-23T08:30:00Z", "on", "yes", "no", "0730", "1_000", "0x1F", ".5"]
)
def test_what_only_looks_like_a_number_a_date_or_a_switch_stays_text(text: str) -> None:
    assert read(f"value: {text}") == {"value": text}


def test_numbers_booleans_and_nothing_are_values() -> None:
    assert read("[1, -2, 1.5, 1e3, true, false, null, ~]") == [1, -2, 1.5, 1000.0, True, False, None, None]


def test_what_is_quoted_or_tagged_as_text_is_text() -> None:
    assert read("['1', \"true\", !!str 1]") == ["1", "true", "1"]


def test_an_empty_document_is_nothing() -> None:
    assert read("# only a comment\n") is None


DOCUMENT = """\
calendars:
  hojo:
    hours: {mon: ["08:30-12:30",
                  "14:00-18:00"]}
  1: one
"""


@pytest.mark.parametrize(
    ("where", "line"),
    [
        ((), 1),
        (("calendars", "hojo", "hours"), 3),
        (("calendars", "hojo", "hours", "mon", 1), 4),
        (("calendars", 1), 5),
        (("calendars", "hojo", "timezone"), 2),
        (("calendars", "hojo", "some-union-member", "hours", "mon", 1), 4),
        (("calendars", "hojo", "hours", "mon", 7), 3),
    ],
)
def test_a_value_has_the_line_of_its_key_or_of_what_is_around_it(where: tuple[str | int, ...], line: int) -> None:
    assert parse(DOCUMENT.encode(), "a.yaml").line_of(where) == line


def test_lines_of_json_are_found_with_tabs_and_escapes_that_yaml_does_not_know() -> None:
    lined = parse(b'{\n\t"a": "\\ud83d\\ude00",\n\t"b": {"c": 1}\n}', "a.json")
    assert lined.value == {"a": "\N{GRINNING FACE}", "b": {"c": 1}}
    assert lined.line_of(("b", "c")) == 3


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"a: 1\nb: 2\na: 3", "x.yaml:3: the key 'a' is here a second time"),
        (b"a: 1\n\tb: 2", "x.yaml:2: is not well-formed: "),
        (b"a: [1, 2", "x.yaml:1: is not well-formed: "),
        (b"a: 1\n---\nb: 2", "x.yaml:2: is not well-formed: "),
        (b"a: 1\nb: \xff", "x.yaml:2: is not UTF-8 text"),
        (b"a: 1\nb: \x00", "x.yaml:2: holds a character that may not stand in a file: "),
        (b"a: &all [*all]", "x.yaml:1: holds a value that contains itself"),
        (b"a: *none", "x.yaml:1: is not well-formed: found undefined alias"),
        (b"? [a, b]\n: 1", "x.yaml:1: has a key that is a list or a mapping"),
        (b"a: !!python/object:os.system {}", "x.yaml:1: the tag 'tag:yaml.org,2002:python/object:os.system'"),
        (b"a: !!int four", "x.yaml:1: the tag 'tag:yaml.org,2002:int' does not fit the value 'four'"),
        (b"[" * 5000, "x.yaml:"),
    ],
)
def test_a_broken_document_is_refused_with_its_line(content: bytes, complaint: str) -> None:
    with pytest.raises(BadFile) as refused:
        parse(content, "x.yaml")
    assert str(refused.value).startswith(complaint)


def test_aliases_that_multiply_beyond_measure_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(BadFile, match="once its aliases are expanded"):
        parse("\n".join(lines).encode(), "x.yaml")


def test_half_a_character_in_json_is_refused() -> None:
    with pytest.raises(BadFile, match=r"x\.json:2: .*half a character"):
        parse(b'{\n"a": "\\ud83d"}', "x.json")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="cannot be read: Is a directory"):
        load(tmp_path)


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert read("\N{ZERO WIDTH NO-BREAK SPACE}a: 1") == {"a": 1}
