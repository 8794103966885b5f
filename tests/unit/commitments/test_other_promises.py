"""Promises in whole days, of a visit, and of a call after a voicemail."""

from __future__ import annotations

from datetime import datetime

from support.atelier import ATELIER
from support.promises import next_sequence, paris
from vigie.commitments import (
    Approaching,
    ArrivedOnSite,
    Closed,
    ContactAttempted,
    Fact,
    Met,
    Missed,
    Moment,
    OnSitePlanned,
    Opened,
    PriorityChanged,
    Retargeted,
    Started,
    TakenInCharge,
    standings,
    timeline,
)
from vigie.contracts.terms import ContractTerms
from vigie.contracts.tickets import ContactOutcome

DAY = 24 * 3600


def opened(at: str = "2026-03-23 10:00", priority: str = "normal", contract: ContractTerms | None = None) -> Opened:
    return Opened(paris(at), 1, priority, "repair", contract or ContractTerms(), "atelier", 1)


def attempt(at: str, outcome: ContactOutcome = "voicemail") -> ContactAttempted:
    return ContactAttempted(paris(at), next_sequence(), outcome)


def planned(at: str) -> OnSitePlanned:
    return OnSitePlanned(paris(at), next_sequence())


def of(clock: str, *facts: Fact) -> list[Moment]:
    return [
        moment for moment in timeline(facts, ATELIER) if moment.clock == clock and not isinstance(moment, Approaching)
    ]


def dues(clock: str, *facts: Fact) -> list[datetime]:
    return [moment.due for moment in of(clock, *facts) if isinstance(moment, Started)]


# Whole days


def test_fifteen_working_days_leave_out_the_first_day_sundays_and_holidays() -> None:
    # opened on Monday 23 March; 24–28 (5), 30 March–4 April (11), Easter Monday 6 is none, 7, 8, 9, 10 (15)
    assert dues("take_charge", opened()) == [paris("2026-04-11 00:00")]


def test_the_hour_of_the_first_day_does_not_matter() -> None:
    late, early = opened("2026-03-23 23:59"), opened("2026-03-23 00:00")
    assert dues("take_charge", late) == dues("take_charge", early) == [paris("2026-04-11 00:00")]


def test_done_at_the_end_of_the_last_day_is_in_time() -> None:
    taken = TakenInCharge(paris("2026-04-11 00:00"), 2)
    assert of("take_charge", opened(), taken)[1:] == [
        Met("take_charge", taken.at, paris("2026-04-11 00:00"), late=False)
    ]


def test_a_second_later_is_a_miss() -> None:
    assert Missed("take_charge", paris("2026-04-11 00:00"), "normal") in of(
        "take_charge", opened(), TakenInCharge(paris("2026-04-11 00:01"), 2)
    )


def test_the_budget_is_the_time_until_the_last_day_ends() -> None:
    start = of("take_charge", opened())[0]
    assert isinstance(start, Started)
    # 18 days and 14 hours by the clock, one hour less for summer time
    assert (start.budget_seconds, start.calendar) == (18 * DAY + 13 * 3600, "jours_ouvrables")


def test_the_warning_is_a_share_of_that_time() -> None:
    (warning,) = [one for one in timeline([opened()], ATELIER) if isinstance(one, Approaching)]
    # a quarter of 445 hours is left: 111 h 15 min before the end
    assert warning.at == paris("2026-04-06 08:45")


def test_another_priority_counts_the_days_anew() -> None:
    changed = PriorityChanged(paris("2026-03-24 10:00"), 2, "urgent")
    assert of("take_charge", opened(), changed)[1] == Retargeted(
        "take_charge", changed.at, paris("2026-04-12 00:00"), "urgent"
    )


def test_how_much_of_the_days_is_used_up_can_be_told() -> None:
    (standing,) = standings([opened()], ATELIER, paris("2026-03-24 10:00"))
    assert (standing.elapsed_seconds, standing.budget_seconds) == (DAY, 18 * DAY + 13 * 3600)


# A call after a voicemail outside the customer's hours


