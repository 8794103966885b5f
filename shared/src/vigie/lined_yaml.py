"""YAML and JSON documents that remember on which line each value stands.

People write policies and cases by hand, so every complaint about one must name a line. And what they write stays what
it looks like: `08:30` and `2026-03-23` are strings, not a number of seconds and a date; `on`, `yes` and `no` are
strings, not booleans (YAML 1.2's core rules, not the YAML 1.1 rules of PyYAML's loaders). A key written twice is an
error, since otherwise the last one silently wins.

A `.json` file is read by the JSON parser, which is strict and fast; its lines are looked up only when someone asks.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, NoReturn

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

Key = str | int | float | bool | None

VALUES_LIMIT = 200_000
"""How many values a YAML document may hold once its aliases are expanded; nine lines of aliases can mean a billion."""

_TAG = "tag:yaml.org,2002:"


class BadFile(Exception):
    """A file that cannot be used: where, and why. `str()` is `path:line: field: reason`, or without a field."""

    def __init__(self, path: str | Path, line: int, reason: str, field: str = "") -> None:
        super().__init__(path, line, reason, field)
        self.path = str(path)
        self.line = line
        self.reason = reason
        self.field = field

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.field + ': ' if self.field else ''}{self.reason}"


@dataclass(frozen=True)
class Lined:
    """A document as plain values (dict, list, str, int, float, bool, None) and the way back to its lines."""

    path: str
    value: Any
    _text: str = field(repr=False)

    def line_of(self, where: Sequence[Key]) -> int:
        """The line (from 1) of the key or list item at `where`; of the nearest one around it when it is not there.

        Steps that are not in the document are passed over, so that the location of a pydantic error, which may hold
        names of union members, can be given as it is.
        """
        lines = [line for _, line in self._walk(where)]
        return lines[-1] if lines else _line(self._root) if self._root else 1

    def steps(self, where: Sequence[Key], missing: bool = False) -> list[Key]:
        """The steps of `where` that are in the document; with `missing`, its last one too."""
        steps = [step for step, _ in self._walk(where)]
        return [*steps, where[-1]] if missing else steps

    def _walk(self, where: Sequence[Key]) -> Iterator[tuple[Key, int]]:
        node = self._root
        for step in where:
            found = _child(node, step)
            if found:
                line, node = found
                yield step, line

    @cached_property
    def _root(self) -> yaml.Node | None:
        return _compose(self._text, self.path)


def load(path: str | Path) -> Lined:
    """The document in the file at `path`; raises `BadFile` when it is missing, broken or ambiguous."""
    try:
        content = Path(path).read_bytes()
    except OSError as e:
        raise BadFile(path, 1, f"cannot be read: {e.strerror or e}") from e
    return parse(content, path)


def parse(content: bytes, path: str | Path) -> Lined:
    """The document that `content` holds; `path` only says how to read it (`.json` or YAML) and what to call it."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        raise BadFile(path, content.count(b"\n", 0, e.start) + 1, "is not UTF-8 text") from e
    if Path(path).suffix.lower() == ".json":
        value = _json_value(text, path)
        return Lined(str(path), value, _as_yaml(text))
    lined = Lined(str(path), None, text)
    try:
        value = _Reading(str(path)).value(lined._root) if lined._root else None
    except RecursionError as e:
        raise BadFile(path, 1, "is nested too deeply") from e
    return Lined(str(path), value, text)


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Composes nodes whose tags follow YAML 1.2's core rules; constructs nothing."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = {}


for _kind, _pattern, _first in (
    ("null", r"^(?:~|null|)$", ["~", "n", ""]),
    ("bool", r"^(?:true|false)$", ["t", "f"]),
    ("int", r"^[-+]?(?:0|[1-9][0-9]{0,17})$", list("-+0123456789")),
    ("float", r"^[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$", list("-+0123456789")),
):
    _Loader.add_implicit_resolver(_TAG + _kind, re.compile(_pattern), _first)


def _compose(text: str, path: str) -> yaml.Node | None:
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as e:
        mark = e.problem_mark or e.context_mark
        line = min(mark.line, len(text.splitlines()) - 1) + 1 if mark else 1  # the end of a file is no line
        raise BadFile(path, line, f"is not well-formed: {e.problem or e.context}") from e
    except yaml.reader.ReaderError as e:
        line = text.count("\n", 0, e.position) + 1
        raise BadFile(path, line, f"holds a character that may not stand in a file: {e.reason}") from e
    except yaml.YAMLError as e:
        raise BadFile(path, 1, f"is not well-formed: {e}") from e
    except RecursionError as e:
        raise BadFile(path, 1, "is nested too deeply") from e
    return node


