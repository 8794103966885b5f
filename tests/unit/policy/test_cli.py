"""``vigie policy``, as a person runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from support.policy_files import one_promise, write
from vigie.policy.cli import app

POLICIES = Path(__file__).parents[3] / "policies"


def run(*arguments: str | Path, policies: Path = POLICIES) -> Result:
    environment = {"VIGIE_POLICIES": str(policies), "COLUMNS": "160", "NO_COLOR": "1"}
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env=environment)


def test_the_shipped_policies_are_good() -> None:
    result = run("check")
    assert result.exit_code == 0
    assert "serveurcom version 1: good, in force from 2017-09-01" in result.stdout


def test_one_file_is_judged_by_itself_whatever_its_name(tmp_path: Path) -> None:
    assert run("check", write(tmp_path, "draft.yaml", one_promise())).exit_code == 0


def test_a_broken_file_is_named_with_line_field_and_reason(tmp_path: Path) -> None:
    file = write(tmp_path, "draft.yaml", one_promise(zone="Mars/Olympus"))
    result = run("check", file)
    assert result.exit_code == 2
    assert result.stderr == f"{file}:7: calendars.open.timezone: 'Mars/Olympus' is not a time zone\n"


def test_good_files_are_told_beside_broken_ones(tmp_path: Path) -> None:
    broken, good = write(tmp_path, "1.yaml", b"policy: desk\n"), write(tmp_path, "2.yaml", one_promise())
    result = run("check", broken, good)
    assert result.exit_code == 2
    assert result.stdout == "desk version 1: good, in force from 2026-01-01\n"


def test_programs_read_the_same_as_json(tmp_path: Path) -> None:
    file = write(tmp_path, "draft.yaml", one_promise(zone="Mars/Olympus"))
    assert json.loads(run("check", "--json", file).stdout) == {
        "policies": [],
        "errors": [
            {
                "file": str(file),
                "line": 7,
                "field": "calendars.open.timezone",
                "reason": "'Mars/Olympus' is not a time zone",
            }
        ],
    }


def test_a_folder_without_policies_is_not_good(tmp_path: Path) -> None:
    result = run("check", policies=tmp_path)
    assert (result.exit_code, result.stderr) == (2, f"{tmp_path}:1: holds no policy; a desk's is <desk>/1.yaml\n")


def rows(output: str) -> list[list[str]]:
    """The rows of all tables, cell by cell."""
    return [[cell.strip() for cell in line.split("│")[1:-1]] for line in output.splitlines() if line.startswith("│")]


def test_the_promises_are_shown_as_a_matrix_in_french() -> None:
    result = run("show", "serveurcom", "--lang", "fr")
    assert result.exit_code == 0
    assert ["Prise en charge de la requête", "4 h · hojo", "2 h · always", "30 min · always"] in rows(result.stdout)
    assert ["Niveau 2", "–", "+ 12 h", "+ 30 min"] in rows(result.stdout)


def test_the_opening_hours_are_shown_day_by_day() -> None:
    assert (
        "hojo: lun–jeu 08:30-12:30 14:00-18:00, ven 08:30-12:30 14:00-17:00 (Europe/Paris"
        in run("show", "serveurcom").stdout
    )


def test_what_has_no_words_in_a_language_is_shown_by_its_id() -> None:
    assert ["take_charge", "4 h · hojo", "2 h · always", "30 min · always"] in rows(
        run("show", "serveurcom", "--lang", "en").stdout
    )


@pytest.mark.parametrize(("at", "version"), [("2026-03-31", "version 1"), ("2026-04-01", "version 2")])
def test_the_version_of_a_day_is_shown(tmp_path: Path, at: str, version: str) -> None:
    write(tmp_path, "desk/1.yaml", one_promise())
    write(tmp_path, "desk/2.yaml", one_promise(version=2, since="2026-04-01"))
    assert version in run("show", "desk", "--at", at, policies=tmp_path).stdout


def test_the_last_version_is_shown_where_no_day_is_named(tmp_path: Path) -> None:
    write(tmp_path, "desk/1.yaml", one_promise())
    write(tmp_path, "desk/2.yaml", one_promise(version=2, since="2999-01-01"))
    assert "version 2" in run("show", "desk", policies=tmp_path).stdout


def test_brackets_in_a_policy_are_shown_as_they_are(tmp_path: Path) -> None:
    write(tmp_path, "desk/1.yaml", one_promise(more='title: "[bold]Desk[/red]"\n'))
    assert run("show", "desk", policies=tmp_path).stdout.startswith("[bold]Desk[/red] – version 1")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("acme",), "there is no desk 'acme'"),
        (("serveurcom", "--at", "2017-08-31"), "serveurcom promised nothing yet on 2017-08-31"),
        (("serveurcom", "--at", "yesterday"), "--at 'yesterday' is not a date like 2026-03-23"),
        (("serveurcom", "--lang", "de"), "--lang 'de' is none of fr, en, es"),
    ],
)
def test_what_cannot_be_shown_is_said_in_a_sentence(arguments: tuple[str, ...], reason: str) -> None:
    result = run("show", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert reason in result.stderr


def test_broken_policies_are_not_shown(tmp_path: Path) -> None:
    file = write(tmp_path, "desk/1.yaml", one_promise(more="extra: 1\n"))
    result = run("show", "desk", policies=tmp_path)
    assert (result.exit_code, result.stderr) == (2, f"{file}:17: extra: is not a field that is known here\n")
