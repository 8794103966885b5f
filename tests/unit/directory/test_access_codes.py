"""Codes are compared, never kept."""

from __future__ import annotations

from vigie_intake.core.directory.access_codes import fingerprint, is_wrong

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
KEPT = fingerprint(KEY, "acme", "C-1", "4711")


def test_the_code_of_the_contract_is_not_wrong() -> None:
    assert not is_wrong(KEY, "acme", "C-1", "4711", KEPT)


def test_another_code_is_wrong() -> None:
    assert is_wrong(KEY, "acme", "C-1", "4712", KEPT)


def test_no_code_is_not_a_wrong_code() -> None:
    assert not is_wrong(KEY, "acme", "C-1", None, KEPT)


def test_a_contract_without_a_code_takes_any() -> None:
    assert not is_wrong(KEY, "acme", "C-1", "4711", None)


def test_equal_codes_of_two_contracts_do_not_look_equal() -> None:
    assert fingerprint(KEY, "acme", "C-2", "4711") != KEPT != fingerprint(KEY, "zeta", "C-1", "4711")


def test_without_the_key_nobody_can_try_codes() -> None:
    assert fingerprint(OTHER_KEY, "acme", "C-1", "4711") != KEPT
