"""Kafka's jars are locked: each with its hash, none twice, and nothing but the locked bytes is ever run."""

from __future__ import annotations

from pathlib import Path

import pytest

from vigie_local import jars
from vigie_local.errors import StackError


def test_every_jar_of_the_list_has_a_sha256() -> None:
    assert {len(bytes.fromhex(jar.sha256)) for jar in jars.listed()} == {32}


def test_no_jar_is_listed_twice() -> None:
    names = [(jar.group, jar.artifact) for jar in jars.listed()]
    assert sorted(set(names)) == sorted(names)


def test_the_broker_is_kafka_4_2_0() -> None:
    assert ("kafka_2.13", "4.2.0") in {(jar.artifact, jar.version) for jar in jars.listed()}


def test_the_cache_is_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_CACHE", str(tmp_path))
    assert jars.cache_folder() == tmp_path


def test_a_jar_with_other_bytes_is_refused(tmp_path: Path) -> None:
    locked = jars.Jar("org.slf4j", "slf4j-simple", "1.7.36", "00" * 32, 3)
    came = tmp_path / "came.jar"
    came.write_bytes(b"other")
    with pytest.raises(StackError, match="is not the locked one"):
        jars.keep(came, locked, tmp_path)
    assert not locked.in_(tmp_path).exists()


def test_a_jar_with_the_locked_bytes_is_kept(tmp_path: Path) -> None:
    sha256_of_abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    locked = jars.Jar("org.slf4j", "slf4j-simple", "1.7.36", sha256_of_abc, 3)
    came = tmp_path / "came.jar"
    came.write_bytes(b"abc")
    jars.keep(came, locked, tmp_path)
    assert locked.in_(tmp_path).read_bytes() == b"abc"
