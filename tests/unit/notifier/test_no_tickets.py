"""What is no ticket's and is told all the same: messages that cannot be followed, calls that wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from support.scenario import given
from unit.notifier.desk import OPENING, RAISING
from unit.notifier.everything import EVERYTHING
from vigie.contracts.event import Event
from vigie.contracts.notifications import NotificationRequested, NotificationSkipped
from vigie.contracts.tickets import Calling, CallQueued, InvalidField, LeftMessage, MessageRefused
from vigie.decider import Received
from vigie.policy import Policies
from vigie_notifier.core import Tell, TellAlone, core, react
from vigie_notifier.core.examples import TICKET, Examples

MESSAGE = UUID("0198c2a4-0000-7000-8000-00004b7e02d9")
CALL = UUID("0198c2a4-0000-7000-8000-00005c1d83aa")
LATE = datetime(2026, 3, 23, 21, 0, tzinfo=UTC)
"""Monday, 22:00 in Paris: the desk is closed."""

decider = core(Policies([EVERYTHING])).decider


def message(**changes: Any) -> MessageRefused:
    values: dict[str, Any] = {
        "message_id": MESSAGE,
        "message": "vigie.OnCallMessageLeft.v1",
        "refused_at": LATE,
        "reason": "ticket_number_missing",
        "desk": "everything",
        "personal": LeftMessage(contact_details="Rosa Díaz, +34600000000, rosa@acme.example", subject="Impresora"),
    }
    return MessageRefused.model_validate(values | changes)


def saying(details: str) -> MessageRefused:
    return message(personal=LeftMessage(contact_details=details))


def call(**changes: Any) -> CallQueued:
    values: dict[str, Any] = {"call_id": CALL, "desk": "everything", "queued_at": LATE, "channel": "phone"}
    return CallQueued.model_validate(values | changes)


def happening(event: MessageRefused | CallQueued, *past: Event) -> tuple[Event, ...]:
    return given(decider, *past).when(TellAlone(LATE, LATE, RAISING, event)).events()


def recipients(events: tuple[Event, ...]) -> list[str]:
    return [one.personal.recipient for one in events if isinstance(one, NotificationRequested) and one.personal]


def test_who_left_a_message_that_cannot_be_followed_is_told_where_they_left_their_address() -> None:
    assert recipients(happening(message())) == ["rosa@acme.example"]


@pytest.mark.parametrize(
    "details",
    [
        "Rosa Díaz, +34600000000",
        "rosa@acme.example or paul@acme.example",
        "rosa@acme",
        "rosa@acme..example",
    ],
)
def test_nobody_is_written_to_where_it_is_not_clear_whom(details: str) -> None:
    (skipped,) = happening(saying(details))
    assert isinstance(skipped, NotificationSkipped)
    assert skipped.reason == "no_recipient"


@pytest.mark.parametrize(
    "details", ["Rosa <rosa@acme.example>", "mail: rosa@acme.example.", "rosa@acme.example, ROSA@acme.example"]
)
def test_an_address_is_found_however_it_is_written(details: str) -> None:
    assert [one.casefold() for one in recipients(happening(saying(details)))] == ["rosa@acme.example"]


def test_nothing_of_what_they_wrote_is_sent_to_an_address_that_nobody_has_proved() -> None:
    (requested, _) = happening(message())
    assert isinstance(requested, NotificationRequested)
    assert requested.personal is not None
    assert "Impresora" not in requested.personal.text + requested.personal.html


def test_a_message_about_a_ticket_is_answered_in_its_conversation() -> None:
    opening = Examples(EVERYTHING, "es").opening()
    past = given(decider).when(Tell(opening.opened_at, opening.opened_at, OPENING, opening)).events()
    about = {"ticket_id": TICKET, "number": "T-1042", "reason": "ticket_closed", "personal": LeftMessage(text="Sí")}
    (requested, _) = happening(message(**about), *past)
    assert isinstance(requested, NotificationRequested)
    assert (requested.number, requested.language, len(requested.references)) == ("T-1042", "es", 1)


def test_a_message_about_a_ticket_is_told_there_and_any_other_by_itself() -> None:
    def key(event: Event) -> UUID | None:
        reaction = react(Received(event=event, id=RAISING, sequence=1, occurred_at=LATE, now=LATE))
        return None if reaction is None else reaction.key

    assert key(message(ticket_id=TICKET, number="T-1042")) == TICKET
    assert key(message()) == MESSAGE
    # a reply with a wrong field names its ticket in one way, and may name one that is not there
    assert key(message(ticket_id=TICKET, desk=None, reason="invalid")) == MESSAGE


def test_a_message_that_could_not_be_read_says_what_is_wrong_with_it() -> None:
    wrong = (InvalidField(field="number", problem="is required"),)
    (requested, _) = happening(message(reason="invalid", fields=wrong))
    assert isinstance(requested, NotificationRequested)
    assert requested.personal is not None
    assert "- Numéro de la demande\N{NO-BREAK SPACE}: manque" in requested.personal.text


def test_the_desk_is_told_of_a_call_that_waits() -> None:
    (requested, _) = happening(call(personal=Calling(caller_number="+33612345678")))
    assert isinstance(requested, NotificationRequested)
    assert requested.personal is not None
    assert (requested.role, requested.number, requested.personal.recipient) == (
        "desk",
        "C-5C1D83AA",
        "hotline@exemplia.example",
    )
    assert "+33612345678" in requested.personal.text


def test_the_mail_about_a_call_stands_with_the_ticket_that_is_made_of_it() -> None:
    reaction = react(Received(event=call(), id=RAISING, sequence=1, occurred_at=LATE, now=LATE))
    assert reaction is not None
    assert reaction.key == CALL


def test_everybody_of_the_desk_is_told_each_once() -> None:
    (rose,) = EVERYTHING.desk_team
    two = replace(EVERYTHING, desk_team=(rose, replace(rose, name="Luc", email="luc@exemplia.example"), rose))
    events = given(core(Policies([two])).decider).when(TellAlone(LATE, LATE, RAISING, call())).events()
    assert recipients(events) == ["hotline@exemplia.example", "luc@exemplia.example"]
