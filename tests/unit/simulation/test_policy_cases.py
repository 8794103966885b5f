"""`vigie policy test`: the shipped cases pass, a wrong expectation fails, a broken file names its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from vigie.cli.policy import app

POLICIES = Path(__file__).parents[3] / "policies"
SHIPPED = sorted(POLICIES.glob("*/cases/*.yaml"))

MISSED = """\
policy: serveurcom
watch: [DeadlineMissed, EscalationRaised]
cases:
  - name: high at night
    ticket: {opened: "2026-03-23T22:00:00+01:00", priority: high, kind: technical}
    until: "2026-03-23T22:50:00+01:00"
    expect:
      - {at: "2026-03-23T22:30:00+01:00", event: DeadlineMissed, clock: take_charge}
      - {at: "2026-03-23T22:45:00+01:00", event: EscalationRaised, level: N1}
"""


def judge(path: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["test", str(path), "--policies", str(POLICIES), *options])


@pytest.fixture
def case_file(tmp_path: Path) -> Path:
    return tmp_path / "cases.yaml"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_the_shipped_cases_pass(path: Path) -> None:
    result = judge(path)
    assert result.output.splitlines()[-1].endswith(" passed, 0 failed"), result.output
    assert result.exit_code == 0


def test_a_case_that_holds_passes(case_file: Path) -> None:
    case_file.write_text(MISSED)
    assert judge(case_file).output == "1 passed, 0 failed\n"


def test_an_event_that_does_not_come_fails_the_case(case_file: Path) -> None:
    case_file.write_text(MISSED.replace("level: N1", "level: N2"))
    result = judge(case_file)
    assert result.exit_code == 1
    assert "expected, did not come: 2026-03-23T22:45:00+01:00 EscalationRaised level=N2" in result.output
    assert "came, not expected: 2026-03-23T22:45:00+01:00 EscalationRaised level=N1" in result.output
    assert result.output.endswith("0 passed, 1 failed\n")


def test_an_event_that_nobody_expected_fails_the_case(case_file: Path) -> None:
    case_file.write_text("\n".join(MISSED.splitlines()[:-1]) + "\n")
    result = judge(case_file)
    assert result.exit_code == 1
    assert "came, not expected: 2026-03-23T22:45:00+01:00 EscalationRaised" in result.output


def test_a_second_too_early_is_not_the_same(case_file: Path) -> None:
    case_file.write_text(
        MISSED.replace("22:45:00+01:00, event", "22:44:59+01:00, event").replace("T22:45:00", "T22:44:59")
    )
    assert judge(case_file).exit_code == 1


def test_the_same_instant_with_another_offset_is_the_same(case_file: Path) -> None:
    case_file.write_text(MISSED.replace("2026-03-23T22:45:00+01:00", "2026-03-23T21:45:00Z"))
    assert judge(case_file).exit_code == 0


def test_a_step_that_is_refused_fails_the_case_unless_it_says_so(case_file: Path) -> None:
    step = '    steps: [{at: "2026-03-23T22:10:00+01:00", do: escalate, level: N2%s}]\n    until:'
    case_file.write_text(MISSED.replace("    until:", step % ""))
    refused = judge(case_file)
    assert refused.exit_code == 1
    assert "step 1 (escalate) was refused: no_commitment_exceeded" in refused.output
    case_file.write_text(MISSED.replace("    until:", step % ", refused: no_commitment_exceeded"))
    assert judge(case_file).exit_code == 0


def test_a_refusal_that_does_not_come_fails_the_case(case_file: Path) -> None:
    step = (
        '    steps: [{at: "2026-03-23T22:10:00+01:00", do: reply, text: Bonjour, refused: ticket_closed}]\n    until:'
    )
    case_file.write_text(MISSED.replace("    until:", step))
    result = judge(case_file)
    assert result.exit_code == 1
    assert "step 1 (reply) was not refused; expected ticket_closed" in result.output


def with_steps(*steps: str) -> str:
    lines = "".join(f"      - {step}\n" for step in steps)
    return MISSED.replace("    until:", f"    steps:\n{lines}    until:")


def test_a_step_before_the_opening_names_its_line(case_file: Path) -> None:
    case_file.write_text(with_steps('{at: "2026-03-23T21:59:59+01:00", do: take_charge}'))
    result = judge(case_file)
    assert result.exit_code == 2
    assert "cases.yaml:7: cases.0.steps.0.at: is before the ticket is opened" in result.output


def test_an_expectation_after_the_end_does_not_come(case_file: Path) -> None:
    case_file.write_text(MISSED.replace('until: "2026-03-23T22:50:00', 'until: "2026-03-23T22:44:59'))
    result = judge(case_file)
    assert result.exit_code == 1
    assert "expected, did not come: 2026-03-23T22:45:00+01:00 EscalationRaised level=N1" in result.output


UNWATCHED = MISSED.replace("watch: [DeadlineMissed, EscalationRaised]", "watch: [DeadlineMissed]")


def test_an_expected_event_must_come_also_when_its_type_is_not_watched(case_file: Path) -> None:
    case_file.write_text(UNWATCHED)
    assert judge(case_file).exit_code == 0
    case_file.write_text(UNWATCHED.replace("level: N1", "level: N2"))
    result = judge(case_file)
    assert result.exit_code == 1
    assert "came, not expected" not in result.output


@pytest.mark.parametrize(
    ("member", "holds"),
    [
        ("desk: serveurcom", True),
        ("number: T-1001", True),
        ("number: T-1002", False),
        ("overrun_seconds: 900", True),
        ('overrun_seconds: "900"', True),
        ("overrun_seconds: true", False),
        ('missed_at: "2026-03-23T21:30:00Z"', True),
        ("missed_at: tonight", False),
        ("missed_at: 1774301400", False),
        ("requested_by: null", True),
        ("clock: null", False),
        ("mood: null", False),
    ],
)
def test_an_expectation_may_name_any_member(case_file: Path, member: str, holds: bool) -> None:
    case_file.write_text(MISSED.replace("level: N1", member))
    assert judge(case_file).exit_code == (0 if holds else 1)


@pytest.mark.parametrize(("levels", "holds"), [("[N1]", True), ("[N1, N2]", False), ("[]", False), ("N1", False)])
def test_an_expectation_may_name_a_list(case_file: Path, levels: str, holds: bool) -> None:
    taken = with_steps('{at: "2026-03-23T22:48:00+01:00", do: take_charge}')
    stood_down = f'      - {{at: "2026-03-23T22:48:00+01:00", event: EscalationStoodDown, levels: {levels}}}\n'
    case_file.write_text(taken + stood_down)
    assert judge(case_file).exit_code == (0 if holds else 1)


@pytest.mark.parametrize(
    ("member", "holds"),
    [
        ("contract: {on_call: true}", True),
        ("contract: {on_call: false}", False),
        ("text: Bonjour", False),
        ("subject: A case", True),
        ("personal: {contact: {name: Jeanne Martin}}", True),
    ],
)
def test_an_expectation_may_name_members_of_a_member(case_file: Path, member: str, holds: bool) -> None:
    opened = f'      - {{at: "2026-03-23T22:00:00+01:00", event: TicketOpened, {member}}}\n'
    case_file.write_text(MISSED.replace("kind: technical", "kind: technical, contract: {on_call: true}") + opened)
    assert judge(case_file).exit_code == (0 if holds else 1)


REFUSED = """\
policy: serveurcom
watch: [RequestRefused, TicketOpened, TicketTakenInCharge]
cases:
  - name: a priority that the desk does not have
    ticket: {opened: "2026-03-23T22:00:00+01:00", priority: urgent}
    steps:
      - {at: "2026-03-23T22:10:00+01:00", do: take_charge}
    until: "2026-03-23T22:50:00+01:00"
    expect:
      - {at: "2026-03-23T22:00:00+01:00", event: RequestRefused, reason: invalid, fields: [{field: priority}]}
