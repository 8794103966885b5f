"""Whatever is wrong with a request is said as a problem that names it, and nothing is written."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from integration.intake.front_desk import REQUEST, FrontDesk

BODY = json.dumps(REQUEST).encode()


@pytest.fixture(autouse=True)
async def nothing_is_written(front_desk: FrontDesk, number: str) -> AsyncIterator[None]:
    """Holds for every test of this file."""
    before = await front_desk.written()
    yield
    assert await front_desk.written() == before


@pytest.fixture(scope="module")
async def number(front_desk: FrontDesk) -> str:
    """A ticket that is there, at version 1."""
    return await front_desk.open()


def wrong_fields(answer: httpx.Response) -> list[str]:
    return [error["field"] for error in answer.json()["errors"]]


def assert_problem(answer: httpx.Response, status: int, name: str) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert (answer.status_code, problem["status"], problem["name"]) == (status, status, name)
    assert problem["type"] == f"urn:vigie:problem:{name}"
    assert problem["title"]
    assert problem["detail"]
    return problem


def cursor(opened_at: str) -> str:
    """As `next` is written, but with an instant that no page ended at."""
    return base64.urlsafe_b64encode(f"{opened_at} 01a20218-cb24-77e5-95cd-2eab7af2899c".encode()).decode()


def without(field: str) -> dict[str, Any]:
    return {name: value for name, value in REQUEST.items() if name != field}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("desk", "nowhere"),
        ("kind", "espresso"),
        ("priority", "urgent"),
        ("occurred_at", "2026-03-23T22:00:01+01:00"),
        ("occurred_at", "2026-03-23T20:00:00"),
        ("occurred_at", 1774299600),
        ("subject", "x" * 201),
        ("subject", ""),
        ("subject", "   "),
        ("description", "x" * 20_001),
        ("subject", 5),
        ("subject", None),
        ("subject", "a\x00b"),
        ("subject", "Panne\nBcc: everybody@acme.example"),
        ("description", " \n\t "),
        ("contact", "Jeanne"),
        ("customer", ["acme"]),
        ("colour", "red"),
    ],
)
async def test_a_wrong_field_of_a_request_is_named(front_desk: FrontDesk, field: str, value: Any) -> None:
    answer = await front_desk.post("/v1/tickets", {**REQUEST, field: value})
    assert_problem(answer, 422, "invalid")
    assert wrong_fields(answer) == [field]


@pytest.mark.parametrize("field", ["desk", "contact", "kind", "priority", "subject"])
async def test_a_missing_field_of_a_request_is_named(front_desk: FrontDesk, field: str) -> None:
    answer = await front_desk.post("/v1/tickets", without(field))
    assert_problem(answer, 422, "invalid")
    assert answer.json()["errors"] == [{"field": field, "problem": "is required"}]


async def test_fields_within_fields_are_named_by_their_path(front_desk: FrontDesk) -> None:
    contact = {"name": "Jeanne", "email": "no address", "phone": "0612345678"}
    answer = await front_desk.post("/v1/tickets", {**REQUEST, "contact": contact})
    assert_problem(answer, 422, "invalid")
    assert wrong_fields(answer) == ["contact.email", "contact.phone"]


async def test_a_wrong_value_is_never_repeated(front_desk: FrontDesk) -> None:
    answer = await front_desk.post("/v1/tickets", {**REQUEST, "contact": {"name": "Jeanne", "email": "secret"}})
    assert "secret" not in answer.text


async def test_a_lone_surrogate_is_a_wrong_field(front_desk: FrontDesk) -> None:
    answer = await front_desk.post_bytes("/v1/tickets", BODY.replace(b"Plus de", b"Plus \\ud800"))
    assert_problem(answer, 422, "invalid")
    assert wrong_fields(answer) == ["subject"]


async def test_the_name_of_an_unknown_field_may_be_anything(front_desk: FrontDesk) -> None:
    answer = await front_desk.post_bytes("/v1/tickets", BODY[:-1] + b', "\\ud800\\u0000": 1}')
    assert_problem(answer, 422, "invalid")


async def test_a_request_older_than_the_desk_is_refused(front_desk: FrontDesk) -> None:
    answer = await front_desk.post("/v1/tickets", {**REQUEST, "occurred_at": "0001-01-01T00:00:00+14:00"})
    assert_problem(answer, 422, "invalid")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b'{"desk": ', "line 1 column 10"),
        (b"", "it is empty"),
        (b"[1]", "it is not an object"),
        (b'{"desk": "a", "desk": "b"}', "'desk' is there twice"),
        (b'{"desk": NaN}', "NaN"),
        (b'{"desk": "\xff"}', "byte 10"),
        (b"[" * 60_000, "nested too deeply"),
    ],
)
async def test_broken_json_is_told_where_it_breaks(front_desk: FrontDesk, body: bytes, says: str) -> None:
    answer = await front_desk.post_bytes("/v1/tickets", body)
    if not body:
        assert_problem(answer, 422, "invalid")
        return
    assert says in assert_problem(answer, 400, "broken_json")["detail"]


async def test_a_body_over_the_limit_is_not_read(front_desk: FrontDesk) -> None:
    answer = await front_desk.post_bytes("/v1/tickets", BODY + b" " * (64 * 1024 - len(BODY) + 1))
    assert_problem(answer, 413, "body_too_large")


async def test_a_body_that_never_ends_is_left_at_the_limit(front_desk: FrontDesk) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 1_000:
            sent += 1
            yield b" " * 1024

    headers = {"Authorization": "Bearer admin-token", "Content-Type": "application/json"}
    answer = await front_desk.http.post("/v1/tickets", content=endless(), headers=headers)
    assert_problem(answer, 413, "body_too_large")
    assert sent == 65


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "application/json; charset=latin-1", ""])
async def test_a_body_of_another_type_is_refused(front_desk: FrontDesk, content_type: str) -> None:
    assert_problem(await front_desk.post_bytes("/v1/tickets", BODY, content_type), 415, "not_json")


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer wrong", "Bearer admin token"])
@pytest.mark.parametrize("path", ["/v1/tickets", "/v1/tickets/T-1001/take-charge"])
async def test_without_a_known_token_nothing_is_even_read(front_desk: FrontDesk, authorization: str, path: str) -> None:
    answer = await front_desk.http.post(path, content=b"{broken", headers={"Authorization": authorization})
    assert_problem(answer, 401, "unauthorized")
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_revoked_token_is_no_token(front_desk: FrontDesk) -> None:
    await front_desk.pool.execute("update tokens set revoked_at = now() where principal = 'nora'")
    assert_problem(await front_desk.post("/v1/tickets", REQUEST, token="nora-token"), 401, "unauthorized")
    await front_desk.pool.execute("update tokens set revoked_at = null where principal = 'nora'")


@pytest.mark.parametrize("number", ["T-999999", "T-1", "1001", "x", "%00", "T-" + "9" * 50, "../x"])
async def test_an_unknown_ticket_is_not_found(front_desk: FrontDesk, number: str) -> None:
    answer = await front_desk.post(f"/v1/tickets/{number}/take-charge", {})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_tickets_of_other_desks_do_not_exist(front_desk: FrontDesk, number: str) -> None:
    answer = await front_desk.post(f"/v1/tickets/{number}/take-charge", {}, token="elsewhere-token")
    assert_problem(answer, 404, "ticket_unknown")
    assert_problem(await front_desk.get(f"/v1/tickets/{number}", token="elsewhere-token"), 404, "ticket_unknown")
    assert (await front_desk.get("/v1/tickets", token="elsewhere-token")).json()["tickets"] == []


async def test_nobody_opens_a_ticket_at_another_desk(front_desk: FrontDesk) -> None:
    answer = await front_desk.post("/v1/tickets", REQUEST, token="elsewhere-token")
    assert_problem(answer, 404, "desk_unknown")
    assert wrong_fields(answer) == ["desk"]


async def test_a_stale_version_is_refused(front_desk: FrontDesk, number: str) -> None:
    answer = await front_desk.post(f"/v1/tickets/{number}/take-charge", {}, If_Match='"7"')
    assert_problem(answer, 412, "stale_version")


@pytest.mark.parametrize("tag", ['"abc"', 'W/"1"', '""'])
async def test_a_tag_that_no_ticket_has_is_stale(front_desk: FrontDesk, number: str, tag: str) -> None:
    answer = await front_desk.post(f"/v1/tickets/{number}/take-charge", {}, If_Match=tag)
    assert_problem(answer, 412, "stale_version")


@pytest.mark.parametrize("tag", ["1", '"1', '"1", "2"', "x y"])
async def test_a_malformed_if_match_is_named(front_desk: FrontDesk, number: str, tag: str) -> None:
    answer = await front_desk.post(f"/v1/tickets/{number}/take-charge", {}, If_Match=tag)
    assert_problem(answer, 400, "bad_request")
    assert wrong_fields(answer) == ["If-Match"]


@pytest.mark.parametrize("key", ["", "a b", "x" * 256])
async def test_a_malformed_idempotency_key_is_named(front_desk: FrontDesk, key: str) -> None:
    answer = await front_desk.post("/v1/tickets", REQUEST, Idempotency_Key=key)
    assert_problem(answer, 400, "bad_request")
    assert wrong_fields(answer) == ["Idempotency-Key"]


@pytest.mark.parametrize(
    ("action", "body", "field"),
    [
        ("priority", {}, "priority"),
        ("priority", {"priority": "urgent"}, "priority"),
        ("priority", {"priority": 1}, "priority"),
        ("replies", {}, "text"),
        ("replies", {"text": None}, "text"),
        ("replies", {"text": ""}, "text"),
        ("replies", {"text": " \n"}, "text"),
        ("notes", {"text": "x" * 20_001}, "text"),
        ("customer-replies", {"text": "x", "agent": "amelie"}, "agent"),
        ("ask-customer", {"for": "money"}, "for"),
        ("ask-customer", {"awaiting": "files"}, "awaiting"),
        ("take-charge", {"agent": "amelie@serveurcom.example"}, "agent"),
        ("take-charge", {"at": "2020-01-01T00:00:00Z"}, "at"),
        ("assign", {"to": ""}, "to"),
        ("reopen", {"reason": "because"}, "reason"),
        ("escalate", {}, "level"),
        ("contact-attempts", {}, "outcome"),
        ("contact-attempts", {"outcome": "busy"}, "outcome"),
        ("files-received", {"text": "x"}, "text"),
        ("end-intervention", {"mode": "by post"}, "mode"),
        ("on-call-messages", {"subject": "Panne"}, "subject"),
    ],
)
async def test_a_wrong_field_of_an_action_is_named(
    front_desk: FrontDesk, number: str, action: str, body: Any, field: str
) -> None:
    answer = await front_desk.post(f"/v1/tickets/{number}/{action}", body)
    assert_problem(answer, 422, "invalid")
    assert wrong_fields(answer) == [field]


@pytest.mark.parametrize("action", ["take-up", "escalate", "log-work", "replies"])
async def test_a_body_that_is_not_there_is_named(front_desk: FrontDesk, number: str, action: str) -> None:
    answer = await front_desk.post_bytes(f"/v1/tickets/{number}/{action}", b"")
    assert_problem(answer, 422, "invalid")
    assert answer.json()["errors"] == [{"field": "body", "problem": "is required"}]


async def test_what_a_rule_forbids_has_a_name(front_desk: FrontDesk, number: str) -> None:
    answer = await front_desk.post(f"/v1/tickets/{number}/escalate", {"level": "N1"})
    assert_problem(answer, 409, "no_commitment_exceeded")


async def test_a_level_that_the_desk_does_not_have_is_a_named_refusal(front_desk: FrontDesk, number: str) -> None:
    answer = await front_desk.post(f"/v1/tickets/{number}/take-up", {"level": "N9"})
    assert_problem(answer, 409, "unknown_level")
    assert wrong_fields(answer) == ["level"]


async def test_an_agent_may_not_act_for_another(front_desk: FrontDesk, number: str) -> None:
    answer = await front_desk.post(f"/v1/tickets/{number}/take-charge", {"agent": "bruno"}, token="amelie-token")
    assert_problem(answer, 403, "not_for_others")
    assert wrong_fields(answer) == ["agent"]


@pytest.mark.parametrize("action", ["take-charge", "resolve", "close"])
async def test_a_channel_does_not_do_the_desks_work(front_desk: FrontDesk, number: str, action: str) -> None:
    answer = await front_desk.post(f"/v1/tickets/{number}/{action}", {}, token="portal-token")
    assert_problem(answer, 403, "staff_only")


async def test_a_channel_may_not_reopen_in_an_agents_name(front_desk: FrontDesk, number: str) -> None:
    answer = await front_desk.post(f"/v1/tickets/{number}/reopen", {"agent": "amelie"}, token="portal-token")
    assert_problem(answer, 403, "not_for_others")


async def test_a_path_that_is_none_is_not_found(front_desk: FrontDesk) -> None:
    assert_problem(await front_desk.get("/v2/tickets"), 404, "no_such_resource")


@pytest.mark.parametrize("path", ["/v1/tickets/", "/v1/tickets/T-1001/"])
async def test_nobody_is_sent_to_an_address_that_the_host_header_says(front_desk: FrontDesk, path: str) -> None:
    assert_problem(await front_desk.get(path), 404, "no_such_resource")


async def test_what_is_only_being_opened_has_no_version(front_desk: FrontDesk) -> None:
    answer = await front_desk.post("/v1/tickets", REQUEST, If_Match='"1"')
    assert "leave If-Match out" in assert_problem(answer, 412, "stale_version")["detail"]


async def test_a_method_that_is_none_says_which_are(front_desk: FrontDesk) -> None:
    answer = await front_desk.http.delete("/v1/tickets", headers={"Authorization": "Bearer admin-token"})
    assert_problem(answer, 405, "method_not_allowed")
    assert "POST" in answer.headers["allow"] or "GET" in answer.headers["allow"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 201}, "limit"),
        ({"limit": "ten"}, "limit"),
        ({"state": "asleep"}, "state"),
        ({"overdue": "perhaps"}, "overdue"),
        ({"due_before": "2026-03-23T22:30:00"}, "due_before"),
        ({"due_before": "tomorrow"}, "due_before"),
        ({"level": "N 1"}, "level"),
        ({"owner": ""}, "owner"),
        ({"q": "\x00"}, "q"),
        ({"opened_after": "yesterday"}, "opened_after"),
        ({"cursor": "nonsense"}, "cursor"),
        ({"cursor": cursor("2026-03-23T21:00:00")}, "cursor"),
        ({"cursor": cursor("0001-01-01T00:00:00+14:00")}, "cursor"),
        ({"cursor": cursor("9999-12-31T23:59:59-14:00")}, "cursor"),
        ({"limit": [1, 2]}, "limit"),
        ({"colour": "red"}, "colour"),
        ({"q": "a\x00"}, "q"),
    ],
)
async def test_a_wrong_parameter_of_a_list_is_named(front_desk: FrontDesk, query: Any, field: str) -> None:
    answer = await front_desk.get("/v1/tickets", **query)
    assert_problem(answer, 422, "invalid")
    assert wrong_fields(answer) == [field]
