"""What may come into a mail, what may not, and how each language says instants, spans and prices."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from support.scenario import given
from unit.notifier.desk import (
    JEANNE,
    OPENING,
    RAISING,
    TEN_AT_NIGHT,
    TICKET,
    desk,
    mail_of,
    opened,
    promise,
    raised,
    replied,
    tell,
)
from vigie.contracts.event import TicketEvent
from vigie.contracts.notifications import Mail, NotificationRequested
from vigie.contracts.requests import Language
from vigie.contracts.tickets import (
    Asked,
    OnCallAccepted,
    TicketOpened,
)
from vigie.policy import MailRule, Policies, Policy
from vigie.policy.commitment import Scope
from vigie.speech import NBSP, NNBSP, Speech, typeset
from vigie_notifier.core import Unwritable, core
from vigie_notifier.core.letters import one_line

ABOUT: dict[str, Any] = {"ticket_id": TICKET, "number": "T-1042", "desk": "serveurcom"}
CALLED = OnCallAccepted(**ABOUT, accepted_at=TEN_AT_NIGHT + timedelta(minutes=10))


def mail(event: TicketEvent, opening: TicketOpened | None = None, at_desk: Policy | None = None) -> Mail:
    """The one mail about ``event``."""
    decider = mail_of(at_desk)
    first = tell(opening or opened(), OPENING)
    past = () if isinstance(event, TicketOpened) else given(decider).when(first).events()
    events = given(decider, *past).when(tell(event, RAISING)).events()
    (written,) = [one.personal for one in events if isinstance(one, NotificationRequested)]
    assert written is not None
    return written


def test_what_people_write_is_no_html() -> None:
    assert "&lt;img src=x onerror=alert(1)&gt;" in mail(replied("<img src=x onerror=alert(1)>")).html


def test_what_people_are_called_is_no_html() -> None:
    asked = Asked(contact=JEANNE.model_copy(update={"name": "<b>Jeanne</b>"}), subject="<script>")
    written = mail(replied(), opened(personal=asked))
    assert "<b>" not in written.html
    assert "<script>" not in written.html


def test_what_people_write_is_not_typeset_nor_is_it_a_template() -> None:
    assert "Vraiment ? {{ desk }}" in mail(replied("Vraiment ? {{ desk }}")).text


def test_control_characters_do_not_reach_a_mail_reader() -> None:
    assert "    un\n    deux [31mtrois" in mail(replied("un\r\ndeux \x1b[31mtrois")).text


def test_a_contact_whose_language_nobody_writes_gets_the_desks_first() -> None:
    decider = mail_of()
    events = given(decider).when(tell(opened(language="es"), OPENING)).events()
    assert [one.language for one in events if isinstance(one, NotificationRequested)] == ["fr"]


def test_a_level_is_told_of_a_ticket_whose_contact_was_erased() -> None:
    written = mail(raised(), opened(personal=None))
    assert f"Objet{NBSP}: (effacé)" in written.text
    assert "Contact" not in written.text


def test_a_promise_that_depends_on_a_priority_that_may_have_changed_is_not_repeated() -> None:
    by_priority = promise("on_call", "OnCallAccepted", "TicketTakenInCharge", 30, who="high")
    written = mail(CALLED, at_desk=desk(commitments=(by_priority,)))
    assert "au plus tard" not in written.text


def test_a_promise_to_some_kinds_is_not_repeated_as_the_kind_may_have_changed() -> None:
    to_technical = replace(
        promise("on_call", "OnCallAccepted", "TicketTakenInCharge", 30, who="any"),
        scope=Scope(frozenset({"technical"})),
    )
    assert "au plus tard" in mail(CALLED).text
    assert "au plus tard" not in mail(CALLED, at_desk=desk(commitments=(to_technical,))).text


def test_a_policy_that_mails_what_there_are_no_words_for_stops_the_start() -> None:
    with pytest.raises(Unwritable, match="policy serveurcom version 1: nothing can be written about NoteAdded"):
        core(Policies([desk(mail_rules=(MailRule("NoteAdded", "contact", "ticket_opened"),))]))


def test_a_template_for_another_event_stops_the_start() -> None:
    with pytest.raises(Unwritable, match="the template ticket_closed says nothing about TicketOpened"):
        core(Policies([desk(mail_rules=(MailRule("TicketOpened", "contact", "ticket_closed"),))]))


def test_a_template_that_does_not_exist_stops_the_start() -> None:
    with pytest.raises(Unwritable, match="there is no template fr/welcome"):
        core(Policies([desk(mail_rules=(MailRule("TicketOpened", "contact", "welcome"),))]))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("un\r\ndeux", "un deux"),
        ("un\u2028deux", "un deux"),
        ("  trop   d’espace ", "trop d’espace"),
        ("insécable\u00a0: gardée", "insécable\u00a0: gardée"),
        ("\u202emorf", "morf"),
        ("\x07", ""),
    ],
)
def test_a_header_is_one_line_of_what_can_be_seen(text: str, line: str) -> None:
    assert one_line(text) == line


# How French says it

PARIS = Speech("fr", ZoneInfo("Europe/Paris"))


def test_an_instant_is_told_in_the_desks_time() -> None:
    at = datetime(2026, 3, 23, 21, 30, tzinfo=UTC)
    assert PARIS.moment(at) == f"lundi 23{NBSP}mars 2026 à 22{NBSP}h{NBSP}30 (heure de Paris)"


def test_the_first_of_a_month_is_the_first() -> None:
    at = datetime(2026, 5, 1, 7, 5, tzinfo=UTC)
    assert PARIS.moment(at) == f"vendredi 1er{NBSP}mai 2026 à 9{NBSP}h{NBSP}05 (heure de Paris)"


@pytest.mark.parametrize(("hour", "offset"), [(0, "+02"), (1, "+01")])
def test_the_hour_that_comes_twice_is_told_with_its_offset(hour: int, offset: str) -> None:
    at = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
    assert PARIS.moment(at) == f"dimanche 25{NBSP}octobre 2026 à 2{NBSP}h{NBSP}30 (heure de Paris, UTC{offset})"


def test_a_desk_in_brussels_has_its_own_clock() -> None:
    at = datetime(2026, 3, 23, 21, 30, tzinfo=UTC)
    assert Speech("fr", ZoneInfo("Europe/Brussels")).moment(at).endswith("(heure de Bruxelles)")


def test_midnight_is_the_end_of_the_day_that_a_deadline_leaves() -> None:
    at = datetime(2026, 3, 24, 23, 0, tzinfo=UTC)
    assert PARIS.limit(at) == f"mardi 24{NBSP}mars 2026 à 24{NBSP}h{NBSP}00 (heure de Paris)"
    assert Speech("en", PARIS.zone).limit(at) == f"Tuesday 24{NBSP}March 2026 at 24:00 (Paris time)"
    assert Speech("es", PARIS.zone).limit(at) == f"martes 24{NBSP}de marzo de 2026 a las{NBSP}24:00 (hora de París)"


def test_any_other_deadline_is_told_like_an_instant() -> None:
    at = datetime(2026, 3, 24, 23, 1, tzinfo=UTC)
    assert PARIS.limit(at) == f"mercredi 25{NBSP}mars 2026 à 0{NBSP}h{NBSP}01 (heure de Paris)"


def test_one_o_clock_is_singular_in_spanish() -> None:
    at = datetime(2026, 3, 2, 0, 5, tzinfo=UTC)
    assert Speech("es", PARIS.zone).moment(at) == f"lunes 2{NBSP}de marzo de 2026 a la{NBSP}1:05 (hora de París)"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", f"1{NNBSP}234,50{NBSP}€ 12{NNBSP}345,00{NBSP}€"),
        ("en", "€1,234.50 €12,345.00"),
        ("es", f"1234,50{NBSP}€ 12.345,00{NBSP}€"),
    ],
)
def test_a_price_is_written_as_the_language_does(language: Language, said: str) -> None:
    money = Speech(language, PARIS.zone).money
    assert f"{money(Decimal('1234.50'))} {money(Decimal(12345))}" == said


def test_the_other_languages_say_a_moment_in_their_own_order() -> None:
    at, paris = datetime(2026, 3, 2, 8, 5, tzinfo=UTC), ZoneInfo("Europe/Paris")
    assert Speech("en", paris).moment(at) == f"Monday 2{NBSP}March 2026 at 09:05 (Paris time)"
    assert Speech("es", paris).moment(at) == f"lunes 2{NBSP}de marzo de 2026 a las{NBSP}9:05 (hora de París)"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (900, f"15{NBSP}minutes"),
        (60, f"1{NBSP}minute"),
        (3600, f"1{NBSP}heure"),
        (5400, f"1{NBSP}heure 30{NBSP}minutes"),
        (0, f"0{NBSP}minute"),
    ],
)
def test_a_span_is_told_in_hours_and_minutes(seconds: int, said: str) -> None:
    assert PARIS.span(seconds) == said


def test_french_punctuation_is_not_left_alone_on_a_line() -> None:
    typeset_text = typeset('« {{ a if b else "Vrai !" }} » : oui ; non ?', "fr")
    assert typeset_text == (f'«{NBSP}{{{{ a if b else "Vrai{NNBSP}!" }}}}{NBSP}»{NBSP}: oui{NNBSP}; non{NNBSP}?')


def test_other_languages_keep_their_spaces() -> None:
    assert typeset("really : yes !", "en") == "really : yes !"
