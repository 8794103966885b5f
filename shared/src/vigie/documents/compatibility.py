"""Whether readers of a schema survive its successor.

Stored events are read for ever and other people's programs read them too. So, within one schema version, a type may
gain optional members and enumerations may gain values; anything else needs the next version of the type.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

_PROSE = {"title", "description", "examples", "default", "$id", "$schema"}


def incompatibilities(old: Schema, new: Schema) -> tuple[str, ...]:
    """What would break a reader of ``old``, as sentences naming the member; () when nothing would."""
    return tuple(_object_changes("", old, new, old, new))


def _object_changes(path: str, old: Schema, new: Schema, old_root: Schema, new_root: Schema) -> Iterator[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    for name in sorted(before.keys() - after.keys()):
        yield f"{path}{name} is gone"
    for name in sorted(set(new.get("required", ())) - set(old.get("required", ()))):
        yield f"{path}{name} is newly required: stored events do not have it"
    for name in sorted(set(old.get("required", ())) - set(new.get("required", ()))):
        yield f"{path}{name} is no longer required: readers rely on it"
    for name in sorted(before.keys() & after.keys()):
        yield from _changes(f"{path}{name}", before[name], after[name], old_root, new_root)


def _changes(path: str, old: Schema, new: Schema, old_root: Schema, new_root: Schema) -> Iterator[str]:
    old, new = _resolved(old, old_root), _resolved(new, new_root)
    if "properties" in old and "properties" in new:
        yield from _object_changes(f"{path}.", old, new, old_root, new_root)
    elif "enum" in old and "enum" in new:
        for value in old["enum"]:
            if value not in new["enum"]:
                yield f"{path} may no longer be {value!r}"
    elif "anyOf" in old and "anyOf" in new and len(old["anyOf"]) == len(new["anyOf"]):
        for one, other in zip(old["anyOf"], new["anyOf"], strict=True):
            yield from _changes(path, one, other, old_root, new_root)
    elif _shape(old) != _shape(new):
        yield f"{path} has another type"


def _resolved(schema: Schema, root: Schema) -> Schema:
    """``schema`` with its reference, if it is one, followed within the document."""
    reference = schema.get("$ref")
    if reference is None:
        return schema
    resolved: Schema = root["$defs"][reference.rsplit("/", 1)[1]]
    return resolved


def _shape(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if key not in _PROSE}
