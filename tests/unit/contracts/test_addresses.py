"""Mail addresses: the quick way says what email-validator says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from pydantic.networks import validate_email

from vigie.contracts.addresses import MailAddress, address

ADDRESSES: TypeAdapter[str] = TypeAdapter(MailAddress)


def judged(text: str) -> str | None:
    """What email-validator makes of ``text``; None: no address."""
    try:
        return validate_email(text)[1]
    except ValueError:
        return None


def quick(text: str) -> str | None:
    try:
        return address(text)
    except ValueError:
        return None


# Everything that decides anything, close together: hyphens and dots at the edges, two of them, digits, capitals, names
# that are reserved, lengths at their limits.
PIECES = st.sampled_from(
    [
        "a",
        "Z",
        "7",
        "-",
        "--",
        ".",
        "..",
        "_",
        "+",
        "'",
        "@",
        "xn--",
        "é",
        "com",
        "example",
        "test",
        "local",
        "onion",
        " ",
        *("a" * length for length in (61, 62, 63, 64, 190)),
    ]
)


@given(st.lists(PIECES, min_size=1, max_size=6), st.lists(PIECES, min_size=1, max_size=8))
def test_the_quick_way_and_the_library_agree(local: list[str], domain: list[str]) -> None:
    text = f"{''.join(local)}@{''.join(domain)}"
    assert quick(text) == judged(text)


@given(st.from_regex(r"[A-Za-z0-9._+-]{1,66}@[A-Za-z0-9.-]{1,70}\.[a-z]{1,10}", fullmatch=True))
def test_the_quick_way_and_the_library_agree_about_what_looks_like_an_address(text: str) -> None:
    assert quick(text) == judged(text)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("jeanne.martin+desk@acme.example", "jeanne.martin+desk@acme.example"),
        ("Jeanne@Acme.EXAMPLE", "Jeanne@acme.example"),
        ("o'neill@acme.example", "o'neill@acme.example"),
        ("jeanne@bücher.example", "jeanne@bücher.example"),
    ],
)
def test_an_address_is_kept_with_its_domain_in_lower_case(written: str, kept: str) -> None:
    assert ADDRESSES.validate_python(written) == kept


@pytest.mark.parametrize(
    "wrong", ["jeanne", "jeanne@acme", "jeanne@acme.test", "jeanne@-acme.com", "je..anne@acme.com"]
)
def test_what_is_no_address_is_refused(wrong: str) -> None:
    with pytest.raises(ValidationError, match="not a valid email address"):
        ADDRESSES.validate_python(wrong)
