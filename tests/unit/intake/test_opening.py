"""Which requests become tickets."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from support.scenario import given
from unit.intake.histories import (
    INTAKE,
    JEANNE,
    OPENED,
    OPENED_AT,
    POLICY,
    REQUEST,
    TICKET,
    WRITTEN,
    at,
    opened,
)
from vigie.contracts.requests import REQUEST_SUBMITTED, RequestSubmitted
from vigie.contracts.terms import ContractTerms
from vigie.contracts.tickets import Asked, InvalidField, RequestRefused
from vigie.decider import Reaction, Received, Wake
from vigie_intake.core.commands import OpenTicket, RefuseRequest
from vigie_intake.core.opening import check_request
from vigie_intake.core.reading import InvalidRequest, read_request

READ = INTAKE.readers[REQUEST_SUBMITTED]


def request(**changes: Any) -> RequestSubmitted:
    return RequestSubmitted.model_validate({**REQUEST.model_dump(), **changes})


def open_ticket(wanted: RequestSubmitted = REQUEST, when: datetime = OPENED_AT) -> OpenTicket:
    return OpenTicket(at=when, now=OPENED_AT, key=TICKET, number="T-1001", request=wanted, contract=ContractTerms())


def problems(wanted: RequestSubmitted) -> list[str]:
    return [problem.field for problem in check_request(wanted, POLICY, OPENED_AT)]


def received(event: Any) -> Received:
    return Received(event=event, id=TICKET, sequence=1, occurred_at=at("21:00"), now=OPENED_AT, serial="T-1001")


def test_a_request_that_the_desk_understands_becomes_a_ticket() -> None:
    given(INTAKE.decider).when(open_ticket()).then(OPENED)


def test_the_customers_words_for_priorities_are_understood() -> None:
    given(INTAKE.decider).when(open_ticket(request(priority="Mineure"))).then(opened(priority="low"))


def test_the_same_request_again_is_nothing() -> None:
    given(INTAKE.decider, OPENED).when(open_ticket()).then_nothing()


def test_the_contact_is_written_to_in_the_first_language_of_a_desk_that_does_not_speak_theirs() -> None:
    english = WRITTEN.model_copy(update={"language": "en"})
    expected = Asked(contact=english.recorded(), subject="Plus de tonalité", description="Depuis ce matin")
    given(INTAKE.decider).when(open_ticket(request(contact=english))).then(opened(language="fr", personal=expected))


def test_an_understood_request_has_no_problem() -> None:
    assert problems(REQUEST) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "espresso"),
        ("priority", "urgent"),
        ("occurred_at", "2026-03-23T22:00:01+01:00"),
    ],
)
def test_a_value_that_the_desk_does_not_know_is_a_problem_of_its_field(field: str, value: str) -> None:
    assert problems(request(**{field: value})) == [field]


def test_services_and_reasons_that_the_form_does_not_offer_are_no_problem() -> None:
    assert problems(request(service="Support du dimanche", reason="Ennui")) == []


def test_every_problem_is_named_at_once() -> None:
    assert problems(request(kind="espresso", priority="urgent")) == ["kind", "priority"]


def test_a_kind_is_not_a_priority() -> None:
    assert problems(request(priority="technical")) == ["priority"]


def test_a_request_of_this_very_instant_is_not_from_the_future() -> None:
    assert problems(request(occurred_at=OPENED_AT)) == []


def test_an_unknown_desk_is_a_problem_of_the_desk() -> None:
    assert [one.field for one in check_request(request(desk="nowhere"), None, OPENED_AT)] == ["desk"]


def test_a_request_that_the_desk_does_not_understand_is_refused_in_public() -> None:
    wrong = request(priority="urgent")
    given(INTAKE.decider).when(open_ticket(wrong)).then(
        RequestRefused(
            request_id=TICKET,
            desk="serveurcom",
            refused_at=OPENED_AT,
            reason="invalid",
            fields=(InvalidField(field="priority", problem="is none of low, medium, high"),),
            channel="api",
            customer="acme",
            kind="technical",
            priority="urgent",
            language=None,
            personal=Asked(contact=JEANNE, subject="Plus de tonalité", description="Depuis ce matin"),
        )
    )


def test_a_request_older_than_the_desks_first_policy_is_refused() -> None:
    old = datetime.fromisoformat("2017-08-31T21:59:59+00:00")
    (refused,) = given(INTAKE.decider).when(open_ticket(request(occurred_at=old), when=old)).events()
    assert isinstance(refused, RequestRefused)
    assert [field.field for field in refused.fields] == ["desk"]


# By event


def test_a_request_happened_when_its_channel_says() -> None:
    earlier = request(occurred_at=at("20:00"))
    assert INTAKE.react(received(earlier)) == Reaction(
        TICKET,
        OpenTicket(
            at=at("20:00"),
            now=OPENED_AT,
            key=TICKET,
            number="T-1001",
            request=earlier,
            contract=ContractTerms(),
        ),
    )


def test_a_request_that_does_not_say_when_happened_on_arrival() -> None:
    reaction = INTAKE.react(received(REQUEST))
    assert reaction is not None
    assert reaction.command == open_ticket()


def test_what_the_directory_says_of_the_contract_goes_into_the_ticket() -> None:
    known = Received(
        event=REQUEST,
        id=TICKET,
        sequence=1,
        occurred_at=OPENED_AT,
        now=OPENED_AT,
        serial="T-1001",
        contract=ContractTerms(on_call=True),
    )
    reaction = INTAKE.react(known)
    assert reaction is not None
    assert reaction.command.contract == ContractTerms(on_call=True)


def test_a_request_with_wrong_fields_is_refused_with_what_could_be_read() -> None:
    body = json.loads(REQUEST.model_dump_json()) | {"priority": 5, "colour": "red"}
    reaction = INTAKE.react(received(READ(json.dumps(body).encode())))
    assert reaction is not None
    assert isinstance(reaction.command, RefuseRequest)
    given(INTAKE.decider).when(reaction.command).then(
        RequestRefused(
            request_id=TICKET,
            desk="serveurcom",
            refused_at=OPENED_AT,
            reason="invalid",
            fields=(
                InvalidField(field="priority", problem="input should be a valid string"),
                InvalidField(field="colour", problem="is not a field of this request"),
            ),
            channel="api",
            customer="acme",
            kind="technical",
            priority=None,
            personal=Asked(contact=JEANNE, subject="Plus de tonalité", description="Depuis ce matin"),
        )
    )


def test_a_request_without_a_contact_is_refused_without_a_personal_part() -> None:
    body = json.loads(REQUEST.model_dump_json())
    del body["contact"]
    read = read_request(json.dumps(body).encode())
    assert isinstance(read, InvalidRequest)
    assert read.fields == (InvalidField(field="contact", problem="is required"),)
    assert read.personal is None


def test_every_field_of_a_good_request_is_read() -> None:
    assert READ(REQUEST.model_dump_json().encode()) == REQUEST


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "Expecting value at line 1 column 1"),
        (b'{"desk":\n "a" "b"}', "Expecting ',' delimiter at line 2 column 6"),
        (b'["desk"]', "it is not an object"),
        (b'{"desk": "a", "desk": "b"}', "the member 'desk' is there twice"),
        (b'{"a": {"b": 1, "b": 1}}', "the member 'b' is there twice"),
        (b'{"desk": NaN}', "NaN is not a JSON number"),
        (b'{"desk": "\xff"}', "byte 10 is not UTF-8"),
        (b"[" * 60_000, "it is nested too deeply"),
        (b'{"desk": ' + b"9" * 5_000 + b"}", "a number is too long"),
    ],
)
def test_what_is_no_json_object_is_no_use(body: bytes, problem: str) -> None:
    with pytest.raises(ValueError, match="^" + problem.replace("'", ".")):
        READ(body)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subject", "\ud800"),
        ("subject", "a\x00b"),
        ("subject", ""),
        ("subject", "x" * 201),
        ("desk", "a desk"),
        ("customer", 5),
        ("occurred_at", 5),
        ("occurred_at", "5"),
        ("occurred_at", "2026-03-23T22:00:00"),
        ("occurred_at", "0001-01-01T00:00:00+14:00"),
    ],
)
def test_a_wrong_value_is_named_by_its_field(field: str, value: object) -> None:
    read = READ(json.dumps(json.loads(REQUEST.model_dump_json()) | {field: value}).encode())
    assert isinstance(read, InvalidRequest)
    assert [one.field for one in read.fields] == [field]


def test_a_member_whose_name_cannot_be_stored_is_refused_in_words_that_can() -> None:
    read = READ(REQUEST.model_dump_json()[:-1].encode() + b', "\\ud800": 1}')
    assert isinstance(read, InvalidRequest)
    assert [one.field for one in read.fields] == ["(the name of a member)"]


def test_intake_hears_nothing_but_requests() -> None:
    assert INTAKE.react(received(OPENED)) is None


def test_intake_wants_no_waking() -> None:
    assert INTAKE.decider.wake_at(given(INTAKE.decider, OPENED).state()) is None
    given(INTAKE.decider, OPENED).when(Wake(OPENED_AT)).then_nothing()
