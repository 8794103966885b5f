"""What is kept of a policy version when a deployment first loads it, so that it decides the same for ever.

A file can be edited and a library of holidays can learn better; a promise made under a version cannot. Whoever keeps a
:class:`PolicyPin` gets the policy back with :func:`from_pin`, from its bytes and its dates alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import TZPATH

import tzdata  # type: ignore[import-untyped]  # a package of files and two strings

from vigie.calendar import expand_holidays
from vigie.policy.compile import compile_policy
from vigie.policy.policy import Policy

_RELEASE = re.compile(r"# version (\S+)")


@dataclass(frozen=True, slots=True)
class PolicyPin:
    """One version of a policy, to be stored."""

    policy: str
    version: int
    hash: str
    """sha256 of ``source``, hex."""
    source: bytes
    holidays: Mapping[str, list[str]]
    """Closed dates, ISO 8601, by the calendar's name; can be written as JSON."""
    tz_release: str
    """The time-zone release it was first loaded under (``2026a``). Kept to be compared and told, not to be restored."""


def pin(policy: Policy) -> PolicyPin:
    """What to keep of ``policy``. Takes some tenths of a second: a century of holidays is worked out."""
    holidays = {
        name: [day.isoformat() for day in expand_holidays(calendar.spec.holidays)]
        for name, calendar in policy.calendars.items()
    }
    return PolicyPin(policy.id, policy.version, policy.hash, policy.source, holidays, tz_release())


def from_pin(kept: PolicyPin) -> Policy:
    """The policy as it was when it was pinned."""
    return compile_policy(kept.source, holidays=kept.holidays, path=f"{kept.policy}/{kept.version}.yaml")


def tz_release() -> str:
    """The IANA release that this process's time zones come from; ``unknown`` where the system does not say.

    As ``zoneinfo`` does: the system's where there is one, else that of the package ``tzdata``.
    """
    system = next((folder for folder in map(Path, TZPATH) if (folder / "Europe").is_dir()), None)
    if system is None:
        return str(tzdata.IANA_VERSION)
    if (system / "+VERSION").is_file():
        return (system / "+VERSION").read_text().strip()
    rules = system / "tzdata.zi"
    found = _RELEASE.match(rules.read_text()) if rules.is_file() else None
    return found[1] if found else "unknown"
