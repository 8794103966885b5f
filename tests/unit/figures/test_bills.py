"""What CIV's accounts are told of a month, by hand."""

from __future__ import annotations

from decimal import Decimal
from zoneinfo import ZoneInfo

from support.told import Did, did, local, period, ticket
from vigie.contracts.tickets import WorkLogged
from vigie_intake.core.figures import Story
from vigie_intake.core.figures.billing import bills

BRUSSELS = ZoneInfo("Europe/Brussels")
MARCH = period("2026-03-01", "2026-03-31", BRUSSELS)


def work(
    at: str, real: int, billed: int, factor: float = 1, travel: str | None = None, phase: str | None = None
) -> Did:
    steps = [{"rule": "real", "value": real, "gives": real}, {"rule": "minimum", "value": 15, "gives": billed}]
    if factor != 1:
        steps.append({"rule": "immediate", "value": factor, "gives": billed * factor})
    return did(
        WorkLogged,
        at,
        mode="phone",
        remote_tool=True,
        phase=phase,
        real_minutes=real,
        billed_minutes=billed,
        factors=["immediate"] if factor != 1 else [],
        factor=factor,
        travel=travel,
        computation=steps,
    )


def civ(number: str, customer: str | None, *works: Did) -> Story:
    return ticket(number, "2026-02-27 09:00", *works, desk="civ", priority="normal", customer=customer)


def test_each_time_has_its_computation() -> None:
    (bill,) = bills([civ("T-1", "acme", work("2026-03-02 10:00", 10, 15, factor=3, travel="42.50"))], MARCH)
    (line,) = bill.works
    assert (line.real_minutes, line.minimum, line.minimum_minutes, line.billed_minutes) == (10, "minimum", 15, 15)
    assert (line.factors, line.factor, line.weighted_minutes) == ((("immediate", 3.0),), 3.0, 45.0)
    assert line.travel == Decimal("42.50")
    assert line.logged_at == local("2026-03-02 10:00", BRUSSELS)


def test_a_customer_has_the_sums_of_all_their_tickets() -> None:
    told = [
        civ("T-1", "acme", work("2026-03-02 10:00", 10, 15, factor=3, travel="42.50")),
        civ("T-2", "acme", work("2026-03-03 10:00", 25, 25, travel="7.50"), work("2026-03-04 10:00", 5, 15)),
    ]
    (bill,) = bills(told, MARCH)
    assert (bill.real_minutes, bill.billed_minutes, bill.weighted_minutes, bill.travel) == (40, 55, 85.0, Decimal("50"))


def test_customers_stand_in_their_order_and_whoever_is_not_named_last() -> None:
    told = [civ("T-1", None, work("2026-03-02 10:00", 10, 15)), civ("T-2", "zed", work("2026-03-02 10:00", 10, 15))]
    told += [civ("T-3", "acme", work("2026-03-02 10:00", 10, 15))]
    assert [bill.customer for bill in bills(told, MARCH)] == ["acme", "zed", None]


def test_a_month_ends_at_midnight_of_the_desk() -> None:
    told = [civ("T-1", "acme", work("2026-03-31 23:59", 20, 20), work("2026-04-01 00:00", 30, 30))]
    (bill,) = bills(told, MARCH)
    assert bill.real_minutes == 20


def test_work_of_a_ticket_from_before_counts_in_its_own_month() -> None:
    (bill,) = bills([civ("T-1", "acme", work("2026-03-02 10:00", 20, 20))], MARCH)
    assert bill.works[0].number == "T-1"


def test_a_request_has_the_phases_that_were_logged_and_those_that_were_not() -> None:
    done = (
        work("2026-02-27 10:00", 5, 15, phase="lecture"),
        work("2026-03-02 10:00", 20, 20, phase="mise-en-place"),
        work("2026-04-01 10:00", 5, 15, phase="archivage"),
    )
    (bill,) = bills([civ("T-1", "acme", *done)], MARCH)
    (request,) = bill.phases
    assert request.number == "T-1"
    assert request.logged == ("lecture", "mise-en-place")
    assert request.missing == ("preparation", "verification", "archivage")


def test_a_desk_without_phases_asks_for_none() -> None:
    elsewhere = ticket("T-1", "2026-03-02 09:00", work("2026-03-02 10:00", 10, 15), customer="acme")
    (bill,) = bills([elsewhere], MARCH)
    assert bill.phases == ()
