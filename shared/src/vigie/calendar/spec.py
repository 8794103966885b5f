"""The `calendar` object of a policy file: a time zone, a week of opening hours, and the days on which they do not hold.

The hours are local and weekly, so nothing here can fall into a summer-time change; that is settled when they are turned
into instants (see `zone.py`). What cannot be meant is refused, and pydantic's error names the field.
"""

import re
from collections.abc import Callable
from datetime import date
from difflib import get_close_matches
from functools import cache
from itertools import pairwise
from typing import Annotated, Any, Literal, Self, get_args
from zoneinfo import ZoneInfo, available_timezones

import holidays as public_holidays
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import CoreSchema

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
"""In the order of `date.weekday()`."""

_SPAN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-(?:([01][0-9]|2[0-3]):([0-5][0-9])|(24):(00))")


def span_seconds(span: str) -> tuple[int, int]:
    """`"08:30-12:30"` as seconds of wall time since the day began; raises ValueError when it is no such span."""
    found = _SPAN.fullmatch(span)
    if not found:
        raise ValueError(f"{span!r} is not a span like '08:30-12:30' (from 00:00 to 24:00, two digits each)")
    from_hour, from_minute, to_hour, to_minute = (int(part) for part in found.groups() if part is not None)
    start, end = from_hour * 3600 + from_minute * 60, to_hour * 3600 + to_minute * 60
    if end <= start:
        raise ValueError(
            f"{span!r} ends before it has begun; hours past midnight are written on two days, "
            "'22:00-24:00' on the one and '00:00-06:00' on the next"
        )
    return start, end


def _checked_span(span: str) -> str:
    span_seconds(span)
    return span


def _without_overlap(spans: tuple[str, ...]) -> tuple[str, ...]:
    """The spans of a day in order of time; they may touch."""
    ordered = sorted(spans, key=span_seconds)
    for earlier, later in pairwise(ordered):
        if span_seconds(later)[0] < span_seconds(earlier)[1]:
            raise ValueError(f"the spans {earlier!r} and {later!r} overlap")
    return tuple(ordered)


def _written_as(pattern: str, example: str) -> Callable[[Any], Any]:
    """Keeps pydantic from taking numbers or other notations for a date."""

    def check(value: Any) -> Any:
        if isinstance(value, date) or (isinstance(value, str) and re.fullmatch(pattern, value)):
            return value
        raise ValueError(f"{value!r} is not written like {example!r}")

    return check


def _day_of_some_year(value: str) -> str:
    try:
        date.fromisoformat(f"2000-{value}")  # a leap year, so that 02-29 passes
    except ValueError:
        raise ValueError(f"{value!r} is not a day of any year, written like '12-26'") from None
    return value


def _known_zone(key: str) -> str:
    try:
        ZoneInfo(key)
    except (OSError, ValueError, KeyError):
        near = get_close_matches(key, available_timezones(), n=1)
        raise ValueError(f"{key!r} is not a time zone" + (f"; did you mean {near[0]!r}?" if near else "")) from None
    return key


SpanText = Annotated[str, AfterValidator(_checked_span), Field(json_schema_extra={"pattern": f"^(?:{_SPAN.pattern})$"})]
DaySpans = Annotated[tuple[SpanText, ...], AfterValidator(_without_overlap)]
LocalDate = Annotated[date, BeforeValidator(_written_as(r"\d{4}-\d{2}-\d{2}", "2026-12-26"))]
YearlyDay = Annotated[str, BeforeValidator(_written_as(r"\d{2}-\d{2}", "12-26")), AfterValidator(_day_of_some_year)]


