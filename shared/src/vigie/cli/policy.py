"""``vigie policy``: the policy's own commands, and ``test``, which needs the simulation above it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from vigie.lined_yaml import BadFile, Lined, complaints
from vigie.policy import BadPolicy, Policies, Policy, load_policies, load_policy
from vigie.policy.cli import FOLDER, Folder, app
from vigie.simulation import installed_cores
from vigie.simulation.cases import CaseFile, TicketCase, read_cases
from vigie.simulation.verdict import BadStep, play

__all__ = ["app"]


class Result(NamedTuple):
    """What became of one case."""

    file: str
    case: str
    failures: tuple[str, ...]


@app.command("test")
def play_cases(
    files: Annotated[list[Path], typer.Argument(help="Case files (YAML).")],
    folder: Folder = FOLDER,
    as_json: Annotated[bool, typer.Option("--json", help="Print the results as one JSON object.")] = False,
) -> None:
    """Play case files through the deciders that run in production, in virtual time."""
    try:
        results = [result for file in files for result in _results(file, folder)]
    except (BadFile, BadPolicy) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    failed = sum(bool(result.failures) for result in results)
    if as_json:
        typer.echo(json.dumps(_as_json(results, failed), ensure_ascii=False, indent=2))
    else:
        for result in results:
            if result.failures:
                typer.echo("\n  ".join([f"{result.file}: {result.case}", *result.failures]))
        typer.echo(f"{len(results) - failed} passed, {failed} failed")
    raise typer.Exit(1 if failed else 0)


def _as_json(results: list[Result], failed: int) -> dict[str, Any]:
    return {
        "passed": len(results) - failed,
        "failed": failed,
        "cases": [{"file": one.file, "name": one.case, "failures": one.failures} for one in results],
    }


def _results(file: Path, folder: Path) -> list[Result]:
    actions = tuple(sorted({name for core in installed_cores(Policies(())) for name in core.actions}))
    cases, lined = read_cases(file, actions)
    policies = _policies(cases, file, lined.line_of(("policy",)), folder)
    cores = installed_cores(policies)
    results = []
    for index, case in enumerate(cases.cases):
        where = ("cases", index)
        policy = policies.at(policies.desks()[0], case.ticket.opened)
        if policy is None:
            line = lined.line_of((*where, "ticket", "opened"))
            raise BadFile(file, line, "no version of the policy was in force then", "ticket.opened")
        _check_ticket(case.ticket, policy, lined, (*where, "ticket"))
        try:
            failures = play(case, cases.watch, cores, policy)
        except BadStep as error:
            raise complaints(lined, error.error, at=(*where, "steps", error.index))[0] from error
        results.append(Result(str(file), case.name, tuple(failure.problem for failure in failures)))
    return results


def _check_ticket(ticket: TicketCase, policy: Policy, lined: Lined, where: tuple[str | int, ...]) -> None:
    """A misspelt priority would be refused by the desk, and a case that expects nothing would pass."""
    known = {"priority": policy.priorities, "kind": policy.kinds}
    for name, values in known.items():
        value = getattr(ticket, name)
        if value is not None and value not in values and value not in policy.aliases:
            line = lined.line_of((*where, name))
            raise BadFile(lined.path, line, f"{value!r} is none of {', '.join(values)}", f"ticket.{name}")


def _policies(cases: CaseFile, file: Path, line: int, folder: Path) -> Policies:
    """The desk that a case file is about: shipped, by its id, or a policy file beside the cases."""
    if cases.policy.endswith((".yaml", ".yml")):
        return Policies([load_policy(file.parent / cases.policy)])
    policies = load_policies(folder)
    if cases.policy not in policies.desks():
        known = ", ".join(policies.desks())
        raise BadFile(file, line, f"there is no policy {cases.policy!r}; known: {known}", "policy")
    return Policies(one for one in policies.all() if one.id == cases.policy)
