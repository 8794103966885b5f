"""Derived ids: replays made by any version of the code must find the same ones."""

from __future__ import annotations

import uuid

from hypothesis import given
from hypothesis import strategies as some

from vigie.contracts.ids import NAMESPACE, derived_id, request_key, uuid5


@given(some.uuids(), some.text(some.characters(codec="utf-8")))
def test_a_derived_id_is_a_version_5_uuid_as_everybody_makes_them(namespace: uuid.UUID, name: str) -> None:
    assert uuid5(namespace, name) == uuid.uuid5(namespace, name)


def test_the_id_of_an_event_never_changes() -> None:
    assert str(derived_id(NAMESPACE, "promises-1", 0)) == "f407b36d-67b1-58d8-998b-e6f3fd999aad"


def test_a_request_keeps_its_key() -> None:
    assert str(request_key("/portal", "42")) == "65e3172a-0146-5a40-ac29-735fd5c0e9fa"