class WeeklyHours(BaseModel):
    """The open spans of each day of the week, in order; a day left out is closed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mon: DaySpans = Field((), description="Monday", examples=[["08:30-12:30", "14:00-18:00"]])
    tue: DaySpans = Field((), description="Tuesday")
    wed: DaySpans = Field((), description="Wednesday")
    thu: DaySpans = Field((), description="Thursday")
    fri: DaySpans = Field((), description="Friday")
    sat: DaySpans = Field((), description="Saturday")
    sun: DaySpans = Field((), description="Sunday")

    def of(self, weekday: int) -> tuple[str, ...]:
        """The spans of a day by `date.weekday()`."""
        spans: tuple[str, ...] = getattr(self, WEEKDAYS[weekday])
        return spans

    @model_validator(mode="after")
    def _opens_at_all(self) -> Self:
        if not any(self.of(weekday) for weekday in range(7)):
            raise ValueError("no day of the week is open, so no deadline on this calendar would ever come")
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [{"const": "always"}, handler.resolve_ref_schema(handler(schema))]}


ROUND_THE_CLOCK: dict[str, list[str]] = {day: ["00:00-24:00"] for day in WEEKDAYS}


def _always(value: Any) -> Any:
    """`always` is a short way to write a week without closing time; holidays, where given, still close it."""
    if isinstance(value, str):
        if value != "always":
            raise ValueError(f"{value!r} is neither 'always' nor the spans of each day")
        return ROUND_THE_CLOCK
    return value


class HolidaySpec(BaseModel):
    """The days on which the weekly hours do not hold: the desk is closed all day.

    `open` names holidays that are worked after all, with the hours of their weekday; it wins over `country` and
    `yearly`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    country: str | None = Field(None, description="ISO 3166-1 alpha-2", examples=["FR"])
    subdivision: str | None = Field(None, description="ISO 3166-2 without the country", examples=["57"])
    yearly: tuple[YearlyDay, ...] = Field((), description="closed each year, MM-DD", examples=[["12-26"]])
    dates: tuple[LocalDate, ...] = Field((), description="closed once", examples=[["2026-05-15"]])
    open: tuple[LocalDate, ...] = Field((), description="public holidays that are worked", examples=[["2026-05-25"]])

    @field_validator("country")
    @classmethod
    def _has_known_holidays(cls, country: str | None) -> str | None:
        if country is not None and country not in _countries():
            raise ValueError(f"no public holidays are known for {country!r} (ISO 3166-1 alpha-2, as in 'FR')")
        return country

    @field_validator("subdivision")
    @classmethod
    def _is_of_the_country(cls, subdivision: str | None, others: ValidationInfo) -> str | None:
        country = others.data.get("country")
        if subdivision is None or "country" not in others.data:
            return subdivision
        if country is None:
            raise ValueError("needs a country")
        if subdivision not in _countries()[country]:
            known = ", ".join(sorted(_countries()[country])) or "none"
            raise ValueError(
                f"no public holidays of its own are known for {subdivision!r} in {country}; "
                f"leave it out, or take one of those that have: {known}"
            )
        return subdivision

    @field_validator("yearly")
    @classmethod
    def _leaves_a_day(cls, yearly: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(yearly)) == 366:
            raise ValueError("every day of the year is a holiday, so no deadline on this calendar would ever come")
        return yearly

    @field_validator("open")
    @classmethod
    def _is_not_closed_too(cls, worked: tuple[date, ...], others: ValidationInfo) -> tuple[date, ...]:
        both = sorted(set(worked) & set(others.data.get("dates", ())))
        if both:
            raise ValueError(f"{both[0]} stands under 'dates' too, so it would be both closed and worked")
        return worked


@cache
def _countries() -> dict[str, frozenset[str]]:
    supported = public_holidays.list_supported_countries(include_aliases=False)
    return {country: frozenset(subdivisions) for country, subdivisions in supported.items() if len(country) == 2}


class CalendarSpec(BaseModel):
    """A desk's local opening hours."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    timezone: Annotated[str, AfterValidator(_known_zone)] = Field(description="IANA name", examples=["Europe/Paris"])
    hours: Annotated[WeeklyHours, BeforeValidator(_always)] = Field(
        description="local opening spans of each weekday, or `always`"
    )
    holidays: HolidaySpec = Field(HolidaySpec(), description="days on which the hours do not hold; left out: none")
