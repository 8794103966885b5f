"""Headers come back as they were, whatever they were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.io.codec import pack_headers, unpack_headers


def test_the_layout_is_lengths_and_bytes() -> None:
    packed = pack_headers((("é", b"ab"), ("n", None)))
    assert packed == b"\0\0\0\x02\xc3\xa9\0\0\0\x02ab\0\0\0\x01n\xff\xff\xff\xff"


def test_no_headers_are_no_bytes() -> None:
    assert (pack_headers(()), unpack_headers(b"")) == (b"", ())


@given(st.lists(st.tuples(st.text(), st.none() | st.binary())))
def test_nulls_bytes_repeats_and_order_are_kept(headers: list[tuple[str, bytes | None]]) -> None:
    assert unpack_headers(pack_headers(headers)) == tuple(headers)


def test_headers_cut_short_are_refused() -> None:
    with pytest.raises(ValueError, match="end in the middle"):
        unpack_headers(pack_headers((("name", b"value"),))[:-1])
