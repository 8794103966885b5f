"""`vigie calendar check`: files of questions with their answers, and what it says of broken ones."""

import json
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from typer.testing import CliRunner, Result

from vigie.calendar.cli import app

Check = Callable[..., Result]

MONDAYS = '{timezone: Europe/Paris, hours: {mon: ["08:00-12:00"]}}'
GOOD = f"""\
source: by hand
cases:
  - id: ends at closing, spelt in UTC
    op: add
    calendar: {MONDAYS}
    start: 2026-03-23T08:00:00+01:00
    seconds: 14400
    expect: 2026-03-23T11:00:00Z
  - id: until midnight
    op: between
    calendar: {{timezone: Europe/Paris, hours: {{mon: ["22:00-24:00"]}}}}
    start: 2026-03-23T12:00:00+01:00
    end: 2026-03-23T24:00:00+01:00
    expect_seconds: 7200
  - id: paused for half an hour
    op: pause
    calendar: {MONDAYS}
    start: 2026-03-23T09:00:00+01:00
    seconds: 3600
    pauses: [[2026-03-23T09:30:00+01:00, 2026-03-23T10:00:00+01:00]]
    expect_unpaused: 2026-03-23T10:00:00+01:00
    expect_paused: 2026-03-23T10:30:00+01:00
    expect_paused_seconds: 1800
"""


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    monkeypatch.chdir(tmp_path)

    def run(content: str, *options: str, name: str = "cases.yaml") -> Result:
        Path(name).write_text(dedent(content))
        return CliRunner().invoke(app, ["check", *options, name])

    return run


def test_cases_that_hold_pass(check: Check) -> None:
    result = check(GOOD)
    assert (result.exit_code, result.stdout) == (0, "3 passed, 0 failed\n")


def test_json_is_read_too_tabs_and_all(check: Check) -> None:
    case = {
        "id": "a",
        "op": "add",
        "calendar": {"timezone": "UTC", "hours": {"mon": ["08:00-12:00"]}},
        "start": "2026-03-23T08:00:00Z",
        "seconds": 60,
        "expect": "2026-03-23T08:01:00Z",
    }
    result = check(json.dumps({"source": "\N{GRINNING FACE}", "cases": [case]}, indent="\t"), name="cases.json")
    assert (result.exit_code, result.stdout) == (0, "1 passed, 0 failed\n")


def test_a_failed_case_shows_what_was_expected_and_what_came(check: Check) -> None:
    result = check(GOOD.replace("11:00:00Z", "11:00:01Z"))
    assert result.exit_code == 1
    assert result.stdout == (
        "cases.yaml:3: ends at closing, spelt in UTC: expect\n"
        "  expected 2026-03-23T12:00:01+01:00\n"
        "  came     2026-03-23T12:00:00+01:00\n"
        "2 passed, 1 failed\n"
    )


def test_every_expectation_of_a_pause_is_compared(check: Check) -> None:
    wrong = GOOD.replace("paused_seconds: 1800", "paused_seconds: 1801").replace("10:30:00", "10:31:00")
    result = check(wrong.replace("expect_unpaused: 2026-03-23T10:00:00", "expect_unpaused: 2026-03-23T10:00:01"))
    assert [line.split(": ")[-1] for line in result.stdout.splitlines() if line.startswith("cases")] == [
        "expect_unpaused",
        "expect_paused",
        "expect_paused_seconds",
    ]


def test_a_deadline_beyond_the_known_years_fails_its_case_alone(check: Check) -> None:
    result = check(GOOD.replace("seconds: 14400", "seconds: 999999999"))
    assert result.exit_code == 1
    assert "outside the years 1900 to 2200" in result.stdout
    assert result.stdout.endswith("2 passed, 1 failed\n")


def test_the_outcome_as_json(check: Check) -> None:
    result = check(GOOD.replace("7200", "7201"), "--json")
    outcome = json.loads(result.stdout)
    assert (result.exit_code, outcome["passed"], outcome["failed"], outcome["errors"]) == (1, 2, 1, [])
    assert outcome["cases"][1] == {
        "path": "cases.yaml",
        "line": 9,
        "id": "until midnight",
        "differences": [{"field": "expect_seconds", "expected": "7201 s", "came": "7200 s"}],
        "passed": False,
    }


def test_a_broken_file_as_json(check: Check) -> None:
    result = check(GOOD.replace("op: between", "op: entre"), "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["errors"] == [
        {
            "file": "cases.yaml",
            "line": 10,
            "field": "cases.1.op",
            "reason": "'entre' is none of 'add', 'between', 'pause'",
        }
    ]


