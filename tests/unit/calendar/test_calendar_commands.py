"""``vigie calendar show`` and ``due``, as a person runs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from support.policy_files import one_promise, write
from vigie.cli.calendar import app

POLICIES = Path(__file__).parents[3] / "policies"
STANDING_CLOCK = "2026-05-13T10:00:00+02:00@2026-11-22T06:00:00Z x0.0000001"


def run(*arguments: str, policies: Path = POLICIES, columns: int = 80, **environment: str) -> Result:
    base = {"VIGIE_POLICIES": str(policies), "COLUMNS": str(columns), "NO_COLOR": "1"}
    return CliRunner().invoke(app, list(arguments), env=base | environment)


def page(result: Result) -> str:
    assert (result.exit_code, result.stderr) == (0, "")
    return "\n".join(line.rstrip() for line in result.stdout.splitlines())


def rows(result: Result) -> list[list[str]]:
    """The rows of all boxed tables, cell by cell."""
    lines = page(result).splitlines()
    return [[cell.strip() for cell in line.split("│")[1:-1]] for line in lines if line.startswith("│")]


def desk(folder: Path, *changes: tuple[str, str], **policy: Any) -> Path:
    """A folder with one desk, its file changed here and there."""
    source = one_promise(**policy).decode()
    for old, new in changes:
        assert old in source
        source = source.replace(old, new)
    write(folder, f"desk/{policy.get('version', 1)}.yaml", source.encode())
    return folder


# ------------------------------------------------------------------------------------------------------------- weeks


WEEK_OF_ASCENSION = """\
Serveurcom – version 1, en vigueur depuis le 2017-09-01
Du lun 2026-05-11 au dim 2026-05-17

hojo (Europe/Paris)
┏━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━┳━━━━━━━━━━━┓
┃ Jour           ┃ Ouvert                   ┃ Durée ┃           ┃
┡━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━╇━━━━━━━━━━━┩
│ lun 2026-05-11 │ 08:30–12:30  14:00–18:00 │ 8 h   │           │
│ mar 2026-05-12 │ 08:30–12:30  14:00–18:00 │ 8 h   │           │
│ mer 2026-05-13 │ 08:30–12:30  14:00–18:00 │ 8 h   │           │
│ jeu 2026-05-14 │ fermé                    │       │ Ascension │
│ ven 2026-05-15 │ 08:30–12:30  14:00–17:00 │ 7 h   │           │
│ sam 2026-05-16 │ fermé                    │       │           │
│ dim 2026-05-17 │ fermé                    │       │           │
├────────────────┼──────────────────────────┼───────┼───────────┤
│ Total          │                          │ 31 h  │           │
└────────────────┴──────────────────────────┴───────┴───────────┘