"""


def test_a_request_that_is_refused_is_a_case_and_its_steps_are_passed_over(case_file: Path) -> None:
    case_file.write_text(REFUSED)
    assert judge(case_file).output == "1 passed, 0 failed\n"


def test_a_file_that_cannot_be_read_does_not_keep_the_others_from_being_played(case_file: Path) -> None:
    case_file.write_text(MISSED)
    missing = case_file.parent / "nowhere.yaml"
    result = judge(case_file, str(missing))
    assert result.exit_code == 2
    assert "nowhere.yaml:1: cannot be read" in result.output
    assert result.output.endswith("1 passed, 0 failed\n")
    said = json.loads(CliRunner().invoke(app, ["test", str(missing), "--json"]).stdout)
    assert (said["passed"], said["failed"]) == (0, 0)
    assert said["errors"] == [
        {"file": str(missing), "line": 1, "field": "", "reason": "cannot be read: No such file or directory"}
    ]


def test_results_as_json(case_file: Path) -> None:
    case_file.write_text(MISSED.replace("level: N1", "level: N2"))
    said = json.loads(judge(case_file, "--json").output)
    assert (said["passed"], said["failed"]) == (0, 1)
    [case] = said["cases"]
    assert (case["line"], case["name"], case["passed"]) == (4, "high at night", False)
    assert len(case["failures"]) == 2
    assert said["errors"] == []


def test_a_policy_may_be_a_path_beside_the_cases(case_file: Path) -> None:
    (case_file.parent / "mine.yaml").write_bytes((POLICIES / "serveurcom" / "1.yaml").read_bytes())
    case_file.write_text(MISSED.replace("policy: serveurcom", "policy: mine.yaml"))
    assert judge(case_file).exit_code == 0


BROKEN = {
    "no such policy": ("policy: serveurcom", "policy: nobody", 1, "there is no policy 'nobody'"),
    "an unknown event": ("EscalationRaised]", "EscalationRased]", 2, "'EscalationRased' is not an event"),
    "an expected event that there is not": ("event: EscalationRaised", "event: Raised", 9, "'Raised' is not an event"),
    "an unknown priority": ("priority: high", "priority: hgih", 5, "'hgih' is none of low, medium, high"),
    "an instant without an offset": ('"2026-03-23T22:00:00+01:00"', '"2026-03-23T22:00:00"', 5, "timezone"),
    "an unknown field": ("priority: high", "priority: high, mood: bad", 5, "mood: is not a field"),
    "a number for an instant": ('"2026-03-23T22:00:00+01:00"', "1774299600", 5, "is written as ISO 8601"),
    "a priority that is no word": ("priority: high", "priority: très haute", 5, "ticket.priority: String should match"),
    "a ticket before the policy": ("2026-03-23T22:00:00", "2016-03-23T22:00:00", 5, "no version of the policy"),
    "an end before the beginning": ("22:50:00", "21:50:00", 6, "until: is before the ticket is opened"),
    "a time that no calendar knows": ("2026-03-23T22:", "2999-03-23T22:", 4, "outside the years 1900 to 2200"),
    "no cases": ("cases:", "kases:", 1, "cases: is missing"),
    "broken YAML": ("watch: [", "watch: ]", 2, "not well-formed"),
}  # fmt: skip


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_file_names_its_line_and_is_no_traceback(case_file: Path, fault: str) -> None:
    old, new, line, reason = BROKEN[fault]
    assert old in MISSED
    case_file.write_text(MISSED.replace(old, new, 99 if "T22:" in old else 1))
    result = judge(case_file)
    assert result.exit_code == 2
    assert f"cases.yaml:{line}:" in result.output
    assert reason in result.output


def test_an_unknown_step_is_named_with_the_known_ones(case_file: Path) -> None:
    step = '    steps:\n      - {at: "2026-03-23T22:10:00+01:00", do: dance}\n    until:'
    case_file.write_text(MISSED.replace("    until:", step))
    result = judge(case_file)
    assert result.exit_code == 2
    assert (
        "cases.yaml:7: cases.0.steps.0.do: 'dance' is not a step; known: accept_price, agree_closed," in result.output
    )


def test_a_step_with_a_wrong_field_names_it(case_file: Path) -> None:
    step = '    steps:\n      - {at: "2026-03-23T22:10:00+01:00", do: take_charge, agnt: amelie}\n    until:'
    case_file.write_text(MISSED.replace("    until:", step))
    result = judge(case_file)
    assert result.exit_code == 2
    assert "cases.yaml:7: cases.0.steps.0.agnt: is not a field that is known here" in result.output


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    result = judge(tmp_path / "nowhere.yaml")
    assert result.exit_code == 2
    assert "nowhere.yaml:1: cannot be read" in result.output


def test_a_file_that_is_nested_too_deeply_is_one_sentence(case_file: Path) -> None:
    case_file.write_text("policy: serveurcom\nwatch: [DeadlineMissed]\ncases: " + "[" * 400 + "]" * 400 + "\n")
    result = judge(case_file)
    assert result.exit_code == 2
    assert "cases.yaml:1: is nested too deeply" in result.output


def test_no_file_has_a_nul_in_its_name(case_file: Path) -> None:
    case_file.write_text(MISSED.replace("policy: serveurcom", 'policy: "a\\0b.yaml"'))
    result = judge(case_file)
    assert result.exit_code == 2
    assert "cannot be read: embedded null byte" in result.output


def test_a_file_may_leave_it_to_each_case_what_is_watched(case_file: Path) -> None:
    lines = [line for line in MISSED.splitlines() if not line.startswith("watch:")]
    case_file.write_text("\n".join(lines).replace("    until:", "    watch: [DeadlineMissed]\n    until:") + "\n")
    assert judge(case_file).exit_code == 0


def test_a_case_that_nobody_says_what_to_watch_for_is_refused(case_file: Path) -> None:
    lines = [line for line in MISSED.splitlines() if not line.startswith("watch:")]
    case_file.write_text("\n".join(lines) + "\n")
    result = judge(case_file)
    assert result.exit_code == 2
    assert "watch: is missing, and the file has no 'watch' for all its cases" in result.output


def test_nothing_may_be_watched_where_only_what_is_expected_counts(case_file: Path) -> None:
    case_file.write_text(MISSED.replace("watch: [DeadlineMissed]", "watch: []"))
    assert judge(case_file).exit_code == 0
