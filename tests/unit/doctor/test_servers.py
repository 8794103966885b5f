"""What the servers' own settings and the topics mean for a promise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vigie.contracts.topics import ALL
from vigie.io.doctor.broker import Group, judge_group, judge_retention, judge_topics
from vigie.io.doctor.database import judge_server
from vigie.io.doctor.disk import check_attachments, judge_space
from vigie.io.doctor.findings import Finding

DAY = 86_400_000
SOUND: dict[str, Any] = {
    "version": 180006,
    "version_text": "18.6",
    "fsync": True,
    "full_page_writes": True,
    "synchronous_commit": "on",
    "allowed": 100,
    "locks": 64,
    "in_recovery": False,
    "connected": 40,
    "now": 1000.0,
}


def wrong(findings: list[Finding]) -> list[tuple[str, str, str]]:
    return [one[:3] for one in findings if one.verdict != "ok"]


def test_a_sound_server_is_well() -> None:
    assert wrong(judge_server(SOUND, now=1000.0)) == []


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"version": 140011, "version_text": "14.11"}, ("PostgreSQL", "fail", "answers, version 14.11")),
        ({"version": 190000, "version_text": "19.0"}, ("PostgreSQL", "warn", "answers, version 19.0")),
        (
            {"in_recovery": True},
            ("PostgreSQL", "fail", "answers, version 18.6, but takes no writes: it is a standby"),
        ),
        (
            {"fsync": False},
            ("durability", "fail", "fsync off: a power cut loses what was answered with 201"),
        ),
        (
            {"synchronous_commit": "off"},
            ("durability", "fail", "synchronous_commit is off: a crash loses what was answered with 201"),
        ),
        ({"now": 998.5}, ("clocks", "warn", "the database's clock is 1.5 s behind this machine's")),
        ({"now": 1090.0}, ("clocks", "fail", "the database's clock is 90.0 s ahead of this machine's")),
        ({"connected": 81}, ("connections", "warn", "81 of 100 in use")),
        ({"locks": 10}, ("connections", "warn", "max_locks_per_transaction is 10")),
    ],
)
def test_a_server_that_is_not_sound_is_found(changed: dict[str, Any], found: tuple[str, str, str]) -> None:
    assert wrong(judge_server(SOUND | changed, now=1000.0)) == [found]


def test_a_topic_that_is_missing_fails() -> None:
    found = judge_topics(dict.fromkeys(ALL[1:], 12))
    assert (found.verdict, found.seen) == ("fail", "1 of 11 missing: vigie.requests.v1")


def test_a_topic_that_a_broker_made_by_itself_fails() -> None:
    found = judge_topics(dict.fromkeys(ALL, 12) | {"vigie.sla.v1": 1})
    assert (found.verdict, found.seen) == ("fail", "vigie.sla.v1 has 1 partitions instead of 12")


@pytest.mark.parametrize(
    ("milliseconds", "verdict"), [(30 * DAY, "ok"), (7 * DAY, "fail"), (31 * DAY, "warn"), (-1, "warn")]
)
def test_topics_keep_thirty_days(milliseconds: int, verdict: str) -> None:
    assert judge_retention({"vigie.sla.v1": milliseconds}).verdict == verdict


@pytest.mark.parametrize(
    ("group", "verdict", "seen"),
    [
        (Group("intake-view", 1, 0), "ok", "1 member, 0 records before them"),
        (Group("intake", 0, 1), "fail", "nobody reads, 1 record waiting"),
        (Group("intake-view", 0, 2), "warn", "nobody reads, 2 records waiting"),
        (Group("intake-view", 2, 10_000), "warn", "2 members, 10000 records before them"),
    ],
)
def test_a_group_has_somebody_who_reads(group: Group, verdict: str, seen: str) -> None:
    assert judge_group(group)[1:3] == (verdict, seen)


def test_attachments_can_be_kept_where_a_file_can_be_written(tmp_path: Path) -> None:
    assert check_attachments((tmp_path / "made" / "later").as_uri()).verdict == "ok"


def test_attachments_cannot_be_kept_where_there_is_no_folder() -> None:
    assert check_attachments("file:///proc/1/attachments").verdict == "fail"


@pytest.mark.parametrize(("free", "verdict"), [(2 * 10**9, "ok"), (10**9, "warn"), (10**8, "fail")])
def test_a_disk_that_fills_is_seen_before_it_is_full(free: int, verdict: str) -> None:
    assert judge_space(Path("/"), free).verdict == verdict
