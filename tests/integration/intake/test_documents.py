"""The API's own documentation."""

from __future__ import annotations

import re
from typing import Any

import pytest

from integration.intake.front_desk import FrontDesk


@pytest.fixture
async def document(front_desk: FrontDesk) -> dict[str, Any]:
    found: dict[str, Any] = (await front_desk.http.get("/openapi.json")).json()
    return found


async def test_the_page_needs_nothing_from_the_internet(front_desk: FrontDesk) -> None:
    page = await front_desk.http.get("/docs")
    assert page.status_code == 200
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert addresses
    for address in addresses:
        assert address.startswith("/")
        assert (await front_desk.http.get(address)).status_code == 200


async def test_every_route_says_what_may_go_wrong_as_a_problem(document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            errors = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
            assert "401" in errors, (method, path)
            for answer in errors.values():
                assert list(answer["content"]) == ["application/problem+json"], (method, path)


async def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    references = re.findall(r"#/components/schemas/(\w+)", str(document))
    assert set(references) <= set(schemas)
    assert "#/$defs" not in str(document)


async def test_every_command_has_an_example_and_asks_for_a_token(document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert operation["security"], path
        if "post" in methods:
            assert all(body["examples"] for body in methods["post"]["requestBody"]["content"].values()), path


async def test_time_is_not_for_the_caller_to_say(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        if name.endswith("Body"):
            assert "at" not in schema["properties"], name
