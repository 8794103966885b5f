"""What changes between two versions of a policy is said in words, whatever it is."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import pytest
from pydantic import BaseModel
from typer.testing import CliRunner, Result

from support.full_policy import FULL_POLICY
from support.policy_files import one_promise, write
from vigie.calendar.spec import WEEKDAYS
from vigie.contracts.requests import Language
from vigie.contracts.tickets import BugCause, ContactOutcome, Mode
from vigie.lined_yaml import load, parse
from vigie.policy.changes import changes
from vigie.policy.checks import MAILABLE
from vigie.policy.cli import app
from vigie.policy.compile import parsed
from vigie.policy.diff import compared, sentences
from vigie.policy.model import PolicyFile
from vigie.policy.parts import AdmissionKey
from vigie.policy.procedure import PricedAct
from vigie.policy.rules import Detail, QueueKey, Refuse, Role
from vigie.policy.sections import PARTS, part_of
from vigie.policy.statements import HEADING, ORDERS, statements
from vigie.policy.wording import WORDS

FULL = parsed(FULL_POLICY.encode(), "full/1.yaml")

CHANGES = [(one["field"], one["becomes"], one["told"]) for one in load(Path(__file__).parent / "changes.yaml").value]


def otherwise(field: str, value: Any) -> PolicyFile:
    """The full policy with one field changed; None takes it out."""
    raw = copy.deepcopy(parse(FULL_POLICY.encode(), "1.yaml").value)
    *way, last = (int(step) if step.isdigit() else step for step in field.split("."))
    part = raw
    for step in way:
        part = part[step]
    if value is None:
        del part[last]
    else:
        part[last] = value
    return PolicyFile.model_validate(raw)


def told(before: PolicyFile, after: PolicyFile, language: Language = "fr") -> list[str]:
    return [line for lines in sentences(before, after, language).values() for line in lines]


@pytest.mark.parametrize(("field", "value", "expected"), CHANGES, ids=[field for field, _, _ in CHANGES])
def test_every_change_of_a_field_is_told(field: str, value: Any, expected: list[str]) -> None:
    assert told(FULL, otherwise(field, value)) == expected


@pytest.mark.parametrize(("field", "value"), [change[:2] for change in CHANGES], ids=[one[0] for one in CHANGES])
def test_programs_are_told_the_field_itself_or_the_list_it_stands_in(field: str, value: Any) -> None:
    (change,) = compared(FULL, otherwise(field, value))["changes"]
    assert f"{field}.".startswith(f"{change['field']}.")
    assert change["before"] != change["after"]


def field_patterns(of: Any, way: tuple[str, ...] = ()) -> Iterator[str]:
    """Every field that a model can have, names and places in lists as stars."""
    origin = get_origin(of)
    if origin is Annotated:
        yield from field_patterns(get_args(of)[0], way)
    elif origin in (Union, UnionType):
        for one in get_args(of):
            if one is not type(None):
                yield from field_patterns(one, way)
    elif origin is dict:
        yield from field_patterns(get_args(of)[1], (*way, "*"))
    elif origin is tuple and isinstance(get_args(of)[0], type) and issubclass(get_args(of)[0], BaseModel):
        yield from field_patterns(get_args(of)[0], (*way, "*"))
    elif isinstance(of, type) and issubclass(of, BaseModel):
        hints = get_type_hints(of, include_extras=True)
        for name, about in of.model_fields.items():
            yield from field_patterns(hints[name], (*way, about.alias or name))
        if of.model_config.get("extra") == "allow":
            yield from field_patterns(hints["__pydantic_extra__"], way)
    else:
        yield ".".join(way)


def pattern_of(field: str, patterns: set[str]) -> str | None:
    """The pattern that a field of the full policy is an example of."""
    steps = field.split(".")

    def fits(pattern: str) -> bool:
        expected = pattern.split(".")
        return len(expected) == len(steps) and all(
            one in ("*", step) for one, step in zip(expected, steps, strict=True)
        )

    return min(filter(fits, patterns), key=lambda pattern: pattern.count("*"), default=None)


def test_no_field_that_a_policy_can_have_is_left_out_above() -> None:
    patterns = set(field_patterns(PolicyFile))
    assert patterns > {"commitments.*.targets.*.within", "escalation.on_miss.*.*", "admission.*.refuse"}
    assert patterns - {pattern_of(field, patterns) for field, _, _ in CHANGES} == set(HEADING)


@pytest.mark.parametrize("language", WORDS)
def test_everything_that_can_be_said_has_words_and_a_part(language: Language) -> None:
    words = WORDS[language]
    said = {one.pattern for one in statements(FULL).values()}
    assert said - {*words.subjects, *words.orders} == set()
    assert words.orders.keys() == ORDERS
    assert {part_of(pattern) for pattern in said} == set(PARTS) == set(words.parts)


@pytest.mark.parametrize("language", WORDS)
def test_every_word_of_the_vocabulary_is_said_in_words(language: Language) -> None:
    words = WORDS[language]
    assert words.terms["events"].keys() >= MAILABLE.keys()
    assert words.terms["with"].keys() >= set(get_args(AdmissionKey))
    assert words.terms["without"].keys() >= set(get_args(AdmissionKey))
    assert words.terms["refusals"].keys() >= set(get_args(Refuse.model_fields["refuse"].annotation))
    assert words.terms["acts"].keys() == set(get_args(PricedAct))
    assert words.terms["modes"].keys() == set(get_args(Mode))
    assert words.terms["causes"].keys() == set(get_args(BugCause))
    assert words.terms["outcomes"].keys() == set(get_args(ContactOutcome))
    assert words.terms["details"].keys() == set(get_args(Detail))
    assert words.terms["queue_keys"].keys() == set(get_args(QueueKey))
    assert words.terms["roles"].keys() == set(get_args(Role))
    assert words.terms["weekdays"].keys() == set(WEEKDAYS)


@pytest.mark.parametrize("language", WORDS)
def test_the_languages_have_words_for_the_same_things(language: Language) -> None:
    words, french = WORDS[language], WORDS["fr"]
    assert words.subjects.keys() == french.subjects.keys()
    assert words.absent.keys() == french.absent.keys()
    assert {group: terms.keys() for group, terms in words.terms.items()} == {
        group: terms.keys() for group, terms in french.terms.items()
    }


@pytest.mark.parametrize("language", WORDS)
def test_no_change_is_left_without_words_in_any_language(language: Language) -> None:
    for field, value, _ in CHANGES:
        for line in told(FULL, otherwise(field, value), language):
            words = line.replace("ticket_opened", "").replace("take_charge", "").replace("call_back", "")
            assert not set("*_{}") & set(words)


@pytest.mark.parametrize(("field", "value"), [change[:2] for change in CHANGES], ids=[one[0] for one in CHANGES])
def test_the_way_back_is_told_too(field: str, value: Any) -> None:
    changed = otherwise(field, value)
    forth, back = compared(FULL, changed)["changes"], compared(changed, FULL)["changes"]
    assert [(one["field"], one["after"], one["before"]) for one in forth] == [
        (one["field"], one["before"], one["after"]) for one in back
    ]
    assert told(changed, FULL) != []


def test_a_new_promise_is_told_in_one_sentence() -> None:
    promise = {"from": "TicketOpened", "until": "TicketResolved", "targets": {"any": {"within": "15 jours_ouvrables"}}}
    (line,) = told(FULL, otherwise("commitments.resolution", promise))
    start, end, target = "commence : à l’ouverture de la requête", "se termine : à la résolution", "15 jours ouvrables"
    assert line == f"Nouveau : resolution – {start} ; {end} ; toute priorité : {target}."


def test_a_promise_that_is_no_more_is_told_in_one_sentence() -> None:
    (line,) = told(FULL, otherwise("commitments.call_back", None))
    assert line.startswith("N’existe plus : Rappel – ")
    assert line.endswith("toute priorité : 1 jour ouvré.")


@pytest.mark.parametrize("part", ["on_call", "billing", "notifications", "escalation.on_bug"])
def test_a_part_that_is_no_more_is_told_in_one_sentence(part: str) -> None:
    (line,) = told(FULL, otherwise(part, None))
    assert line.startswith("N’existe plus : ")


def test_what_had_no_delay_and_has_one_now_is_new() -> None:
    before = otherwise("escalation.on_miss.low", {"N1": "0m"})
    assert told(FULL, before) == [
        "Nouveau : priorité Faible, Niveau 1 est appelé si le délai est dépassé d’au moins : 0 min."
    ]


def test_days_that_change_alike_are_told_together() -> None:
    hours = {"mon": ["09:00-12:00"], "tue": ["10:00-12:00"], "thu": ["10:00-12:00"], "fri": ["10:00-12:00"]}
    assert told(FULL, otherwise("calendars.office.hours", hours)) == [
        "Calendrier office, heures, mar : 10:00-12:00 au lieu de 09:00-12:00.",
        "Calendrier office, heures, jeu, ven : 10:00-12:00 au lieu de fermé.",
    ]


def test_another_order_of_priorities_is_told() -> None:
    names = parse(FULL_POLICY.encode(), "1.yaml").value["priorities"]
    after = otherwise("priorities", dict(reversed(names.items())))
    assert told(FULL, after) == [
        "Priorités, de la plus basse à la plus haute, dans un autre ordre : Élevée, Faible au lieu de Faible, Élevée."
    ]
    assert compared(FULL, after)["changes"] == [
        {"field": "priorities", "before": ["low", "high"], "after": ["high", "low"]}
    ]


@pytest.mark.parametrize(
    ("written", "as_well"),
    [
        ("  office:", "  # the office's hours\n  office:"),
        ("within: 45m", "within: 0h45m"),
        ("warnings: {before: 25%}", "warnings:\n  before: '25%'"),
        ("[mon, tue, wed, thu, fri, sat]", "[sat, mon, tue, wed, thu, fri]"),
        ("minimum: 15m", "minimum: 900s"),
        ("{fr: Prise en charge, en: Taking in charge}", "{en: Taking in charge, fr: Prise en charge}"),
        ("levels: {N1", "levels: {\n    N1"),
    ],
)
def test_another_way_to_write_the_same_changes_nothing(written: str, as_well: str) -> None:
    assert changes(FULL, parsed(FULL_POLICY.replace(written, as_well).encode(), "1.yaml")) == ()


def test_an_occasion_that_names_nothing_is_none() -> None:
    assert changes(otherwise("commitments.call_back.when", {}), otherwise("commitments.call_back.when", None)) == ()


def run(tmp_path: Path, *arguments: str) -> Result:
    environment = {"VIGIE_POLICIES": str(tmp_path), "COLUMNS": "120", "NO_COLOR": "1"}
    return CliRunner().invoke(app, ["diff", *arguments], env=environment)


@pytest.fixture
def desks(tmp_path: Path) -> Path:
    write(tmp_path, "desk/1.yaml", one_promise())
    write(tmp_path, "desk/2.yaml", one_promise(version=2, since="2026-04-01").replace(b"within: 2h", b"within: 3h"))
    write(tmp_path, "desk/3.yaml", one_promise(version=3, since="2026-05-01").replace(b"within: 2h", b"within: 180m"))
    return tmp_path


def test_versions_are_compared_under_their_dates(desks: Path) -> None:
    result = run(desks, "desk", "1", "2")
    assert result.exit_code == 0
    assert [line.rstrip() for line in result.stdout.splitlines()] == [
        "desk – de la version 1 (à partir du 2026-01-01) à la version 2 (à partir du 2026-04-01)",
        "",
        "Engagements",
        "• take_charge, toute priorité : 3 h au lieu de 2 h (calendrier open).",
    ]


def test_versions_that_say_the_same_change_nothing(desks: Path) -> None:
    result = run(desks, "desk", "2", "3")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "Rien ne change."


def test_english_is_spoken_on_demand(desks: Path) -> None:
    assert (
        "take_charge, any priority: 2 h instead of 3 h (calendar open)."
        in run(desks, "desk", "2", "1", "--lang", "en").stdout
    )


def test_programs_read_the_fields(desks: Path) -> None:
    assert json.loads(run(desks, "desk", "1", "2", "--json").stdout) == {
        "policy": "desk",
        "before": {"version": 1, "effective_from": "2026-01-01"},
        "after": {"version": 2, "effective_from": "2026-04-01"},
        "changes": [{"field": "commitments.take_charge.targets.any.within", "before": "2h", "after": "3h"}],
    }


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("acme", "1", "2"), "there is no desk 'acme' in "),
        (("desk", "1", "4"), "desk has no version 4; there is 1, 2, 3"),
        (("desk", "0", "2"), "desk has no version 0; there is 1, 2, 3"),
        (("desk", "first", "2"), "desk has no version first; there is 1, 2, 3"),
        (("desk", "1", "2", "--lang", "de"), "--lang 'de' is none of fr, en, es"),
    ],
)
def test_what_cannot_be_compared_is_said_in_a_sentence(desks: Path, arguments: tuple[str, ...], reason: str) -> None:
    result = run(desks, *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert reason in result.stderr
