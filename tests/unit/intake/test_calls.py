"""Telephone calls at OCM, whose menu has four keys, and at desks without a menu."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from support.scenario import given
from unit.intake.histories import INTAKE, POLICIES, at
from vigie.contracts.event import Event
from vigie.contracts.requests import Contact, RequestSubmitted, WrittenContact
from vigie.contracts.terms import ContractTerms
from vigie.contracts.tickets import (
    Asked,
    CallGivenUp,
    Calling,
    CallQueued,
    InvalidField,
    MessageRefused,
    RequestRefused,
    TicketOpened,
)
from vigie.decider import Caller, Received
from vigie_intake.core.commands import OpenTicket
from vigie_intake.core.states import Open

CALL = UUID("01960000-0000-5000-8000-00000000000b")
NOW = at("24 10:00")
NUMBER = "+33612345678"
JEANNE = Contact(name="Jeanne Martin", email="jeanne@acme.example", phone=NUMBER, language="fr")
KNOWN = Caller("acme", JEANNE, ContractTerms(sla=True))
RECEIVED: dict[str, Any] = {"desk": "ocm", "caller_number": NUMBER, "ivr_key": "2"}
VOICEMAIL: dict[str, Any] = {**RECEIVED, "recording": "pbx:2026-03-24/17.wav"}


def happening(name: str, data: dict[str, Any], caller: Caller | None = None) -> tuple[Event, ...]:
    """What a call that is told at ten in the morning comes to."""
    event = INTAKE.readers[f"vigie.{name}.v1"](json.dumps(data).encode())
    received = Received(event, CALL, 1, occurred_at=NOW, now=NOW, serial="T-1001", caller=caller)
    made = INTAKE.react(received)
    assert made is not None
    assert made.key == CALL
    return given(INTAKE.decider).when(made.command).events()


def queued(**changes: Any) -> CallQueued:
    usual: dict[str, Any] = {
        "channel": "phone",
        "kind": "cloud",
        "personal": Calling(caller_number=NUMBER),
    }
    return CallQueued(call_id=CALL, desk="ocm", queued_at=NOW, **{**usual, **changes})


@pytest.mark.parametrize(
    ("key", "kind"), [("1", "software"), ("2", "cloud"), ("3", "commercial"), ("4", "administrative")]
)
def test_a_key_of_the_menu_says_what_a_call_is_about(key: str, kind: str) -> None:
    (opened,) = happening("CallReceived", {**RECEIVED, "ivr_key": key}, KNOWN)
    assert isinstance(opened, TicketOpened)
    assert opened.kind == kind


def test_a_caller_whom_the_directory_knows_has_a_ticket_that_says_how_they_were_found() -> None:
    policy = POLICIES.version("ocm", 1)
    assert happening("CallReceived", RECEIVED, KNOWN) == (
        TicketOpened(
            ticket_id=CALL,
            number="T-1001",
            desk="ocm",
            opened_at=NOW,
            channel="phone",
            customer="acme",
            kind="cloud",
            service=None,
            reason=None,
            priority="normal",
            language="fr",
            contract=ContractTerms(sla=True),
            policy="ocm",
            policy_version=1,
            policy_hash=policy.hash,
            identified_by="caller_number",
            personal=Asked(contact=JEANNE, subject="Appel téléphonique"),
        ),
    )


def test_the_recording_of_a_voicemail_is_on_its_ticket() -> None:
    (opened,) = happening("VoicemailLeft", VOICEMAIL, KNOWN)
    assert isinstance(opened, TicketOpened)
    assert opened.channel == "voicemail"
    assert opened.personal == Asked(contact=JEANNE, subject="Message vocal", recording="pbx:2026-03-24/17.wav")


def test_the_subject_of_a_voicemail_is_kept_where_it_is_known() -> None:
    (opened,) = happening("VoicemailLeft", {**VOICEMAIL, "subject": "Bureau distant"}, KNOWN)
    assert isinstance(opened, TicketOpened)
    assert opened.personal is not None
    assert opened.personal.subject == "Bureau distant"


def test_the_contract_of_whoever_seems_to_call_decides() -> None:
    untrained = Caller("acme", JEANNE, ContractTerms(user_trained=False))
    (refused,) = happening("CallReceived", RECEIVED, untrained)
    assert isinstance(refused, RequestRefused)
    assert refused.reason == "user_not_trained"


def test_a_ticket_counts_from_the_call() -> None:
    (opened,) = happening("CallReceived", {**RECEIVED, "occurred_at": "2026-03-24T09:58:00+01:00"}, KNOWN)
    assert opened.occurred_at == at("24 09:58")


@pytest.mark.parametrize(
    ("changes", "caller", "expected"),
    [
        ({}, None, {}),
        ({"caller_number": None}, None, {"personal": None}),
        ({}, Caller("acme", None, ContractTerms()), {"customer": "acme"}),
        ({"ivr_key": "9"}, KNOWN, {"kind": None, "customer": "acme"}),
        ({"ivr_key": None}, KNOWN, {"kind": None, "customer": "acme"}),
    ],
    ids=["nobody has the number", "no number", "several have it", "a key that is none", "no key"],
)
def test_a_call_of_which_not_enough_is_known_waits(
    changes: dict[str, Any], caller: Caller | None, expected: dict[str, Any]
) -> None:
    assert happening("CallReceived", {**RECEIVED, **changes}, caller) == (queued(**expected),)


def test_a_voicemail_of_which_not_enough_is_known_waits_with_its_recording() -> None:
    left = Calling(caller_number=NUMBER, recording="pbx:2026-03-24/17.wav")
    assert happening("VoicemailLeft", VOICEMAIL) == (queued(channel="voicemail", personal=left),)


def test_a_desk_that_does_one_thing_needs_no_menu() -> None:
    (opened,) = happening("CallReceived", {"desk": "systell", "caller_number": NUMBER}, KNOWN)
    assert isinstance(opened, TicketOpened)
    assert (opened.kind, opened.priority) == ("technical", "normal")


def test_where_somebody_must_judge_how_urgent_it_is_a_call_waits() -> None:
    (waiting,) = happening("CallReceived", {"desk": "serveurcom", "caller_number": NUMBER}, KNOWN)
    assert isinstance(waiting, CallQueued)


def test_a_call_that_was_given_up_is_counted() -> None:
    told = {"desk": "ocm", "ivr_key": "1", "waited_seconds": 75, "occurred_at": "2026-03-24T09:58:00+01:00"}
    assert happening("CallAbandoned", told) == (
        CallGivenUp(call_id=CALL, desk="ocm", given_up_at=at("24 09:58"), kind="software", waited_seconds=75),
    )


@pytest.mark.parametrize("name", ["CallReceived", "VoicemailLeft", "CallAbandoned"])
@pytest.mark.parametrize(
    ("changes", "field"), [({"desk": "nowhere"}, "desk"), ({"occurred_at": "2026-03-24T10:00:01+01:00"}, "occurred_at")]
)
def test_what_cannot_be_true_of_a_call_is_named(name: str, changes: dict[str, Any], field: str) -> None:
    data = VOICEMAIL if name == "VoicemailLeft" else RECEIVED
    (refused,) = happening(name, {**data, **changes}, KNOWN)
    assert isinstance(refused, MessageRefused)
    assert [one.field for one in refused.fields] == [field]


def test_a_technician_makes_a_ticket_of_a_call_that_waits() -> None:
    request = RequestSubmitted(
        desk="ocm",
        channel="phone",
        contact=WrittenContact(name="Jeanne Martin", email="jeanne@acme.example"),
        kind="cloud",
        subject="Bureau distant",
    )
    command = OpenTicket(NOW, at("24 10:05"), CALL, "T-1002", request, ContractTerms())
    (opened,) = given(INTAKE.decider, queued()).when(command).events()
    assert isinstance(opened, TicketOpened)
    assert (opened.ticket_id, opened.opened_at, opened.identified_by) == (CALL, NOW, None)
    state = given(INTAKE.decider, queued(), opened).state()
    assert isinstance(state, Open)
    assert state.ticket.version == 2


def test_the_fields_of_a_call_that_are_wrong_say_so_in_words() -> None:
    (refused,) = happening("CallReceived", {"desk": "ocm", "ivr_key": 2})
    assert isinstance(refused, MessageRefused)
    assert refused.fields == (InvalidField(field="ivr_key", problem="input should be a valid string"),)
