"""What people may write in a policy, beyond what Serveurcom needs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from support.policy_files import one_promise
from vigie.contracts.terms import ContractTerms
from vigie.policy import HoursTarget, Policy, Rung, compile_policy
from vigie.policy.durations import DayCount, Share, day_count, duration, share_or_duration


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("30m", timedelta(minutes=30)),
        ("4h", timedelta(hours=4)),
        ("1h30m", timedelta(minutes=90)),
        ("90s", timedelta(seconds=90)),
        ("48h", timedelta(hours=48)),
        ("1h0m5s", timedelta(seconds=3605)),
    ],
)
def test_a_duration_is_hours_minutes_and_seconds(written: str, meant: timedelta) -> None:
    assert duration(written) == meant


@pytest.mark.parametrize("written", ["", "h", "4", "4 h", "30m1h", "1d", "-4h", "1.5h", "½h", "٤h", 30, None, True])
def test_anything_else_is_no_duration(written: object) -> None:
    with pytest.raises(ValueError, match="is not a duration"):
        duration(written)


def test_working_days_are_counted_not_measured() -> None:
    assert day_count("3 jours_ouvres") == DayCount(3, "jours_ouvres")
    assert day_count("15 jours_ouvrables") == DayCount(15, "jours_ouvrables")
    assert day_count("0 jours_ouvres") is None


def test_a_share_is_of_each_budget() -> None:
    share = share_or_duration("25%")
    assert isinstance(share, Share)
    assert share.of(1801) == 450


def warn_before(written: str) -> int:
    policy = compile_policy(one_promise(more=f"warnings: {{before: {written}}}\n"))
    return hours_of(policy).warn_before


def hours_of(policy: Policy) -> HoursTarget:
    target = policy.commitment("take_charge").targets["any"]
    assert isinstance(target, HoursTarget)
    return target


@pytest.mark.parametrize(("written", "seconds"), [("10%", 720), ("30m", 1800), ("2h", 0), ("3h", 0)])
def test_a_warning_comes_while_less_than_the_budget_is_left(written: str, seconds: int) -> None:
    assert warn_before(written) == seconds


def test_a_desk_that_says_nothing_of_warnings_gives_none() -> None:
    assert hours_of(compile_policy(one_promise())).warn_before == 0


def test_any_stands_for_every_priority() -> None:
    target = compile_policy(one_promise()).commitment("take_charge").target("high", "technical", ContractTerms())
    assert isinstance(target, HoursTarget)
    assert target.within == 7200


def test_a_promise_may_be_for_some_contracts_only() -> None:
    sold = "  resolution: {from: TicketOpened, until: TicketResolved, applies_to: {contract: {sla: true}}, "
    policy = compile_policy(one_promise(more=sold + "targets: {any: {within: 8h, calendar: open}}}\n"))
    resolution = policy.commitment("resolution")
    assert resolution.target("low", "technical", ContractTerms()) is None
    assert resolution.target("low", "technical", ContractTerms(sla=True)) is not None


def test_levels_are_those_of_the_ladders_in_their_order_when_none_are_listed() -> None:
    policy = compile_policy(one_promise(more="escalation: {on_miss: {high: {Chef: 1h, Direction: 2h}}}\n"))
    assert policy.levels == ("Chef", "Direction")


def test_levels_may_be_called_at_one_instant_and_at_the_miss_itself() -> None:
    policy = compile_policy(one_promise(more="escalation: {on_miss: {high: {N1: 0m, N2: 0m}}}\n"))
    assert policy.ladders["high"] == (Rung("N1", timedelta(0)), Rung("N2", timedelta(0)))


def test_a_ladder_without_kinds_is_for_all() -> None:
    policy = compile_policy(one_promise(more="escalation: {on_miss: {high: {N1: 15m}}}\n"))
    assert len(policy.ladder("high", "technical", ContractTerms())) == 1


def test_a_desk_without_a_title_is_called_by_its_id() -> None:
    assert compile_policy(one_promise()).title == "desk"


def test_parts_that_no_rule_stands_in_may_be_there_empty() -> None:
    empty = "admission: []\nclosure: {}\nprice_accepted_before: []\nescalation: {on_unresolved: []}\n"
    assert compile_policy(one_promise(more=empty)).ladders == {}


def test_a_desk_without_mails_has_none() -> None:
    policy = compile_policy(one_promise())
    assert (policy.mail_rules, policy.mail_from) == ((), "")
