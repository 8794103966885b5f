"""Servers of one's own that are not there."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator

import pytest

from vigie_local.errors import StackError
from vigie_local.reach import check_own_servers


@pytest.fixture
def closed() -> Iterator[int]:
    """A port of this machine at which nobody answers."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture
def answering() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize(
    ("setting", "names"),
    [
        ("DATABASE_URL", "postgresql://vigie:se@cret@127.0.0.1:{}/vigie"),
        ("VIGIE_KAFKA", "127.0.0.1:{0},127.0.0.1:{0}"),
        ("VIGIE_SMTP", "127.0.0.1:{}"),
    ],
)
def test_a_server_that_does_not_answer_is_named_by_its_setting(closed: int, setting: str, names: str) -> None:
    with pytest.raises(StackError, match=re.escape(f"127.0.0.1:{closed} (Connection refused)")) as told:
        check_own_servers({setting: names.format(closed)})
    assert str(told.value).startswith(setting)
    assert "cret" not in str(told.value)


def test_one_broker_that_answers_is_enough(closed: int, answering: int) -> None:
    check_own_servers({"VIGIE_KAFKA": f"127.0.0.1:{closed},127.0.0.1:{answering}"})


def test_a_database_behind_a_file_is_left_to_the_services() -> None:
    check_own_servers({"DATABASE_URL": "postgresql:///vigie?host=/run/postgresql"})
