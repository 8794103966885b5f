"""A local time that a person writes, as the one instant it means; refused where it means none or two."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from vigie.calendar.open_time import FIRST_YEAR, LAST_YEAR, OutsideCalendar


def instant_of_local_time(written: str, timezone: str) -> datetime:
    """ISO 8601 as an instant: by its own offset, or else by the wall in `timezone`.

    ValueError for a time that the wall skips when the clocks change, or shows twice: then with the two spellings that
    may be meant. `OutsideCalendar`, which is one, for a year that no calendar knows.
    """
    local = _date_and_time(written)
    if not FIRST_YEAR <= local.year <= LAST_YEAR:
        raise OutsideCalendar
    if local.tzinfo is not None:
        return local.astimezone(UTC)
    zone = ZoneInfo(timezone)
    readings = sorted({local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)})
    shown = [at for at in readings if at.astimezone(zone).replace(tzinfo=None) == local]
    if len(shown) == 1:
        return shown[0]
    spelt = " or ".join(at.astimezone(zone).isoformat() for at in readings)
    if shown:
        raise ValueError(f"{written!r} comes twice in {timezone}, as the clocks are put back: write {spelt}")
    raise ValueError(f"{written!r} does not exist in {timezone}: the clocks are put forward over it; write {spelt}")


def _date_and_time(written: str) -> datetime:
    try:
        local = datetime.fromisoformat(written)
    except ValueError:
        raise _unreadable(written) from None
    if _is_date(written):
        raise _unreadable(written)
    return local


def _is_date(written: str) -> bool:
    try:
        date.fromisoformat(written)
    except ValueError:
        return False
    return True


def _unreadable(written: str) -> ValueError:
    return ValueError(f"{written!r} is not a date and time like '2026-03-23T11:50'")
