"""``vigie calendar``: the calendar's own commands, and those that ask a desk's policy: a week, and deadlines."""

from __future__ import annotations

import json
import os
from datetime import date, datetime
from itertools import groupby
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from vigie.calendar import FIRST_YEAR, LAST_YEAR, OutsideCalendar, instant_of_local_time
from vigie.calendar.cli import app
from vigie.cli.deadlines import as_json as deadlines_as_json
from vigie.cli.deadlines import deadline_sheet
from vigie.cli.forecast import forecast
from vigie.cli.week import week_of, week_sheet
from vigie.commitments import Opened
from vigie.contracts.terms import ContractTerms
from vigie.io.clock import SYSTEM, UnreadableClock, parse_clock
from vigie.policy import Policies, Policy
from vigie.policy.cli import (
    FOLDER,
    Folder,
    date_in,
    language_of,
    nothing_yet,
    policies_with,
    print_as_text,
    refused,
)

__all__ = ["app"]

Desk = Annotated[str, typer.Argument(help="The desk's id: serveurcom.")]
Lang = Annotated[str | None, typer.Option("--lang", help="fr, en or es; left out: the desk's first.")]

_KEYS = tuple(name for name, field in ContractTerms.model_fields.items() if field.annotation is bool)
_TRUTH = {"true": True, "false": False}


@app.command()
def show(
    desk: Desk,
    week: Annotated[
        str | None,
        typer.Option("--week", metavar="DATE", help="A day of the week; left out: today, by VIGIE_CLOCK if it is set."),
    ] = None,
    lang: Lang = None,
    folder: Folder = FOLDER,
) -> None:
    """Print a week of a desk, Monday to Sunday: when each calendar is open, its holidays and changes of the clocks.

    Exit 2 when nothing was promised yet that week.
    """
    asked = date_in("--week", week) if week else None
    policies = policies_with(desk, folder)
    day = asked or _today(policies, desk)
    try:
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise OutsideCalendar
        in_force = [(policies.on(desk, one), one) for one in week_of(day)]
        sections = [
            (policy, [one for _, one in days]) for policy, days in groupby(in_force, key=lambda one: one[0]) if policy
        ]
        if not sections:
            raise nothing_yet(desk, policies, day)
        print_as_text(week_sheet(sections, language_of(lang, sections[-1][0])))
    except OutsideCalendar as error:
        raise refused(f"the week of {day} lies {error}") from error


@app.command()
def due(
    desk: Desk,
    priority: Annotated[str, typer.Option("--priority", help="The policy's id or one of its aliases.")],
    opened: Annotated[
        str, typer.Option("--opened", metavar="T", help="2026-03-23T11:50, on the desk's wall, or with an offset.")
    ],
    kind: Annotated[
        str | None, typer.Option("--kind", help="The policy's id or an alias; left out: the policy's first.")
    ] = None,
    contract: Annotated[
        list[str] | None,
        typer.Option("--contract", metavar="KEY=true|false", help=f"{', '.join(_KEYS)}; may be repeated."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")] = False,
    lang: Lang = None,
    folder: Folder = FOLDER,
) -> None:
    """Say when each promise to a request is due, and why: the open time that was counted and the days that were not.

    Exit 2 for a request that the policy does not know.
    """
    policies = policies_with(desk, folder)
    at, policy = _opening(opened, policies, desk)
    ticket = Opened(
        at=at,
        sequence=1,
        priority=_known("--priority", priority, policy.priorities, policy),
        kind=_known("--kind", kind, policy.kinds, policy) if kind is not None else policy.kinds[0],
        contract=_terms(contract or []),
        policy=policy.id,
        policy_version=policy.version,
    )
    language = language_of(lang, policy)
    try:
        found = forecast(ticket, policy, language)
    except OutsideCalendar as error:
        raise refused(f"a deadline lies {error}") from error
    if as_json:
        typer.echo(json.dumps(deadlines_as_json(found), ensure_ascii=False, indent=1))
    else:
        print_as_text(deadline_sheet(found, language))


def _today(policies: Policies, desk: str) -> date:
    """The date at the desk, by the clock that the services read."""
    latest = policies.latest(desk)
    assert latest is not None, "a desk has a policy"  # noqa: S101 - for the type checker
    try:
        clock = parse_clock(os.environ.get("VIGIE_CLOCK", SYSTEM))
    except UnreadableClock as error:
        raise refused(f"VIGIE_CLOCK: {error}") from error
    return clock.now().astimezone(ZoneInfo(latest.timezone)).date()


def _opening(written: str, policies: Policies, desk: str) -> tuple[datetime, Policy]:
    """The instant that ``written`` means at ``desk``, and the policy in force then; exit 2 where there is none."""
    try:
        at = instant_of_local_time(written, _zone_on(written, policies, desk))
        policy = policies.at(desk, at)
    except ValueError as error:
        raise refused(f"--opened: {error}") from None
    if policy is None:
        raise nothing_yet(desk, policies, at.astimezone(ZoneInfo(policies.version(desk, 1).timezone)).date())
    return at, policy


def _zone_on(written: str, policies: Policies, desk: str) -> str:
    """The zone of the version in force on the local date that ``written`` begins with; the first one's before it."""
    try:
        day = datetime.fromisoformat(written).date()
    except ValueError:
        day = date.min
    return (policies.on(desk, day) or policies.version(desk, 1)).timezone


def _known(option: str, written: str, ids: tuple[str, ...], policy: Policy) -> str:
    """The id among ``ids`` that ``written`` is or stands for; exit 2 where it is none."""
    meant = written if written in ids else policy.aliases.get(written)
    if meant in ids:
        return meant
    raise refused(f"{option} {written!r} is none of {', '.join(ids)}")


def _terms(written: list[str]) -> ContractTerms:
    terms: dict[str, bool] = {}
    for one in written:
        key, _, value = one.partition("=")
        if key not in _KEYS or value not in _TRUTH:
            raise refused(f"--contract {one!r} is not KEY=true or KEY=false with one of {', '.join(_KEYS)}")
        terms[key] = _TRUTH[value]
    return ContractTerms.model_validate(terms)
