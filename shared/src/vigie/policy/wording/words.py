"""What each language must have a word for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from vigie.policy.durations import DaysName

Templates = Mapping[str, str]
"""By the pattern of a statement (``commitments.*.targets.*``); ``{0}``, ``{1}`` are what its stars stand for."""


class Words(NamedTuple):
    """One language; what stands in braces is filled in."""

    heading: str
    no_promise: str
    ladders: str
    only_for: str
    holidays: str
    weekdays: tuple[str, ...]
    """From Monday."""

    parts: Templates
    """Headings of the parts of a policy, by the names of sections.py."""
    subjects: Templates
    """What a statement is about; inside a thing, without that thing."""
    orders: Templates
    absent: Templates
    """What it means that nothing is said, where it does not simply mean nothing."""
    terms: Mapping[str, Templates]
    """Words of the vocabulary, by group."""

    closed: str
    colon: str
    also: str
    """Between things that are said of one."""
    quoted: str
    any_priority: str
    on_calendar: str
    share: str
    days: Mapping[DaysName, tuple[str, str]]
    """One and many."""
    outside_customer_hours: str
    of_kinds: str
    about_services: str
    by_channels: str
    any_request: str
    mail: str
    refusal: str
    attempts: str
    weekly: str

    compared: str
    """The heading of a comparison."""
    nothing_changes: str
    changed: str
    """From one value to another."""
    changed_phrase: str
    """From one phrase to another, which may not stand behind a preposition."""
    new: str
    gone: str
    reordered: str
