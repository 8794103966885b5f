"""What reports look like: shares rounded down, cells that no spreadsheet reckons, words in every language."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import get_args

import pytest
from rich.console import Console, RenderableType

from support.told import MARCH, POLICIES, did, ticket
from vigie.contracts.requests import Language
from vigie.contracts.tickets import TicketTakenInCharge, WorkLogged
from vigie_intake.adapters.figures.numbers import in_minutes, percent, seconds
from vigie_intake.adapters.figures.sheet import bills_sheet, report_sheet
from vigie_intake.adapters.figures.spreadsheet import bills_csv, unresolved_csv
from vigie_intake.adapters.figures.words import WORDS
from vigie_intake.core.figures import Report, Story, report
from vigie_intake.core.figures.billing import bills
from vigie_intake.core.figures.counts import work
from vigie_intake.core.figures.unresolved import unresolved

POLICY = POLICIES.version("serveurcom", 1)


def printed(made: Report, language: Language = "fr", width: int = 100) -> list[str]:
    return lines(report_sheet(made, language), width)


def lines(sheet: RenderableType, width: int = 100) -> list[str]:
    console = Console(file=io.StringIO(), width=width, markup=False, emoji=False, highlight=False)
    console.print(sheet)
    assert isinstance(console.file, io.StringIO)
    return [line.strip() for line in console.file.getvalue().splitlines()]


def of(*told: Story) -> Report:
    return report(POLICY, told, [], MARCH)


def test_what_falls_short_of_a_promise_by_little_does_not_look_kept() -> None:
    assert percent(Fraction(99_599_999, 100_000_000), 3) == Decimal("99.599")


def test_what_is_whole_is_whole() -> None:
    assert percent(Fraction(1), 3) == Decimal("100.000")


def test_a_third_has_as_many_decimals_as_are_asked_for() -> None:
    assert percent(Fraction(1, 3), 1) == Decimal("33.3")


def test_of_nothing_there_is_no_share() -> None:
    assert percent(None, 3) is None


def test_twenty_minutes_and_a_half_are_20_5() -> None:
    assert in_minutes(timedelta(minutes=20, seconds=30)) == Decimal("20.5")
    assert seconds(timedelta(minutes=20, seconds=30)) == 1230


@pytest.mark.parametrize("formula", ["=1+1", "+33612345678", "-1", "@SUM(A1)"])
def test_what_a_customer_wrote_is_never_reckoned(formula: str) -> None:
    listed = unresolved([ticket("T-1", "2026-03-23 09:00")], MARCH.now)
    row = list(csv.reader(io.StringIO(unresolved_csv(MARCH, listed, {"T-1": formula})), delimiter=";"))[1]
    assert row[:2] == ["T-1", f"'{formula}"]


def test_a_semicolon_in_a_subject_makes_no_new_cell() -> None:
    listed = unresolved([ticket("T-1", "2026-03-23 09:00")], MARCH.now)
    row = list(csv.reader(io.StringIO(unresolved_csv(MARCH, listed, {"T-1": 'Panne; "urgent"'})), delimiter=";"))[1]
    assert row[1:3] == ['Panne; "urgent"', "acme"]


def test_factors_and_money_have_a_decimal_comma() -> None:
    logged = did(
        WorkLogged,
        "2026-03-02 10:00",
        mode="phone",
        remote_tool=True,
        real_minutes=10,
        billed_minutes=10,
        factors=["short"],
        factor=1.25,
        travel="7.50",
        computation=[{"rule": "real", "value": 10, "gives": 10}, {"rule": "short", "value": 1.25, "gives": 12.5}],
    )
    made = bills([ticket("T-1", "2026-03-02 09:00", logged)], MARCH)
    row = list(csv.reader(io.StringIO(bills_csv(MARCH, made)), delimiter=";"))[1]
    assert row[-4:] == ["short=1,25", "1,25", "12,5", "7,50"]


def test_a_bill_shows_which_phases_of_each_request_were_logged_and_which_were_not() -> None:
    logged = did(
        WorkLogged,
        "2026-03-02 10:00",
        mode="phone",
        remote_tool=True,
        phase="lecture",
        real_minutes=10,
        billed_minutes=15,
        factor=1,
        computation=[],
    )
    made = bills([ticket("T-1", "2026-03-02 09:00", logged, desk="civ", priority="normal")], MARCH)
    said = " ".join(lines(bills_sheet(POLICIES.version("civ", 1), MARCH, made, "fr"), 140))
    assert "Étapes saisies" in said
    assert "lecture" in said.partition("Étapes non saisies")[2]
    assert "preparation, mise-en-place, verification, archivage" in said


def test_where_there_is_but_one_priority_nothing_is_said_twice() -> None:
    rows = printed(of(ticket("T-1", "2026-03-23 09:00", did(TicketTakenInCharge, "2026-03-23 09:10"))))
    assert [row.split()[0] for row in rows if "10 min" in row] == ["Élevé"]


def test_with_two_priorities_there_is_a_line_for_both_together() -> None:
    taken = did(TicketTakenInCharge, "2026-03-23 09:10")
    rows = printed(of(*(ticket(f"T-{one}", "2026-03-23 09:00", taken, priority=one) for one in ("medium", "high"))))
    assert [row.split()[0] for row in rows if "10 min" in row] == ["toutes", "Élevé", "Moyen"]


def test_hours_of_the_commitment_are_told_where_they_differ() -> None:
    """Low runs on the desk's hours: Monday 17:00–18:00 and Tuesday 08:30–09:00."""
    taken = did(TicketTakenInCharge, "2026-03-24 09:00")
    rows = printed(of(ticket("T-1", "2026-03-23 17:00", taken, priority="low")))
    assert next(row for row in rows if row.startswith("Faible, en heures de l’engagement")).endswith(
        "1 h 30 min   1 h 30 min         1 h 30 min"
    )


def test_nobody_reads_the_seconds_of_hours() -> None:
    """7 h 4 min 39 s, and twenty seconds short of the hour."""
    long = ticket("T-1", "2026-03-23 09:00", did(TicketTakenInCharge, "2026-03-23 16:04:39"))
    short = ticket("T-2", "2026-03-23 09:00", did(TicketTakenInCharge, "2026-03-23 09:59:40"), priority="low")
    rows = printed(of(long, short))
    assert any(row.startswith("Élevé") and "7 h 5 min" in row for row in rows)
    assert any(row.startswith("Faible ") and "59 min 40 s" in row for row in rows)


def test_a_month_in_which_nothing_happened_fits_on_a_few_lines() -> None:
    lines = printed(of())
    assert "Engagements" not in lines
    assert "Appels" not in lines
    assert "Non résolues : 0 au début, 0 à la fin." in lines


@pytest.mark.parametrize("language", get_args(Language))
def test_everything_that_is_counted_has_a_word(language: Language) -> None:
    assert WORDS[language].counts.keys() == {one.name for one in work([], MARCH)}


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("width", [80, 120])
def test_a_report_fits_the_page(language: Language, width: int) -> None:
    told = [ticket(f"T-{one}", "2026-03-23 09:00", priority=one) for one in ("low", "medium", "high")]
    assert max(map(len, printed(of(*told), language, width))) <= width