@dataclass
class _Reading:
    """Turns nodes into plain values, once; knows how many it has made and inside which ones it is."""

    path: str
    _made: int = 0
    _inside: set[int] = field(default_factory=set)

    def value(self, node: yaml.Node) -> Any:
        self._made += 1
        if self._made > VALUES_LIMIT:
            raise self._bad(node, f"holds more than {VALUES_LIMIT} values once its aliases are expanded")
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if id(node) in self._inside:
            raise self._bad(node, "holds a value that contains itself")
        self._inside.add(id(node))
        value = self._mapping(node) if isinstance(node, yaml.MappingNode) else self._sequence(node)
        self._inside.remove(id(node))
        return value

    def _mapping(self, node: yaml.MappingNode) -> dict[Key, Any]:
        self._check_tag(node, "map")
        mapping: dict[Key, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise self._bad(key_node, "has a key that is a list or a mapping")
            key = self._scalar(key_node)
            if key in mapping:
                raise self._bad(key_node, f"the key {key!r} is here a second time")
            mapping[key] = self.value(value_node)
        return mapping

    def _sequence(self, node: yaml.Node) -> list[Any]:
        self._check_tag(node, "seq")
        return [self.value(item) for item in node.value]

    def _scalar(self, node: yaml.ScalarNode) -> Key:
        text: str = node.value
        match node.tag.removeprefix(_TAG):
            case "str":
                return text
            case "null":
                return None
            case "bool" if text in ("true", "false"):
                return text == "true"
            case "int" if re.fullmatch(r"[-+]?[0-9]{1,18}", text):
                return int(text)
            case "float" if re.fullmatch(r"[-+]?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?", text):
                return float(text)
            case _:
                raise self._bad(node, f"the tag {node.tag!r} does not fit the value {text!r}")

    def _check_tag(self, node: yaml.Node, expected: str) -> None:
        if node.tag != _TAG + expected:
            raise self._bad(node, f"the tag {node.tag!r} is not used here")

    def _bad(self, node: yaml.Node, reason: str) -> BadFile:
        return BadFile(self.path, _line(node), reason)


def _json_value(text: str, path: str | Path) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        mapping = dict(pairs)
        if len(mapping) < len(pairs):
            root = _compose(_as_yaml(text), str(path))
            _Reading(str(path)).value(root) if root else None  # refuses the second key, and knows its line
        return mapping

    def refuse_constant(name: str) -> NoReturn:
        raise BadFile(path, text.count("\n", 0, text.find(name)) + 1, f"{name} is not JSON")

    try:
        value = json.loads(text, object_pairs_hook=unique, parse_constant=refuse_constant)
    except json.JSONDecodeError as e:
        raise BadFile(path, e.lineno, f"is not JSON: {e.msg} at column {e.colno}") from e
    except RecursionError as e:
        raise BadFile(path, 1, "is nested too deeply") from e
    except ValueError as e:
        raise BadFile(path, 1, f"is not JSON: {e}") from e
    _refuse_half_characters(value, text, path)
    return value


def _as_yaml(text: str) -> str:
    """Valid JSON in a form that YAML can read, line by line the same.

    A raw tab can stand only between JSON's tokens, where YAML forbids it and a space is as good. JSON writes characters
    beyond U+FFFF as two escapes, which YAML does not know.
    """
    return _ESCAPE.sub(lambda found: "?" if found[1] else found[0], text.replace("\t", " "))


_ESCAPE = re.compile(r"\\(?:(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)")


def _refuse_half_characters(value: Any, text: str, path: str | Path) -> None:
    """No store and no terminal takes a lone surrogate, so it is refused here rather than there."""
    escape = next((found for found in _ESCAPE.finditer(text) if found[1]), None)
    if escape is None:
        return
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as e:
        line = text.count("\n", 0, escape.start()) + 1
        raise BadFile(path, line, "has an escape for half a character (a lone surrogate)") from e


def _child(node: yaml.Node | None, step: Key) -> tuple[int, yaml.Node] | None:
    """The line and the node of one key or index, if the node has it."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == str(step):
                return _line(key), value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and 0 <= step < len(node.value):
        item = node.value[step]
        return _line(item), item
    return None


def _line(node: yaml.Node) -> int:
    line: int = node.start_mark.line
    return line + 1


def complaints(lined: Lined, refused: ValidationError, at: Sequence[Key] = ()) -> list[BadFile]:
    """What pydantic refused in the part of a document at `at`, in the order of its lines.

    The field is the path of keys and indexes; only steps that stand in the document are in it, and a missing field.
    """
    found = []
    for error in refused.errors(include_url=False):
        where = (*at, *error["loc"])
        if error["type"].startswith("union_tag"):
            where = (*where, error["ctx"]["discriminator"].strip("'"))
        absent = error["type"] in ("missing", "union_tag_not_found")
        steps = lined.steps(where, missing=absent)
        found.append(BadFile(lined.path, lined.line_of(where), _plainly(error), ".".join(str(step) for step in steps)))
    return sorted(found, key=lambda complaint: complaint.line)


def _plainly(error: ErrorDetails) -> str:
    """Pydantic's words in those of a person who writes a file."""
    match error["type"]:
        case "union_tag_invalid":
            return f"{error['ctx']['tag']!r} is none of {error['ctx']['expected_tags']}"
        case "missing" | "union_tag_not_found":
            return "is missing"
        case "extra_forbidden":
            return "is not a field that is known here"
        case "tuple_type" | "list_type":
            return "must be a list"
        case "dict_type" | "model_type" | "model_attributes_type":
            return "must be a mapping of fields"
        case _:
            return error["msg"].removeprefix("Value error, ")
