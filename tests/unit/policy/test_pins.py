"""A pinned policy decides as on the day it was pinned, whatever has been learned since."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from support.policy_files import one_promise
from vigie.policy import PolicyPin, compile_policy, from_pin, pin, tz_release

LABOUR_DAY_2026 = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)  # a Friday, 10:00 in Paris


@pytest.fixture(scope="module")
def kept() -> PolicyPin:
    return pin(compile_policy(one_promise()))


def test_a_pin_holds_the_very_bytes_and_their_hash(kept: PolicyPin) -> None:
    assert kept.source == one_promise()
    assert kept.hash == sha256(one_promise()).hexdigest()


def test_a_pin_holds_the_holidays_of_each_calendar_as_json(kept: PolicyPin) -> None:
    assert "2026-05-01" in json.loads(json.dumps(kept.holidays))["open"]


def test_the_policy_comes_back_from_its_pin(kept: PolicyPin) -> None:
    policy = from_pin(kept)
    assert (policy.id, policy.version, policy.hash) == ("desk", 1, kept.hash)
    assert not policy.calendars["open"].is_open(LABOUR_DAY_2026)


def test_the_pinned_holidays_decide_and_not_what_is_known_today(kept: PolicyPin) -> None:
    without_labour_day = [day for day in kept.holidays["open"] if day != "2026-05-01"]
    policy = from_pin(replace(kept, holidays={"open": without_labour_day}))
    assert policy.calendars["open"].is_open(LABOUR_DAY_2026)


def test_a_pin_that_lacks_a_calendar_is_no_use() -> None:
    with pytest.raises(KeyError, match="open"):
        compile_policy(one_promise(), holidays={})


def test_one_changed_byte_is_another_policy() -> None:
    assert compile_policy(one_promise(more="# a remark\n")).hash != compile_policy(one_promise()).hash


def test_the_time_zone_release_is_known() -> None:
    assert len(tz_release()) >= 5  # 2026a, or « unknown »
