"""What people do to a ticket."""

from __future__ import annotations

import pytest

from support.scenario import Given, given
from unit.intake.histories import (
    ABOUT,
    ASKED,
    CALLED,
    CLOSED,
    INTAKE,
    OPENED,
    REPLIED,
    RESOLVED,
    TAKEN,
    at,
)
from vigie.contracts.event import Event
from vigie.contracts.tickets import (
    AgentReplied,
    Awaited,
    ContactAttempted,
    CustomerAsked,
    CustomerReplied,
    FilesReceived,
    InterventionEnded,
    NoteAdded,
    PriorityChanged,
    TicketAssigned,
    TicketClosed,
    TicketQualified,
    TicketReopened,
    TicketResolved,
    TicketTakenInCharge,
    Words,
)
from vigie_intake.core import commands as do
from vigie_intake.core import refusals
from vigie_intake.core.states import Open, Resolved, Waiting

NOW = at("23:00")


def ticket(*history: Event) -> Given:
    return given(INTAKE.decider, OPENED, *history)


TAKEN_NOW = TicketTakenInCharge(**ABOUT, taken_at=NOW, taken_by="bruno")


# Understanding what it is about


def test_a_ticket_is_qualified_once_also_where_nothing_changes() -> None:
    qualified = TicketQualified(
        **ABOUT,
        qualified_at=NOW,
        qualified_by="bruno",
        previous_kind="technical",
        kind="technical",
        service="Support technique",
    )
    ticket().when(do.Qualify(at=NOW, agent="bruno")).then(qualified).when(do.Qualify(at=NOW)).then_nothing()


def test_a_kind_may_turn_out_to_be_another() -> None:
    (event,) = ticket().when(do.Qualify(at=NOW, kind="commercial")).events()
    assert isinstance(event, TicketQualified)
    assert (event.previous_kind, event.kind) == ("technical", "commercial")


# Taking in charge


def test_the_first_technician_takes_the_ticket_in_charge() -> None:
    ticket().when(do.TakeCharge(at=NOW, agent="bruno")).then(TAKEN_NOW)


def test_taking_again_is_nothing() -> None:
    ticket(TAKEN).when(do.TakeCharge(at=NOW, agent="bruno")).then_nothing()


def test_taking_again_after_the_on_call_service_was_called_is_no_repeat() -> None:
    ticket(TAKEN, CALLED).when(do.TakeCharge(at=NOW, agent="bruno")).then(TAKEN_NOW)


def test_whoever_acts_without_a_name_is_called_agent() -> None:
    ticket().when(do.TakeCharge(at=NOW)).then(TicketTakenInCharge(**ABOUT, taken_at=NOW, taken_by="agent"))


def test_being_assigned_is_not_taking_in_charge() -> None:
    ticket().when(do.Assign(at=NOW, agent="amelie", to="bruno")).then(
        TicketAssigned(**ABOUT, assigned_at=NOW, assigned_to="bruno", assigned_by="amelie")
    ).when(do.TakeCharge(at=NOW, agent="bruno")).then(TAKEN_NOW)


def test_assigning_to_nobody_in_particular_is_taking_it_oneself() -> None:
    ticket().when(do.Assign(at=NOW, agent="bruno")).then(
        TicketAssigned(**ABOUT, assigned_at=NOW, assigned_to="bruno", assigned_by="bruno")
    )


def test_whoever_took_it_owns_it_already() -> None:
    ticket(TAKEN).when(do.Assign(at=NOW, agent="bruno", to="amelie")).then_nothing()


# Words


def test_a_reply_does_not_take_the_ticket_in_charge() -> None:
    ticket().when(do.Reply(at=NOW, agent="bruno", text="Nous regardons")).then(
        AgentReplied(**ABOUT, replied_at=NOW, replied_by="bruno", personal=Words(text="Nous regardons"))
    )


def test_a_note_is_for_colleagues() -> None:
    ticket().when(do.Note(at=NOW, agent="bruno", text="Voir le lien")).then(
        NoteAdded(**ABOUT, added_at=NOW, added_by="bruno", personal=Words(text="Voir le lien"))
    )


def test_a_resolved_ticket_can_still_be_written_about() -> None:
    ticket(TAKEN, RESOLVED).when(do.Reply(at=NOW, agent="bruno")).then(
        AgentReplied(**ABOUT, replied_at=NOW, replied_by="bruno")
    )


