"""How many called and how many gave up, by hand."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from uuid import UUID

from support.told import MARCH, local, ticket
from vigie.contracts.event import Event
from vigie.contracts.tickets import CallGivenUp, CallQueued, RequestRefused
from vigie_intake.core.figures import Story
from vigie_intake.core.figures.calls import Calls, calls

DAY = "2026-03-23 09:00"


def given_up(call: int, at: str = DAY, waited: int | None = None) -> CallGivenUp:
    return CallGivenUp(call_id=UUID(int=call), desk="esii", given_up_at=local(at), waited_seconds=waited)


def queued(call: UUID, channel: str = "phone") -> CallQueued:
    return CallQueued(call_id=call, desk="esii", queued_at=local(DAY), channel=channel)


def counted(told: list[Story], *others: Event) -> Calls:
    return calls(told, others, MARCH)


def test_whoever_hangs_up_has_called_too() -> None:
    found = counted([ticket(f"T-{one}", DAY, channel="phone") for one in range(3)], given_up(1))
    assert (found.received, found.given_up, found.share) == (4, 1, Fraction(1, 4))


def test_a_call_that_first_waited_counts_once() -> None:
    story = ticket("T-1", "2026-03-23 09:20", channel="phone")
    assert counted([story], queued(story.opened.ticket_id)).received == 1


def test_a_call_that_still_waits_was_received() -> None:
    assert counted([], queued(UUID(int=1))).received == 1


def test_a_call_whose_request_was_refused_was_received() -> None:
    said = {"request_id": UUID(int=1), "desk": "esii", "reason": "out_of_scope", "channel": "phone"}
    assert counted([], RequestRefused.model_validate({**said, "refused_at": local(DAY)})).received == 1


def test_mails_and_voicemails_are_no_calls() -> None:
    assert counted([ticket("T-1", DAY, channel="mail")], queued(UUID(int=1), channel="voicemail")).received == 0


def test_what_was_outside_the_period_does_not_count() -> None:
    assert counted([ticket("T-1", "2026-02-28 23:59", channel="phone")], given_up(1, "2026-04-01 00:00")).received == 0


def test_how_long_they_waited_is_known_where_the_telephone_system_says_it() -> None:
    found = counted([], given_up(1, waited=30), given_up(2, waited=90), given_up(3))
    assert (found.given_up, found.waited.count, found.waited.mean) == (3, 2, timedelta(seconds=60))


def test_where_nobody_called_there_is_no_share() -> None:
    assert counted([]).share is None
