"""A ticket's history in words: every event has a sentence in every language, held against a text that was read.

After a change of wording, look at what `VIGIE_GOLDEN=write` makes of `golden/` in the diff before it is committed.
"""

from __future__ import annotations

import os
from pathlib import Path
from string import Formatter
from typing import get_args
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from unit.intake.happenings import HAPPENINGS, NIGHT, OPENED, SAID, TICKET
from vigie.contracts import topics
from vigie.contracts.catalog import EVENTS_BY_TOPIC
from vigie.contracts.event import Event
from vigie.contracts.requests import Language
from vigie.contracts.tickets import CustomerAsked, CustomerReplied, NoteAdded
from vigie.policy import load_policies
from vigie.speech import Speech
from vigie_intake.core.history import WORDS, Teller
from vigie_intake.core.history.teller import TURNS

GOLDEN = Path(__file__).parent / "golden"
LANGUAGES: tuple[Language, ...] = get_args(Language)
SERVEURCOM = load_policies(Path(__file__).parents[3] / "policies").version("serveurcom", 1)
OF_TICKETS = (topics.TICKETS, topics.SLA, topics.ESCALATIONS, topics.NOTIFICATIONS)
EVERY_EVENT = [event for topic in OF_TICKETS for event in EVENTS_BY_TOPIC[topic]]


def teller(language: Language, *, named: bool = True) -> Teller:
    return Teller(
        WORDS[language],
        Speech(language, ZoneInfo("Europe/Paris")),
        SERVEURCOM if named else None,
        {UUID(int=1): "Escalade N1"} if named else {},
    )


def keys_of(event: type[Event]) -> set[str]:
    """Under which its sentences must stand: one for each turn it may take."""
    turn = TURNS.get(event.__name__)
    if turn is None:
        return {event.__name__}
    annotation = event.model_fields[turn].annotation
    values = ("true", "false") if annotation is bool else get_args(annotation)
    return {f"{event.__name__}.{value}" for value in values}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_event_of_any_topic_is_without_a_sentence_and_no_sentence_without_an_event(language: Language) -> None:
    expected = {key for event in EVERY_EVENT for key in keys_of(event)}
    assert {key.removesuffix(":unsaid") for key in WORDS[language].sentences} == expected


def test_every_event_and_every_turn_of_it_is_among_those_that_were_read() -> None:
    assert {type(one) for one in HAPPENINGS} == set(EVERY_EVENT)
    taken = {(type(one).__name__, str(getattr(one, turn)).lower()) for one in HAPPENINGS if (turn := _turn(one))}
    assert {f"{name}.{value}" for name, value in taken} == {
        key for event in EVERY_EVENT if event.__name__ in TURNS for key in keys_of(event)
    }


def _turn(event: Event) -> str | None:
    return TURNS.get(type(event).__name__)


def test_the_languages_say_the_same_of_the_same_events() -> None:
    def said(language: Language) -> dict[str, list[set[str | None]]]:
        return {
            key: [{name for _, name, _, _ in Formatter().parse(piece)} - {None} for piece in sentence]
            for key, sentence in WORDS[language].sentences.items()
        }

    assert said("en") == said("fr") == said("es")


def test_the_languages_have_words_for_the_same_values() -> None:
    def named(language: Language) -> dict[str, list[str]]:
        return {group: sorted(names) for group, names in WORDS[language].terms.items()}

    assert named("en") == named("fr") == named("es")


def test_what_need_not_be_known_never_stands_alone_in_the_first_piece() -> None:
    for event in EVERY_EVENT:
        optional = {name for name, field in event.model_fields.items() if type(None) in get_args(field.annotation)}
        for key in keys_of(event):
            first = {name for _, name, _, _ in Formatter().parse(WORDS["en"].sentences[key][0])}
            assert not first & optional or f"{key}:unsaid" in WORDS["en"].sentences, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_history_reads_as_it_was_approved(language: Language) -> None:
    told = "".join(f"{type(one).__name__}: {teller(language).tell(one)}\n" for one in HAPPENINGS)
    path = GOLDEN / f"history.{language}.txt"
    if os.environ.get("VIGIE_GOLDEN") == "write":
        path.write_text(told, "utf-8")
    assert told == path.read_text("utf-8")


@pytest.mark.parametrize(("language", "marker"), [("fr", "[effacé]"), ("en", "[erased]"), ("es", "[borrado]")])
def test_what_was_erased_is_told_as_erased(language: Language, marker: str) -> None:
    erased = CustomerReplied(**TICKET, replied_at=NIGHT)
    assert teller(language).tell(erased, erased=True).endswith(f": {marker}".replace(": ", _colon(language)))


def _colon(language: Language) -> str:
    return "\u00a0: " if language == "fr" else ": "


def test_who_asked_and_what_is_erased_together() -> None:
    erased = OPENED.model_copy(update={"personal": None})
    told = teller("fr").tell(erased, erased=True)
    assert told.endswith(", par [effacé]\u00a0: [effacé]")
    assert "Jeanne" not in told


def test_what_was_never_written_is_not_told_as_erased() -> None:
    asked = CustomerAsked(**TICKET, asked_at=NIGHT, asked_by="amelie", awaiting="files")
    assert teller("en").tell(asked) == "amelie asked the customer for files"


def test_what_a_person_wrote_is_no_template_and_stays_on_one_line() -> None:
    note = NoteAdded(**TICKET, added_at=NIGHT, added_by="amelie", personal=SAID)
    assert teller("en").tell(note) == "amelie left a note for colleagues: “Bonjour, Plus {rien} ne marche.”"


def test_without_the_policy_things_are_called_by_their_ids() -> None:
    told = teller("en", named=False).tell(OPENED)
    assert "kind “technical”, priority “high”" in told
