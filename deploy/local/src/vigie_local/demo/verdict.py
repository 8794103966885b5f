"""Expected against seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from vigie.io.clock import ScaledClock
from vigie_local.demo.mailbox import Delivered
from vigie_local.demo.story import Expected, ExpectedMail, Story
from vigie_local.demo.watcher import Seen

TIMED = frozenset({"DeadlineMissed", "DeadlineApproaching", "OverrunReached", "EscalationRaised"})
"""What happens because an instant has come: its lateness is ours."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table."""

    wanted: str
    at: datetime | None
    seen: bool
    lateness: timedelta | None = None
    """Machine time from the instant itself to its arrival here."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the table says."""

    lines: tuple[Line, ...]
    unexpected: tuple[Seen, ...]

    @property
    def passed(self) -> bool:
        """Everything expected was seen, and nothing that may not happen."""
        return all(line.seen for line in self.lines) and not self.unexpected


def judge(
    story: Story, tickets: dict[str, str], seen: Sequence[Seen], mails: Sequence[Delivered], clock: ScaledClock
) -> Verdict:
    """Compare. Each event counts for one expectation only."""
    left = [one for one in seen if _about(one) in tickets.values()]
    lines = []
    for expected in story.expect:
        found = next((one for one in left if _fits(expected, one, tickets)), None)
        if found is not None:
            left.remove(found)
        lines.append(Line(_told(expected), expected.at, found is not None, _lateness(found, clock) if found else None))
    lines += [Line(f"mail to {one.to} ({one.template})", None, _arrived(one, tickets, mails)) for one in story.mails]
    refused = [one for one in seen if one.name == "RequestRefused" and _about(one) not in tickets.values()]
    return Verdict(tuple(lines), tuple(one for one in (*left, *refused) if one.name in story.exactly))


def _about(seen: Seen) -> str:
    """The number of the ticket; the id of what did not become one."""
    return str(seen.data.get("number") or seen.envelope.subject)


def _fits(expected: Expected, seen: Seen, tickets: dict[str, str]) -> bool:
    return (
        seen.name == expected.event
        and _about(seen) == tickets.get(expected.ticket)
        and (expected.at is None or seen.envelope.occurred_at == expected.at)
        and all(_same(value, seen.data.get(name)) for name, value in expected.facts.items())
    )


def _same(wanted: Any, came: Any) -> bool:
    if isinstance(wanted, str) and isinstance(came, str) and came.endswith("Z"):
        return datetime.fromisoformat(wanted) == datetime.fromisoformat(came)
    return bool(wanted == came)


def _lateness(seen: Seen, clock: ScaledClock) -> timedelta | None:
    if seen.name not in TIMED:
        return None
    return seen.arrived_at - (clock.real + (seen.envelope.occurred_at - clock.virtual) / clock.speed)


def _arrived(expected: ExpectedMail, tickets: dict[str, str], mails: Sequence[Delivered]) -> bool:
    number = tickets.get(expected.ticket)
    wanted = (expected.to, expected.template)
    return any((one.to, one.template) == wanted and number in (one.ticket, one.about) for one in mails)


def _told(expected: Expected) -> str:
    named = [str(expected.facts[name]) for name in ("clock", "level", "priority") if name in expected.facts]
    return " ".join([expected.ticket, expected.event, *named])
