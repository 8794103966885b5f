"""Opening hours as arithmetic: when a budget of open time is used up, and how much of it lies between two instants.

A `CalendarSpec` is what a policy file says; `Calendar.compile(spec)` answers questions about it, pure and without a
clock. Public holidays that were pinned with a policy are given back to `Calendar.compile` (see `expand_holidays`).
"""

from vigie.calendar.calendar import Calendar, EpochCalendar, Span
from vigie.calendar.holidays import HOLIDAY_YEARS, expand_holidays, public_holiday
from vigie.calendar.local_time import instant_of_local_time
from vigie.calendar.open_time import FIRST_YEAR, LAST_YEAR, OutsideCalendar
from vigie.calendar.spec import WEEKDAYS, CalendarSpec, HolidaySpec, Weekday, WeeklyHours

__all__ = [
    "FIRST_YEAR",
    "HOLIDAY_YEARS",
    "LAST_YEAR",
    "WEEKDAYS",
    "Calendar",
    "CalendarSpec",
    "EpochCalendar",
    "HolidaySpec",
    "OutsideCalendar",
    "Span",
    "Weekday",
    "WeeklyHours",
    "expand_holidays",
    "instant_of_local_time",
    "public_holiday",
]
