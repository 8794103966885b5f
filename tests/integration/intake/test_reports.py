"""`vigie report`, as it is run, on what a real engine has written to a real database."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from integration.intake.front_desk import POLICIES, FrontDesk
from vigie.contracts.event import encode
from vigie.contracts.tickets import CallGivenUp
from vigie.io.pins import pinned
from vigie_intake.cli.report import app

# What the clock of the deployment showed when the reports were made.
APRIL = "2026-04-02T09:00:00+02:00@2026-01-01T00:00:00Z x0.000000001"


@pytest.fixture
async def desk(empty_desk: FrontDesk) -> FrontDesk:
    """A desk whose policies are kept in its database, as the services keep them when they start."""
    await pinned(empty_desk.pool, POLICIES, empty_desk.clock.now())
    return empty_desk


class Hand:
    """Does what people do, at a time of Paris and Brussels."""

    def __init__(self, desk: FrontDesk) -> None:
        self.desk = desk

    async def open(self, at: str, **request: Any) -> str:
        self.desk.clock.at = datetime.fromisoformat(f"{at}:00{'+02:00' if at > '2026-03-29T03' else '+01:00'}")
        return await self.desk.open(**request)

    async def do(self, at: str, number: str, action: str, **body: Any) -> None:
        self.desk.clock.at = datetime.fromisoformat(f"{at}:00{'+02:00' if at > '2026-03-29T03' else '+01:00'}")
        answer = await self.desk.post(f"/v1/tickets/{number}/{action}", {"agent": "amelie", **body})
        assert answer.status_code == 200, answer.text


@pytest.fixture
def hand(desk: FrontDesk) -> Hand:
    return Hand(desk)


async def run(desk: FrontDesk, *arguments: str, code: int = 0) -> str:
    """What the command prints; it has an event loop of its own, so it runs in a thread of its own."""
    environment = {"DATABASE_URL": desk.dsn, "VIGIE_CLOCK": APRIL, "COLUMNS": "120", "NO_COLOR": "1"}
    result = await asyncio.to_thread(CliRunner().invoke, app, list(arguments), env=environment)
    assert result.exit_code == code, result.output
    return result.stdout if code == 0 else result.stderr


MARCH = ("--from", "2026-03-01", "--to", "2026-03-31")


async def evening(hand: Hand) -> tuple[str, str]:
    """Two outages of Serveurcom's: one answered in time, one late; resolved after two and six hours."""
    first = await hand.open("2026-03-23T09:00")
    await hand.do("2026-03-23T09:20", first, "take-charge")
    await hand.do("2026-03-23T11:00", first, "resolve", text="Rétabli.")
    second = await hand.open("2026-03-24T22:00")
    await hand.do("2026-03-24T22:40", second, "take-charge")
    await hand.do("2026-03-25T04:00", second, "resolve", text="Rétabli.")
    return first, second


async def test_the_figures_of_a_month_are_those_of_its_events(desk: FrontDesk, hand: Hand) -> None:
    first, second = await evening(hand)
    found = json.loads(await run(desk, "serveurcom", *MARCH, "--json"))
    assert found["start"] == "2026-02-28T23:00:00Z"
    assert found["end"] == "2026-03-31T22:00:00Z"
    assert found["tickets"] == [{"kind": "technical", "priority": "high", "opened": 2, "closed": 0, "reopened": 0}]
    assert found["unresolved"] == {"at_start": 0, "at_end": 0}
    assert found["answers"][0]["elapsed"] == {
        "count": 2,
        "mean_seconds": 1800,
        "median_seconds": 1800,
        "p90_seconds": 2400,
    }
    assert [row for row in found["promises"] if row["priority"] is None] == [
        {"commitment": "take_charge", "priority": None, "kept": 1, "late": 1, "missed": 0, "kept_percent": 50.0},
        {"commitment": "resolution", "priority": None, "kept": 1, "late": 1, "missed": 0, "kept_percent": 50.0},
    ]
    assert found["same_day"] == {
        "opened": 2,
        "taken": 2,
        "done": 1,
        "taken_percent": 100.0,
        "done_percent": 50.0,
    }
    service = found["services"][0]
    # Eight of 743 hours: March has a night of 23 hours. 735 / 743 is 98.9232…
    assert (service["service"], service["down_seconds"], service["period_seconds"]) == (
        "Support technique",
        8 * 3600,
        743 * 3600,
    )
    assert service["available_percent"] == 98.923
    assert [one["number"] for one in service["incidents"]] == [first, second]