always (Europe/Paris): 24/7, 168 h"""


@pytest.mark.parametrize("day", ["2026-05-11", "2026-05-13", "2026-05-17"])
def test_any_day_of_a_week_shows_it_from_monday_to_sunday_with_its_holiday(day: str) -> None:
    assert page(run("show", "serveurcom", "--week", day)) == WEEK_OF_ASCENSION


def test_where_no_day_is_named_the_week_is_that_of_the_services_clock() -> None:
    assert page(run("show", "serveurcom", VIGIE_CLOCK=STANDING_CLOCK)) == WEEK_OF_ASCENSION


def test_a_clock_that_cannot_be_read_is_said_in_a_sentence() -> None:
    result = run("show", "serveurcom", VIGIE_CLOCK="sundial")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("VIGIE_CLOCK: the clock 'sundial' cannot be read")


def test_a_week_is_shown_in_the_language_asked_for_holidays_included() -> None:
    result = run("show", "serveurcom", "--week", "2026-05-13", "--lang", "en")
    assert ["Thu 2026-05-14", "closed", "", "Ascension Day"] in rows(result)


@pytest.mark.parametrize(
    ("day", "hours", "note"),
    [
        ("2026-03-29", "167 h", "dim 2026-03-29 – changement d’heure, jour de 23 h"),
        ("2026-10-25", "169 h", "dim 2026-10-25 – changement d’heure, jour de 25 h"),
    ],
)
def test_a_week_round_the_clock_has_an_hour_less_or_more_when_the_clocks_change(
    day: str, hours: str, note: str
) -> None:
    assert page(run("show", "serveurcom", "--week", day)).endswith(f"always (Europe/Paris): 24/7, {hours}\n{note}")


@pytest.mark.parametrize(("day", "open_for", "length"), [("2026-03-29", "5 h", "23 h"), ("2026-10-25", "7 h", "25 h")])
def test_hours_that_meet_a_change_of_the_clocks_are_as_long_as_they_last(
    tmp_path: Path, day: str, open_for: str, length: str
) -> None:
    desk(tmp_path, ('mon: ["09:00-12:00"]', 'sun: ["00:00-06:00"]'))
    result = run("show", "desk", "--week", day, policies=tmp_path, columns=120)
    assert [f"dim {day}", "00:00–06:00", open_for, f"changement d’heure, jour de {length}"] in rows(result)


def test_the_hours_of_a_day_stay_on_one_line_in_a_narrow_terminal(tmp_path: Path) -> None:
    desk(tmp_path, ('fri: ["09:00-12:00"]', 'fri: ["09:00-12:00", "14:00-15:40"]'))
    result = run("show", "desk", "--week", "2026-10-25", policies=tmp_path)
    assert ["ven 2026-10-23", "09:00–12:00  14:00–15:40", "4 h 40 min", ""] in rows(result)


def test_a_holiday_that_is_worked_is_named_with_its_hours(tmp_path: Path) -> None:
    desk(tmp_path, ("{country: FR}", '{country: FR, open: ["2026-05-25"]}'))
    result = run("show", "desk", "--week", "2026-05-25", policies=tmp_path)
    assert ["lun 2026-05-25", "09:00–12:00", "3 h", "Lundi de Pentecôte, travaillé"] in rows(result)


def test_a_day_that_the_policy_takes_out_is_a_closing_day(tmp_path: Path) -> None:
    desk(tmp_path, ("{country: FR}", '{country: FR, dates: ["2026-05-22"]}'))
    result = run("show", "desk", "--week", "2026-05-22", policies=tmp_path)
    assert ["ven 2026-05-22", "fermé", "", "fermeture"] in rows(result)


def test_a_date_that_the_zone_left_out_is_said_to_be_none(tmp_path: Path) -> None:
    desk(tmp_path, zone="Pacific/Apia", since="2011-01-01")
    result = run("show", "desk", "--week", "2011-12-30", policies=tmp_path)
    assert ["ven 2011-12-30", "fermé", "", "cette date n’existe pas ici"] in rows(result)


def test_each_day_of_a_week_is_shown_under_the_version_in_force(tmp_path: Path) -> None:
    desk(tmp_path)
    desk(tmp_path, ('tue: ["09:00-12:00"]', 'thu: ["09:00-10:00"]'), version=2, since="2026-04-01")
    result = run("show", "desk", "--week", "2026-04-01", policies=tmp_path)
    assert [row[:3] for row in rows(result)] == [
        ["lun 2026-03-30", "09:00–12:00", "3 h"],
        ["mar 2026-03-31", "09:00–12:00", "3 h"],
        ["Total", "", "6 h"],
        ["mer 2026-04-01", "fermé", ""],
        ["jeu 2026-04-02", "09:00–10:00", "1 h"],
        ["ven 2026-04-03", "09:00–12:00", "3 h"],
        ["sam 2026-04-04", "fermé", ""],
        ["dim 2026-04-05", "fermé", ""],
        ["Total", "", "4 h"],
    ]


def test_days_before_the_first_version_are_not_shown(tmp_path: Path) -> None:
    result = run("show", "desk", "--week", "2026-01-02", policies=desk(tmp_path))
    assert rows(result)[0] == ["jeu 2026-01-01", "fermé", "", "Jour de l'an"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("acme",), "there is no desk 'acme'"),
        (("serveurcom", "--week", "13/05/2026"), "--week '13/05/2026' is not a date like 2026-03-23"),
        (("serveurcom", "--week", "2026-05-13", "--lang", "de"), "--lang 'de' is none of fr, en, es"),
        (("serveurcom", "--week", "2017-08-27"), "serveurcom promised nothing yet on 2017-08-27"),
        (("serveurcom", "--week", "0001-01-01"), "the week of 0001-01-01 lies outside the years 1900 to 2200"),
        (("serveurcom", "--week", "2200-12-31"), "the week of 2200-12-31 lies outside the years 1900 to 2200"),
        (("serveurcom", "--week", "9999-12-31"), "the week of 9999-12-31 lies outside the years 1900 to 2200"),
    ],
)
def test_a_week_that_cannot_be_shown_is_said_in_a_sentence(arguments: tuple[str, ...], reason: str) -> None:
    result = run("show", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert reason in result.stderr


# --------------------------------------------------------------------------------------------------------- deadlines


def due(priority: str, opened: str, *more: str, desk: str = "serveurcom", policies: Path = POLICIES) -> dict[str, Any]:
    result = run("due", desk, "--priority", priority, "--opened", opened, "--json", *more, policies=policies)
    assert (result.exit_code, result.stderr) == (0, "")
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def promise(found: dict[str, Any], name: str) -> dict[str, Any]:
    one: dict[str, Any] = next(one for one in found["commitments"] if one["commitment"] == name)
    return one


def counted(one: dict[str, Any]) -> list[tuple[str, str, int, int]]:
    return [(span["from"], span["to"], span["seconds"], span["total_seconds"]) for span in one["counted"]]


def skipped(one: dict[str, Any]) -> list[tuple[str, str, str, str | None]]:
    return [(days["first"], days["last"], days["reason"], days["holiday"]) for days in one["skipped"]]


def calls(one: dict[str, Any]) -> list[tuple[str, str]]:
    return [(call["level"], call["at"]) for call in one["calls"]]


OVER_WHITSUN = """\
Serveurcom – version 1, en vigueur depuis le 2017-09-01
Requête ouverte le ven 2026-05-22 16:00 (+02:00), priorité Faible, Technique

