"""What things are called, and the order of those that have one: what both the checks and the compiler ask of a file."""

from __future__ import annotations

from collections.abc import Iterator

from vigie.policy.model import Escalation, PolicyFile
from vigie.policy.parts import Labels


def levels_of(escalation: Escalation) -> tuple[str, ...]:
    """Every level, lowest first: as listed, else in the order in which the rules name them."""
    named = [
        *escalation.levels,
        *(level for ladder in escalation.on_miss.ladders.values() for level in ladder),
        *escalation.on_unresolved,
        *((escalation.on_bug.calls,) if escalation.on_bug else ()),
        *escalation.informs,
    ]
    return tuple(dict.fromkeys(named))


def labelled(file: PolicyFile) -> Iterator[tuple[tuple[str, ...], str, Labels]]:
    """Everything that may carry labels: the keys that lead to it, its id, what people call it."""
    for name, priority in file.priorities.items():
        yield ("priorities", name), name, priority.labels
    for name, kind in file.kinds.items():
        yield ("kinds", name), name, kind.labels
    for name, promise in file.commitments.items():
        yield ("commitments", name), name, promise.labels
    for name, level in file.escalation.levels.items():
        yield ("escalation", "levels", name), name, level.labels
