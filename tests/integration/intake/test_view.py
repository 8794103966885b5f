"""What the other services say of a ticket, as the API shows it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID, uuid5

import asyncpg
import pytest

from integration.intake.front_desk import NIGHT, POLICIES, FrontDesk
from vigie.contracts import topics
from vigie.contracts.envelope import Envelope, to_headers
from vigie.contracts.escalations import EscalationRaised
from vigie.contracts.event import Event, encode, published
from vigie.contracts.notifications import Mail, NotificationRequested
from vigie.contracts.sla import ClockMet, ClockStarted, DeadlineMissed, MissRetracted
from vigie.io.records import RawRecord
from vigie_intake.adapters.others import hear_others

DUE = NIGHT + timedelta(minutes=30)


class Voices:
    """The other services, speaking about one ticket."""

    def __init__(self, ticket_id: UUID, number: str) -> None:
        self.about: dict[str, Any] = {"ticket_id": ticket_id, "number": number, "desk": "serveurcom"}
        self.clock: dict[str, Any] = {**self.about, "clock": "take_charge"}

    def record(self, service: str, topic: str, stream: str, version: int, event: Event) -> RawRecord:
        ticket_id = self.about["ticket_id"]
        envelope = Envelope(
            id=uuid5(ticket_id, f"{stream}#{version}"),
            source=f"/vigie/{service}",
            type=event.ce_type,
            subject=str(ticket_id),
            stream=f"{stream}-{ticket_id}",
            sequence=version,
            occurred_at=event.occurred_at,
            recorded_at=event.occurred_at + timedelta(seconds=1),
            actor=f"service:{service}",
            correlation=str(ticket_id),
            causation="a wake-up",
            hash="0" * 64,
        )
        value = published(*encode(event))
        return RawRecord(topic, 0, version, 0, str(ticket_id).encode(), tuple(to_headers(envelope)), value)

    def sla(self, version: int, event: Event) -> RawRecord:
        return self.record("sla-timer", topics.SLA, "promises", version, event)

    def started(self) -> RawRecord:
        return self.sla(
            1,
            ClockStarted(
                **self.clock, started_at=NIGHT, due_at=DUE, budget_seconds=1800, calendar="always", priority="high"
            ),
        )

    def missed(self) -> RawRecord:
        return self.sla(2, DeadlineMissed(**self.clock, due_at=DUE, missed_at=DUE, priority="high"))

    def met(self, version: int, *, late: bool, at: datetime) -> RawRecord:
        return self.sla(version, ClockMet(**self.clock, met_at=at, due_at=DUE, late=late))

    def retracted(self) -> RawRecord:
        return self.sla(3, MissRetracted(**self.clock, due_at=DUE, retracted_at=NIGHT + timedelta(minutes=5)))

    def raised(self, version: int, level: str, minutes: int) -> RawRecord:
        event = EscalationRaised(
            **self.about,
            level=level,
            reason="overdue",
            clock="take_charge",
            raised_at=NIGHT + timedelta(minutes=minutes),
        )
        return self.record("escalation", topics.ESCALATIONS, "escalation", version, event)

    def mailed(self) -> RawRecord:
        event = NotificationRequested(
            **self.about,
            notification_id=UUID(int=1),
            template="escalation_raised",
            language="fr",
            role="N1",
            message_id="1@vigie",
            requested_at=NIGHT + timedelta(minutes=46),
            about=UUID(int=2),
            about_at=NIGHT + timedelta(minutes=45),
            useful_until=NIGHT + timedelta(days=1),
            sender="support@serveurcom.example",
            sender_name="Serveurcom",
            personal=Mail(recipient="n1@serveurcom.example", subject="Escalade", text="…", html="…"),
        )
        return self.record("notifier", topics.NOTIFICATIONS, "mail", 1, event)


@pytest.fixture
async def voices(front_desk: FrontDesk) -> Voices:
    ticket = (await front_desk.get(f"/v1/tickets/{await front_desk.open()}")).json()
    return Voices(UUID(ticket["ticket_id"]), ticket["number"])


@pytest.fixture(autouse=True)
def at_night(front_desk: FrontDesk) -> Iterator[None]:
    front_desk.clock.at = NIGHT
    yield
    front_desk.clock.at = NIGHT


async def hear(desk: FrontDesk, *records: RawRecord) -> None:
    await hear_others(desk.pool, POLICIES)(records)


async def line(desk: FrontDesk, voices: Voices) -> dict[str, Any]:
    """The ticket as lists show it."""
    answer = await desk.get("/v1/tickets", q=voices.about["number"])
    (ticket,) = answer.json()["tickets"]
    found: dict[str, Any] = ticket
    return found


async def test_the_history_has_the_events_of_all_four_services_in_the_order_of_their_time(
    front_desk: FrontDesk, voices: Voices
) -> None:
    await hear(front_desk, voices.mailed(), voices.raised(1, "N1", 45), voices.started(), voices.missed())
    number = voices.about["number"]
    history = (await front_desk.get(f"/v1/tickets/{number}")).json()["history"]
    assert [(entry["service"], entry["event"], entry["occurred_at"]) for entry in history] == [
        ("intake", "TicketOpened", "2026-03-23T21:00:00Z"),
        ("sla-timer", "ClockStarted", "2026-03-23T21:00:00Z"),
        ("sla-timer", "DeadlineMissed", "2026-03-23T21:30:00Z"),
        ("escalation", "EscalationRaised", "2026-03-23T21:45:00Z"),
        ("notifier", "NotificationRequested", "2026-03-23T21:46:00Z"),
    ]


@pytest.mark.parametrize(
    ("query", "header", "language"),
    [
        ({}, None, "fr"),
        ({"lang": "es"}, "en", "es"),
        ({}, "en-GB,en;q=0.9,fr;q=0.5", "en"),
        ({}, "de, es;q=0.3, en;q=0.2", "es"),
        ({}, "de", "fr"),
        ({}, "*", "fr"),
        ({}, "en;q=0", "fr"),
        ({}, ";;q=x,,", "fr"),
    ],
)
async def test_the_history_is_told_in_the_readers_language(
    front_desk: FrontDesk, voices: Voices, query: dict[str, str], header: str | None, language: str
) -> None:
    await hear(front_desk, voices.started(), voices.missed())
    headers = {"Authorization": "Bearer admin-token", **({} if header is None else {"Accept-Language": header})}
    path = f"/v1/tickets/{voices.about['number']}"
    answer = await front_desk.http.get(path, params=query, headers=headers)
    assert answer.headers["content-language"] == language
    assert answer.json()["history"][-1]["words"] == MISSED[language]


MISSED = {
    "fr": "Engagement «\u00a0Prise en charge de la requête\u00a0» dépassé\u00a0: il devait être tenu au plus tard le "
    "lundi 23\u00a0mars 2026 à 22\u00a0h\u00a030 (heure de Paris)",
    "en": "Commitment “Prise en charge de la requête” missed: it was to be kept by Monday 23\u00a0March 2026 at 22:30 "
    "(Paris time)",
    "es": "Compromiso «Prise en charge de la requête» incumplido: debía cumplirse a más tardar el "
    "lunes 23\u00a0de marzo de 2026 a las\u00a022:30 (hora de París)",
}


@pytest.mark.parametrize("query", ["lang=de", "lang=fr&lang=en", "language=fr"])
async def test_a_language_that_nobody_speaks_here_is_refused_by_name(
    front_desk: FrontDesk, voices: Voices, query: str
) -> None:
    answer = await front_desk.get(f"/v1/tickets/{voices.about['number']}?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, query.split("=")[0])


async def test_what_was_erased_is_told_as_erased_and_its_copy_is_not_shown(
    front_desk: FrontDesk, voices: Voices
) -> None:
    await hear(front_desk, voices.mailed())
    ticket_id = voices.about["ticket_id"]
    eraser = await asyncpg.connect(front_desk.dsn)
    try:
        await eraser.execute("update vigie_intake.events set personal = null where stream = $1", f"ticket-{ticket_id}")
        await eraser.execute("update vigie_intake.history set personal = null where service = 'notifier'")
    finally:
        await eraser.close()
    opened, mailed = (await front_desk.get(f"/v1/tickets/{voices.about['number']}")).json()["history"]
    assert opened["personal"] is None
    assert opened["words"].endswith(", par [effacé]\u00a0: [effacé]")
    assert mailed["words"].endswith(", pour [effacé]\u00a0: [effacé]")


async def test_customers_read_of_a_mail_neither_to_whom_nor_what(front_desk: FrontDesk, voices: Voices) -> None:
    await hear(front_desk, voices.mailed())
    answer = await front_desk.get(f"/v1/tickets/{voices.about['number']}", token="portal-token")
    assert answer.json()["history"][-1]["words"] == "Courriel à «\u00a0Niveau 1\u00a0» rédigé"


async def test_what_is_personal_stands_apart_in_a_column_of_its_own(front_desk: FrontDesk, voices: Voices) -> None:
    await hear(front_desk, voices.mailed())
    row = await front_desk.pool.fetchrow(
        "select facts::text, personal::text from history where ticket_id = $1 and service = 'notifier'",
        voices.about["ticket_id"],
    )
    assert row is not None
    assert "n1@serveurcom.example" not in row["facts"]
    assert json.loads(row["personal"])["recipient"] == "n1@serveurcom.example"


@pytest.mark.parametrize("together", [True, False])
async def test_what_comes_again_without_its_personal_part_was_erased_and_stays_so(
    front_desk: FrontDesk, voices: Voices, together: bool
) -> None:
    mailed = voices.mailed()
    members = {name: value for name, value in json.loads(mailed.value or b"").items() if name != "personal"}
    erased = mailed._replace(value=json.dumps(members).encode(), offset=2)
    for records in [(mailed, erased, mailed)] if together else [(mailed,), (erased,), (mailed,)]:
        await hear(front_desk, *records)
    entry = (await front_desk.get(f"/v1/tickets/{voices.about['number']}")).json()["history"][-1]
    assert (entry["event"], entry["personal"]) == ("NotificationRequested", None)


async def test_customers_do_not_see_whom_else_the_desk_writes_to(front_desk: FrontDesk, voices: Voices) -> None:
    await hear(front_desk, voices.mailed())
    answer = await front_desk.get(f"/v1/tickets/{voices.about['number']}", token="portal-token")
    assert [entry["event"] for entry in answer.json()["history"]] == ["TicketOpened", "NotificationRequested"]
    assert "n1@serveurcom.example" not in answer.text


async def test_a_missed_promise_makes_its_ticket_overdue(front_desk: FrontDesk, voices: Voices) -> None:
    await hear(front_desk, voices.started(), voices.missed())
    assert (await line(front_desk, voices))["overdue"] is True


async def test_a_promise_kept_late_is_not_overdue_any_more(front_desk: FrontDesk, voices: Voices) -> None:
    late = voices.met(3, late=True, at=DUE + timedelta(minutes=1))
    await hear(front_desk, voices.started(), voices.missed(), late)
    assert (await line(front_desk, voices))["overdue"] is False


async def test_a_promise_is_overdue_before_anybody_has_said_so(front_desk: FrontDesk, voices: Voices) -> None:
    await hear(front_desk, voices.started())
    assert (await line(front_desk, voices))["overdue"] is False
    front_desk.clock.at = DUE + timedelta(seconds=1)
    assert (await line(front_desk, voices))["overdue"] is True


@pytest.mark.parametrize(("before", "found"), [("22:30:00", False), ("22:30:01", True)])
async def test_lists_tell_what_is_due_before_a_time(
    front_desk: FrontDesk, voices: Voices, before: str, found: bool
) -> None:
    await hear(front_desk, voices.started())
    query = {"due_before": f"2026-03-23T{before}+01:00", "q": voices.about["number"]}
    assert len((await front_desk.get("/v1/tickets", **query)).json()["tickets"]) == found
    await hear(front_desk, voices.met(2, late=False, at=NIGHT))
    assert (await front_desk.get("/v1/tickets", **query)).json()["tickets"] == []


async def test_lists_tell_what_is_overdue(front_desk: FrontDesk, voices: Voices) -> None:
    await hear(front_desk, voices.started())
    number = voices.about["number"]
    front_desk.clock.at = DUE
    assert len((await front_desk.get("/v1/tickets", q=number, overdue=False)).json()["tickets"]) == 1
    assert len((await front_desk.get("/v1/tickets", q=number, overdue=True)).json()["tickets"]) == 0
    front_desk.clock.at = DUE + timedelta(seconds=1)
    assert len((await front_desk.get("/v1/tickets", q=number, overdue=False)).json()["tickets"]) == 0
    assert len((await front_desk.get("/v1/tickets", q=number, overdue=True)).json()["tickets"]) == 1


async def test_a_miss_that_is_taken_back_was_none(front_desk: FrontDesk, voices: Voices) -> None:
    in_time = voices.met(4, late=False, at=NIGHT + timedelta(minutes=5))
    await hear(front_desk, voices.started(), voices.missed(), voices.retracted(), in_time)
    front_desk.clock.at = DUE + timedelta(hours=1)
    assert (await line(front_desk, voices))["overdue"] is False


async def test_a_tickets_level_is_the_highest_that_was_called(front_desk: FrontDesk, voices: Voices) -> None:
    await hear(front_desk, voices.raised(2, "N2", 60))
    await hear(front_desk, voices.raised(1, "N1", 45))
    assert (await line(front_desk, voices))["level"] == "N2"
    listed = (await front_desk.get("/v1/tickets", level="N2")).json()["tickets"]
    assert [ticket["number"] for ticket in listed] == [voices.about["number"]]
    await front_desk.pool.execute("delete from levels")


async def shown(desk: FrontDesk, voices: Voices) -> tuple[Any, ...]:
    """All that the view holds of a ticket beside its own events."""
    ticket_id = voices.about["ticket_id"]
    queries = (
        "select event_id from history where ticket_id = $1 order by event_id",
        "select * from commitments where ticket_id = $1",
        "select * from levels where ticket_id = $1",
    )
    return tuple([[tuple(row) for row in await desk.pool.fetch(query, ticket_id)] for query in queries])


async def test_whatever_the_order_and_however_often_the_view_is_the_same_in_the_end(
    front_desk: FrontDesk, voices: Voices
) -> None:
    records = [voices.started(), voices.missed(), voices.raised(1, "N1", 45), voices.raised(2, "N2", 60)]
    await hear(front_desk, *records)
    expected = await shown(front_desk, voices)
    for order in permutations(records):
        for table in ("commitments", "levels"):
            await front_desk.pool.execute(f"delete from {table}")
        await front_desk.pool.execute("delete from history where service <> 'intake'")
        for record in order:
            await hear(front_desk, record)
        await hear(front_desk, *order)
        assert await shown(front_desk, voices) == expected


def with_headers(record: RawRecord, **changes: bytes | None) -> RawRecord:
    return record._replace(headers=tuple((name, changes.get(name, value)) for name, value in record.headers))


@pytest.mark.parametrize("breakage", ["null header", "not UTF-8", "no id", "not JSON", "no value", "unknown type"])
async def test_a_record_that_cannot_be_read_is_left_out_and_its_neighbours_are_not(
    front_desk: FrontDesk, voices: Voices, breakage: str
) -> None:
    good, bad = voices.started(), voices.missed()
    broken = {
        "null header": with_headers(bad, ce_type=None),
        "not UTF-8": with_headers(bad, ce_type=b"\xff"),
        "no id": with_headers(bad, ce_id=b"none"),
        "not JSON": bad._replace(value=b"{"),
        "no value": bad._replace(value=None),
        "unknown type": with_headers(bad, ce_type=b"vigie.Dreamt.v1"),
    }[breakage]
    await hear(front_desk, broken, good)
    assert (await line(front_desk, voices))["overdue"] is False
    history, commitments, _ = await shown(front_desk, voices)
    assert (len(history), len(commitments)) == (2, 1)
