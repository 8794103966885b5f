"""``vigie report DESK``: figures of a desk, for people, spreadsheets and programs."""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, NoReturn, get_args
from zoneinfo import ZoneInfo

import typer
from rich.console import RenderableType

from vigie.contracts.requests import Language
from vigie.io.clock import SYSTEM, Clock, UnreadableClock, parse_clock
from vigie.io.database import run_command
from vigie.policy import Policies, Policy
from vigie.policy.cli import print_as_text
from vigie_intake.adapters.figures.as_json import bills_json, report_json, unresolved_json
from vigie_intake.adapters.figures.recorded import Records, records
from vigie_intake.adapters.figures.sheet import bills_sheet, report_sheet, unresolved_sheet
from vigie_intake.adapters.figures.spreadsheet import bills_csv, report_csv, unresolved_csv
from vigie_intake.core.figures import Period, report
from vigie_intake.core.figures.billing import bills
from vigie_intake.core.figures.unresolved import unresolved

app = typer.Typer(add_completion=False)

LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is asked for."""

    desk: str
    days: tuple[date, date] | None
    """None: this month so far."""
    what: str
    """``figures``, ``billing`` or ``unresolved``"""
    lang: str | None


@dataclass(frozen=True, slots=True)
class _Found:
    """One report, three ways."""

    sheet: RenderableType
    csv: str
    json: dict[str, Any]


@app.command("report")
def report_command(
    desk: Annotated[str, typer.Argument(help="The desk's id: serveurcom.")],
    database: Annotated[str, typer.Option("--database", envvar="DATABASE_URL", help="postgresql://…")],
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", help="Local date of the desk.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="The last day, included.")] = None,
    month: Annotated[str | None, typer.Option(metavar="YYYY-MM", help="Instead of --from and --to.")] = None,
    billing: Annotated[bool, typer.Option("--billing", help="The time logged, and what of it is charged.")] = False,
    open_ones: Annotated[bool, typer.Option("--unresolved", help="What is not resolved now, oldest first.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="For a spreadsheet: UTF-8, “;”, decimal comma.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    lang: Annotated[str | None, typer.Option(help=f"{', '.join(LANGUAGES)}; left out: the desk's first.")] = None,
    clock: Annotated[str, typer.Option(envvar="VIGIE_CLOCK", help="The deployment's clock.")] = SYSTEM,
) -> None:
    """Print what a desk has done: this month so far, or from one day to another.

    Nothing that happened after the last day changes a figure. Exit 2 when what is asked for makes no sense.
    """
    if as_csv and as_json:
        _refuse("choose one of --csv and --json")
    if billing and open_ones:
        _refuse("choose one of --billing and --unresolved")
    if open_ones and (first or last or month):
        _refuse("--unresolved is about now; leave --from, --to and --month out")
    if lang is not None and lang not in LANGUAGES:
        _refuse(f"--lang {lang!r} is none of {', '.join(LANGUAGES)}")
    what = "billing" if billing else "unresolved" if open_ones else "figures"
    wish = _Wish(desk, _days(first, last, month), what, lang)
    found = run_command(_make(database, wish, _clock(clock)))
    if as_csv:
        typer.echo(found.csv, nl=False)
    elif as_json:
        typer.echo(json.dumps(found.json, ensure_ascii=False, indent=1))
    else:
        print_as_text(found.sheet)


async def _make(database: str, wish: _Wish, clock: Clock) -> _Found:
    async with records(database) as recorded:
        now = clock.now().replace(microsecond=0)
        policy = _policy(recorded.policies, wish.desk)
        zone = ZoneInfo(policy.timezone)
        today = now.astimezone(zone).date()
        first, last = wish.days or (today.replace(day=1), today)
        period = Period(first, last, zone, now)
        policy = recorded.policies.on(wish.desk, min(last, today)) or policy
        language = _language(wish.lang, policy)
        if wish.what == "billing":
            return await _bills(recorded, policy, period, language)
        if wish.what == "unresolved":
            return await _unresolved(recorded, policy, period, language)
        return await _figures(recorded, policy, period, language)


async def _figures(recorded: Records, policy: Policy, period: Period, language: Language) -> _Found:
    told = await recorded.told(policy.id, period)
    made = report(policy, told, await recorded.apart(policy.id, period), period)
    return _Found(report_sheet(made, language), report_csv(made), report_json(made))


async def _bills(recorded: Records, policy: Policy, period: Period, language: Language) -> _Found:
    made = bills(await recorded.told(policy.id, period), period)
    return _Found(
        bills_sheet(policy, period, made, language), bills_csv(period, made), bills_json(policy.id, period, made)
    )


async def _unresolved(recorded: Records, policy: Policy, period: Period, language: Language) -> _Found:
    listed = unresolved(await recorded.told(policy.id, period), period.now)
    subjects = await recorded.subjects(policy.id)
    return _Found(
        unresolved_sheet(policy, period, listed, subjects, language),
        unresolved_csv(period, listed, subjects),
        unresolved_json(policy.id, period, listed, subjects),
    )


def _policy(policies: Policies, desk: str) -> Policy:
    policy = policies.latest(desk)
    if policy is None:
        _refuse(f"there is no desk {desk!r}; there is {_listed(policies.desks())}")
    return policy


def _listed(desks: Sequence[str]) -> str:
    return ", ".join(desks) or "none: no service has started with this database yet"


def _language(wished: str | None, policy: Policy) -> Language:
    return next((one for one in LANGUAGES if one == wished), policy.languages[0])


def _days(first: str | None, last: str | None, month: str | None) -> tuple[date, date] | None:
    if month is not None:
        if first or last:
            _refuse("--month says both ends; leave --from and --to out")
        begin = _date(f"{month}-01", "--month", month)
        return begin, begin.replace(day=monthrange(begin.year, begin.month)[1])
    if first is None and last is None:
        return None
    if first is None or last is None:
        _refuse("--from and --to belong together")
    begin, end = _date(first, "--from", first), _date(last, "--to", last)
    if end < begin:
        _refuse(f"--to {end} is before --from {begin}")
    return begin, end


def _date(text: str, option: str, written: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        example = "2026-03" if option == "--month" else "2026-03-01"
        _refuse(f"{option} {written!r} is no date like {example}")


def _clock(text: str) -> Clock:
    try:
        return parse_clock(text)
    except UnreadableClock as error:
        _refuse(f"VIGIE_CLOCK: {error}")


def _refuse(reason: str) -> NoReturn:
    typer.echo(reason, err=True)
    raise typer.Exit(2)
