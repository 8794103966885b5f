"""The demo's verdict: it is green only when everything expected was seen, and nothing that may not happen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from vigie.contracts.envelope import Envelope
from vigie.io.clock import ScaledClock
from vigie_local.demo.mailbox import Delivered
from vigie_local.demo.story import FOLDER, Expected, ExpectedMail, Story, read_story
from vigie_local.demo.verdict import judge
from vigie_local.demo.watcher import Seen
from vigie_local.errors import StackError

EVENING = datetime(2026, 3, 23, 21, 0, tzinfo=UTC)
MACHINE = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
CLOCK = ScaledClock(EVENING, MACHINE, 100)
TICKETS = {"outage": "T-1001"}
MAIL = Delivered("jeanne@acme.example", "T-1001", "ticket_opened")

STORY = Story.model_validate(
    {
        "desk": "serveurcom",
        "title": "An evening",
        "timezone": "Europe/Paris",
        "clock": "2026-03-23T22:00:00+01:00 x100",
        "until": "2026-03-23T23:00:00+01:00",
        "steps": [{"at": "2026-03-23T22:00:00+01:00", "ticket": "outage", "do": "resolve"}],
        "expect": [
            {"at": "2026-03-23T22:30:00+01:00", "ticket": "outage", "event": "DeadlineMissed", "clock": "take_charge"}
        ],
        "exactly": ["DeadlineMissed"],
        "mails": [{"to": "jeanne@acme.example", "ticket": "outage", "template": "ticket_opened"}],
    }
)


def missed(at: datetime = EVENING + timedelta(minutes=30), **facts: Any) -> Seen:
    """A missed deadline that arrives a quarter of a machine second after its instant."""
    envelope = Envelope(
        id=UUID(int=1), source="/vigie/sla-timer", type="vigie.DeadlineMissed.v1", subject="s", stream="promises-s",
        sequence=1, occurred_at=at, recorded_at=at, actor="service:sla-timer", correlation="s", causation="c", hash="h",
    )  # fmt: skip
    arrived = MACHINE + (at - EVENING) / 100 + timedelta(milliseconds=250)
    return Seen(envelope, {"number": "T-1001", "clock": "take_charge", **facts}, arrived)


def test_everything_seen_is_green() -> None:
    assert judge(STORY, TICKETS, [missed()], [MAIL], CLOCK).passed


def test_lateness_is_machine_time_since_the_instant_itself() -> None:
    line = judge(STORY, TICKETS, [missed()], [MAIL], CLOCK).lines[0]
    assert line.lateness == timedelta(milliseconds=250)


def test_an_event_that_is_missing_is_red() -> None:
    assert not judge(STORY, TICKETS, [], [MAIL], CLOCK).passed


def test_an_event_at_another_instant_is_not_the_expected_one() -> None:
    verdict = judge(STORY, TICKETS, [missed(EVENING + timedelta(minutes=31))], [MAIL], CLOCK)
    assert not verdict.lines[0].seen


def test_an_event_with_other_facts_is_not_the_expected_one() -> None:
    assert not judge(STORY, TICKETS, [missed(clock="resolution")], [MAIL], CLOCK).lines[0].seen


def test_a_second_event_where_one_was_expected_is_red() -> None:
    verdict = judge(STORY, TICKETS, [missed(), missed()], [MAIL], CLOCK)
    assert all(line.seen for line in verdict.lines)
    assert not verdict.passed


@pytest.mark.parametrize(
    "mail",
    [
        Delivered("somebody@else.example", "T-1001", "ticket_opened"),
        Delivered("jeanne@acme.example", "T-1002", "ticket_opened"),
        Delivered("jeanne@acme.example", "T-1001", "ticket_closed"),
    ],
)
def test_another_mail_is_not_the_expected_one(mail: Delivered) -> None:
    assert not judge(STORY, TICKETS, [missed()], [mail], CLOCK).passed


def refused(subject: str = "r") -> Seen:
    envelope = Envelope(
        id=UUID(int=2), source="/vigie/intake", type="vigie.RequestRefused.v1", subject=subject, stream="ticket-r",
        sequence=1, occurred_at=EVENING, recorded_at=EVENING, actor="channel:crm", correlation="r", causation="c",
        hash="h",
    )  # fmt: skip
    return Seen(envelope, {"reason": "no_maintenance_contract"}, MACHINE)


REFUSAL = STORY.model_copy(
    update={
        "expect": (Expected.model_validate({"ticket": "stranger", "event": "RequestRefused"}),),
        "exactly": ("RequestRefused",),
        "mails": (),
    }
)


def test_a_refusal_that_the_story_expects_is_green() -> None:
    assert judge(REFUSAL, {"stranger": "r"}, [refused()], [], CLOCK).passed


def test_a_mail_about_what_is_no_ticket_is_found_by_its_id() -> None:
    wanted = ExpectedMail(to="luc@else.example", ticket="stranger", template="request_refused")
    story = REFUSAL.model_copy(update={"mails": (wanted,)})
    mail = Delivered("luc@else.example", "R-3F2A91C4", "request_refused", about="r")
    assert judge(story, {"stranger": "r"}, [refused()], [mail], CLOCK).passed
    other = Delivered("luc@else.example", "R-3F2A91C4", "request_refused", about="s")
    assert not judge(story, {"stranger": "r"}, [refused()], [other], CLOCK).passed


def test_a_refusal_of_another_request_is_red() -> None:
    verdict = judge(REFUSAL, {"stranger": "r"}, [refused(), refused("s")], [], CLOCK)
    assert verdict.lines[0].seen
    assert not verdict.passed


@pytest.mark.parametrize("desk", sorted(file.stem for file in FOLDER.glob("*.yaml")))
def test_the_shipped_stories_can_be_read(desk: str) -> None:
    story = read_story(desk)
    names = {getattr(step, "open", None) or getattr(step, "name", None) for step in story.steps}
    assert {one.ticket for one in story.expect} | {one.ticket for one in story.mails} <= names


@pytest.mark.parametrize("desk", sorted(file.stem for file in FOLDER.glob("*.yaml")))
def test_a_story_leaves_a_busy_machine_some_seconds_before_anybody_acts(desk: str) -> None:
    story = read_story(desk)
    begins, speed = story.clock.split(" x")
    left = story.first_after(datetime.fromisoformat(begins)) - datetime.fromisoformat(begins)
    assert left.total_seconds() / float(speed) > 8


def test_a_desk_without_a_story_names_those_that_have_one() -> None:
    with pytest.raises(StackError, match="there is one of: civ, esii, ocm, serveurcom, systell"):
        read_story("nobody")