def test_a_voicemail_in_the_evening_promises_a_call_on_the_next_open_day() -> None:
    assert dues("call_back", opened(), attempt("2026-03-27 18:00")) == [paris("2026-03-31 00:00")]


def test_a_voicemail_in_the_customers_hours_promises_nothing() -> None:
    assert of("call_back", opened(), attempt("2026-03-27 15:59")) == []


def test_at_closing_time_the_customer_is_no_longer_at_work() -> None:
    assert len(dues("call_back", opened(), attempt("2026-03-27 16:00"))) == 1


def test_the_customers_own_hours_go_before_the_desks() -> None:
    night_shift = ContractTerms(customer_hours={"fri": ("16:00-24:00",)})
    shop = opened(contract=night_shift)
    assert dues("call_back", shop, attempt("2026-03-27 18:00")) == []
    assert dues("call_back", shop, attempt("2026-03-27 15:00")) == [paris("2026-03-31 00:00")]


def test_a_customer_who_is_always_there_is_promised_nothing() -> None:
    assert dues("call_back", opened(contract=ContractTerms(customer_hours="always")), attempt("2026-03-27 18:00")) == []


def test_on_a_public_holiday_the_customer_is_not_at_work() -> None:
    assert dues("call_back", opened(), attempt("2026-04-06 10:00")) == [paris("2026-04-08 00:00")]


def test_unless_they_are_always_there() -> None:
    assert dues("call_back", opened(contract=ContractTerms(customer_hours="always")), attempt("2026-04-06 10:00")) == []


def test_only_voicemails_promise() -> None:
    assert of("call_back", opened(), attempt("2026-03-27 18:00", "no_answer")) == []


def test_the_next_attempt_keeps_the_promise_whatever_comes_of_it() -> None:
    moments = of("call_back", opened(), attempt("2026-03-27 18:00"), attempt("2026-03-30 10:00", "no_answer"))
    assert [type(moment) for moment in moments] == [Started, Met]


def test_a_second_voicemail_keeps_one_promise_and_makes_another() -> None:
    moments = of("call_back", opened(), attempt("2026-03-27 18:00"), attempt("2026-03-30 19:00"))
    assert [type(moment) for moment in moments] == [Started, Met, Started, Missed]
    assert dues("call_back", opened(), attempt("2026-03-27 18:00"), attempt("2026-03-30 19:00"))[1] == paris(
        "2026-04-01 00:00"
    )


# A visit


def test_sixteen_hours_run_on_the_desks_hours_from_the_planning() -> None:
    assert dues("on_site", opened(), planned("2026-03-26 09:00")) == [paris("2026-03-30 10:00")]


def test_arriving_at_the_limit_is_in_time() -> None:
    facts = opened(), planned("2026-03-26 09:00"), ArrivedOnSite(paris("2026-03-30 10:00"), next_sequence())
    assert [type(moment) for moment in of("on_site", *facts)] == [Started, Met]


def test_planning_again_while_somebody_is_awaited_changes_no_deadline() -> None:
    facts = opened(), planned("2026-03-26 09:00"), planned("2026-03-27 09:00")
    assert dues("on_site", *facts) == [paris("2026-03-30 10:00")]


def test_a_second_visit_is_a_promise_of_its_own() -> None:
    arrived = ArrivedOnSite(paris("2026-03-26 15:00"), next_sequence())
    facts = opened(), planned("2026-03-26 09:00"), arrived, planned("2026-03-30 09:00")
    assert dues("on_site", *facts) == [paris("2026-03-30 10:00"), paris("2026-03-31 17:00")]


def test_who_has_no_contract_is_promised_no_visit() -> None:
    assert of("on_site", opened(contract=ContractTerms(maintained=False)), planned("2026-03-26 09:00")) == []


def test_closing_cancels_what_runs() -> None:
    closed = Closed(paris("2026-03-27 09:00"), next_sequence())
    moments = of("on_site", opened(), planned("2026-03-26 09:00"), closed)
    assert not [moment for moment in moments if isinstance(moment, Missed)]