Prise en charge de la requête : 4 h · hojo
  Au plus tard le mar 2026-05-26 11:30 (+02:00)
  Alerte le mar 2026-05-26 10:30 (+02:00)

   Jour             Compté                            Durée   Cumul
  ──────────────────────────────────────────────────────────────────
   ven 2026-05-22   16:00–17:00                       1 h     1 h
   sam 2026-05-23   jusqu’au dim 2026-05-24 : fermé
   lun 2026-05-25   Lundi de Pentecôte (férié)
   mar 2026-05-26   08:30–11:30                       3 h     4 h

Résolution de l’incident : 48 h · hojo
  Au plus tard le mar 2026-06-02 18:00 (+02:00)
  Alerte le lun 2026-06-01 12:30 (+02:00)

   Jour             Compté                            Durée   Cumul
  ──────────────────────────────────────────────────────────────────
   ven 2026-05-22   16:00–17:00                       1 h     1 h
   sam 2026-05-23   jusqu’au dim 2026-05-24 : fermé
   lun 2026-05-25   Lundi de Pentecôte (férié)
   mar 2026-05-26   08:30–12:30                       4 h     5 h
                    14:00–18:00                       4 h     9 h
   mer 2026-05-27   08:30–12:30                       4 h     13 h
                    14:00–18:00                       4 h     17 h
   jeu 2026-05-28   08:30–12:30                       4 h     21 h
                    14:00–18:00                       4 h     25 h
   ven 2026-05-29   08:30–12:30                       4 h     29 h
                    14:00–17:00                       3 h     32 h
   sam 2026-05-30   jusqu’au dim 2026-05-31 : fermé
   lun 2026-06-01   08:30–12:30                       4 h     36 h
                    14:00–18:00                       4 h     40 h
   mar 2026-06-02   08:30–12:30                       4 h     44 h
                    14:00–18:00                       4 h     48 h

