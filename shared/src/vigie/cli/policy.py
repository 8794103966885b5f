"""``vigie policy``: the policy's own commands, and ``test``, which needs the simulation above it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from vigie.calendar import OutsideCalendar
from vigie.decider import Core
from vigie.lined_yaml import BadFile, Lined, complaints
from vigie.policy import BadPolicy, Policies, Policy, load_policies, load_policy
from vigie.policy.cli import FOLDER, Folder, app
from vigie.simulation import installed_cores
from vigie.simulation.cases import CaseFile, TicketCase, read_cases
from vigie.simulation.verdict import BadStep, play

__all__ = ["app"]

Cores = tuple[Core[Any, Any, Any], ...]


class Result(NamedTuple):
    """What became of one case."""

    file: str
    line: int
    case: str
    failures: tuple[str, ...]


@app.command("test")
def play_cases(
    files: Annotated[list[Path], typer.Argument(help="Case files (YAML).")],
    folder: Folder = FOLDER,
    as_json: Annotated[bool, typer.Option("--json", help="Print the results as one JSON object.")] = False,
) -> None:
    """Play case files through the deciders that run in production, in virtual time.

    Exit 0 when all pass, 1 when one fails, 2 when a file cannot be read; the other files are played all the same.
    """
    results: list[Result] = []
    problems: list[BadFile] = []
    for file in files:
        try:
            results += _results(file, folder)
        except BadFile as bad:
            problems.append(bad)
        except BadPolicy as bad:
            # A core's own complaint (mails without words) has no line of the policy.
            problems += bad.problems or (BadFile(file, 1, str(bad)),)
    if as_json:
        typer.echo(json.dumps(_as_json(results, problems), ensure_ascii=False, indent=2))
    else:
        _print(results, problems)
    raise typer.Exit(2 if problems else 1 if _failed(results) else 0)


def _failed(results: list[Result]) -> int:
    return sum(bool(result.failures) for result in results)


def _print(results: list[Result], problems: list[BadFile]) -> None:
    for problem in problems:
        typer.echo(str(problem), err=True)
    for result in results:
        if result.failures:
            typer.echo("\n  ".join([f"{result.file}:{result.line}: {result.case}", *result.failures]))
    failed = _failed(results)
    typer.echo(f"{len(results) - failed} passed, {failed} failed")


def _as_json(results: list[Result], problems: list[BadFile]) -> dict[str, Any]:
    failed = _failed(results)
    return {
        "passed": len(results) - failed,
        "failed": failed,
        "cases": [
            {
                "file": one.file,
                "line": one.line,
                "name": one.case,
                "passed": not one.failures,
                "failures": one.failures,
            }
            for one in results
        ],
        "errors": [{"file": one.path, "line": one.line, "field": one.field, "reason": one.reason} for one in problems],
    }


def _results(file: Path, folder: Path) -> list[Result]:
    actions = tuple(sorted({name for core in installed_cores(Policies(())) for name in core.actions}))
    cases, lined = read_cases(file, actions)
    policies = _policies(cases, file, lined.line_of(("policy",)), folder)
    cores = installed_cores(policies)
    return [_result(index, cases, lined, policies, cores) for index in range(len(cases.cases))]


def _result(index: int, cases: CaseFile, lined: Lined, policies: Policies, cores: Cores) -> Result:
    case, where = cases.cases[index], ("cases", index)
    policy = policies.at(policies.desks()[0], case.ticket.opened)
    if policy is None:
        line = lined.line_of((*where, "ticket", "opened"))
        raise BadFile(lined.path, line, "no version of the policy was in force then", "ticket.opened")
    if not any(one.event == "RequestRefused" for one in case.expect):
        _check_ticket(case.ticket, policy, lined, (*where, "ticket"))
    try:
        failures = play(case, cases.watch or (), cores, policy)
    except OutsideCalendar as error:
        raise BadFile(lined.path, lined.line_of(where), f"a deadline lies {error}", "cases") from error
    except BadStep as error:
        raise complaints(lined, error.error, at=(*where, "steps", error.index))[0] from error
    return Result(lined.path, lined.line_of(where), case.name, tuple(failure.problem for failure in failures))


def _check_ticket(ticket: TicketCase, policy: Policy, lined: Lined, where: tuple[str | int, ...]) -> None:
    """A misspelt priority would be refused by the desk, and a case that expects nothing would pass."""
    kind = ticket.kind or policy.kinds[0]
    if ticket.priority is None and policy.aliases.get(kind, kind) not in policy.default_priorities:
        raise BadFile(lined.path, lined.line_of(where), "is missing", "ticket.priority")
    known = {"priority": policy.priorities, "kind": policy.kinds}
    for name, values in known.items():
        value = getattr(ticket, name)
        if value is not None and value not in values and value not in policy.aliases:
            line = lined.line_of((*where, name))
            raise BadFile(lined.path, line, f"{value!r} is none of {', '.join(values)}", f"ticket.{name}")


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except ValueError:  # no path has a NUL
        return False


def _policies(cases: CaseFile, file: Path, line: int, folder: Path) -> Policies:
    """The desk that a case file is about: shipped, by its id, or a policy file beside the cases."""
    if cases.policy.endswith((".yaml", ".yml")) or _is_file(file.parent / cases.policy):
        return Policies([load_policy(file.parent / cases.policy)])
    policies = load_policies(folder)
    if cases.policy not in policies.desks():
        known = ", ".join(policies.desks())
        raise BadFile(file, line, f"there is no policy {cases.policy!r}; known: {known}", "policy")
    return Policies(one for one in policies.all() if one.id == cases.policy)