@pytest.mark.parametrize(
    ("good", "broken", "complaint"),
    [
        ("op: add", "op: plus", "cases.yaml:4: cases.0.op: 'plus' is none of 'add', 'between', 'pause'"),
        ("    op: add\n", "", "cases.yaml:3: cases.0.op: is missing"),
        ("seconds: 14400", "secs: 14400", "cases.yaml:7: cases.0.secs: is not a field that is known here"),
        ("    seconds: 14400\n", "", "cases.yaml:3: cases.0.seconds: is missing"),
        ("seconds: 14400", "seconds: -1", "cases.yaml:7: cases.0.seconds: -1 is not a number of seconds"),
        ("seconds: 14400", "seconds: '14400'", "cases.yaml:7: cases.0.seconds: '14400' is not a number of seconds"),
        ("seconds: 14400", "seconds: true", "cases.yaml:7: cases.0.seconds: True is not a number of seconds"),
        ("T11:00:00Z", "T11:00:00", "cases.yaml:8: cases.0.expect: '2026-03-23T11:00:00' has no offset"),
        ("T11:00:00Z", "T25:00:00Z", "cases.yaml:8: cases.0.expect: '2026-03-23T25:00:00Z' is not an instant"),
        ("2026-03-23T11:00:00Z", "yesterday", "cases.yaml:8: cases.0.expect: 'yesterday' is not an instant"),
        ("2026-03-23T11:00:00Z", "9999-12-31T24:00:00Z", "cases.yaml:8: cases.0.expect: '9999-12-31T24:00:00Z' is not"),
        ("2026-03-23T11:00:00Z", "1066-10-14T09:00:00Z", "cases.yaml:8: cases.0.expect: '1066-10-14T09:00:00Z' lies"),
        ("22:00-24:00", "24:00-22:00", "cases.yaml:11: cases.1.calendar.hours.mon.0: '24:00-22:00' is not a span"),
        ("23T24:00:00+", "22T24:00:00+", "cases.yaml:9: cases.1: end: is before start"),
        ("until midnight", "paused for half an hour", "cases.yaml:15: cases.2.id: 'paused for half an hour' is the id"),
        ("    seconds: 3600", "    start: 5", "cases.yaml:19: the key 'start' is here a second time"),
        ("T10:00:00+01:00]]", "T09:00:00+01:00]]", "cases.yaml:20: cases.2.pauses: the pause from 2026-03-23T09:30"),
        ("+01:00]]", "+01:00], 5]", "cases.yaml:20: cases.2.pauses.1: must be a list"),
        ("cases:", "case:", "cases.yaml:2: case: is not a field that is known here"),
        ("source: by hand", "source: [by, hand]", "cases.yaml:1: source: must be text"),
        ("source: by hand", "source: by: hand", "cases.yaml:1: is not well-formed"),
        ("source: by hand", "source: \x07", "cases.yaml:1: holds a character that may not stand in a file"),
    ],
)
def test_a_broken_case_is_refused_with_its_line_and_field(check: Check, good: str, broken: str, complaint: str) -> None:
    assert good in GOOD
    result = check(GOOD.replace(good, broken, 1))
    assert result.exit_code == 2
    assert complaint in result.stderr


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "cases.json:1: is not JSON: Expecting value at column 1"),
        ('{"cases": [\n{"id": "a",}\n]}', "cases.json:2: is not JSON: "),
        ('{"cases": [],\n "cases": []}', "cases.json:2: the key 'cases' is here a second time"),
        ('{"source": "x"}', "cases.json:1: cases: is missing"),
        ("[]", "cases.json:1: must be a mapping with 'source' and 'cases'"),
        ('{"cases": [\n5\n]}', "cases.json:2: cases.0: must be a mapping of fields"),
        ('{"cases": {}}', "cases.json:1: cases: must be a list"),
        ('{"cases": [],\n"source": NaN}', "cases.json:2: NaN is not JSON"),
    ],
)
def test_broken_json_is_refused_with_its_line(check: Check, content: str, complaint: str) -> None:
    result = check(content, name="cases.json")
    assert result.exit_code == 2
    assert complaint in result.stderr


def test_a_missing_file_is_refused_and_the_others_are_still_checked(check: Check) -> None:
    check(GOOD)
    result = CliRunner().invoke(app, ["check", "absent.yaml", "cases.yaml"])
    assert result.exit_code == 2
    assert result.stderr == "absent.yaml:1: cannot be read: No such file or directory\n"
    assert result.stdout == "3 passed, 0 failed\n"
