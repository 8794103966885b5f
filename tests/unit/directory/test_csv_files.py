"""Customers in CSV files, as spreadsheets write them and as people break them."""

from __future__ import annotations

from datetime import date

import pytest

from unit.directory.acme import POLICIES
from vigie_intake.adapters.directory.csv_file import read_csv
from vigie_intake.adapters.directory.written import BadCustomers, Written
from vigie_intake.core.directory.sheet import Sheet

HEADER = (
    "customer,name,audit_accepted,hours,site,address,email,contact_name,phone,language,may_open,trained,"
    "desk,contract,maintained,sla,on_call,services,access_code,valid_from,valid_to"
)
SHORT = "customer,name,email,contact_name,desk,maintained,valid_from"

NO_PHONE = "is not written like +33612345678"
NO_DESK = "is none of the desks civ, esii, ocm, serveurcom, systell"
NO_SPAN = "'9h-12h' is not a span like '08:30-12:30' (from 00:00 to 24:00, two digits each)"
BACKWARDS = "'sun-mon' ends before it begins; a week begins on mon"


def read(*lines: str, encoding: str = "utf-8") -> list[Written]:
    return read_csv("acme.csv", "\n".join(lines).encode(encoding), POLICIES, encoding)


def complaints(*lines: str) -> list[str]:
    with pytest.raises(BadCustomers) as refused:
        read(*lines)
    return [str(one) for one in refused.value.complaints]


def sheet(*lines: str) -> Sheet:
    ((_, found),) = read(*lines)
    return found


def test_a_row_says_a_customer_a_site_a_contact_and_a_contract() -> None:
    ((customer, found),) = read(
        HEADER,
        'acme,Acme,oui,"mon-thu 09:00-12:00 14:00-18:00, fri 09:00-12:00",Siège,1 rue Haute,jeanne@acme.example,'
        "Jeanne Martin,+33 6 12 34 56 78,fr,x,Support technique,serveurcom,C-1,non,yes,1,Support technique,4711,"
        "2026-01-01,31/12/2026",
    )
    assert customer == "acme"
    week = ("09:00-12:00", "14:00-18:00")
    assert (found.name, found.audit_accepted) == ("Acme", True)
    assert found.hours == {"mon": week, "tue": week, "wed": week, "thu": week, "fri": ("09:00-12:00",)}
    assert [(site.name, site.address) for site in found.sites] == [("Siège", "1 rue Haute")]
    (jeanne,) = found.contacts
    assert (jeanne.name, jeanne.phone, jeanne.language, jeanne.may_open) == (
        "Jeanne Martin", "+33612345678", "fr", True,
    )  # fmt: skip
    assert jeanne.trained == {"serveurcom": ("Support technique",)}
    (contract,) = found.contracts
    assert (contract.contract, contract.desk, contract.maintained, contract.sla, contract.on_call) == (
        "C-1", "serveurcom", False, True, True,
    )  # fmt: skip
    assert (contract.services, contract.valid_from, contract.valid_to) == (
        ("Support technique",), date(2026, 1, 1), date(2026, 12, 31),
    )  # fmt: skip
    assert contract.access_code is not None
    assert contract.access_code.get_secret_value() == "4711"


def test_rows_of_one_customer_are_one_customer() -> None:
    found = sheet(
        SHORT,
        "acme,Acme,jeanne@acme.example,Jeanne,systell,yes,2026-01-01",
        "acme,,bruno@acme.example,Bruno,systell,,",
        "acme,Acme,JEANNE@acme.example,,,,",
    )
    assert [one.name for one in found.contacts] == ["Jeanne", "Bruno"]
    assert [one.desk for one in found.contracts] == ["systell"]


def test_a_contract_without_an_id_is_called_after_its_desk() -> None:
    found = sheet(SHORT, "acme,Acme,,,systell,yes,2026-01-01")
    assert [one.contract for one in found.contracts] == ["systell"]


def test_trainings_of_several_rows_and_desks_add_up() -> None:
    found = sheet(
        "customer,name,email,contact_name,desk,trained",
        "acme,Acme,j@acme.example,J,ocm,EBP | Sage",
        "acme,,j@acme.example,,ocm,Sage|Ciel",
        "acme,,j@acme.example,,serveurcom,Support technique",
    )
    assert found.contacts[0].trained == {"ocm": ("EBP", "Sage", "Ciel"), "serveurcom": ("Support technique",)}


def test_a_row_that_only_trains_signs_no_contract() -> None:
    found = sheet("customer,name,email,contact_name,desk,trained", "acme,Acme,j@acme.example,J,ocm,EBP")
    assert found.contracts == ()


@pytest.mark.parametrize("delimiter", [";", "\t", ","])
def test_columns_are_parted_by_what_the_header_parts_them_by(delimiter: str) -> None:
    found = sheet(SHORT.replace(",", delimiter), "acme,Acme,j@acme.example,J,,,".replace(",", delimiter))
    assert found.contacts[0].email == "j@acme.example"


