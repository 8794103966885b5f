"""Tickets by HTTP: what is answered, what is written, and what can be read afterwards."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from integration.intake.front_desk import NIGHT, POLICIES, REQUEST, FrontDesk, open_desk
from support.migrated import Migrated
from vigie.contracts.catalog import EVENTS
from vigie.decider import fold
from vigie_intake.adapters.http.answers import ticket_now
from vigie_intake.core import core
from vigie_intake.core.states import Closed, Open, Resolved, State, Waiting


def events(ticket: dict[str, Any]) -> list[str]:
    return [entry["event"] for entry in ticket["history"]]


async def read(desk: FrontDesk, number: str) -> dict[str, Any]:
    answer = await desk.get(f"/v1/tickets/{number}")
    assert answer.status_code == 200, answer.text
    ticket: dict[str, Any] = answer.json()
    return ticket


async def test_a_request_becomes_a_ticket_that_says_where_it_is(empty_desk: FrontDesk) -> None:
    answer = await empty_desk.post("/v1/tickets", REQUEST)
    assert answer.status_code == 201
    assert answer.headers["location"] == "/v1/tickets/T-1001"
    assert answer.headers["etag"] == '"1"'
    ticket = answer.json()
    assert ticket.pop("ticket_id")
    assert [one["event"] for one in ticket.pop("happened")] == ["TicketOpened"]
    assert ticket == {
        "number": "T-1001",
        "version": 1,
        "state": "open",
        "desk": "serveurcom",
        "priority": "high",
        "kind": "technical",
        "owner": None,
        "opened_at": "2026-03-23T21:00:00Z",
    }


async def test_the_least_that_must_be_said_is_enough(front_desk: FrontDesk) -> None:
    least = {name: REQUEST[name] for name in ("desk", "kind", "priority", "subject")}
    contact = {"name": "Jeanne", "email": "jeanne@acme.example"}
    assert (await front_desk.post("/v1/tickets", {**least, "contact": contact})).status_code == 201


async def test_the_words_of_the_customers_form_become_the_desks_own(front_desk: FrontDesk) -> None:
    assert (await read(front_desk, await front_desk.open(priority="Mineure")))["priority"] == "low"


async def test_a_request_may_have_been_made_before_it_was_delivered(front_desk: FrontDesk) -> None:
    number = await front_desk.open(occurred_at="2026-03-23T21:00:00+01:00")
    assert (await read(front_desk, number))["opened_at"] == "2026-03-23T20:00:00Z"


async def test_whoever_was_answered_can_read_it(front_desk: FrontDesk) -> None:
    number = await front_desk.open()
    ticket = await read(front_desk, number)
    assert ticket["subject"] == "Plus de tonalité"
    assert ticket["contact"]["email"] == "jeanne@acme.example"
    assert ticket["description"] == "Depuis ce matin"
    assert ticket["customer"] == "acme"
    assert events(ticket) == ["TicketOpened"]
    (opened,) = ticket["history"]
    assert opened["actor"] == "agent:dev"
    assert opened["service"] == "intake"
    assert opened["personal"]["subject"] == "Plus de tonalité"
    assert "personal" not in opened["facts"]


async def test_what_an_event_says_is_what_was_stored(front_desk: FrontDesk) -> None:
    number = await front_desk.open()
    (opened,) = (await read(front_desk, number))["history"]
    stored = await front_desk.pool.fetchval(
        "select convert_from(facts, 'UTF8') from events where event_id = $1", opened["event_id"]
    )
    shown = await front_desk.pool.fetchval("select facts::text from history where event_id = $1", opened["event_id"])
    assert shown == stored


async def test_a_ticket_from_taking_to_closing(empty_desk: FrontDesk) -> None:
    desk, number = empty_desk, await empty_desk.open()
    steps: list[tuple[str, Any, str, int]] = [
        ("take-charge", {"agent": "amelie"}, "open", 2),
        ("assign", {"to": "bruno"}, "open", 3),
        ("replies", {"text": "Nous regardons."}, "open", 4),
        ("notes", {"text": "Voir le lien."}, "open", 5),
        ("ask-customer", {"for": "answer", "text": "Quels postes ?"}, "waiting", 6),
        ("customer-replies", {"text": "Le 400."}, "open", 7),
        ("priority", {"priority": "medium"}, "open", 8),
        ("end-intervention", {"mode": "remote", "outcome": "solved"}, "open", 9),
        ("resolve", {"text": "Rétabli."}, "resolved", 10),
        ("reopen", {}, "open", 11),
        ("close", {}, "closed", 12),
        ("reopen", {"reason": "customer"}, "open", 13),
        ("contact-attempts", {"outcome": "voicemail"}, "open", 14),
        ("ask-customer", {"for": "files"}, "waiting", 15),
        ("files-received", {}, "open", 16),
        ("agree-closed", {}, "closed", 17),
    ]
    for action, body, state, version in steps:
        desk.clock.advance(timedelta(minutes=1))
        answer = await desk.post(f"/v1/tickets/{number}/{action}", body)
        assert answer.status_code == 200, answer.text
        assert (answer.json()["state"], answer.json()["version"]) == (state, version)
        assert answer.headers["etag"] == f'"{version}"'
        assert (await read(desk, number))["state"] == state
    ticket = await read(desk, number)
    assert (ticket["version"], ticket["owner"], ticket["priority"]) == (17, "bruno", "medium")
    assert events(ticket) == [
        "TicketOpened",
        "TicketTakenInCharge",
        "TicketAssigned",
        "AgentReplied",
        "NoteAdded",
        "CustomerAsked",
        "CustomerReplied",
        "PriorityChanged",
        "InterventionEnded",
        "TicketResolved",
        "TicketReopened",
        "TicketClosed",
        "TicketReopened",
        "ContactAttempted",
        "CustomerAsked",
        "FilesReceived",
        "TicketClosed",
    ]


async def test_resolving_says_that_it_took_the_ticket_too(front_desk: FrontDesk) -> None:
    number = await front_desk.open()
    answer = await front_desk.post(f"/v1/tickets/{number}/resolve", {}, token="amelie-token")
    assert [(one["event"], one["at"]) for one in answer.json()["happened"]] == [
        ("TicketTakenInCharge", "2026-03-23T21:00:00Z"),
        ("TicketResolved", "2026-03-23T21:00:00Z"),
    ]
    ticket = await read(front_desk, number)
    assert (ticket["owner"], ticket["state"], ticket["version"]) == ("amelie", "resolved", 3)


async def test_a_body_may_be_left_out_where_nothing_must_be_said(front_desk: FrontDesk) -> None:
    number = await front_desk.open()
    answer = await front_desk.http.post(
        f"/v1/tickets/{number}/take-charge", headers={"Authorization": "Bearer amelie-token"}
    )
    assert answer.status_code == 200
    assert answer.json()["owner"] == "amelie"


async def test_a_repeat_changes_nothing_and_is_no_error(front_desk: FrontDesk) -> None:
    number = await front_desk.open()
    await front_desk.post(f"/v1/tickets/{number}/take-charge", {})
    again = await front_desk.post(f"/v1/tickets/{number}/take-charge", {})
    assert (again.status_code, again.json()["version"], again.json()["happened"]) == (200, 2, [])


async def test_a_manager_may_act_for_others(front_desk: FrontDesk) -> None:
    number = await front_desk.open()
    answer = await front_desk.post(f"/v1/tickets/{number}/take-charge", {"agent": "bruno"}, token="nora-token")
    assert answer.json()["owner"] == "bruno"
    assert (await read(front_desk, number))["history"][-1]["actor"] == "agent:bruno"


async def test_a_channel_brings_what_customers_say(front_desk: FrontDesk) -> None:
    answer = await front_desk.post("/v1/tickets", REQUEST, token="portal-token")
    number = answer.json()["number"]
    await front_desk.post(f"/v1/tickets/{number}/customer-replies", {"text": "Alors ?"}, token="portal-token")
    await front_desk.post(f"/v1/tickets/{number}/close", {})
    reopened = await front_desk.post(f"/v1/tickets/{number}/reopen", {}, token="portal-token")
    assert reopened.json()["happened"][0]["reason"] == "customer"
    assert [entry["actor"] for entry in (await read(front_desk, number))["history"]] == [
        "channel:portal",
        "channel:portal",
        "agent:dev",
        "channel:portal",
    ]


async def test_customers_do_not_see_notes_between_colleagues(front_desk: FrontDesk) -> None:
    number = await front_desk.open()
    await front_desk.post(f"/v1/tickets/{number}/notes", {"text": "Client difficile"})
    assert events(await read(front_desk, number)) == ["TicketOpened", "NoteAdded"]
    for_customers = await front_desk.get(f"/v1/tickets/{number}", token="portal-token")
    assert events(for_customers.json()) == ["TicketOpened"]


async def test_a_message_to_the_on_call_service_is_answered_with_what_became_of_it(front_desk: FrontDesk) -> None:
    number = await front_desk.open()
    answer = await front_desk.post(f"/v1/tickets/{number}/on-call-messages", {}, token="portal-token")
    assert answer.json()["happened"] == [
        {"event": "OnCallRefused", "at": "2026-03-23T21:00:00Z", "reason": "not_covered"}
    ]


# Once


async def test_the_same_request_under_the_same_key_gets_the_same_answer(empty_desk: FrontDesk) -> None:
    first = await empty_desk.post("/v1/tickets", REQUEST, Idempotency_Key="k1")
    written = await empty_desk.written()
    again = await empty_desk.post("/v1/tickets", REQUEST, Idempotency_Key="k1")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert (again.headers["location"], again.headers["etag"]) == (first.headers["location"], first.headers["etag"])
    assert await empty_desk.written() == written


async def test_another_request_under_the_same_key_is_refused(empty_desk: FrontDesk) -> None:
    await empty_desk.post("/v1/tickets", REQUEST, Idempotency_Key="k1")
    written = await empty_desk.written()
    other = await empty_desk.post("/v1/tickets", {**REQUEST, "priority": "low"}, Idempotency_Key="k1")
    assert other.status_code == 422
    assert other.json()["name"] == "idempotency_mismatch"
    assert await empty_desk.written() == written


TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.mark.parametrize(
    ("sent", "kept"), [(TRACE, TRACE), ("x" * 5_000, None), (TRACE.replace("00f067aa0ba902b7", "0" * 16), None)]
)
async def test_only_a_trace_that_is_one_goes_on_into_the_events(
    empty_desk: FrontDesk, sent: str, kept: str | None
) -> None:
    await empty_desk.post("/v1/tickets", REQUEST, traceparent=sent)
    headers = bytes(await empty_desk.pool.fetchval("select headers from outbox"))
    assert (b"traceparent" in headers) is (kept is not None)


async def test_two_principals_may_use_the_same_key(empty_desk: FrontDesk) -> None:
    first = await empty_desk.post("/v1/tickets", REQUEST, Idempotency_Key="k1")
    second = await empty_desk.post("/v1/tickets", REQUEST, token="portal-token", Idempotency_Key="k1")
    assert first.json()["number"] != second.json()["number"]


async def test_the_same_request_many_times_at_once_opens_one_ticket(empty_desk: FrontDesk) -> None:
    answers = await asyncio.gather(*(empty_desk.post("/v1/tickets", REQUEST, Idempotency_Key="k1") for _ in range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert await empty_desk.pool.fetchval("select count(*) from events") == 1


async def test_a_refused_command_does_not_use_its_key_up(front_desk: FrontDesk) -> None:
    number = await front_desk.open()
    path = f"/v1/tickets/{number}/escalate"
    assert (await front_desk.post(path, {"level": "N1"}, Idempotency_Key="later")).status_code == 409
    front_desk.clock.advance(timedelta(minutes=31))
    assert (await front_desk.post(path, {"level": "N1"}, Idempotency_Key="later")).status_code == 200
    front_desk.clock.at = NIGHT


# Not over somebody else's change


async def test_a_change_by_the_version_that_was_read_is_made(front_desk: FrontDesk) -> None:
    number = await front_desk.open()
    tag = (await front_desk.get(f"/v1/tickets/{number}")).headers["etag"]
    answer = await front_desk.post(f"/v1/tickets/{number}/take-charge", {}, If_Match=tag)
    assert answer.headers["etag"] == '"2"'


async def test_of_two_who_read_the_same_version_one_is_stale(front_desk: FrontDesk) -> None:
    number = await front_desk.open()
    path = f"/v1/tickets/{number}/notes"
    answers = await asyncio.gather(*(front_desk.post(path, {"text": f"note {n}"}, If_Match='"1"') for n in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412]


async def test_any_version_will_do_where_none_is_named(front_desk: FrontDesk) -> None:
    number = await front_desk.open()
    answer = await front_desk.post(f"/v1/tickets/{number}/take-charge", {}, If_Match="*")
    assert answer.status_code == 200


# All at once

SCRAMBLE: tuple[tuple[str, dict[str, str]], ...] = (
    ("take-charge", {"agent": "amelie"}),
    ("assign", {"to": "bruno"}),
    ("ask-customer", {"for": "files"}),
    ("customer-replies", {"text": "Voici."}),
    ("priority", {"priority": "low"}),
    ("priority", {"priority": "medium"}),
    ("resolve", {"agent": "carla"}),
    ("reopen", {}),
    ("close", {}),
)


async def test_whatever_happens_at_once_the_view_says_what_the_events_say(empty_desk: FrontDesk) -> None:
    """Commands that come together share a transaction, so the view gets several events of one ticket in one go."""
    chance = random.Random(7)
    tickets = [await empty_desk.open() for _ in range(6)]
    for _ in range(8):
        together = [(number, *chance.choice(SCRAMBLE)) for number in tickets for _ in range(4)]
        await asyncio.gather(
            *(empty_desk.post(f"/v1/tickets/{number}/{action}", body) for number, action, body in together)
        )
        for number in tickets:
            ticket = await read(empty_desk, number)
            state = await folded(empty_desk, ticket["ticket_id"])
            assert isinstance(state, Open | Waiting | Resolved | Closed)
            now = ticket_now(ticket["version"], state, ())
            assert (ticket["state"], ticket["owner"], ticket["priority"]) == (now.state, now.owner, now.priority)
            assert ticket["version"] == state.ticket.version == len(ticket["history"])


async def folded(desk: FrontDesk, ticket_id: str) -> State:
    """The ticket as its stored events tell it."""
    rows = await desk.pool.fetch(
        "select type, facts from events where stream = $1 order by version", f"ticket-{ticket_id}"
    )
    decider = core(POLICIES).decider
    events_of_it: Any = [EVENTS[row["type"]].model_validate_json(row["facts"]) for row in rows]
    return fold(decider, decider.initial, events_of_it)


# Promises


async def test_a_ticket_shows_where_its_promises_stand_now(empty_desk: FrontDesk) -> None:
    desk, number = empty_desk, await empty_desk.open()
    desk.clock.advance(timedelta(minutes=20))
    await desk.post(f"/v1/tickets/{number}/ask-customer", {})
    desk.clock.advance(timedelta(minutes=25))
    taking, resolution = (await read(desk, number))["commitments"]
    assert (taking["clock"], taking["result"], taking["missed_at"], taking["level"]) == (
        "take_charge",
        "missed",
        "2026-03-23T21:30:00Z",
        "N1",
    )
    assert (resolution["clock"], resolution["result"], resolution["deadline"]) == ("resolution", "paused", None)
    assert resolution["elapsed_seconds"] == 20 * 60
    assert resolution["pauses"] == [{"start": "2026-03-23T21:20:00Z", "end": None}]


async def test_a_promise_that_is_kept_is_not_overdue(empty_desk: FrontDesk) -> None:
    desk, number = empty_desk, await empty_desk.open()
    await desk.post(f"/v1/tickets/{number}/resolve", {})
    desk.clock.advance(timedelta(days=2))
    ticket = await read(desk, number)
    assert [promise["result"] for promise in ticket["commitments"]] == ["met", "met"]
    assert ticket["overdue"] is False


# Lists


@pytest.fixture(scope="module")
async def seven(migrated: Migrated) -> AsyncIterator[FrontDesk]:
    """A desk of seven tickets, for reading only."""
    async with open_desk(migrated) as desk:
        await open_seven(desk)
        yield desk


async def open_seven(desk: FrontDesk) -> None:
    """T-1001 … T-1007, a minute apart; the even ones low, T-1003 taken, T-1005 resolved, T-1007 of another customer."""
    for number in range(1, 8):
        await desk.open(
            priority="low" if number % 2 == 0 else "high",
            customer="bolt" if number == 7 else "acme",
            subject=f"No {number}",
        )
        desk.clock.advance(timedelta(minutes=1))
    await desk.post("/v1/tickets/T-1003/take-charge", {"agent": "amelie"})
    await desk.post("/v1/tickets/T-1005/resolve", {"agent": "bruno"})


async def numbers(front: FrontDesk, **query: Any) -> list[int]:
    answer = await front.get("/v1/tickets", **query)
    assert answer.status_code == 200, answer.text
    return [int(ticket["number"].removeprefix("T-100")) for ticket in answer.json()["tickets"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [7, 6, 5, 4, 3, 2, 1]),
        ({"priority": "low"}, [6, 4, 2]),
        ({"state": "resolved"}, [5]),
        ({"owner": "amelie"}, [3]),
        ({"customer": "bolt"}, [7]),
        ({"desk": "serveurcom", "limit": 2}, [7, 6]),
        ({"desk": "elsewhere"}, []),
        ({"level": "N1"}, []),
        ({"overdue": "true"}, []),
        ({"overdue": "false", "priority": "low"}, [6, 4, 2]),
        ({"opened_after": "2026-03-23T22:04:00+01:00"}, [7, 6]),
        ({"opened_before": "2026-03-23T22:01:00+01:00"}, [1]),
        ({"q": "no 4"}, [4]),
        ({"q": "t-1002"}, [2]),
        ({"q": "1002"}, [2]),
        ({"q": "100"}, []),
        ({"q": "matin depuis n", "priority": "low"}, [6, 4, 2]),
        ({"q": "bol"}, [7]),
        ({"q": "' | !x:*"}, []),
        ({"q": "%"}, []),
        ({"q": "100%"}, []),
        ({"priority": "high", "state": "open", "customer": "acme"}, [3, 1]),
    ],
)
async def test_a_list_is_of_what_was_asked_for(seven: FrontDesk, query: Any, expected: list[int]) -> None:
    assert await numbers(seven, **query) == expected


@pytest.fixture(scope="module")
async def words(migrated: Migrated) -> AsyncIterator[FrontDesk]:
    """A desk of two tickets, for reading only."""
    async with open_desk(migrated) as desk:
        await desk.open(subject="Panne", description="Le chef-d'œuvre du sous-réseau 7.4.2, Straße 5")
        await desk.open(subject="Oeil et rescapé")
        yield desk


@pytest.mark.parametrize(
    "q", ["ŒUVRE", "oeuvre", "reseau", "RÉSEAU", "re\u0301seau", "d'œu", "sous-réseau", "sous 7.4", "strasse", "7.4.2"]
)
async def test_words_are_found_whatever_their_accents_capitals_and_ligatures(words: FrontDesk, q: str) -> None:
    assert await numbers(words, q=q) == [1]


async def test_what_was_erased_is_not_found_by_its_words(empty_desk: FrontDesk) -> None:
    await empty_desk.open(subject="Imprimante")
    assert await numbers(empty_desk, q="imprimante") == [1]
    await empty_desk.pool.execute("update tickets set personal = null")
    assert await numbers(empty_desk, q="imprimante") == []


async def test_a_list_is_read_page_by_page(seven: FrontDesk) -> None:
    pages, path = [], "/v1/tickets?limit=3&customer=acme"
    while path:
        answer = await seven.get(path)
        pages.append([ticket["number"] for ticket in answer.json()["tickets"]])
        link = answer.headers.get("link")
        assert (link is None) == (answer.json()["next"] is None)
        path = link.split(">")[0].removeprefix("<") if link else ""
    assert pages == [["T-1006", "T-1005", "T-1004"], ["T-1003", "T-1002", "T-1001"]]


async def test_a_page_does_not_move_when_a_ticket_is_opened_meanwhile(empty_desk: FrontDesk) -> None:
    await open_seven(empty_desk)
    first = (await empty_desk.get("/v1/tickets", limit=3)).json()
    await empty_desk.open()
    assert await numbers(empty_desk, limit=3, cursor=first["next"]) == [4, 3, 2]
