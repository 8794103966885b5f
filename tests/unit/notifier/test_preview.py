"""``vigie mails preview``: what a desk writes, before anybody gets it."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from vigie.policy import load_policies
from vigie_notifier.cli import app

POLICIES = Path(__file__).parents[3] / "policies"
DESKS = load_policies(POLICIES)
MAILED = [
    (policy.id, language, rule.event)
    for policy in DESKS.all()
    for language in policy.languages
    for rule in policy.mail_rules
]


def preview(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["preview", "--policies", str(POLICIES), *arguments])


def test_a_mail_is_printed_as_the_desk_would_write_it() -> None:
    printed = preview("TicketClosed", "--desk", "serveurcom", "--case", "no_answer").stdout
    assert printed.startswith(
        "From: Serveurcom <support@serveurcom.example>\n"
        "To: Jeanne Martin <jeanne@acme.example>\n"
        "Subject: [T-1042] Votre demande est close"
    )
    assert "Nous n’avons pas reçu de réponse à notre dernière question." in printed


def test_it_is_printed_in_the_language_asked_for_by_a_desk_that_writes_it() -> None:
    printed = preview("EscalationRaised", "--lang", "es").stdout
    assert "Recibe este mensaje por la escalada" in printed


def test_its_html_can_be_opened_by_a_browser() -> None:
    assert preview("TicketOpened", "--html").stdout.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("arguments", "known"),
    [
        (["Nonsense"], "there is no mail about 'Nonsense'; there is TicketOpened, RequestRefused, "),
        (
            ["TicketOpened", "--desk", "nowhere"],
            "there is no desk 'nowhere'; there is civ, esii, ocm, serveurcom, systell",
        ),
        (["TicketOpened", "--lang", "de"], "nobody writes in 'de'; there is fr, en, es"),
        (["TicketOpened", "--desk", "ocm", "--lang", "es"], "ocm does not write in 'es'; there is fr"),
        (["PriceProposed", "--desk", "ocm"], "ocm mails nobody about PriceProposed; there is CallQueued, Ticket"),
        (["TicketClosed", "--case", "x"], "TicketClosed has no case 'x'; there is solved, no_contact, "),
    ],
)
def test_a_name_that_means_nothing_is_answered_with_those_that_do(arguments: list[str], known: str) -> None:
    result = preview(*arguments)
    assert result.exit_code == 2
    assert known in result.stderr


def test_what_is_told_to_nobody_is_said_to_be() -> None:
    result = preview("ContactAttempted", "--desk", "systell", "--case", "reached")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "systell mails nobody about ContactAttempted in the case reached.\n"


@pytest.mark.parametrize(("desk", "language", "event"), MAILED)
def test_whatever_a_desk_mails_can_be_read_beforehand(desk: str, language: str, event: str) -> None:
    result = preview(event, "--desk", desk, "--lang", language)
    assert result.exit_code == 0
    assert "Subject: [" in result.stdout
