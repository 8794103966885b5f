"""A local time that a person writes, as the one instant it means; refused where it means none or two."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def instant_of_local_time(written: str, timezone: str) -> datetime:
    """ISO 8601 as an instant: by its own offset, or else by the wall in `timezone`.

    ValueError for a time that the wall skips when the clocks change, or shows twice: then with both spellings.
    """
    try:
        local = datetime.fromisoformat(written)
    except ValueError:
        raise ValueError(f"{written!r} is not a date and time like '2026-03-23T11:50'") from None
    if local.tzinfo is not None:
        return local.astimezone(UTC)
    zone = ZoneInfo(timezone)
    readings = [local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    shown = sorted({at for at in readings if at.astimezone(zone).replace(tzinfo=None) == local})
    match shown:
        case [instant]:
            return instant
        case []:
            raise ValueError(f"{written!r} does not exist in {timezone}: the clocks are put forward over it")
        case _:
            spelt = " or ".join(at.astimezone(zone).isoformat() for at in shown)
            raise ValueError(f"{written!r} comes twice in {timezone}, as the clocks are put back: write {spelt}")