def test_a_byte_order_mark_is_no_part_of_the_first_column() -> None:
    content = b"\xef\xbb\xbf" + b"customer;name\r\nacme;Acme\r\n"
    assert [one.customer for one in read_csv("a.csv", content, POLICIES)] == ["acme"]


def test_latin_1_is_not_guessed() -> None:
    with pytest.raises(BadCustomers) as refused:
        read_csv("a.csv", "customer,name\nacme,Acme\nzoe,Zoé\n".encode("latin-1"), POLICIES)
    hint = "is not utf-8 text; save it as « CSV UTF-8 », or say --encoding cp1252"
    assert [str(one) for one in refused.value.complaints] == [f"a.csv:3: {hint}"]


def test_latin_1_is_read_when_it_is_said() -> None:
    assert read("customer,name", "zoe,Zoé", encoding="latin-1")[0].sheet.name == "Zoé"


def test_blank_lines_are_passed_over() -> None:
    assert len(read("customer,name", "", ",", "acme,Acme", "")) == 1


def test_lines_are_counted_where_a_cell_holds_several() -> None:
    found = complaints("customer,name,hours", 'acme,"Acme', 'France",', "zeta,Zeta,lundi")
    assert found[-1] == "acme.csv:4: hours: 'lundi' is no weekday; they are mon, tue, wed, thu, fri, sat, sun"


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ((SHORT, ",Acme,,,,,"), "2: customer: is missing"),
        ((SHORT, "acme,,j@acme.example,J,,,"), "2: name: is required"),
        ((SHORT, "a c,Acme,,,,,"), "2: customer: 'a c' is no id: letters, digits and _ . -, at most 64"),
        ((SHORT, "acme,Acme,,,,,", "acme,ACME,,,,,"), "3: name: line 2 says otherwise"),
        ((SHORT, "acme,Acme,,J,,,"), "2: email: is missing, although there is a contact_name"),
        ((SHORT, "a,A,j@acme.example,J,,,", "a,,J@acme.example,Jo,,,"), "3: contact_name: line 2 says otherwise"),
        ((SHORT, "acme,Acme,j@acme.example,,,,"), "2: contact_name: is required"),
        ((SHORT, "acme,Acme,,,,yes,"), "2: desk: is missing, although there is a maintained"),
        ((SHORT, "acme,Acme,,,systell,maybe,2026-01-01"), "2: maintained: is neither yes nor no"),
        ((SHORT, "acme,Acme,,,systell,yes,"), "2: valid_from: is required"),
        ((SHORT, "acme,Acme,,,systell,yes,1/2026"), "2: valid_from: is no day, written like 2026-12-31 or 31/12/2026"),
        ((SHORT, "acme,Acme,,,nowhere,yes,2026-01-01"), f"2: desk: {NO_DESK}"),
        ((SHORT, "acme,Acme,,,,,,,much"), "2: has 9 cells, the header 7"),
        (("customer,name,phone,email,contact_name", "a,A,1,j@a.example,J"), f"2: phone: {NO_PHONE}"),
        (("customer,name,hours", "a,A,sun-mon 09:00-12:00"), f"2: hours: {BACKWARDS}"),
        (("customer,name,hours", "a,A,mon 9h-12h"), f"2: hours: mon.0: {NO_SPAN}"),
        (("customer,name,address", "a,A,1 rue Haute"), "2: site: is missing"),
        (("customer,name,colour", "a,A,red"), None),
        (("customer,name,name", "a,A,A"), "1: name: is here a second time"),
        (("name", "A"), "1: customer: is missing"),
        (("customer,name",), "1: holds no customers"),
        (("customer,name", 'a,"A'), "2: is not well-formed: unexpected end of data"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line_and_column(lines: tuple[str, ...], complaint: str | None) -> None:
    found = complaints(*lines)
    if complaint is None:
        assert found[0].startswith("acme.csv:1: colour: is no column that is known here; known are customer, name,")
    else:
        assert found == [f"acme.csv:{complaint}"]


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_the_lines() -> None:
    found = complaints(SHORT, "acme,Acme,j,J,,,", "b b,B,,,,,", "zeta,Zeta,,,nowhere,yes,2026-01-01")
    assert [one.split(":")[1] for one in found] == ["2", "3", "4"]


def test_contracts_that_hold_on_one_day_are_told_with_the_later_ones_line() -> None:
    found = complaints("customer,name,desk,contract,valid_from", "a,A,ocm,C-1,2026-01-01", "a,,ocm,C-2,2026-06-01")
    problem = "valid_from: on some day the contract C-1 with the same desk is valid too"
    assert found == [f"acme.csv:3: {problem}"]


def test_a_service_that_the_desk_does_not_have_is_told() -> None:
    found = complaints("customer,name,desk,valid_from,services", "a,A,serveurcom,2026-01-01,Support technique|Fax")
    services = "Support technique, Service commercial, Service administratif"
    assert found == [f"acme.csv:2: services: is none of the services of serveurcom: {services}"]
