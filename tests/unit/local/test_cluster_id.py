"""The id of the embedded Kafka's cluster."""

from __future__ import annotations

from base64 import urlsafe_b64decode

from vigie_local.kafka import cluster_id


def test_it_is_sixteen_bytes_and_never_looks_like_an_option() -> None:
    ids = [cluster_id() for _ in range(1_000)]
    assert not [one for one in ids if one.startswith("-")]
    assert {len(urlsafe_b64decode(one + "==")) for one in ids} == {16}
    assert len(set(ids)) == 1_000
