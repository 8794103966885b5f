"""Customers in YAML files."""

from __future__ import annotations

from textwrap import dedent

import pytest

from unit.directory.acme import POLICIES
from vigie_intake.adapters.directory.written import BadCustomers, Written
from vigie_intake.adapters.directory.yaml_file import read_yaml

ACME = """
    customers:
      acme:
        name: Acme
        hours: {mon: ["09:00-12:00"]}
        contacts:
          - {name: Jeanne, email: jeanne@acme.example, trained: {ocm: [EBP]}}
        contracts:
          - contract: C-1
            desk: systell
            valid_from: 2026-01-01
    """

NO_DESK = "is none of the desks civ, esii, ocm, serveurcom, systell"
NO_DAY = "'soon' is not written like '2026-12-26'"
OTHERS = ["customers: []", "customers: {}", "a: 1", "- acme", "customers: {a: {name: A}}\nb: 1"]


def read(text: str) -> list[Written]:
    return read_yaml("acme.yaml", dedent(text).lstrip().encode(), POLICIES)


def complaints(text: str) -> list[str]:
    with pytest.raises(BadCustomers) as refused:
        read(text)
    return [str(one) for one in refused.value.complaints]


def test_each_customer_is_a_sheet_under_its_id() -> None:
    ((customer, sheet),) = read(ACME)
    assert (customer, sheet.name, [one.email for one in sheet.contacts]) == ("acme", "Acme", ["jeanne@acme.example"])


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("desk: systell", "desk: nowhere", f"9: acme.contracts.0.desk: {NO_DESK}"),
        ("name: Acme", "nom: Acme", "2: acme.name: is required"),
        ("mon:", "lundi:", "4: acme.hours: lundi: is no weekday"),
        ("      acme:", "      ac me:", "2: customer: 'ac me' is no id: letters, digits and _ . -, at most 64"),
        ("valid_from: 2026-01-01", "valid_from: soon", f"10: acme.contracts.0.valid_from: {NO_DAY}"),
        ("        contacts:\n", "        name: Acme\n        contacts:\n", "5: the key 'name' is here a second time"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(before: str, after: str, complaint: str) -> None:
    assert f"acme.yaml:{complaint}" in complaints(ACME.replace(before, after))


@pytest.mark.parametrize("text", OTHERS)
def test_a_file_of_something_else_is_refused(text: str) -> None:
    assert complaints(text) == ["acme.yaml:1: holds nothing but `customers:`, a mapping of ids to sheets"]


def test_a_customer_twice_is_refused() -> None:
    twice = "customers:\n  acme: {name: A}\n  acme: {name: B}\n"
    assert complaints(twice) == ["acme.yaml:3: the key 'acme' is here a second time"]