Prise en charge par l’astreinte : 30 min · always, à partir du moment où un
message d’astreinte est accepté"""

OVER_THE_CLOCK_CHANGE = """\
Serveurcom – version 1, in force since 2017-09-01
Request opened Sun 2026-10-25 02:30 (+02:00), priority high, technical

take_charge: 30 min · always
  At the latest Sun 2026-10-25 02:00 (+01:00)
  Warning Sun 2026-10-25 02:52:30 (+02:00)
  If nothing is done:
    N1 Sun 2026-10-25 02:15 (+01:00), 15 min late
    N2 Sun 2026-10-25 02:30 (+01:00), 30 min late
    N3 Sun 2026-10-25 03:00 (+01:00), 1 h late

   Day              Counted                          Length   Total
  ───────────────────────────────────────────────────────────────────
   Sun 2026-10-25   02:30–02:00                      30 min   30 min
                    clocks change, +02:00 → +01:00
"""


def test_a_deadline_over_a_long_weekend_is_explained_day_by_day() -> None:
    assert page(run("due", "serveurcom", "--priority", "low", "--opened", "2026-05-22T16:00")) == OVER_WHITSUN


def test_a_deadline_in_the_repeated_hour_tells_the_two_apart() -> None:
    arguments = ("--priority", "high", "--opened", "2026-10-25T02:30+02:00", "--lang", "en")
    assert page(run("due", "serveurcom", *arguments)).startswith(OVER_THE_CLOCK_CHANGE)


def test_low_priority_counts_the_open_hours_and_names_the_days_between() -> None:
    taken = promise(due("low", "2026-05-07T19:30"), "take_charge")
    assert taken["due_at"] == "2026-05-11T12:30:00+02:00"
    assert taken["warning_at"] == "2026-05-11T11:30:00+02:00"
    assert counted(taken) == [("2026-05-11T08:30:00+02:00", "2026-05-11T12:30:00+02:00", 14_400, 14_400)]
    assert skipped(taken) == [
        ("2026-05-07", "2026-05-07", "closed_early", None),
        ("2026-05-08", "2026-05-08", "holiday", "Fête de la Victoire"),
        ("2026-05-09", "2026-05-10", "closed", None),
    ]
    assert calls(taken) == []


def test_medium_priority_runs_round_the_clock_through_a_day_of_23_hours() -> None:
    found = due("medium", "2026-03-28T22:30")
    taken, resolved = promise(found, "take_charge"), promise(found, "resolution")
    assert (taken["due_at"], taken["warning_at"]) == ("2026-03-29T00:30:00+01:00", "2026-03-29T00:00:00+01:00")
    assert counted(taken) == [("2026-03-28T22:30:00+01:00", "2026-03-29T00:30:00+01:00", 7_200, 7_200)]
    assert calls(taken) == [
        ("N1", "2026-03-29T01:30:00+01:00"),
        ("N2", "2026-03-29T13:30:00+02:00"),
        ("N3", "2026-03-30T01:30:00+02:00"),
    ]
    assert counted(resolved) == [("2026-03-28T22:30:00+01:00", "2026-03-29T23:30:00+02:00", 86_400, 86_400)]
    assert (resolved["due_at"], skipped(resolved)) == ("2026-03-29T23:30:00+02:00", [])


def test_high_priority_at_night_calls_all_levels_within_the_hour() -> None:
    found = due("high", "2026-03-23T22:00:00+01:00")
    taken, resolved = promise(found, "take_charge"), promise(found, "resolution")
    assert (taken["due_at"], taken["warning_at"]) == ("2026-03-23T22:30:00+01:00", "2026-03-23T22:22:30+01:00")
    assert calls(taken) == [
        ("N1", "2026-03-23T22:45:00+01:00"),
        ("N2", "2026-03-23T23:00:00+01:00"),
        ("N3", "2026-03-23T23:30:00+01:00"),
    ]
    assert counted(resolved) == [("2026-03-23T22:00:00+01:00", "2026-03-24T02:00:00+01:00", 14_400, 14_400)]


def test_a_priority_may_be_named_as_the_portal_does() -> None:
    assert due("Mineure", "2026-05-22T16:00") == due("low", "2026-05-22T16:00")


def test_an_instant_of_another_offset_is_told_in_the_desks_time() -> None:
    assert due("high", "2026-03-23T16:00:00-05:00")["opened_at"] == "2026-03-23T22:00:00+01:00"


def test_without_a_kind_the_first_one_is_meant_and_others_have_no_ladder() -> None:
    assert due("high", "2026-03-23T22:00")["kind"] == "technical"
    commercial = due("high", "2026-03-23T22:00", "--kind", "commercial")
    assert (commercial["kind"], calls(promise(commercial, "take_charge"))) == ("commercial", [])


def test_a_promise_that_another_event_starts_is_named_with_that_event() -> None:
    assert due("low", "2026-05-22T16:00")["start_later"] == [
        {"commitment": "on_call", "budget_seconds": 1_800, "calendar": "always", "starts_with": "OnCallAccepted"}
    ]


ONLY_WITH_SLA = (
    "    until: TicketTakenInCharge\n",
    "    until: TicketTakenInCharge\n    applies_to: {contract: {sla: true}}\n",
)


def test_a_contract_decides_what_is_promised(tmp_path: Path) -> None:
    policies = desk(tmp_path, ONLY_WITH_SLA)
    without = due("low", "2026-05-22T09:00", desk="desk", policies=policies)
    assert (without["commitments"], without["without_target"]) == ([], ["take_charge"])
    bought = due("low", "2026-05-22T09:00", "--contract", "sla=true", desk="desk", policies=policies)
    assert promise(bought, "take_charge")["due_at"] == "2026-05-22T11:00:00+02:00"


def test_a_request_to_which_nothing_is_promised_is_told_so(tmp_path: Path) -> None:
    arguments = ("due", "desk", "--priority", "low", "--opened", "2026-05-22T09:00")
    said = page(run(*arguments, policies=desk(tmp_path, ONLY_WITH_SLA)))
    assert said.endswith("\n\nAucun délai n’est promis à une telle requête.")


def test_a_request_that_the_desk_refuses_has_no_deadline_but_a_reason(tmp_path: Path) -> None:
    rule = "admission: [{refuse: no_maintenance_contract, contract: {maintained: false}}]\n"
    policies = desk(tmp_path, more=rule)
    found = due("low", "2026-05-22T09:00", "--contract", "maintained=false", desk="desk", policies=policies)
    assert (found["refused"], found["commitments"]) == ("no_maintenance_contract", [])
    assert due("low", "2026-05-22T09:00", desk="desk", policies=policies)["refused"] is None
    arguments = ("due", "desk", "--priority", "low", "--opened", "2026-05-22T09:00", "--contract", "maintained=false")
    assert page(run(*arguments, policies=policies)).endswith(
        "maintained=false\n\nUne telle requête est refusée : no_maintenance_contract"
    )


WITHIN = "{within: 2h, calendar: open}"
FIVE_WORKING_DAYS = """\
take_charge : 5 jours ouvrables
  Au plus tard le jeu 2026-08-20 24:00 (+02:00)

   Jour             Compté
  ──────────────────────────────────────────────────
   jeu 2026-08-13   jour de l’ouverture, non compté
   ven 2026-08-14   jour 1
   sam 2026-08-15   Assomption (férié)
   dim 2026-08-16   non compté
   lun 2026-08-17   jour 2
   mar 2026-08-18   jour 3
   mer 2026-08-19   jour 4
   jeu 2026-08-20   jour 5
