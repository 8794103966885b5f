"""What Serveurcom promises, compared with its document by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from vigie.contracts.terms import ContractTerms
from vigie.policy import HoursTarget, MailRule, Policy, Recipient, Rung, load_policies

POLICIES = Path(__file__).parents[3] / "policies"
HOUR = 3600
NO_OPTIONS = ContractTerms()


@pytest.fixture(scope="module")
def serveurcom() -> Policy:
    return load_policies(POLICIES).version("serveurcom", 1)


@pytest.mark.parametrize(
    ("clock", "priority", "seconds", "calendar"),
    [
        ("take_charge", "low", 4 * HOUR, "hojo"),
        ("take_charge", "medium", 2 * HOUR, "always"),
        ("take_charge", "high", 1800, "always"),
        ("resolution", "low", 48 * HOUR, "hojo"),
        ("resolution", "medium", 24 * HOUR, "always"),
        ("resolution", "high", 4 * HOUR, "always"),
        ("on_call", "low", 1800, "always"),
        ("on_call", "high", 1800, "always"),
    ],
)
def test_each_promise_is_that_of_the_matrix(
    serveurcom: Policy, clock: str, priority: str, seconds: int, calendar: str
) -> None:
    target = serveurcom.commitment(clock).target(priority, "commercial", NO_OPTIONS)
    assert isinstance(target, HoursTarget)
    assert (target.within, target.calendar) == (seconds, calendar)


def test_only_resolution_waits_for_the_customer(serveurcom: Policy) -> None:
    assert [(one.name, one.pauses) for one in serveurcom.commitments] == [
        ("take_charge", None),
        ("resolution", "waiting_for_customer"),
        ("on_call", None),
    ]


def test_the_on_call_promise_runs_from_the_message_to_taking_charge(serveurcom: Policy) -> None:
    on_call = serveurcom.commitment("on_call")
    assert (on_call.starts, on_call.ends) == ("OnCallAccepted", "TicketTakenInCharge")


def test_a_quarter_of_the_half_hour_is_left_at_the_warning(serveurcom: Policy) -> None:
    half_hour = serveurcom.commitment("take_charge").targets["high"]
    assert isinstance(half_hour, HoursTarget)
    assert half_hour.warn_before == 450


def test_a_high_incident_calls_three_levels_within_an_hour_of_the_miss(serveurcom: Policy) -> None:
    assert serveurcom.ladder("high", "technical", NO_OPTIONS) == (
        Rung("N1", timedelta(minutes=15)),
        Rung("N2", timedelta(minutes=30)),
        Rung("N3", timedelta(hours=1)),
    )


def test_a_medium_incident_calls_three_levels_within_a_day_of_the_miss(serveurcom: Policy) -> None:
    assert serveurcom.ladder("medium", "technical", NO_OPTIONS) == (
        Rung("N1", timedelta(hours=1)),
        Rung("N2", timedelta(hours=12)),
        Rung("N3", timedelta(hours=24)),
    )


@pytest.mark.parametrize(("priority", "kind"), [("low", "technical"), ("high", "commercial"), ("medium", None)])
def test_only_medium_and_high_incidents_escalate(serveurcom: Policy, priority: str, kind: str | None) -> None:
    assert serveurcom.ladder(priority, kind, NO_OPTIONS) == ()


def test_nobody_calls_a_level_by_hand_before_a_promise_is_broken(serveurcom: Policy) -> None:
    assert serveurcom.by_hand_requires == "commitment_exceeded"


@pytest.mark.parametrize(
    ("local", "is_open"),
    [
        ("2026-03-23T08:29:59+01:00", False),
        ("2026-03-23T08:30:00+01:00", True),
        ("2026-03-23T12:30:00+01:00", False),
        ("2026-03-26T17:59:59+01:00", True),
        ("2026-03-27T17:00:00+01:00", False),
        ("2026-03-28T10:00:00+01:00", False),
        ("2026-05-01T10:00:00+02:00", False),
    ],
)
def test_hojo_is_the_hours_of_the_document_less_holidays(serveurcom: Policy, local: str, is_open: bool) -> None:
    assert serveurcom.calendars["hojo"].is_open(datetime.fromisoformat(local)) is is_open


def test_always_does_not_close_on_christmas_night(serveurcom: Policy) -> None:
    assert serveurcom.calendars["always"].is_open(datetime(2026, 12, 25, 2, 0, tzinfo=UTC))


def test_the_portal_calls_low_mineure(serveurcom: Policy) -> None:
    assert serveurcom.aliases == {"Mineure": "low"}


def test_priorities_go_from_the_lowest_to_the_highest(serveurcom: Policy) -> None:
    assert serveurcom.priorities == ("low", "medium", "high")


def test_people_read_the_words_of_the_document(serveurcom: Policy) -> None:
    assert serveurcom.labels["high"] == {"fr": "Élevé"}
    assert serveurcom.definitions["high"]["fr"][0] == "Coupure totale – service indisponible"


def test_the_on_call_service_answers_outside_hojo_to_those_who_bought_it(serveurcom: Policy) -> None:
    on_call = serveurcom.on_call
    assert on_call is not None
    assert on_call.outside is serveurcom.calendars["hojo"]
    assert (on_call.requires, on_call.contract) == (("ticket_number", "contact_details", "subject"), "on_call")


def test_the_contact_is_told_of_each_opening_and_each_public_comment_and_of_what_is_refused(serveurcom: Policy) -> None:
    assert [rule.event for rule in serveurcom.mail_rules if rule.to == "contact"] == [
        "TicketOpened",
        "RequestRefused",
        "AgentReplied",
        "CustomerAsked",
        "TicketResolved",
        "TicketClosed",
        "OnCallRefused",
        "MessageRefused",
    ]


def test_the_managers_of_a_level_are_told_when_it_is_called_and_when_it_may_rest(serveurcom: Policy) -> None:
    assert [rule for rule in serveurcom.mail_rules if rule.to == "level"] == [
        MailRule("EscalationRaised", "level", "escalation_raised"),
        MailRule("EscalationStoodDown", "level", "escalation_stood_down"),
    ]
    assert serveurcom.informs["N2"] == (Recipient("Responsable des opérations", "n2@serveurcom.example", "fr"),)


def test_the_desk_is_told_of_a_call_that_waits(serveurcom: Policy) -> None:
    assert MailRule("CallQueued", "desk", "call_queued") in serveurcom.mail_rules
    assert [one.email for one in serveurcom.desk_team] == ["centre@serveurcom.example"]


def test_the_on_call_technician_is_told_of_a_message(serveurcom: Policy) -> None:
    assert MailRule("OnCallAccepted", "on_call", "on_call_accepted") in serveurcom.mail_rules
    assert [one.email for one in serveurcom.on_call_team] == ["astreinte@serveurcom.example"]


def test_news_older_than_a_day_is_not_mailed(serveurcom: Policy) -> None:
    assert serveurcom.mail_within == timedelta(hours=24)


def test_it_is_in_force_from_september_2017(serveurcom: Policy) -> None:
    assert (serveurcom.effective_from, serveurcom.timezone) == (date(2017, 9, 1), "Europe/Paris")
