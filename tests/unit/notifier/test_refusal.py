"""A refused request has no ticket: its asker is told once, by a mail stream of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from support.scenario import given
from unit.notifier.desk import RAISING
from unit.notifier.everything import EVERYTHING
from vigie.contracts.event import Event
from vigie.contracts.notifications import (
    NotificationAttempted,
    NotificationRequested,
    NotificationSent,
    NotificationSkipped,
)
from vigie.contracts.requests import Contact
from vigie.contracts.tickets import Asked, InvalidField, RequestRefused
from vigie.decider import Reaction, Received, Wake
from vigie.policy import Policies, Policy
from vigie_notifier.core import RecordSent, TellAlone, core, react

REQUEST = UUID("0198c2a4-0000-7000-8000-00003f2a91c4")
TEN = datetime(2026, 3, 23, 9, 0, tzinfo=UTC)
ROSA = Contact(name="Rosa Díaz", email="rosa@acme.example", language="es")

decider = core(Policies([EVERYTHING])).decider


def refused(**changes: Any) -> RequestRefused:
    values: dict[str, Any] = {
        "request_id": REQUEST,
        "desk": "everything",
        "refused_at": TEN,
        "reason": "no_maintenance_contract",
        "language": "es",
        "personal": Asked(contact=ROSA, subject="Impresora"),
    }
    return RequestRefused.model_validate(values | changes)


def turned_away(refusal: RequestRefused, late: timedelta = timedelta()) -> TellAlone:
    return TellAlone(refusal.refused_at, refusal.refused_at + late, RAISING, refusal)


def happening(refusal: RequestRefused, *policies: Policy) -> tuple[Event, ...]:
    return given(core(Policies(policies or [EVERYTHING])).decider).when(turned_away(refusal)).events()


def mail(refusal: RequestRefused) -> NotificationRequested:
    (requested,) = [one for one in happening(refusal) if isinstance(one, NotificationRequested)]
    return requested


def test_the_asker_is_told_in_their_language() -> None:
    requested = mail(refused())
    assert requested.personal is not None
    assert (requested.language, requested.personal.recipient) == ("es", "rosa@acme.example")


def test_the_request_stands_where_a_ticket_would() -> None:
    requested = mail(refused())
    assert (requested.ticket_id, requested.number, requested.desk) == (REQUEST, "R-3F2A91C4", "everything")


def test_who_asks_in_a_language_that_the_desk_does_not_write_is_told_in_its_first() -> None:
    monolingual = replace(EVERYTHING, languages=("fr",))
    assert [one.language for one in happening(refused(), monolingual) if isinstance(one, NotificationRequested)] == [
        "fr"
    ]


def test_who_names_no_language_is_told_in_the_desks_first() -> None:
    assert mail(refused(language=None)).language == "fr"


def test_the_mail_is_attempted_at_once() -> None:
    assert [type(one) for one in happening(refused())] == [NotificationRequested, NotificationAttempted]


def test_nobody_is_told_where_the_contact_could_not_be_read() -> None:
    (skipped,) = happening(refused(personal=None, reason="invalid"))
    assert isinstance(skipped, NotificationSkipped)
    assert skipped.reason == "no_recipient"


def test_a_request_to_no_desk_is_told_by_none() -> None:
    assert happening(refused(desk="nowhere")) == ()
    assert happening(refused(desk=None)) == ()


def test_a_desk_that_was_not_there_yet_tells_nobody() -> None:
    assert happening(refused(refused_at=datetime(2019, 12, 31, tzinfo=UTC))) == ()


def test_the_policy_that_was_in_force_decides_whether_somebody_is_told() -> None:
    silent = replace(EVERYTHING, version=2, effective_from=date(2026, 3, 24), mail_rules=())
    assert happening(refused(), EVERYTHING, silent) != ()
    assert happening(refused(refused_at=TEN + timedelta(days=1)), EVERYTHING, silent) == ()


def test_a_refusal_heard_again_is_not_told_again() -> None:
    given(decider, *happening(refused())).when(turned_away(refused())).then_nothing()


def test_news_of_yesterday_is_told_to_nobody() -> None:
    late = given(decider).when(turned_away(refused(), late=timedelta(hours=25))).events()
    assert [(type(one), getattr(one, "reason", None)) for one in late] == [(NotificationSkipped, "too_old")]


def test_the_outcome_of_the_mail_is_kept() -> None:
    past = happening(refused())
    sent = RecordSent(TEN, mail(refused()).notification_id, 1, TEN + timedelta(seconds=2))
    assert [type(one) for one in given(decider, *past).when(sent).events()] == [NotificationSent]


def test_an_attempt_without_an_outcome_is_made_again() -> None:
    past = happening(refused())
    again = given(decider, *past).when(Wake(TEN + timedelta(minutes=2))).events()
    assert [getattr(one, "attempt", None) for one in again] == [2]


def test_a_refused_request_has_a_mail_stream_of_its_own() -> None:
    received = Received(event=refused(), id=RAISING, sequence=1, occurred_at=TEN, now=TEN)
    assert react(received) == Reaction(REQUEST, turned_away(refused()))


def test_wrong_fields_are_named_in_the_askers_language() -> None:
    wrong = (
        InvalidField(field="priority", problem="is required"),
        InvalidField(field="kind", problem="is none of technical"),
        InvalidField(field="occurred_at", problem="lies in the future"),
        InvalidField(field="contact.phone", problem="string should match pattern '^x'"),
        InvalidField(field="colour", problem="is not a field of this request"),
    )
    written = mail(refused(reason="invalid", fields=wrong)).personal
    assert written is not None
    assert [line for line in written.text.splitlines() if line.startswith("- ")] == [
        "- Prioridad: falta",
        "- Tipo de solicitud: no figura entre las opciones posibles",
        "- Fecha de la solicitud: está en el futuro",
        "- Teléfono del contacto: no es válido",
        "- colour: no es válido",
    ]


def test_what_the_desk_does_not_cover_is_named_as_its_forms_do() -> None:
    written = mail(refused(reason="out_of_scope")).personal
    assert written is not None
    assert [line for line in written.text.splitlines() if line.startswith("- ")] == ["- Matériel"]