async def test_people_read_it_in_the_words_of_the_desk(desk: FrontDesk, hand: Hand) -> None:
    _, second = await evening(hand)
    lines = [line.rstrip() for line in (await run(desk, "serveurcom", *MARCH)).splitlines()]
    assert lines[0] == "Serveurcom – du 2026-03-01 au 2026-03-31 inclus, heure du service (Europe/Paris)"
    assert "Non résolues : 0 au début, 0 à la fin." in lines
    rows = [line.split() for line in lines]
    assert ["Élevé", "2", "30", "min", "30", "min", "40", "min"] in rows
    assert ["Support", "technique", "98,923", "%", "8", "h", "2"] in rows
    assert not any(row[:1] == ["toutes"] for row in rows)
    assert (
        f"Support technique, {second} (Technique) : 2026-03-24 22:00 → 2026-03-25 04:00, 6 h dans la période" in lines
    )


async def test_english_is_spoken_on_demand(desk: FrontDesk, hand: Hand) -> None:
    await evening(hand)
    said = await run(desk, "serveurcom", *MARCH, "--lang", "en")
    assert "Unresolved: 0 at the beginning, 0 at the end." in said
    assert "98.923 %" in said


async def test_a_spreadsheet_has_a_figure_a_line(desk: FrontDesk, hand: Hand) -> None:
    await evening(hand)
    text = await run(desk, "serveurcom", *MARCH, "--csv")
    assert text.startswith("\ufeffsection;figure;kind;priority;of;value;unit")
    rows = {tuple(row[:5]): row[5:] for row in csv.reader(io.StringIO(text[1:]), delimiter=";")}
    assert rows["answers", "mean_elapsed", "", "", ""] == ["30,0", "min"]
    assert rows["promises", "share_kept", "", "high", "take_charge"] == ["50,000", "%"]
    assert rows["services", "available", "", "", "Support technique"] == ["98,923", "%"]
    assert rows["services", "available", "", "", "Service commercial"] == ["100,000", "%"]


async def test_one_day_does_not_know_of_the_next(desk: FrontDesk, hand: Hand) -> None:
    _, second = await evening(hand)
    found = json.loads(await run(desk, "serveurcom", "--from", "2026-03-24", "--to", "2026-03-24", "--json"))
    assert found["unresolved"] == {"at_start": 0, "at_end": 1}
    assert found["services"][0]["down_seconds"] == 2 * 3600
    assert found["services"][0]["incidents"][0]["ended_at"] is None
    assert found["services"][0]["incidents"][0]["number"] == second


async def test_what_was_closed_before_is_not_even_read(desk: FrontDesk, hand: Hand) -> None:
    number = await hand.open("2026-02-10T09:00")
    await hand.do("2026-02-10T10:00", number, "close")
    found = json.loads(await run(desk, "serveurcom", *MARCH, "--json"))
    assert (found["tickets"], found["unresolved"]) == ([], {"at_start": 0, "at_end": 0})


async def test_another_desks_tickets_are_not_counted(desk: FrontDesk, hand: Hand) -> None:
    await evening(hand)
    assert json.loads(await run(desk, "ocm", *MARCH, "--json"))["tickets"] == []


async def test_without_days_it_is_this_month_so_far(desk: FrontDesk) -> None:
    found = json.loads(await run(desk, "serveurcom", "--json"))
    assert (found["from"], found["to"], found["end"]) == ("2026-04-01", "2026-04-02", "2026-04-02T07:00:00Z")


