"""Every mail in every language, as people read it: each is held against a file that was read and approved as text.

After a change of wording, look at what `VIGIE_GOLDEN=write` makes of `golden/` in the diff before it is committed.
"""

from __future__ import annotations

import os
import re
from html import unescape
from importlib.resources import files
from pathlib import Path
from typing import get_args

import pytest

from unit.notifier.everything import EVERYTHING, desk_speaking, mails
from vigie.contracts.notifications import Mail
from vigie.contracts.requests import Language
from vigie.speech import NBSP
from vigie_notifier.core.examples import Examples
from vigie_notifier.core.occasions import SUBJECTS, worth_telling

GOLDEN = Path(__file__).parent / "golden"
TEMPLATES = files("vigie_notifier") / "templates"
LANGUAGES: tuple[Language, ...] = get_args(Language)
PARTS = ("subject", "text", "html")
SHARED = {
    *("reasons.j2", "footer.text.j2", "team_footer.text.j2", "refusal_footer.text.j2"),
    *("frame.html.j2", "team_frame.html.j2", "refusal_frame.html.j2"),
}
EVERY_MAIL = [(language, template) for language in LANGUAGES for template in SUBJECTS]

FRENCH = "votre vos nous est pour dans avec une des du et pas demande bonjour équipe"
ENGLISH = "your the we request of and is been hello team"
SPANISH = "su usted solicitud el los para hemos ha hola equipo"
FOREIGN = {
    "fr": {*ENGLISH.split(), *SPANISH.split()},
    "en": {*FRENCH.split(), *SPANISH.split(), "le", "la", "les"},
    "es": {*FRENCH.split(), *ENGLISH.split()},
}
"""Words of the other languages that every mail is full of, and that are none of this one's."""


def told_cases(language: Language, template: str) -> dict[str, Mail]:
    """The mail about each case that ``template`` has something to say of, by the case's name."""
    cases = Examples(desk_speaking(language), language).of(SUBJECTS[template])
    return {
        name: one for name, event in cases.items() if worth_telling(template, event) for one in mails(event, language)
    }


def as_text(mail: Mail) -> str:
    return f"{mail.recipient_name} <{mail.recipient}>\n{mail.subject}\n\n{mail.text}"


@pytest.mark.parametrize(("language", "template"), EVERY_MAIL)
def test_a_mail_reads_as_it_was_approved(language: Language, template: str) -> None:
    written = told_cases(language, template)
    texts = "\n".join(f"=== {case}\n{as_text(one)}" for case, one in written.items())
    ordinary = next(iter(written.values())).html
    for path, content in (
        (GOLDEN / language / f"{template}.txt", texts),
        (GOLDEN / language / f"{template}.html", ordinary),
    ):
        if os.environ.get("VIGIE_GOLDEN") == "write":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, "utf-8")
        assert content == path.read_text("utf-8")


def test_every_template_is_there_in_every_language_with_all_its_parts() -> None:
    expected = {f"{template}.{part}.j2" for template in SUBJECTS for part in PARTS} | SHARED
    for language in LANGUAGES:
        assert {entry.name for entry in (TEMPLATES / language).iterdir()} == expected


def test_the_desk_of_everything_mails_about_everything_there_are_words_for() -> None:
    assert {rule.template for rule in EVERYTHING.mail_rules} == set(SUBJECTS)


@pytest.mark.parametrize(("language", "template"), EVERY_MAIL)
def test_no_word_of_another_language_slips_in(language: Language, template: str) -> None:
    for mail in told_cases(language, template).values():
        said = f"{mail.subject} {mail.text} {unescape(re.sub(r'<[^>]*>', ' ', mail.html))}"
        assert not {word.casefold() for word in re.findall(r"\w+", said)} & FOREIGN[language]


@pytest.mark.parametrize(("language", "template"), EVERY_MAIL)
def test_both_parts_say_the_same_words(language: Language, template: str) -> None:
    for mail in told_cases(language, template).values():
        body = mail.html.partition("<h1")[2].partition("</h1>")[2]
        said = set(re.findall(r"\w+", unescape(re.sub(r"<[^>]*>", " ", body))))
        assert said == set(re.findall(r"\w+", mail.text))


@pytest.mark.parametrize(
    ("template", "case"),
    [("intervention_unresolved", "solved"), ("contact_attempted", "reached"), ("ticket_listed", "told_since")],
)
def test_there_is_no_mail_where_there_is_nothing_to_say(template: str, case: str) -> None:
    event = Examples(EVERYTHING, "fr").of(SUBJECTS[template])[case]
    assert mails(event, "fr") == []


def test_a_message_left_out_of_hours_promises_a_call_by_the_end_of_the_next_open_day() -> None:
    cases = told_cases("en", "contact_attempted")
    promise = f"We will call you again no later than Tuesday 24{NBSP}March 2026 at 24:00 (Paris time)."
    assert promise in cases["voicemail_out_of_hours"].text
    assert "We will call you again" not in cases["voicemail"].text


@pytest.mark.parametrize(("case", "language"), [("overdue", "fr"), ("unresolved", "en"), ("bug", "es")])
def test_a_colleague_is_written_to_in_their_own_language(case: str, language: Language) -> None:
    (written,) = mails(Examples(EVERYTHING, "fr").of(SUBJECTS["escalation_raised"])[case], "fr", EVERYTHING)
    assert f'<html lang="{language}">' in written.html
