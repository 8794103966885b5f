"""Which clock a deployment lives by; decided at the first `up`, kept until `reset`.

Time must not jump under data that already have deadlines, so another wish later is an error, not a change.
The services read the text themselves (`VIGIE_CLOCK`); here it is only composed and kept.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from vigie_local.errors import StackError

SYSTEM = "system"
_WISH = re.compile(r"(?P<virtual>\S+?)(?:@(?P<real>\S+))?\s+x(?P<speed>\d+(?:\.\d+)?)")


def anchor(wish: str, real: datetime) -> str:
    """`system`, or `VIRTUAL xN` completed to `VIRTUAL@REAL xN`: at the real instant `real` it was VIRTUAL."""
    if wish == SYSTEM:
        return SYSTEM
    if not (parts := _WISH.fullmatch(wish.strip())) or float(parts["speed"]) <= 0:
        raise _unreadable(wish)
    begun = _instant(parts["real"], wish) if parts["real"] else real
    return f"{_instant(parts['virtual'], wish).isoformat()}@{begun.isoformat()} x{parts['speed']}"


def settle(wish: str | None, file: Path, now: float) -> str:
    """The clock of these data: the kept one, or at the first start `wish` (default: the system's), then kept in `file`.

    `now` is the machine's time in seconds since 1970. Raises StackError for another wish than the kept clock.
    """
    wanted = anchor(wish or SYSTEM, datetime.fromtimestamp(now, UTC))
    if not file.exists():
        file.write_text(wanted + "\n")
        return wanted
    kept = file.read_text().strip()
    if wish is not None and _without_real(kept) != _without_real(wanted):
        raise StackError(
            f"These data live by the clock {kept!r} since their start; only `vigie reset` gives a new one."
        )
    return kept


def _without_real(clock: str) -> str:
    return re.sub(r"@\S+", "", clock)


def _instant(text: str, wish: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise _unreadable(wish) from None
    if instant.tzinfo is None:
        raise _unreadable(wish)
    return instant


def _unreadable(wish: str) -> StackError:
    return StackError(
        f"The clock {wish!r} is neither `system` nor an instant with its offset and a speed, like "
        "`2026-03-23T21:55:00+01:00 x120`."
    )
