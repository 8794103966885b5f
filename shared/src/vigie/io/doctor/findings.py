"""What a check found: one line, with what to do next."""

from __future__ import annotations

from typing import Literal, NamedTuple

Verdict = Literal["ok", "warn", "fail"]
"""``warn``: somebody should look, nothing is late yet. ``fail``: promises are not kept, or will not be."""


class Finding(NamedTuple):
    """What one check saw."""

    check: str
    """``outbox of intake``"""
    verdict: Verdict
    seen: str
    todo: str = ""
    """A command to type, or what to change; empty where all is well."""


def ok(check: str, seen: str) -> Finding:
    """All is well."""
    return Finding(check, "ok", seen)


def warn(check: str, seen: str, todo: str) -> Finding:
    """Somebody should look."""
    return Finding(check, "warn", seen, todo)


def fail(check: str, seen: str, todo: str) -> Finding:
    """Somebody must act."""
    return Finding(check, "fail", seen, todo)


def lasting(seconds: float) -> str:
    """``seconds`` as a person says it: 4 s, 3 min, 2 h, 5 days."""
    for size, unit in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"


def counted(count: int, noun: str) -> str:
    """``1 record``, ``2 records``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def sentence(error: BaseException) -> str:
    """An error in one line."""
    said = " ".join(str(error).split())
    return f"{type(error).__name__}: {said}"[:300] if said else type(error).__name__