async def civ_work(hand: Hand) -> str:
    number = await hand.open("2026-03-02T09:00", desk="civ", priority="normal", service=None, customer="acme")
    await hand.do("2026-03-02T09:30", number, "log-work", minutes=10, mode="phone", remote_tool=True)
    work = {"minutes": 25, "mode": "remote", "remote_tool": False, "factors": ["immediate"], "travel": "42.50"}
    await hand.do("2026-03-31T23:30", number, "log-work", **work)
    await hand.do("2026-04-01T00:30", number, "log-work", minutes=20, mode="phone", remote_tool=True)
    return number


async def test_the_accounts_have_a_line_for_each_time_and_sums_by_customer(desk: FrontDesk, hand: Hand) -> None:
    """Ten minutes are charged as fifteen, twenty-five without the tool as sixty, times three; April is not in it."""
    number = await civ_work(hand)
    text = await run(desk, "civ", "--billing", "--month", "2026-03", "--csv")
    header, first, second, total = csv.reader(io.StringIO(text[1:]), delimiter=";")
    assert header[:4] == ["line", "customer", "ticket", "logged_at"]
    assert first == [
        *("work", "acme", number, "2026-03-02 09:30:00", "amelie", "phone", "", "yes"),
        *("10", "minimum", "15", "15", "", "1", "15", ""),
    ]
    assert second == [
        *("work", "acme", number, "2026-03-31 23:30:00", "amelie", "remote", "", "no"),
        *("25", "minimum_without_remote_tool", "60", "60", "immediate=3", "3", "180", "42,50"),
    ]
    assert total == ["total", "acme", "", "", "", "", "", "", "35", "", "", "75", "", "", "195", "42,50"]


async def test_people_read_a_bill_too(desk: FrontDesk, hand: Hand) -> None:
    await civ_work(hand)
    said = await run(desk, "civ", "--billing", "--month", "2026-03")
    assert "immediate × 3" in said
    assert "195" in said
    assert "42,50 €" in said


async def test_systells_weekly_list_says_who_has_it_and_what_the_customer_knows(desk: FrontDesk, hand: Hand) -> None:
    number = await hand.open(
        "2026-03-23T09:00", desk="systell", priority="normal", service=None, subject="Lignes perdues"
    )
    await hand.do("2026-03-23T10:00", number, "take-charge")
    await hand.do("2026-03-24T10:00", number, "declare-bug", cause="software", reference="CAM-731")
    await hand.do("2026-03-31T10:00", number, "notes", text="Relancer vendredi")
    (listed,) = json.loads(await run(desk, "systell", "--unresolved", "--json"))["tickets"]
    assert listed == {
        "number": number,
        "subject": "Lignes perdues",
        "customer": "acme",
        "kind": "technical",
        "priority": "normal",
        "service": None,
        "opened_at": "2026-03-23T08:00:00Z",
        "age_seconds": 10 * 86400 - 3600,
        "waits_for_customer": False,
        "owner": "amelie",
        "last_activity": "NoteAdded",
        "last_activity_at": "2026-03-31T08:00:00Z",
        "last_activity_by": "agent:amelie",
        "told": "BugDeclared",
        "told_at": "2026-03-24T09:00:00Z",
        "weeks": 1,
        "listed_at": "2026-03-30T07:00:00Z",
        "bug": "CAM-731",
    }
    said = await run(desk, "systell", "--unresolved")
    assert said.splitlines()[0].rstrip() == "Systell – non résolues le 2026-04-02 09:00 : 1"
    assert "Lignes perdues" in said
    assert "1× en liste," in said
    assert (await run(desk, "systell", "--unresolved", "--csv")).splitlines()[1].startswith(f"{number};Lignes perdues;")


