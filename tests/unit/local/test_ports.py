"""Ports are free ones, the same as last time where possible, and a fixed one that is taken is an error."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from vigie_local import ports
from vigie_local.errors import StackError


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def all_free(_port: int) -> bool:
    return True


def test_the_port_of_last_time_is_taken_again() -> None:
    assert ports.choose("api", fixed=None, last=25_001, taken=set(), free=all_free) == 25_001


def test_another_port_is_chosen_when_the_one_of_last_time_is_taken() -> None:
    port = ports.choose("api", fixed=None, last=25_001, taken=set(), free=lambda port: port != 25_001)
    assert port != 25_001
    assert port in ports.RANGE


def test_two_servers_never_get_the_same_port() -> None:
    assert ports.choose("api", fixed=None, last=25_001, taken={25_001}, free=all_free) != 25_001


def test_a_fixed_port_goes_before_the_one_of_last_time() -> None:
    assert ports.choose("api", fixed=8080, last=25_001, taken=set(), free=all_free) == 8080


def test_a_fixed_port_that_is_taken_is_told_with_the_variable_that_fixed_it(taken: int) -> None:
    with pytest.raises(StackError, match=f"^Port {taken}, set by VIGIE_PORT_API, is taken by another program.$"):
        ports.choose("api", fixed=taken, last=None, taken=set())


def test_a_port_on_which_somebody_listens_is_not_free(taken: int) -> None:
    assert not ports.is_free(taken)


def test_chosen_ports_are_kept_for_the_next_start(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    assert ports.settle(("api", "kafka"), file, {}) == ports.settle(("api", "kafka"), file, {})


def test_a_port_fixed_by_the_environment_is_not_given_to_another_server(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    file.write_text('{"api": 25001}')
    settled = ports.settle(("api", "kafka"), file, {"VIGIE_PORT_KAFKA": "25001"})
    assert settled["kafka"] == 25_001
    assert settled["api"] != 25_001


def test_a_fixed_port_that_is_no_port_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"^VIGIE_PORT_API is 'eighty', which is not a port.$"):
        ports.settle(("api",), tmp_path / "ports.json", {"VIGIE_PORT_API": "eighty"})
