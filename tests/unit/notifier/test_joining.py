"""Whoever asked in a duplicate is told what the contact of the ticket is told that goes on in its place."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from support.scenario import given
from unit.notifier.desk import JEANNE, OPENING, REPLY, TEN_AT_NIGHT, opened, replied, tell
from unit.notifier.test_mail import MINUTE, OPENED, decider, happening, recipients
from vigie.contracts.event import Event
from vigie.contracts.notifications import CorrespondenceJoined, Joining, NotificationRequested
from vigie.contracts.requests import Contact
from vigie.contracts.tickets import AskedToo, DuplicateMerged, OtherTicket
from vigie.decider import Lacking, Received
from vigie_notifier.core import Join, react

DUPLICATE = OtherTicket(ticket_id=UUID(int=7), number="T-1050")
KARIM = Contact(name="Karim Haddad", email="karim@acme.example")
MERGED_AT = TEN_AT_NIGHT + MINUTE


def merged(*contacts: Contact, duplicate: OtherTicket = DUPLICATE) -> DuplicateMerged:
    about: dict[str, Any] = {name: getattr(OPENED[0], name) for name in ("ticket_id", "number", "desk")}
    asked = AskedToo(contacts=contacts) if contacts else None
    return DuplicateMerged(**about, merged_at=MERGED_AT, merged_by="amelie", duplicate=duplicate, personal=asked)


def joined(*contacts: Contact) -> tuple[Event, ...]:
    return happening(tell(opened(), OPENING), Join(MERGED_AT, merged(*contacts)))


def test_a_merge_is_heard_and_mails_nobody() -> None:
    event = merged(KARIM)
    received = Received(event=event, id=REPLY, sequence=2, occurred_at=MERGED_AT, now=MERGED_AT)
    assert react(received) == (event.ticket_id, Join(MERGED_AT, event))
    [last] = joined(KARIM)[len(OPENED) :]
    assert isinstance(last, CorrespondenceJoined)
    assert (last.duplicate, last.personal) == ("T-1050", Joining(contacts=(KARIM,)))


def test_both_are_told_what_the_contact_is_told() -> None:
    events = given(decider, *joined(KARIM)).when(tell(replied(), REPLY)).events()
    assert recipients(events) == [("contact", JEANNE.email), ("contact", KARIM.email)]
    assert len({one.notification_id for one in events if isinstance(one, NotificationRequested)}) == 2


def test_who_asked_twice_is_told_once() -> None:
    same = JEANNE.model_copy(update={"email": JEANNE.email.upper()})
    events = given(decider, *joined(same)).when(tell(replied(), REPLY)).events()
    assert recipients(events) == [("contact", JEANNE.email)]


def test_the_same_merge_joins_once_and_an_erased_one_nobody() -> None:
    again = Join(MERGED_AT, merged(KARIM))
    given(decider, *joined(KARIM)).when(again).then_nothing()
    given(decider, *OPENED).when(Join(MERGED_AT, merged())).then_nothing()


def test_a_merge_into_a_ticket_that_was_not_heard_of_waits() -> None:
    with pytest.raises(Lacking):
        given(decider).when(Join(MERGED_AT, merged(KARIM))).events()


def test_who_was_erased_since_is_told_nothing() -> None:
    *before, joining = joined(KARIM)
    erased = joining.model_copy(update={"personal": None})
    events = given(decider, *before, erased).when(tell(replied(), REPLY)).events()
    assert recipients(events) == [("contact", JEANNE.email)]
