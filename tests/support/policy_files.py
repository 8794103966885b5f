"""Small policies to load: a desk with one promise, and what a test wants to be otherwise."""

from __future__ import annotations

from pathlib import Path

ONE_PROMISE = """\
policy: {desk}
version: {version}
effective_from: {since}
languages: [fr]
calendars:
  open:
    timezone: {zone}
    hours: {{mon: ["09:00-12:00"], tue: ["09:00-12:00"], fri: ["09:00-12:00"]}}
    holidays: {{country: FR}}
priorities: [low, high]
kinds: [technical]
commitments:
  take_charge:
    from: TicketOpened
    until: TicketTakenInCharge
    targets: {{any: {{within: 2h, calendar: open}}}}
{more}"""


def one_promise(
    *, desk: str = "desk", version: int = 1, since: str = "2026-01-01", zone: str = "Europe/Paris", more: str = ""
) -> bytes:
    """A policy file that promises to take charge within 2 h of Monday, Tuesday and Friday mornings."""
    return ONE_PROMISE.format(desk=desk, version=version, since=since, zone=zone, more=more).encode()


def write(folder: Path, path: str, source: bytes) -> Path:
    """``source`` as the file ``path`` of ``folder``."""
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(source)
    return file
