"""Which clock a deployment lives by; decided at the first `up`, kept until `reset`.

Time must not jump under data that already have deadlines, so another wish later is an error, not a change.
The services read the text themselves (`VIGIE_CLOCK`); here it is only composed and kept.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from vigie.io.clock import SYSTEM, UnreadableClock, parse_clock
from vigie_local.errors import StackError

_UNANCHORED = re.compile(r"(?P<virtual>[^@\s]+)\s+(?P<speed>x\S+)")


def anchor(wish: str, real: datetime) -> str:
    """`VIRTUAL xN` completed to `VIRTUAL@REAL xN`: at the machine's instant `real` it was VIRTUAL. The rest stays."""
    parts = _UNANCHORED.fullmatch(wish.strip())
    text = f"{parts['virtual']}@{real.isoformat()} {parts['speed']}" if parts else wish.strip()
    try:
        parse_clock(text)
    except UnreadableClock:
        raise StackError(
            f"The clock {wish!r} is neither `system` nor an instant with its offset and a speed, like "
            "`2026-03-23T21:55:00+01:00 x120`."
        ) from None
    return text


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
        raise StackError(f"These data live by the clock {kept!r} since their start; only `vigie reset` gives another.")
    return kept


def _without_real(clock: str) -> str:
    return re.sub(r"@\S+", "", clock)
