"""The murmur2 of Kafka's own clients. The values are those of UtilsTest.testMurmur2 in Apache Kafka."""

from __future__ import annotations

import pytest

from vigie.io.partitioning import murmur2, partition_of


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (b"21", -973932308),
        (b"foobar", -790332482),
        (b"a-little-bit-long-string", -985981536),
        (b"a-little-bit-longer-string", -1486304829),
        (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        (b"abc", 479470107),
    ],
)
def test_a_key_hashes_as_it_does_in_java(key: bytes, expected: int) -> None:
    assert murmur2(key) == expected & 0xFFFFFFFF


def test_a_partition_is_the_positive_hash_over_twelve() -> None:
    assert partition_of(b"abc") == 479470107 % 12