def test_asking_the_customer_does_not_take_the_ticket_in_charge() -> None:
    ticket().when(do.AskCustomer(at=NOW, agent="bruno", awaiting="files", text="Une trace ?")).then(
        CustomerAsked(**ABOUT, asked_at=NOW, asked_by="bruno", awaiting="files", personal=Words(text="Une trace ?"))
    )


def test_the_step_of_a_case_says_what_is_asked_for_with_the_word_for() -> None:
    assert do.ACTIONS["ask_customer"].model_validate({"at": NOW, "for": "files"}) == do.AskCustomer(
        at=NOW, awaiting="files"
    )


def test_asking_for_the_same_again_without_a_word_is_nothing() -> None:
    ticket(ASKED).when(do.AskCustomer(at=NOW)).then_nothing()


def test_asking_for_the_same_again_in_words_reaches_the_customer() -> None:
    ticket(ASKED).when(do.AskCustomer(at=NOW, agent="bruno", text="Alors ?")).then(
        CustomerAsked(**ABOUT, asked_at=NOW, asked_by="bruno", awaiting="answer", personal=Words(text="Alors ?"))
    )


def test_nobody_waits_for_the_customer_of_a_resolved_ticket() -> None:
    ticket(TAKEN, RESOLVED).when(do.AskCustomer(at=NOW)).then_refused(refusals.TicketResolved)


def test_a_reply_of_the_customer_ends_the_wait() -> None:
    after = ticket(ASKED).when(do.CustomerReply(at=NOW, text="Le 400"))
    assert isinstance(after.then(CustomerReplied(**ABOUT, replied_at=NOW, personal=Words(text="Le 400"))).state(), Open)


@pytest.mark.parametrize("awaiting", ["answer", "files"])
def test_files_that_arrive_end_the_wait_whatever_was_asked_for(awaiting: Awaited) -> None:
    asked = ASKED.model_copy(update={"awaiting": awaiting})
    after = ticket(asked).when(do.ReceiveFiles(at=NOW))
    assert isinstance(after.then(FilesReceived(**ABOUT, received_at=NOW)).state(), Open)


def test_files_do_not_reopen_a_resolved_ticket() -> None:
    after = ticket(TAKEN, RESOLVED).when(do.ReceiveFiles(at=NOW))
    assert isinstance(after.then(FilesReceived(**ABOUT, received_at=NOW)).state(), Resolved)


def test_trying_to_reach_the_customer_neither_ends_the_wait_nor_takes_the_ticket_in_charge() -> None:
    after = ticket(ASKED).when(do.AttemptContact(at=NOW, agent="bruno", outcome="reached"))
    said = ContactAttempted(**ABOUT, attempted_at=NOW, attempted_by="bruno", outcome="reached")
    assert isinstance(after.then(said).state(), Waiting)


def test_a_reply_of_the_desk_does_not_end_the_wait_for_the_customer() -> None:
    after = ticket(ASKED).when(do.Reply(at=NOW))
    assert isinstance(after.then(AgentReplied(**ABOUT, replied_at=NOW, replied_by="agent")).state(), Waiting)


def test_a_reply_of_the_customer_does_not_reopen_a_resolved_ticket() -> None:
    after = ticket(TAKEN, RESOLVED).when(do.CustomerReply(at=NOW))
    assert isinstance(after.then(CustomerReplied(**ABOUT, replied_at=NOW)).state(), Resolved)


# Priority


def test_another_priority_says_which_one_it_was() -> None:
    ticket().when(do.SetPriority(at=NOW, agent="bruno", priority="low")).then(
        PriorityChanged(**ABOUT, changed_at=NOW, prioritised_by="bruno", previous="high", priority="low")
    )


def test_the_same_priority_is_nothing() -> None:
    ticket().when(do.SetPriority(at=NOW, priority="high")).then_nothing()


def test_a_priority_may_be_called_as_the_customers_form_calls_it() -> None:
    ticket().when(do.SetPriority(at=NOW, agent="bruno", priority="Mineure")).then(
        PriorityChanged(**ABOUT, changed_at=NOW, prioritised_by="bruno", previous="high", priority="low")
    )


def test_a_priority_that_the_desk_does_not_know_is_a_wrong_field() -> None:
    with pytest.raises(refusals.Invalid) as refused:
        ticket().when(do.SetPriority(at=NOW, priority="urgent")).events()
    assert [field.field for field in refused.value.fields] == ["priority"]


# Ending


