"""The message as a mail server gets it, read back as a mail reader reads it."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from unit.notifier.desk import JEANNE, OPENING, desk, mail_of, opened, tell
from vigie.contracts.notifications import Mail, NotificationRequested
from vigie.contracts.requests import Contact
from vigie.contracts.tickets import Asked
from vigie_notifier.core.message import as_message, envelope_address

SUBJECT = "Plus de téléphone au siège"
decider = mail_of()


def request(
    name: str = "Jeanne Martin", subject: str = SUBJECT, email: str = "jeanne@acme.example"
) -> NotificationRequested:
    asked = Asked(contact=Contact.model_construct(**{**dict(JEANNE), "name": name, "email": email}), subject=subject)
    events = decider.decide(decider.initial, tell(opened().model_copy(update={"personal": asked}), OPENING))
    return next(event for event in events if isinstance(event, NotificationRequested))


def sent(requested: NotificationRequested) -> bytes:
    assert requested.personal is not None
    return as_message(requested, requested.personal).as_bytes()


def received(requested: NotificationRequested) -> EmailMessage:
    message = message_from_bytes(sent(requested), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_the_subject_arrives_as_it_was_written() -> None:
    assert received(request())["Subject"] == "[T-1042] Votre demande est enregistrée\u00a0: Plus de téléphone au siège"


def test_a_long_accented_subject_arrives_whole() -> None:
    subject = "à " * 80 + "fin"
    assert received(request(subject=subject))["Subject"].endswith(subject)


def test_a_name_with_accents_and_commas_arrives_as_it_is() -> None:
    address = received(request(name="Émilie (la grande), Dupont"))["To"].addresses[0]
    assert (address.display_name, address.addr_spec) == ("Émilie (la grande), Dupont", "jeanne@acme.example")


def test_machines_are_told_that_a_machine_wrote() -> None:
    message = received(request())
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Vigie-Ticket"] == "T-1042"
    assert message["Content-Language"] == "fr"


def test_the_date_is_when_the_mail_was_written() -> None:
    assert received(request())["Date"] == "Mon, 23 Mar 2026 21:00:00 +0000"


def test_the_desk_writes_and_is_answered() -> None:
    message = received(request())
    assert message["From"] == message["Reply-To"] == "Serveurcom <support@serveurcom.example>"


def test_the_text_comes_first_and_the_html_last() -> None:
    parts = list(received(request()).iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]


def test_both_parts_arrive_as_they_were_written() -> None:
    requested = request()
    parts = [part.get_content().replace("\r\n", "\n") for part in received(requested).iter_parts()]
    assert requested.personal is not None
    assert parts == [requested.personal.text, requested.personal.html]


def test_every_attempt_is_the_same_message() -> None:
    assert sent(request()) == sent(request())


def test_no_line_is_longer_than_mail_allows() -> None:
    assert max(len(line) for line in sent(request(name="É" * 200, subject="é" * 200)).split(b"\r\n")) <= 998


def test_a_domain_with_accents_is_written_as_dns_knows_it() -> None:
    assert envelope_address("jeanne@société.example") == "jeanne@xn--socit-esab.example"


@pytest.mark.parametrize(
    "address", ["a@b.example>\r\nRCPT TO:<c@d.example", "a b@c.example", "<a@b.example>", "a\x00@b.example"]
)
def test_an_address_that_could_be_more_than_an_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="no spaces, brackets or control"):
        envelope_address(address)


def test_an_address_with_accents_before_the_at_sign_is_kept() -> None:
    assert "<jérôme@acme.example>".encode() in sent(request(email="jérôme@acme.example"))


def test_a_recorded_line_break_is_refused_rather_than_sent() -> None:
    requested = request()
    mail = Mail(recipient="a@b.example", subject="x\r\nBcc: all@b.example", text="", html="")
    with pytest.raises(ValueError, match="linefeed"):
        as_message(requested, mail)


def headers(requested: NotificationRequested) -> list[str]:
    return sorted(name for name, _ in received(requested).items())


HEADERS_OF_A_MAIL = headers(request())
anything = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=200)


@settings(deadline=None)  # a busy machine may take its time
@for_all(name=anything, subject=anything)
def test_whatever_people_are_called_and_write_no_header_is_theirs(name: str, subject: str) -> None:
    assert headers(request(name, subject)) == HEADERS_OF_A_MAIL


@settings(deadline=None)  # a busy machine may take its time
@for_all(title=anything)
def test_whatever_a_desk_is_called_no_header_is_its(title: str) -> None:
    d = mail_of(replace(desk(), title=title))
    event = d.decide(d.initial, tell(opened(), OPENING))[1]
    assert [header for header, _ in received(event).items()].count("To") == 1
