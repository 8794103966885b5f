"""Tickets on the weekly list, on Mondays at nine: which ones, and whose customer is owed news."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from support.atelier import ABOUT, ATELIER, opened
from support.promises import paris
from support.scenario import Given, given
from vigie.contracts.event import Event
from vigie.contracts.tickets import (
    AgentReplied,
    CustomerAsked,
    NoteAdded,
    TicketClosed,
    TicketListed,
    TicketReopened,
    TicketResolved,
)
from vigie.decider import Wake
from vigie.policy import Policies
from vigie.policy.policy import MailRule
from vigie.policy.procedure import WeeklyList
from vigie_intake.core import core

MAILS = tuple(MailRule(name, "contact", "any") for name in ("TicketOpened", "AgentReplied", "TicketListed"))


def listing_at(hour: str) -> Policies:
    """The Atelier, with a list on Mondays at that time."""
    weekly = WeeklyList(0, time.fromisoformat(hour), ATELIER.calendars["office"])
    return Policies([replace(ATELIER, weekly_list=weekly, mail_rules=MAILS)])


INTAKE = core(listing_at("09:00"))


def ticket(*history: Event) -> Given:
    """Opened on Thursday 19 March."""
    return given(INTAKE.decider, opened("2026-03-19 10:00"), *history)


def listed(at: str, weeks: int, told_at: str | None, *, owed: bool, **more: object) -> TicketListed:
    facts = {"awaiting": None, **more}
    told = None if told_at is None else paris(told_at)
    return TicketListed(**ABOUT, listed_at=paris(at), weeks=weeks, told_at=told, news_owed=owed, **facts)  # type: ignore[arg-type]


FIRST = listed("2026-03-23 09:00", 1, "2026-03-19 10:00", owed=False)
SECOND = listed("2026-03-30 09:00", 2, "2026-03-19 10:00", owed=True)


def test_an_open_ticket_wants_to_be_woken_for_the_next_list() -> None:
    assert INTAKE.decider.wake_at(ticket().state()) == paris("2026-03-23 09:00")


def test_it_is_listed_then_and_who_was_told_of_the_opening_since_the_list_before_is_owed_nothing() -> None:
    ticket().when(Wake(paris("2026-03-23 09:00"))).then(FIRST)


def test_once_listed_it_waits_for_the_list_of_the_week_after() -> None:
    assert INTAKE.decider.wake_at(ticket(FIRST).state()) == paris("2026-03-30 09:00")


def test_a_wake_up_that_comes_again_lists_nothing_a_second_time() -> None:
    ticket(FIRST).when(Wake(paris("2026-03-23 09:00"))).then_nothing()


def test_a_wake_up_that_comes_late_lists_at_the_instant_itself() -> None:
    ticket().when(Wake(paris("2026-03-23 11:00"))).then(FIRST)


def test_who_has_heard_nothing_since_the_list_before_is_owed_news() -> None:
    ticket(FIRST).when(Wake(paris("2026-03-30 09:00"))).then(SECOND)


def test_having_been_told_so_counts_as_news_until_the_next_list() -> None:
    third = listed("2026-04-07 09:00", 3, "2026-03-30 09:00", owed=True)
    ticket(FIRST, SECOND).when(Wake(paris("2026-04-07 09:00"))).then(third)


def test_a_reply_is_news_and_a_note_for_colleagues_is_none() -> None:
    replied = AgentReplied(**ABOUT, replied_at=paris("2026-03-24 10:00"), replied_by="amelie")
    note = NoteAdded(**ABOUT, added_at=paris("2026-03-26 10:00"), added_by="amelie")
    second = listed("2026-03-30 09:00", 2, "2026-03-24 10:00", owed=False)
    ticket(FIRST, replied, note).when(Wake(paris("2026-03-30 09:00"))).then(second)


def test_who_was_mailed_nothing_at_all_is_owed_news_on_the_first_list() -> None:
    silent = core(Policies([replace(policy, mail_rules=()) for policy in listing_at("09:00").all()]))
    state = given(silent.decider, opened("2026-03-19 10:00"))
    state.when(Wake(paris("2026-03-23 09:00"))).then(listed("2026-03-23 09:00", 1, None, owed=True))


def test_a_ticket_that_waits_for_its_customer_is_on_it_too() -> None:
    asked = CustomerAsked(**ABOUT, asked_at=paris("2026-03-20 10:00"), asked_by="amelie", awaiting="answer")
    waits = listed("2026-03-23 09:00", 1, "2026-03-19 10:00", owed=False, awaiting="answer")
    ticket(asked).when(Wake(paris("2026-03-23 09:00"))).then(waits)


def test_of_a_list_and_a_closing_the_one_that_is_due_first_comes_first() -> None:
    """Asked on Friday 20 March, it closes at the end of Wednesday 25 March."""
    asked = CustomerAsked(**ABOUT, asked_at=paris("2026-03-20 10:00"), asked_by="amelie", awaiting="answer")
    waits = ticket(asked).when(Wake(paris("2026-03-27 09:00"))).events()
    assert [type(event) for event in waits] == [TicketListed]
    assert INTAKE.decider.wake_at(ticket(asked, *waits).state()) == paris("2026-03-26 00:00")
    closed = TicketClosed(**ABOUT, closed_at=paris("2026-03-26 00:00"), closed_by=None, reason="no_answer")
    ticket(asked, *waits).when(Wake(paris("2026-03-27 09:00"))).then(closed)


def test_what_closes_at_the_instant_of_a_list_is_not_on_it() -> None:
    """Asked on Tuesday 17 March, it closes at midnight, as Saturday begins. The list is on Saturdays at midnight."""
    office = ATELIER.calendars["office"].with_hours("always")
    policy = replace(ATELIER, weekly_list=WeeklyList(5, time(), office), mail_rules=MAILS)
    intake = core(Policies([policy]))
    asked = CustomerAsked(**ABOUT, asked_at=paris("2026-03-17 10:00"), asked_by="amelie", awaiting="answer")
    state = given(intake.decider, opened("2026-03-17 09:00"), asked)
    closed = TicketClosed(**ABOUT, closed_at=paris("2026-03-21 00:00"), closed_by=None, reason="no_answer")
    state.when(Wake(paris("2026-03-21 00:00"))).then(closed)


@pytest.mark.parametrize(
    "done",
    [
        TicketResolved(**ABOUT, resolved_at=paris("2026-03-20 10:00"), resolved_by="amelie"),
        TicketClosed(**ABOUT, closed_at=paris("2026-03-20 10:00"), closed_by="amelie", reason="solved"),
    ],
)
def test_what_is_resolved_or_closed_is_on_no_list(done: Event) -> None:
    assert INTAKE.decider.wake_at(ticket(done).state()) is None
    ticket(done).when(Wake(paris("2026-03-23 09:00"))).then_nothing()


def test_what_is_reopened_is_on_the_next_list_and_on_none_of_those_in_between() -> None:
    resolved = TicketResolved(**ABOUT, resolved_at=paris("2026-03-24 10:00"), resolved_by="amelie")
    reopened = TicketReopened(**ABOUT, reopened_at=paris("2026-04-10 10:00"), reopened_by=None, reason="customer")
    assert INTAKE.decider.wake_at(ticket(FIRST, resolved, reopened).state()) == paris("2026-04-13 09:00")


def test_a_desk_without_a_list_lists_nothing() -> None:
    plain = core(Policies([ATELIER]))
    assert plain.decider.wake_at(given(plain.decider, opened()).state()) is None
