"""Which part of a desk's affairs a statement of its policy belongs to: the parts that a sheet and a comparison have."""

from __future__ import annotations

from typing import Final

_PARTS: Final = {
    "desk": ("title", "languages"),
    "priorities": ("priorities",),
    "promises": ("commitments",),
    "warnings": ("warnings",),
    "escalation": ("escalation",),
    "informed": ("escalation.informs",),
    "hours": ("calendars", "days", "customer_hours"),
    "kinds": ("kinds", "services", "reasons", "project_files"),
    "work": ("queue", "technicians", "calls_back", "weekly_list"),
    "on_call": ("on_call",),
    "admission": ("admission",),
    "closure": ("closure",),
    "billing": ("price_accepted_before", "billing"),
    "mails": ("notifications",),
}
_BY_PREFIX: Final = {prefix: part for part, prefixes in _PARTS.items() for prefix in prefixes}

PARTS: Final = tuple(_PARTS)
"""In the order in which they are printed."""


def part_of(pattern: str) -> str:
    """The part that statements of ``pattern`` belong to; KeyError for a field that stands in none."""
    steps = pattern.split(".")
    two = _BY_PREFIX.get(".".join(steps[:2]))
    return two or _BY_PREFIX[steps[0]]
