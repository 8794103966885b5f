"""Messages about a ticket that come as events: what they do, and how whoever sent them is answered."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from support.scenario import Given, given
from unit.intake.histories import ABOUT, ASKED, CLOSED, INTAKE, ON_CALL_CUSTOMER, OPENED, TICKET, at, opened
from vigie.contracts.event import Event
from vigie.contracts.tickets import (
    CustomerReplied,
    FilesReceived,
    InvalidField,
    LeftMessage,
    MessageRefused,
    OnCallAccepted,
    OnCallRefused,
    RequestRefused,
    TicketClosed,
    TicketReopened,
    Words,
)
from vigie.decider import Lacking, Reaction, Received

NIGHT = at("22:30")
MESSAGE = UUID("01960000-0000-5000-8000-00000000000a")
REPLY = "vigie.ReplyReceived.v1"
FILES = "vigie.FilesDelivered.v1"
LEFT = "vigie.OnCallMessageLeft.v1"
VOICE: dict[str, Any] = {
    "desk": "serveurcom",
    "number": "T-1001",
    "contact_details": "Jeanne Martin, +33612345678",
    "subject": "Plus de tonalité",
}
TURNED_AWAY = RequestRefused(request_id=TICKET, desk=None, refused_at=NIGHT, reason="invalid")
SAID = LeftMessage(contact_details="Jeanne Martin, +33612345678", subject="Plus de tonalité")


def reaction(ce_type: str, data: dict[str, Any], about: UUID | None = TICKET) -> Reaction:
    """What intake makes of a message that arrives at half past ten in the evening."""
    event = INTAKE.readers[ce_type](json.dumps(data).encode())
    made = INTAKE.react(Received(event, MESSAGE, sequence=1, occurred_at=NIGHT, now=NIGHT, about=about))
    assert made is not None
    return made


def refused(message: str, reason: str, **more: Any) -> MessageRefused:
    return MessageRefused(message_id=MESSAGE, message=message, refused_at=NIGHT, reason=reason, **more)


def ticket(*history: Event) -> Given:
    return given(INTAKE.decider, *history)


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in VOICE.items() if name not in names}


def test_a_reply_is_the_customers_reply() -> None:
    made = reaction(REPLY, {"number": "T-1001", "text": "Le 400"})
    assert made.key == TICKET
    replied = CustomerReplied(**ABOUT, replied_at=NIGHT, personal=Words(text="Le 400"))
    ticket(OPENED, ASKED).when(made.command).then(replied)


def test_a_reply_happened_when_the_channel_says() -> None:
    early = {"ticket_id": str(TICKET), "text": "Le 400", "occurred_at": "2026-03-23T22:20:00+01:00"}
    replied = CustomerReplied(**ABOUT, replied_at=at("22:20"), personal=Words(text="Le 400"))
    ticket(OPENED, ASKED).when(reaction(REPLY, early).command).then(replied)


def test_a_reply_from_the_future_is_refused_in_the_tickets_own_history() -> None:
    early = {"number": "T-1001", "text": "Le 400", "occurred_at": "2026-03-23T22:30:01+01:00"}
    field = InvalidField(field="occurred_at", problem="lies in the future")
    expected = refused(REPLY, "invalid", fields=(field,), personal=LeftMessage(text="Le 400"), **ABOUT)
    ticket(OPENED).when(reaction(REPLY, early).command).then(expected)


def test_a_reply_to_a_closed_ticket_opens_it_again() -> None:
    made = reaction(REPLY, {"number": "T-1001", "text": "Encore !"})
    ticket(OPENED, CLOSED).when(made.command).then(
        TicketReopened(**ABOUT, reopened_at=NIGHT, reopened_by=None, reason="customer"),
        CustomerReplied(**ABOUT, replied_at=NIGHT, personal=Words(text="Encore !")),
    )


def test_a_ticket_is_what_it_was_after_a_message_was_refused() -> None:
    after = ticket(OPENED, refused(REPLY, "invalid", **ABOUT))
    after.when(reaction(REPLY, {"number": "T-1001", "text": "x"}).command).then(
        CustomerReplied(**ABOUT, replied_at=NIGHT, personal=Words(text="x"))
    )


def test_files_end_the_wait() -> None:
    ticket(OPENED, ASKED).when(reaction(FILES, {"number": "T-1001"}).command).then(
        FilesReceived(**ABOUT, received_at=NIGHT)
    )


def test_files_reopen_what_closed_for_want_of_them() -> None:
    closed = TicketClosed(**ABOUT, closed_at=at("22:10"), closed_by=None, reason="files_requested")
    ticket(OPENED, closed).when(reaction(FILES, {"number": "T-1001"}).command).then(
        TicketReopened(**ABOUT, reopened_at=NIGHT, reopened_by=None, reason="files_received"),
        FilesReceived(**ABOUT, received_at=NIGHT),
    )


@pytest.mark.parametrize(
    "history", [(), (RequestRefused(request_id=TICKET, desk=None, refused_at=NIGHT, reason="invalid"),)]
)
@pytest.mark.parametrize("ce_type", [REPLY, FILES, LEFT])
def test_a_message_waits_for_a_ticket_that_is_not_there(ce_type: str, history: tuple[Event, ...]) -> None:
    data = {REPLY: {"number": "T-1001", "text": "x"}, FILES: {"number": "T-1001"}, LEFT: VOICE}[ce_type]
    with pytest.raises(Lacking, match="ticket T-1001"):
        ticket(*history).when(reaction(ce_type, data, about=None).command).events()


def test_a_complete_message_at_night_calls_the_on_call_service() -> None:
    ticket(ON_CALL_CUSTOMER).when(reaction(LEFT, VOICE).command).then(
        OnCallAccepted(**ABOUT, accepted_at=NIGHT, personal=SAID)
    )


@pytest.mark.parametrize(
    ("lacks", "reason"), [("subject", "not_conforming"), ("contact_details", "contact_details_missing")]
)
def test_what_a_message_does_not_say_is_the_reason(lacks: str, reason: str) -> None:
    (answer,) = ticket(ON_CALL_CUSTOMER).when(reaction(LEFT, without(lacks)).command).events()
    assert isinstance(answer, OnCallRefused)
    assert answer.reason == reason


def test_a_ticket_that_is_named_by_its_id_is_named() -> None:
    by_id = {**without("number"), "ticket_id": str(TICKET)}
    (answer,) = ticket(ON_CALL_CUSTOMER).when(reaction(LEFT, by_id).command).events()
    assert isinstance(answer, OnCallAccepted)


def test_a_message_left_at_another_desk_than_the_tickets_is_refused() -> None:
    field = InvalidField(field="desk", problem="is not the desk of that ticket")
    expected = refused(LEFT, "invalid", fields=(field,), personal=SAID, **ABOUT)
    ticket(ON_CALL_CUSTOMER).when(reaction(LEFT, {**VOICE, "desk": "esii"}).command).then(expected)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, "ticket_number_missing"),
        ({"occurred_at": "2026-03-23T16:00:00+01:00"}, "within_working_hours"),
        ({"subject": None}, "not_conforming"),
        ({"contact_details": None}, "ticket_number_missing"),
        ({"desk": "ocm"}, "not_covered"),
    ],
)
def test_a_message_about_no_ticket_is_refused_for_the_first_reason_that_holds(
    changes: dict[str, Any], reason: str
) -> None:
    made = reaction(LEFT, {**without("number"), **changes}, about=None)
    assert made.key == MESSAGE
    (answer,) = ticket().when(made.command).events()
    assert isinstance(answer, MessageRefused)
    assert (answer.reason, answer.ticket_id, answer.number) == (reason, None, None)


def test_a_message_about_no_ticket_keeps_what_was_said() -> None:
    ticket().when(reaction(LEFT, without("number"), about=None).command).then(
        refused(LEFT, "ticket_number_missing", desk="serveurcom", personal=SAID)
    )


def test_a_message_for_a_desk_that_is_none_names_the_field() -> None:
    made = reaction(LEFT, {**without("number"), "desk": "nowhere"}, about=None)
    field = InvalidField(field="desk", problem="is no desk, or was none at that time")
    ticket().when(made.command).then(refused(LEFT, "invalid", fields=(field,), desk="nowhere", personal=SAID))


@pytest.mark.parametrize(
    ("ce_type", "data", "fields"),
    [
        (REPLY, {"number": "T-1001"}, ["text"]),
        (REPLY, {"number": "T-1001", "text": " \n"}, ["text"]),
        (REPLY, {"number": "T-1001", "text": "a\x00"}, ["text"]),
        (REPLY, {"text": "x"}, ["number"]),
        (REPLY, {"number": "T-1001", "ticket_id": str(TICKET), "text": "x"}, ["number"]),
        (REPLY, {"number": 1001, "ticket_id": "T-1001", "text": "x", "mood": "bad"}, ["number", "ticket_id", "mood"]),
        (FILES, {}, ["number"]),
        (FILES, {"number": "T-1001", "occurred_at": "2026-03-23T22:00:00"}, ["occurred_at"]),
        (LEFT, {"number": "T-1001"}, ["desk"]),
        ("vigie.CallReceived.v1", {"desk": "ocm", "caller_number": "0612345678"}, ["caller_number"]),
        ("vigie.CallReceived.v1", {"desk": "ocm", "ivr_key": "12"}, ["ivr_key"]),
        ("vigie.CallAbandoned.v1", {"desk": "ocm", "waited_seconds": -1}, ["waited_seconds"]),
        ("vigie.VoicemailLeft.v1", {"desk": "ocm"}, ["recording"]),
    ],
)
def test_wrong_fields_are_named_in_a_stream_of_the_messages_own(
    ce_type: str, data: dict[str, Any], fields: list[str]
) -> None:
    made = reaction(ce_type, data, about=None)
    assert made.key == MESSAGE
    (answer,) = ticket().when(made.command).events()
    assert isinstance(answer, MessageRefused)
    assert (answer.message, answer.reason) == (ce_type, "invalid")
    assert sorted(field.field for field in answer.fields) == sorted(fields)


def test_what_could_be_read_of_a_wrong_message_is_kept() -> None:
    made = reaction(REPLY, {"number": "T-1001", "text": "Le 400", "mood": "bad"}, about=None)
    field = InvalidField(field="mood", problem="is not a field of this request")
    ticket().when(made.command).then(
        refused(REPLY, "invalid", fields=(field,), number="T-1001", personal=LeftMessage(text="Le 400"))
    )


@pytest.mark.parametrize("body", [b"", b"[1]", b"{", b'{"text": NaN}', b"\xff", b"[" * 100_000])
def test_what_is_no_json_object_is_no_message(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        INTAKE.readers[REPLY](body)


@pytest.mark.parametrize(
    ("ce_type", "data", "named"),
    [
        (REPLY, {"number": "T-1001", "text": "x"}, "T-1001"),
        (FILES, {"ticket_id": str(TICKET)}, TICKET),
        (LEFT, without("number"), None),
        (REPLY, {"number": "T-1001"}, None),
        ("vigie.CallAbandoned.v1", {"desk": "ocm"}, None),
    ],
)
def test_a_message_is_for_the_ticket_that_it_names(
    ce_type: str, data: dict[str, Any], named: UUID | str | None
) -> None:
    assert INTAKE.addressee(INTAKE.readers[ce_type](json.dumps(data).encode())) == named


def test_a_refused_message_changes_no_promise() -> None:
    before = given(INTAKE.decider, opened()).state()
    after = given(INTAKE.decider, opened(), refused(REPLY, "invalid", **ABOUT)).state()
    assert after.ticket.facts == before.ticket.facts