async def test_whose_mails_and_names_were_erased_stays_on_the_list(desk: FrontDesk, hand: Hand) -> None:
    await hand.open("2026-03-23T09:00", desk="systell", priority="normal", service=None)
    await desk.pool.execute("update tickets set personal = null")
    (listed,) = json.loads(await run(desk, "systell", "--unresolved", "--json"))["tickets"]
    assert listed["subject"] is None


async def test_refused_requests_are_counted_by_their_reason(desk: FrontDesk) -> None:
    await desk.pool.execute(
        """insert into events (stream, version, event_id, type, schema_version, occurred_at, recorded_at, actor,
                               causation, correlation, facts, hash)
           select 'ticket-' || n, 1, gen_random_uuid(), 'vigie.RequestRefused.v1', 1, at, at, 'channel:portal', '', '',
                  convert_to(json_build_object('request_id', gen_random_uuid(), 'desk', desk, 'refused_at', at,
                                               'reason', reason)::text, 'UTF8'), sha256('')
           from (values (1, timestamptz '2026-03-31 21:59Z', 'ocm', 'user_not_trained'),
                        (2, timestamptz '2026-03-31 22:00Z', 'ocm', 'user_not_trained'),
                        (3, timestamptz '2026-03-02 09:00Z', 'systell', 'out_of_scope')) as v (n, at, desk, reason)"""
    )
    assert json.loads(await run(desk, "ocm", *MARCH, "--json"))["refused"] == {"user_not_trained": 1}
    assert "Utilisateur non formé  1" in await run(desk, "ocm", *MARCH)


async def test_calls_that_were_given_up_are_counted(desk: FrontDesk, hand: Hand) -> None:
    await hand.open("2026-03-23T09:00", desk="ocm", kind="software", priority="normal", service=None, channel="phone")
    call = uuid4()
    await desk.pool.execute(
        """insert into events (stream, version, event_id, type, schema_version, occurred_at, recorded_at, actor,
                               causation, correlation, facts, hash)
           values ('ticket-1', 1, $1, 'vigie.CallGivenUp.v1', 1, $2, $2, 'channel:ivr', '', '', $3, sha256(''))""",
        call,
        desk.clock.now(),
        encode(CallGivenUp(call_id=call, desk="ocm", given_up_at=desk.clock.now(), waited_seconds=45)).facts,
    )
    assert json.loads(await run(desk, "ocm", *MARCH, "--json"))["calls"] == {
        "received": 2,
        "given_up": 1,
        "given_up_percent": 50.0,
        "waited": {"count": 1, "mean_seconds": 45, "median_seconds": 45, "p90_seconds": 45},
    }
    assert "Reçus : 2 ; abandonnés : 1 (50,00 %)." in await run(desk, "ocm", *MARCH)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("acme",), "there is no desk 'acme'; there is civ, esii, ocm, serveurcom, systell"),
        (("civ", "--from", "2026-03-01"), "--from and --to belong together"),
        (("civ", "--from", "2026-03-02", "--to", "2026-03-01"), "--to 2026-03-01 is before --from 2026-03-02"),
        (("civ", "--from", "March", "--to", "2026-03-01"), "--from 'March' is no date like 2026-03-01"),
        (("civ", "--month", "2026-13"), "--month '2026-13' is no date like 2026-03"),
        (("civ", "--month", "2026-03", "--to", "2026-03-01"), "--month says both ends; leave --from and --to out"),
        (("civ", "--csv", "--json"), "choose one of --csv and --json"),
        (("civ", "--billing", "--unresolved"), "choose one of --billing and --unresolved"),
        (
            ("civ", "--unresolved", "--month", "2026-03"),
            "--unresolved is about now; leave --from, --to and --month out",
        ),
        (("civ", "--lang", "de"), "--lang 'de' is none of fr, en, es"),
        (("civ", "--clock", "noon"), "VIGIE_CLOCK: the clock 'noon' cannot be read"),
    ],
)
async def test_what_makes_no_sense_is_said_in_a_sentence(
    desk: FrontDesk, arguments: tuple[str, ...], reason: str
) -> None:
    assert reason in await run(desk, *arguments, code=2)