"""


def of_whole_days(folder: Path, within: str, more: str = "") -> Path:
    days = "days: {jours_ouvrables: [mon, tue, wed, thu, fri, sat], jours_ouvres: open}\n"
    return desk(folder, (WITHIN, f"{{within: {within}}}"), more=days + more)


def test_a_deadline_in_working_days_lists_each_that_counted_and_why_the_others_did_not(tmp_path: Path) -> None:
    policies = of_whole_days(tmp_path, "5 jours_ouvrables")
    said = page(run("due", "desk", "--priority", "low", "--opened", "2026-08-13T16:00", policies=policies))
    assert FIVE_WORKING_DAYS in f"{said}\n"


def test_a_deadline_in_open_days_counts_the_days_on_which_the_desk_opens(tmp_path: Path) -> None:
    policies = of_whole_days(tmp_path, "3 jours_ouvres", more="warnings: {before: 24h}\n")
    taken = promise(due("low", "2026-05-21T16:00", desk="desk", policies=policies), "take_charge")
    assert (taken["budget_days"], taken["days"]) == (3, "jours_ouvres")
    assert (taken["due_at"], taken["warning_at"]) == ("2026-05-30T00:00:00+02:00", "2026-05-29T00:00:00+02:00")
    assert taken["counted"] == [
        {"day": "2026-05-22", "total_days": 1},
        {"day": "2026-05-26", "total_days": 2},
        {"day": "2026-05-29", "total_days": 3},
    ]
    assert skipped(taken) == [
        ("2026-05-21", "2026-05-21", "opening_day", None),
        ("2026-05-23", "2026-05-24", "closed", None),
        ("2026-05-25", "2026-05-25", "holiday", "Lundi de Pentecôte"),
        ("2026-05-27", "2026-05-28", "closed", None),
    ]


VOICEMAIL = (
    "from: TicketOpened\n    until: TicketTakenInCharge",
    ("from: ContactAttempted\n    until: ContactAttempted\n    when: {outcome: voicemail, outside: customer_hours}"),
)


def test_a_promise_that_only_some_attempts_start_says_which(tmp_path: Path) -> None:
    policies = desk(
        tmp_path,
        VOICEMAIL,
        (WITHIN, "{within: 1 jours_ouvres}"),
        more=("days: {jours_ouvres: open}\ncustomer_hours: open\n"),
    )
    arguments = ("--priority", "low", "--opened", "2026-05-21T16:00", "--lang", "en")
    assert page(run("due", "desk", *arguments, policies=policies, columns=120)).endswith(
        "\n\ntake_charge: 1 business day, "
        "starts when a message is left on the customer’s voicemail, outside their hours"
    )


def test_a_deadline_at_midnight_is_at_the_end_of_the_day_before(tmp_path: Path) -> None:
    said = page(run("due", "serveurcom", "--priority", "medium", "--opened", "2026-03-23T22:00", "--lang", "en"))
    assert "\n  At the latest Mon 2026-03-23 24:00 (+01:00)\n" in said


def test_a_day_whose_midnight_the_zone_skips_ends_at_24_00_all_the_same(tmp_path: Path) -> None:
    policies = desk(
        tmp_path, (WITHIN, "{within: 1 jours_ouvrables}"), zone="Africa/Cairo", more="days: {jours_ouvrables: [thu]}\n"
    )
    arguments = ("--priority", "low", "--opened", "2026-04-22T12:00")
    said = page(run("due", "desk", *arguments, policies=policies))
    assert "\n  Au plus tard le jeu 2026-04-23 24:00 (+03:00)\n" in said
    assert said.rstrip().endswith("jeu 2026-04-23   jour 1")


def test_a_date_that_the_zone_left_out_is_skipped_as_none(tmp_path: Path) -> None:
    policies = desk(tmp_path, zone="Pacific/Apia", since="2011-01-01")
    taken = promise(due("low", "2011-12-27T12:30", desk="desk", policies=policies), "take_charge")
    assert taken["due_at"] == "2012-01-02T11:00:00+14:00"
    assert skipped(taken) == [
        ("2011-12-27", "2011-12-27", "closed_early", None),
        ("2011-12-28", "2011-12-29", "closed", None),
        ("2011-12-30", "2011-12-30", "never_was", None),
        ("2011-12-31", "2012-01-01", "closed", None),
    ]


def test_a_deadline_at_the_end_of_a_day_does_not_mention_the_next(tmp_path: Path) -> None:
    policies = desk(tmp_path, ('fri: ["09:00-12:00"]', 'fri: ["22:00-24:00"]'))
    said = page(run("due", "desk", "--priority", "low", "--opened", "2026-05-22T12:00", policies=policies))
    assert "ven 2026-05-22   22:00–24:00   2 h     2 h\n" in f"{said}\n"
    assert "sam" not in said.partition("Jour")[2]


def test_brackets_in_a_label_are_shown_as_they_are(tmp_path: Path) -> None:
    policies = desk(tmp_path, ("  take_charge:\n", '  take_charge:\n    labels: {fr: "[red]Prise[/blue]"}\n'))
    said = page(run("due", "desk", "--priority", "low", "--opened", "2026-05-22T09:00", policies=policies))
    assert "\n[red]Prise[/blue] : 2 h · open\n" in said


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"desk": "acme"}, "there is no desk 'acme'"),
        ({"--priority": "urgent"}, "--priority 'urgent' is none of low, medium, high"),
        ({"--kind": "Mineure"}, "--kind 'Mineure' is none of technical, commercial, administrative"),
        ({"--lang": "de"}, "--lang 'de' is none of fr, en, es"),
        ({"--contract": "gold=true"}, "--contract 'gold=true' is not KEY=true or KEY=false with one of maintained,"),
        ({"--contract": "sla"}, "--contract 'sla' is not KEY=true or KEY=false"),
        ({"--contract": "customer_hours=true"}, "--contract 'customer_hours=true' is not KEY=true"),
        ({"--opened": "lundi"}, "--opened: 'lundi' is not a date and time like '2026-03-23T11:50'"),
        ({"--opened": "2026-05-22"}, "--opened: '2026-05-22' is not a date and time like"),
        (
            {"--opened": "2026-03-29T02:30"},
            (
                "--opened: '2026-03-29T02:30' does not exist in Europe/Paris: the clocks are put forward over it; "
                "write 2026-03-29T01:30:00+01:00 or 2026-03-29T03:30:00+02:00"
            ),
        ),
        (
            {"--opened": "2026-10-25T02:30"},
            (
                "--opened: '2026-10-25T02:30' comes twice in Europe/Paris, as the clocks are put back: "
                "write 2026-10-25T02:30:00+02:00 or 2026-10-25T02:30:00+01:00"
            ),
        ),
        ({"--opened": "2017-08-31T23:59"}, "serveurcom promised nothing yet on 2017-08-31"),
        ({"--opened": "2017-08-31T21:59:59Z"}, "serveurcom promised nothing yet on 2017-08-31"),
        ({"--opened": "1899-12-31T12:00"}, "--opened: outside the years 1900 to 2200"),
        ({"--opened": "9999-12-31T23:59-14:00"}, "--opened: outside the years 1900 to 2200"),
        ({"--opened": "2200-12-31T20:00"}, "a deadline lies outside the years 1900 to 2200"),
        ({"--opened": "2200-12-31T23:30-14:00"}, "a deadline lies outside the years 1900 to 2200"),
    ],
)
def test_a_request_that_cannot_be_meant_is_refused_in_a_sentence(changes: dict[str, str], reason: str) -> None:
    options = {"--priority": "low", "--opened": "2026-05-22T16:00", **changes}
    desk = options.pop("desk", "serveurcom")
    result = run("due", desk, *(word for option in options.items() for word in option))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(reason)


def test_nothing_is_wider_than_the_terminal() -> None:
    said = page(run("due", "serveurcom", "--priority", "medium", "--opened", "2026-10-24T12:00:30", "--lang", "es"))
    assert max(map(len, said.splitlines())) <= 80
