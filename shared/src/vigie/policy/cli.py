"""``vigie policy``: is what a desk promises well written, and what does it promise?"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated, cast, get_args

import typer
from rich.console import Console, RenderableType

from vigie.contracts.requests import Language
from vigie.lined_yaml import BadFile
from vigie.policy.compile import file_of
from vigie.policy.diff import compared, comparison
from vigie.policy.errors import BadPolicy
from vigie.policy.loader import load_policies, load_policy
from vigie.policy.policies import Policies
from vigie.policy.policy import Policy
from vigie.policy.show import sheet

app = typer.Typer(name="policy", help="What each desk promises.", no_args_is_help=True)

Folder = Annotated[
    Path, typer.Option("--policies", envvar="VIGIE_POLICIES", help="The folder of all desks: <desk>/<version>.yaml.")
]


def _folder() -> Path:
    """``policies`` here; for a command given elsewhere, that of the checkout the library runs from."""
    checkout = Path(__file__).parents[4] / "policies"
    return checkout if checkout.is_dir() and not Path("policies").is_dir() else Path("policies")


FOLDER = _folder()


@app.callback()
def policy() -> None:
    """What each desk promises."""


@app.command()
def check(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE]...", help="Single files; none: every desk's.")
    ] = None,
    folder: Folder = FOLDER,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of lines.")] = False,
) -> None:
    """Say what is wrong with policy files, as file:line: field: reason. Exit 0 when nothing is, else 2.

    A file that is named is judged by itself; without one, names and versions of the whole folder are judged too.
    """
    good, problems = _judged(files, folder)
    if as_json:
        typer.echo(json.dumps(_as_json(good, problems), ensure_ascii=False, indent=1))
    else:
        for problem in problems:
            typer.echo(str(problem), err=True)
        for one in good:
            typer.echo(f"{one.id} version {one.version}: good, in force from {one.effective_from}")
    raise typer.Exit(2 if problems else 0)


@app.command()
def show(
    desk: Annotated[str, typer.Argument(help="The desk's id: serveurcom.")],
    at: Annotated[
        str | None, typer.Option("--at", metavar="DATE", help="The version in force that day; left out: the last one.")
    ] = None,
    lang: Annotated[str | None, typer.Option("--lang", help="fr, en or es; left out: the desk's first.")] = None,
    folder: Folder = FOLDER,
) -> None:
    """Print a desk's promises and ladders as a table, as people hang them on a wall. Exit 2 when there are none."""
    day = date_in("--at", at) if at else None
    policies = policies_with(desk, folder)
    found = policies.on(desk, day) if day else policies.latest(desk)
    if found is None:
        raise nothing_yet(desk, policies, day)
    print_as_text(sheet(file_of(found), language_of(lang, found)))


@app.command()
def diff(
    desk: Annotated[str, typer.Argument(help="The desk's id: serveurcom.")],
    earlier: Annotated[str, typer.Argument(metavar="V1", help="A version: 1.")],
    later: Annotated[str, typer.Argument(metavar="V2", help="Another: 2.")],
    lang: Annotated[str | None, typer.Option("--lang", help="fr, en or es; left out: the desk's first.")] = None,
    folder: Folder = FOLDER,
    as_json: Annotated[bool, typer.Option("--json", help="Print the fields that differ as one JSON object.")] = False,
) -> None:
    """Say in words what changes for customers and technicians from one version of a desk's policy to another.

    Exit 0, also when nothing changes; 2 when there is no such desk or version.
    """
    policies = policies_with(desk, folder)
    one, other = (_version(policies, desk, version) for version in (earlier, later))
    language = language_of(lang, other)
    before, after = file_of(one), file_of(other)
    if as_json:
        typer.echo(json.dumps(compared(before, after), ensure_ascii=False, indent=1))
    else:
        print_as_text(comparison(before, after, language))


def _version(policies: Policies, desk: str, written: str) -> Policy:
    known = {str(version): version for version in policies.versions(desk)}
    if written not in known:
        raise refused(f"{desk} has no version {written}; there is {', '.join(known)}")
    return policies.version(desk, known[written])


def policies_with(desk: str, folder: Path) -> Policies:
    """Every desk's policies. Exit 2 with the reason when one is broken or ``desk`` has none."""
    try:
        policies = load_policies(folder)
    except BadPolicy as bad:
        typer.echo(str(bad), err=True)
        raise typer.Exit(2) from bad
    if desk not in policies.desks():
        raise refused(f"there is no desk {desk!r} in {folder}; there is {', '.join(policies.desks())}")
    return policies


def date_in(option: str, written: str) -> date:
    """The local date that ``written`` behind ``option`` is; exit 2 when it is none."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise refused(f"{option} {written!r} is not a date like 2026-03-23") from None


def language_of(written: str | None, policy: Policy) -> Language:
    """The language behind ``--lang``, else the desk's first; exit 2 when it is not spoken here."""
    for language in get_args(Language):
        if language == (written or policy.languages[0]):
            return cast(Language, language)
    raise refused(f"--lang {written!r} is none of {', '.join(get_args(Language))}")


def nothing_yet(desk: str, policies: Policies, day: date | None) -> typer.Exit:
    """Says that ``desk`` was not in force on ``day``."""
    since = policies.version(desk, 1).effective_from
    return refused(f"{desk} promised nothing yet on {day}: version 1 is in force from {since}")


def refused(reason: str) -> typer.Exit:
    """Says ``reason``; to be raised."""
    typer.echo(reason, err=True)
    return typer.Exit(2)


def print_as_text(sheet: RenderableType) -> None:
    """Print what is made of a policy's words, which are text and never markup."""
    Console(markup=False, emoji=False, highlight=False).print(sheet)


def _judged(files: list[Path] | None, folder: Path) -> tuple[list[Policy], list[BadFile]]:
    good: list[Policy] = []
    problems: list[BadFile] = []
    for path in files or [folder]:
        try:
            good += [load_policy(path)] if files else load_policies(path).all()
        except BadPolicy as bad:
            problems += bad.problems
    return good, problems


def _as_json(good: list[Policy], problems: list[BadFile]) -> dict[str, object]:
    return {
        "policies": [
            {"policy": one.id, "version": one.version, "hash": one.hash, "effective_from": str(one.effective_from)}
            for one in good
        ],
        "errors": [{"file": bad.path, "line": bad.line, "field": bad.field, "reason": bad.reason} for bad in problems],
    }
