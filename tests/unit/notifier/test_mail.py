"""Who is written to, when it is tried, and when it is given up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from support.scenario import Given, given
from unit.notifier.desk import (
    NADIA,
    OPENING,
    PAUL,
    RAISING,
    REPLY,
    TEN_AT_NIGHT,
    TICKET,
    desk,
    mail_of,
    opened,
    raised,
    replied,
    tell,
)
from vigie.contracts.event import Event
from vigie.contracts.notifications import (
    CorrespondenceOpened,
    NotificationAttempted,
    NotificationDeferred,
    NotificationEvent,
    NotificationFailed,
    NotificationRequested,
    NotificationSent,
    NotificationSkipped,
)
from vigie.contracts.tickets import NoteAdded
from vigie.decider import Lacking, Reaction, Received, UnknownPolicyVersion, Wake, fold
from vigie_notifier.core import RecordDeferred, RecordFailed, RecordSent, react, taken
from vigie_notifier.core.mail import NEVER_KNOWN

MINUTE = timedelta(minutes=1)
decider = mail_of()


def happening(*commands: Any, at_desk: Any = decider) -> tuple[Event, ...]:
    """What ``commands``, one after the other, make happen."""
    history: tuple[Event, ...] = ()
    for command in commands:
        history += given(at_desk, *history).when(command).events()
    return history


OPENED = happening(tell(opened(), OPENING))
REQUESTED = next(event for event in OPENED if isinstance(event, NotificationRequested))
ABOUT = {name: getattr(REQUESTED, name) for name in NotificationEvent.model_fields}
WELCOME = REQUESTED.notification_id


def attempted(number: int, at: datetime) -> NotificationAttempted:
    return NotificationAttempted(**ABOUT, attempt=number, attempted_at=at)


def deferred(attempt: int, at: datetime, retry_at: datetime) -> NotificationDeferred:
    return NotificationDeferred(
        **ABOUT, attempt=attempt, deferred_at=at, retry_at=retry_at, code=451, problem="try later"
    )


def defer(attempt: int, at: datetime) -> RecordDeferred:
    return RecordDeferred(at, WELCOME, attempt, deferred_at=at, code=451, problem="try later")


def welcome(*more: Event) -> Given:
    """A ticket whose opening was mailed once, without an outcome, and ``more``."""
    return given(decider, *OPENED, *more)


def requested(events: Iterable[Event]) -> list[NotificationRequested]:
    return [event for event in events if isinstance(event, NotificationRequested)]


def recipients(events: Iterable[Event]) -> list[tuple[str, str]]:
    return [(one.role, one.personal.recipient) for one in requested(events) if one.personal]


def wake_at(one: Given) -> datetime | None:
    moment: datetime | None = decider.wake_at(one.state())
    return moment


# Whom it is told to


def test_the_contact_is_told_that_the_ticket_is_open() -> None:
    assert [type(event) for event in OPENED] == [CorrespondenceOpened, NotificationRequested, NotificationAttempted]
    assert recipients(OPENED) == [("contact", "jeanne@acme.example")]


def test_a_mail_is_written_down_before_it_is_tried_once() -> None:
    assert OPENED[2] == attempted(1, TEN_AT_NIGHT)


def test_everybody_whom_a_level_informs_is_told() -> None:
    events = welcome().when(tell(raised("N2", 30), RAISING)).events()
    assert recipients(events) == [("N2", PAUL.email), ("N2", NADIA.email)]


def test_a_person_whom_two_rules_reach_is_told_once() -> None:
    rules = (*desk().mail_rules, desk().mail_rules[0])
    events = happening(tell(opened(), OPENING), at_desk=mail_of(desk(mail_rules=rules)))
    assert len(requested(events)) == 1


def test_a_person_with_two_spellings_of_an_address_is_told_once() -> None:
    twice = {"N1": (PAUL, replace(PAUL, email="N1@Serveurcom.example"))}
    at_desk = mail_of(desk(informs=twice))
    events = happening(tell(opened(), OPENING), tell(raised(), RAISING), at_desk=at_desk)
    assert recipients(events)[1:] == [("N1", PAUL.email)]


def test_what_was_told_is_not_told_again() -> None:
    welcome().when(tell(opened(), OPENING)).then_nothing()


def test_a_desk_without_a_rule_for_an_event_stays_silent() -> None:
    silent = happening(tell(opened(), OPENING), at_desk=mail_of(desk(mail_rules=())))
    assert [type(event) for event in silent] == [CorrespondenceOpened]


def test_a_reply_is_told_at_a_desk_that_does_not_mail_the_opening() -> None:
    at_desk = mail_of(desk(mail_rules=desk().mail_rules[1:]))
    events = happening(tell(opened(), OPENING), tell(replied(), REPLY), at_desk=at_desk)
    assert recipients(events) == [("contact", "jeanne@acme.example")]


def test_news_of_a_ticket_that_was_not_heard_of_waits() -> None:
    with pytest.raises(Lacking, match="TicketOpened"):
        given(decider).when(tell(raised(), RAISING)).events()


def test_a_ticket_of_a_policy_version_that_is_not_known_waits() -> None:
    with pytest.raises(UnknownPolicyVersion):
        given(decider).when(tell(opened(policy_version=2), OPENING)).events()


def test_a_contact_whose_data_were_erased_is_told_nothing() -> None:
    erased = given(decider, *(event.model_copy(update={"personal": None}) for event in OPENED[:1]))
    (event,) = erased.when(tell(replied(), REPLY)).events()
    assert isinstance(event, NotificationSkipped)
    assert (event.role, event.reason) == ("contact", "no_recipient")


def test_a_level_that_informs_nobody_is_seen_to_be_empty() -> None:
    (event,) = welcome().when(tell(raised("N3"), RAISING)).events()
    assert isinstance(event, NotificationSkipped)
    assert (event.role, event.reason) == ("N3", "no_recipient")


# Conversation and identity


def test_later_mails_answer_the_first_one_to_that_person() -> None:
    (reply,) = requested(welcome().when(tell(replied(), REPLY)).events())
    assert reply.references == (REQUESTED.message_id,)


def test_a_person_who_was_not_written_to_starts_a_conversation() -> None:
    (alarm,) = requested(welcome().when(tell(raised(), RAISING)).events())
    assert alarm.references == ()


def test_the_message_id_follows_from_the_event_and_the_person() -> None:
    assert REQUESTED.message_id == "a9f12541-1657-5820-9331-331cecb84292@serveurcom.example"


def test_every_mail_has_its_own_message_id() -> None:
    events = happening(tell(opened(), OPENING), tell(raised("N2", 30), RAISING), tell(replied(), REPLY))
    assert len({one.message_id for one in requested(events)}) == 4


# Too old


def test_news_as_old_as_the_policy_allows_is_told() -> None:
    events = given(decider).when(tell(opened(), OPENING, late=timedelta(hours=24))).events()
    assert len(requested(events)) == 1


def test_older_news_is_told_to_nobody() -> None:
    late = timedelta(hours=24, microseconds=1)
    events = given(decider).when(tell(opened(), OPENING, late=late)).events()
    assert [type(event) for event in events] == [CorrespondenceOpened, NotificationSkipped]
    assert events[1].reason == "too_old"  # type: ignore[attr-defined]


def test_news_heard_late_is_dated_when_it_was_heard() -> None:
    (event,) = requested(given(decider).when(tell(opened(), OPENING, late=timedelta(hours=1))).events())
    assert event.requested_at == TEN_AT_NIGHT + timedelta(hours=1)
    assert event.about_at == TEN_AT_NIGHT


# What becomes of an attempt


def test_a_mail_that_was_taken_is_over() -> None:
    sent_at = TEN_AT_NIGHT + timedelta(seconds=1)
    after = (
        welcome()
        .when(RecordSent(TEN_AT_NIGHT, WELCOME, 1, sent_at=sent_at))
        .then(NotificationSent(**ABOUT, sent_at=sent_at, attempt=1))
    )
    assert wake_at(after) is None


def test_a_second_outcome_changes_nothing() -> None:
    sent = NotificationSent(**ABOUT, sent_at=TEN_AT_NIGHT, attempt=1)
    welcome(sent).when(defer(1, TEN_AT_NIGHT)).then_nothing()


def test_a_mail_that_was_refused_is_given_up() -> None:
    refusal = RecordFailed(TEN_AT_NIGHT, WELCOME, 1, failed_at=TEN_AT_NIGHT, code=550, problem="no such user")
    after = (
        welcome()
        .when(refusal)
        .then(
            NotificationFailed(**ABOUT, failed_at=TEN_AT_NIGHT, attempt=1, code=550, problem="no such user"),
        )
    )
    assert wake_at(after) is None


@pytest.mark.parametrize(("attempt", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 60), (9, 60)])
def test_a_deferred_mail_waits_longer_each_time(attempt: int, minutes: int) -> None:
    retry_at = TEN_AT_NIGHT + minutes * MINUTE
    after = (
        welcome(attempted(attempt, TEN_AT_NIGHT))
        .when(defer(attempt, TEN_AT_NIGHT))
        .then(deferred(attempt, TEN_AT_NIGHT, retry_at))
    )
    assert wake_at(after) == retry_at


def test_a_deferred_mail_is_tried_again_when_its_time_has_come() -> None:
    retry_at = TEN_AT_NIGHT + MINUTE
    welcome(deferred(1, TEN_AT_NIGHT, retry_at)).when(Wake(retry_at)).then(attempted(2, retry_at))


def test_a_deferred_mail_that_could_only_be_tried_too_late_is_given_up() -> None:
    at = TEN_AT_NIGHT + timedelta(hours=23, minutes=59, seconds=1)
    welcome(attempted(1, at)).when(defer(1, at)).then(
        NotificationFailed(**ABOUT, failed_at=at, attempt=1, code=451, problem="try later")
    )


def test_an_attempt_without_an_outcome_is_repeated_after_two_minutes() -> None:
    assert wake_at(welcome()) == TEN_AT_NIGHT + 2 * MINUTE
    welcome().when(Wake(TEN_AT_NIGHT + 2 * MINUTE)).then(attempted(2, TEN_AT_NIGHT + 2 * MINUTE))


def test_the_second_attempt_without_an_outcome_is_given_longer() -> None:
    assert wake_at(welcome(attempted(2, TEN_AT_NIGHT))) == TEN_AT_NIGHT + 5 * MINUTE


def test_an_attempt_whose_outcome_never_came_is_given_up_in_the_end() -> None:
    too_late = TEN_AT_NIGHT + timedelta(hours=24, seconds=1)
    welcome(attempted(9, too_late - timedelta(hours=1))).when(Wake(too_late)).then(
        NotificationFailed(**ABOUT, failed_at=too_late, attempt=9, code=None, problem=NEVER_KNOWN)
    )


def test_the_first_attempt_may_turn_out_to_have_worked_after_the_second_began() -> None:
    later = TEN_AT_NIGHT + 3 * MINUTE
    welcome(attempted(2, TEN_AT_NIGHT + 2 * MINUTE)).when(RecordSent(TEN_AT_NIGHT, WELCOME, 1, sent_at=later)).then(
        NotificationSent(**ABOUT, sent_at=later, attempt=1)
    )


def test_a_deferral_of_the_first_attempt_says_nothing_of_the_second() -> None:
    welcome(attempted(2, TEN_AT_NIGHT + 2 * MINUTE)).when(defer(1, TEN_AT_NIGHT)).then_nothing()


def test_an_outcome_of_a_mail_that_nobody_wrote_is_nothing() -> None:
    welcome().when(RecordSent(TEN_AT_NIGHT, UUID(int=1), 1, sent_at=TEN_AT_NIGHT)).then_nothing()


def test_a_wake_up_that_is_not_due_does_nothing() -> None:
    welcome().when(Wake(TEN_AT_NIGHT + MINUTE)).then_nothing()


def test_every_attempt_has_the_same_message_id() -> None:
    (again,) = welcome().when(Wake(TEN_AT_NIGHT + 2 * MINUTE)).events()
    assert isinstance(again, NotificationAttempted)
    assert again.message_id == REQUESTED.message_id


steps = st.lists(st.sampled_from(["wake", "defer", "reply", "raise", "sent"]), max_size=25)


@for_all(steps)
def test_after_a_wake_up_the_next_one_is_later(plan: list[str]) -> None:
    state = fold(decider, decider.initial, OPENED)
    now = TEN_AT_NIGHT
    for ordinal, step in enumerate(plan):
        due = decider.wake_at(state)
        match step:
            case "reply":
                events = decider.decide(state, tell(replied(at=now), UUID(int=ordinal)))
            case "raise":
                events = decider.decide(state, tell(raised("N2"), UUID(int=ordinal)))
            case "wake" if due is not None:
                now = max(now, due)
                events = decider.decide(state, Wake(due))
            case "defer" | "sent" if state.unsettled:
                mail = next(iter(state.unsettled.values()))
                about = (now, mail.requested.notification_id, mail.standing.attempts)
                outcome = RecordSent(*about, now) if step == "sent" else RecordDeferred(*about, now, 451, "later")
                events = decider.decide(state, outcome)
            case _:
                continue
        state = fold(decider, state, events)
        if step == "wake":
            assert decider.wake_at(state) is None or decider.wake_at(state) > due


# What is heard, and what virtual time answers


def heard(event: Any) -> Received:
    return Received(event=event, id=REPLY, sequence=2, occurred_at=event.occurred_at, now=TEN_AT_NIGHT + MINUTE)


def test_what_there_are_words_for_is_heard() -> None:
    assert react(heard(replied())) == Reaction(TICKET, tell(replied(), REPLY, late=MINUTE))


def test_a_note_among_colleagues_is_not() -> None:
    note = NoteAdded(ticket_id=TICKET, number="T-1042", desk="serveurcom", added_at=TEN_AT_NIGHT, added_by="amelie")
    assert react(heard(note)) is None


def test_where_there_is_no_mail_server_mails_are_taken_at_once() -> None:
    answer = taken(attempted(1, TEN_AT_NIGHT))
    assert answer is not None
    welcome().when(answer.command).then(NotificationSent(**ABOUT, sent_at=TEN_AT_NIGHT, attempt=1))


def test_nothing_else_is_answered() -> None:
    assert taken(NotificationSent(**ABOUT, sent_at=TEN_AT_NIGHT, attempt=1)) is None