def test_resolving_a_ticket_that_nobody_has_taken_takes_it_at_that_instant() -> None:
    ticket().when(do.Resolve(at=NOW, agent="bruno", text="Poste remplacé")).then(
        TAKEN_NOW,
        TicketResolved(**ABOUT, resolved_at=NOW, resolved_by="bruno", personal=Words(text="Poste remplacé")),
    )


def test_resolving_a_ticket_that_somebody_has_taken_only_resolves_it() -> None:
    ticket(TAKEN).when(do.Resolve(at=NOW, agent="bruno")).then(
        TicketResolved(**ABOUT, resolved_at=NOW, resolved_by="bruno")
    )


def test_resolving_after_the_on_call_service_was_called_answers_that_call() -> None:
    ticket(TAKEN, CALLED).when(do.Resolve(at=NOW, agent="bruno")).then(
        TAKEN_NOW, TicketResolved(**ABOUT, resolved_at=NOW, resolved_by="bruno")
    )


def test_resolving_again_is_nothing() -> None:
    ticket(TAKEN, RESOLVED).when(do.Resolve(at=NOW)).then_nothing()


def test_ending_an_intervention_on_a_ticket_that_nobody_has_taken_takes_it_at_that_instant() -> None:
    ticket().when(do.EndIntervention(at=NOW, agent="bruno", mode="remote", outcome="unresolved")).then(
        TAKEN_NOW, InterventionEnded(**ABOUT, ended_at=NOW, ended_by="bruno", mode="remote", outcome="unresolved")
    )


def test_an_intervention_that_solved_it_does_not_close_the_ticket() -> None:
    ticket(TAKEN).when(do.EndIntervention(at=NOW, agent="bruno", mode="phone", outcome="solved")).then(
        InterventionEnded(**ABOUT, ended_at=NOW, ended_by="bruno", mode="phone", outcome="solved")
    )


@pytest.mark.parametrize("history", [(), (ASKED,), (TAKEN, RESOLVED)], ids=["open", "waiting", "resolved"])
def test_a_ticket_can_be_closed_whether_it_is_resolved_or_not(history: tuple[Event, ...]) -> None:
    ticket(*history).when(do.Close(at=NOW, agent="bruno")).then(
        TicketClosed(**ABOUT, closed_at=NOW, closed_by="bruno", reason="solved")
    )


def test_both_sides_may_agree_to_close() -> None:
    ticket().when(do.AgreeClosed(at=NOW, agent="bruno")).then(
        TicketClosed(**ABOUT, closed_at=NOW, closed_by="bruno", reason="mutual_agreement")
    )


@pytest.mark.parametrize("history", [(TAKEN, RESOLVED), (CLOSED,)], ids=["resolved", "closed"])
def test_a_finished_ticket_can_be_reopened(history: tuple[Event, ...]) -> None:
    ticket(*history).when(do.Reopen(at=NOW, agent="bruno")).then(
        TicketReopened(**ABOUT, reopened_at=NOW, reopened_by="bruno", reason="agent")
    )


def test_a_customer_reopens_for_a_reason_of_their_own() -> None:
    ticket(CLOSED).when(do.Reopen(at=NOW, agent=None)).then(
        TicketReopened(**ABOUT, reopened_at=NOW, reopened_by=None, reason="customer")
    )


def test_files_that_came_are_a_reason_to_reopen() -> None:
    ticket(CLOSED).when(do.Reopen(at=NOW, agent="bruno", reason="files_received")).then(
        TicketReopened(**ABOUT, reopened_at=NOW, reopened_by="bruno", reason="files_received")
    )


@pytest.mark.parametrize("history", [(), (ASKED,)], ids=["open", "waiting"])
def test_reopening_what_is_not_finished_is_nothing(history: tuple[Event, ...]) -> None:
    ticket(*history).when(do.Reopen(at=NOW)).then_nothing()


def test_a_ticket_reopened_after_a_wait_waits_no_longer() -> None:
    after = ticket(ASKED, TAKEN, RESOLVED).when(do.Reopen(at=NOW))
    reopened = TicketReopened(**ABOUT, reopened_at=NOW, reopened_by="agent", reason="agent")
    assert isinstance(after.then(reopened).state(), Open)


def test_a_customer_who_answered_may_be_asked_the_same_again() -> None:
    ticket(ASKED, REPLIED).when(do.AskCustomer(at=NOW)).then(
        CustomerAsked(**ABOUT, asked_at=NOW, asked_by="agent", awaiting="answer")
    )
