"""Tickets that close themselves: no answer, no contact, files asked for, work done."""

from __future__ import annotations

import pytest

from support.atelier import ABOUT, POLICIES, opened
from support.promises import paris
from support.scenario import Given, given
from vigie.contracts.event import Event
from vigie.contracts.tickets import (
    CloseReason,
    ContactAttempted,
    ContactOutcome,
    CustomerAsked,
    CustomerReplied,
    FilesReceived,
    InterventionEnded,
    TicketClosed,
    TicketReopened,
    TicketTakenInCharge,
)
from vigie.decider import Wake
from vigie_intake.core import commands as do
from vigie_intake.core import core

INTAKE = core(POLICIES)
TAKEN = TicketTakenInCharge(**ABOUT, taken_at=paris("2026-03-23 10:10"), taken_by="amelie")


def ticket(*history: Event) -> Given:
    return given(INTAKE.decider, opened(), *history)


def asked(at: str, awaiting: str = "answer") -> CustomerAsked:
    return CustomerAsked(**ABOUT, asked_at=paris(at), asked_by="amelie", awaiting=awaiting)  # type: ignore[arg-type]


def attempted(at: str, outcome: ContactOutcome = "no_answer") -> ContactAttempted:
    return ContactAttempted(**ABOUT, attempted_at=paris(at), attempted_by="amelie", outcome=outcome)


def attempt(at: str, outcome: ContactOutcome = "no_answer") -> do.AttemptContact:
    return do.AttemptContact(at=paris(at), agent="amelie", outcome=outcome)


def closed(at: str, reason: CloseReason) -> TicketClosed:
    return TicketClosed(**ABOUT, closed_at=paris(at), closed_by=None, reason=reason)


# No answer: three open days, the day of the question left out


def test_a_ticket_wants_to_be_woken_when_the_third_open_day_ends() -> None:
    # Thursday 30 April; Friday 1 May is a holiday: Monday 4, Tuesday 5, Wednesday 6 are counted
    state = ticket(asked("2026-04-30 10:00")).state()
    assert INTAKE.decider.wake_at(state) == paris("2026-05-07 00:00")


def test_an_unanswered_ticket_closes_then() -> None:
    ticket(asked("2026-03-23 10:00")).when(Wake(paris("2026-03-27 00:00"))).then(
        closed("2026-03-27 00:00", "no_answer")
    )


def test_a_wake_up_that_comes_late_closes_at_the_instant_itself() -> None:
    ticket(asked("2026-03-23 10:00")).when(Wake(paris("2026-03-29 12:00"))).then(
        closed("2026-03-27 00:00", "no_answer")
    )


def test_a_wake_up_that_comes_early_closes_nothing() -> None:
    ticket(asked("2026-03-23 10:00")).when(Wake(paris("2026-03-26 23:59"))).then_nothing()


def test_an_answer_ends_the_wait() -> None:
    replied = CustomerReplied(**ABOUT, replied_at=paris("2026-03-24 09:00"))
    assert INTAKE.decider.wake_at(ticket(asked("2026-03-23 10:00"), replied).state()) is None


def test_a_question_in_words_begins_the_wait_anew() -> None:
    state = ticket(asked("2026-03-23 10:00"), asked("2026-03-25 10:00")).state()
    assert INTAKE.decider.wake_at(state) == paris("2026-03-31 00:00")


def test_nothing_wakes_a_ticket_that_waits_for_nobody_or_has_ended() -> None:
    assert INTAKE.decider.wake_at(ticket().state()) is None
    assert (
        INTAKE.decider.wake_at(ticket(asked("2026-03-23 10:00"), closed("2026-03-27 00:00", "no_answer")).state())
        is None
    )


# No contact: three failed attempts within two working days, Saturdays included


def test_the_third_failed_attempt_closes_the_ticket() -> None:
    history = (attempted("2026-03-23 11:00"), attempted("2026-03-24 11:00", "voicemail"))
    ticket(*history).when(attempt("2026-03-25 17:00")).then(
        attempted("2026-03-25 17:00"), closed("2026-03-25 17:00", "no_contact")
    )


@pytest.mark.parametrize(
    ("third", "closes"),
    [
        ("2026-03-30 23:59", True),  # from Friday: Saturday is the first day, Monday the second
        ("2026-03-31 00:00", True),
        ("2026-03-31 00:01", False),
    ],
)
def test_the_span_ends_with_the_second_working_day(third: str, closes: bool) -> None:
    history = (attempted("2026-03-27 09:00"), attempted("2026-03-27 15:00"))
    assert len(ticket(*history).when(attempt(third)).events()) == (2 if closes else 1)


def test_any_three_attempts_count_not_only_the_first() -> None:
    history = (attempted("2026-03-16 09:00"), attempted("2026-03-23 09:00"), attempted("2026-03-24 09:00"))
    assert len(ticket(*history).when(attempt("2026-03-25 09:00")).events()) == 2


@pytest.mark.parametrize(
    "heard_of",
    [
        attempted("2026-03-24 12:00", "reached"),
        CustomerReplied(**ABOUT, replied_at=paris("2026-03-24 12:00")),
        FilesReceived(**ABOUT, received_at=paris("2026-03-24 12:00")),
    ],
    ids=["reached", "replied", "files"],
)
def test_attempts_are_counted_anew_once_the_customer_was_heard_of(heard_of: Event) -> None:
    history = (attempted("2026-03-23 11:00"), attempted("2026-03-24 11:00"), heard_of)
    assert len(ticket(*history).when(attempt("2026-03-25 11:00")).events()) == 1


def test_reaching_the_customer_closes_nothing() -> None:
    history = (attempted("2026-03-23 11:00"), attempted("2026-03-24 11:00"))
    assert len(ticket(*history).when(attempt("2026-03-25 11:00", "reached")).events()) == 1


# Files


def test_asking_for_files_closes_the_ticket_at_once() -> None:
    ticket(TAKEN).when(do.AskCustomer(at=paris("2026-03-23 10:30"), agent="amelie", awaiting="files")).then(
        asked("2026-03-23 10:30", "files"), closed("2026-03-23 10:30", "files_requested")
    )


@pytest.mark.parametrize("reason", ["files_requested", "no_answer", "no_contact", "solved", "mutual_agreement"])
def test_files_reopen_what_was_closed(reason: CloseReason) -> None:
    ticket(closed("2026-03-23 10:30", reason)).when(do.ReceiveFiles(at=paris("2026-03-25 08:00"))).then(
        TicketReopened(**ABOUT, reopened_at=paris("2026-03-25 08:00"), reopened_by=None, reason="files_received"),
        FilesReceived(**ABOUT, received_at=paris("2026-03-25 08:00")),
    )


def test_a_reply_reopens_what_was_closed() -> None:
    ticket(closed("2026-03-23 10:30", "no_answer")).when(do.CustomerReply(at=paris("2026-03-25 08:00"))).then(
        TicketReopened(**ABOUT, reopened_at=paris("2026-03-25 08:00"), reopened_by=None, reason="customer"),
        CustomerReplied(**ABOUT, replied_at=paris("2026-03-25 08:00")),
    )


# Interventions


def test_a_solved_intervention_closes_the_ticket() -> None:
    end = do.EndIntervention(at=paris("2026-03-23 11:00"), agent="amelie", mode="remote", outcome="solved")
    ended = InterventionEnded(
        **ABOUT, ended_at=paris("2026-03-23 11:00"), ended_by="amelie", mode="remote", outcome="solved"
    )
    ticket(TAKEN).when(end).then(ended, closed("2026-03-23 11:00", "solved"))
