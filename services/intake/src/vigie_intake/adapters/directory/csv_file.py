"""Customers in CSV, as support managers keep them: a row for each contact, with the columns of customer and contract.

Rows with the same ``customer`` are one customer. What is said of the customer, of a site, a contact or a contract once
may be left blank in the other rows or said again; said otherwise, it is a complaint with both lines. The columns are
those of docs/howto/import-customers.md.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from vigie.calendar.spec import WEEKDAYS
from vigie.lined_yaml import BadFile
from vigie.policy import Policies
from vigie_intake.adapters.directory.written import BadCustomers, Place, Written, judge

ENCODINGS: Final = ("utf-8", "cp1252", "latin-1")
CUSTOMER: Final = ("name", "audit_accepted", "hours")
SITE: Final = ("address",)
CONTACT: Final = ("contact", "phone", "language", "may_open", "trained")
CONTRACT: Final = ("contract", "maintained", "sla", "on_call", "services", "access_code", "valid_from", "valid_to")
COLUMNS: Final = (
    "customer",
    *CUSTOMER,
    "site",
    *SITE,
    "email",
    "contact_name",
    "phone",
    "language",
    "may_open",
    "trained",
    "desk",
    *CONTRACT,
)
_FROM_CONTACT: Final = {"contact_name": "name"}
"""Columns that are called otherwise on the sheet."""
_YES: Final = frozenset({"yes", "true", "1", "x", "oui", "vrai", "sí", "si"})
_NO: Final = frozenset({"no", "false", "0", "non", "faux"})


class Row(NamedTuple):
    """A row, with the line (from 1) on which it begins; blank cells are not in it."""

    line: int
    cells: Mapping[str, str]


def read_csv(path: str, content: bytes, policies: Policies, encoding: str = "utf-8") -> list[Written]:
    """Everybody in the file. Raises BadCustomers."""
    complaints: list[BadFile] = []
    drafts: dict[str, _Draft] = {}
    for row in _rows(path, _text(path, content, encoding)):
        customer = row.cells.get("customer")
        if customer is None:
            complaints.append(BadFile(path, row.line, "is missing", "customer"))
        else:
            drafts.setdefault(customer, _Draft(path, row.line)).add(row)
    written = []
    for customer, draft in drafts.items():
        complaints += draft.complaints
        if not draft.complaints:
            one, wrong = judge(path, customer, draft.members(), draft.locate, policies)
            complaints += wrong
            written += [one] if one is not None else []
    if not drafts and not complaints:
        complaints.append(BadFile(path, 1, "holds no customers"))
    if complaints:
        raise BadCustomers(complaints)
    return written


def _text(path: str, content: bytes, encoding: str) -> str:
    try:
        return content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        hint = "; save it as « CSV UTF-8 », or say --encoding cp1252" if encoding == "utf-8" else ""
        raise BadCustomers([BadFile(path, line, f"is not {encoding} text{hint}")]) from error


def _rows(path: str, text: str) -> Iterator[Row]:
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        _check_header(path, names)
        line = reader.line_num + 1
        for cells in reader:
            if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
                reason = f"has {len(cells)} cells, the header {len(names)}"
                raise BadCustomers([BadFile(path, line, reason)])
            said = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if cell.strip()}
            if said:
                yield Row(line, said)
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadCustomers([BadFile(path, max(reader.line_num, 1), f"is not well-formed: {error}")]) from error


def _check_header(path: str, names: list[str]) -> None:
    complaints = [
        BadFile(path, 1, f"is no column that is known here; known are {', '.join(COLUMNS)}", name or "(nameless)")
        for name in names
        if name not in COLUMNS
    ]
    complaints += [BadFile(path, 1, "is here a second time", name) for name in set(names) if names.count(name) > 1]
    complaints += [BadFile(path, 1, "is missing", name) for name in ("customer", "name") if name not in names]
    if complaints:
        raise BadCustomers(complaints)


class _Entry:
    """What several rows say of one thing, each value once, with the line that said it first."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.members: dict[str, Any] = {}
        self.lines: dict[str, int] = {}


class _Draft:
    """A customer's sheet while their rows are read."""

    def __init__(self, path: str, line: int) -> None:
        self._path = path
        self._customer = _Entry(line)
        self._sites: dict[str, _Entry] = {}
        self._contacts: dict[str, _Entry] = {}
        self._contracts: dict[str, _Entry] = {}
        self.complaints: list[BadFile] = []

    def add(self, row: Row) -> None:
        """Take in what ``row`` says."""
        self._say(self._customer, row, CUSTOMER)
        if "site" in row.cells:
            site = self._sites.setdefault(row.cells["site"].casefold(), _Entry(row.line))
            self._put(site, row.line, "site", "name", row.cells["site"], compare=str.casefold)
            self._say(site, row, SITE)
        elif "address" in row.cells:
            self._complain(row.line, "site", "is missing")
        self._add_contact(row)
        self._add_contract(row)

    def _add_contact(self, row: Row) -> None:
        said = [column for column in ("contact_name", *CONTACT[1:]) if column in row.cells]
        if "email" not in row.cells:
            if said:
                self._complain(row.line, "email", f"is missing, although there is a {said[0]}")
            return
        contact = self._contacts.setdefault(row.cells["email"].casefold(), _Entry(row.line))
        self._put(contact, row.line, "email", "email", row.cells["email"], compare=str.casefold)
        self._say(contact, row, ("contact_name", "phone", "language", "may_open"))
        if "trained" in row.cells:
            desk = row.cells.get("desk")
            if desk is None:
                self._complain(row.line, "desk", "is missing, although there is a trained")
                return
            trained = contact.members.setdefault("trained", {}).setdefault(desk, [])
            trained += [one for one in _list(row.cells["trained"]) if one not in trained]
            contact.lines.setdefault("trained", row.line)

    def _add_contract(self, row: Row) -> None:
        said = [column for column in CONTRACT if column in row.cells]
        if not said:
            return
        desk = row.cells.get("desk")
        if desk is None:
            self._complain(row.line, "desk", f"is missing, although there is a {said[0]}")
            return
        name = row.cells.get("contract", desk)
        contract = self._contracts.setdefault(name, _Entry(row.line))
        self._put(contract, row.line, "contract", "contract", name)
        self._put(contract, row.line, "desk", "desk", desk)
        self._say(contract, row, CONTRACT[1:])

    def members(self) -> dict[str, Any]:
        """The sheet, as its model takes it."""
        return {
            **self._customer.members,
            "sites": [entry.members for entry in self._sites.values()],
            "contacts": [entry.members for entry in self._contacts.values()],
            "contracts": [entry.members for entry in self._contracts.values()],
        }

    def locate(self, place: Place) -> tuple[int, str]:
        """The line of a value of the sheet, and its column."""
        lists = {"sites": self._sites, "contacts": self._contacts, "contracts": self._contracts}
        match place:
            case (str(name), int(index), *rest) if name in lists:
                entry = list(lists[name].values())[index]
                member = str(rest[0]) if rest else ""
            case _:
                name, entry, member = "", self._customer, str(place[0]) if place else ""
        column = {"sites": {"name": "site"}, "contacts": {"name": "contact_name"}}.get(name, {}).get(member, member)
        return entry.lines.get(member, entry.line), column

    def _say(self, entry: _Entry, row: Row, columns: tuple[str, ...]) -> None:
        for column in columns:
            if column in row.cells:
                try:
                    value = _VALUES.get(column, str)(row.cells[column])
                except ValueError as error:
                    self._complain(row.line, column, str(error))
                else:
                    self._put(entry, row.line, column, _FROM_CONTACT.get(column, column), value)

    def _put(
        self, entry: _Entry, line: int, column: str, member: str, value: Any, compare: Callable[[Any], Any] = repr
    ) -> None:
        if member not in entry.members:
            entry.members[member] = value
            entry.lines[member] = line
        elif compare(entry.members[member]) != compare(value):
            self._complain(line, column, f"line {entry.lines[member]} says otherwise")

    def _complain(self, line: int, column: str, reason: str) -> None:
        self.complaints.append(BadFile(self._path, line, reason, column))


def _flag(text: str) -> bool:
    if text.lower() not in _YES | _NO:
        raise ValueError("is neither yes nor no")
    return text.lower() in _YES


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split("|") if part.strip()]


def _day(text: str) -> str:
    """``2026-12-31``, also where a spreadsheet has written it ``31/12/2026``."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007 - a day, no instant
        except ValueError:
            continue
    raise ValueError("is no day, written like 2026-12-31 or 31/12/2026")


def _phone(text: str) -> str:
    """Without what people put between the digits."""
    return re.sub(r"[ .()\u00a0-]", "", text)


def _hours(text: str) -> object:
    """``mon-thu 08:00-12:00 13:30-17:30, fri 08:00-12:00`` as a calendar's ``hours``."""
    if text == "always":
        return text
    hours: dict[str, list[str]] = {}
    for part in re.split(r"[,;]", text):
        days, *spans = part.split() or [""]
        for day in _days(days):
            hours.setdefault(day, []).extend(spans)
    return hours


def _days(text: str) -> tuple[str, ...]:
    first, _, last = text.lower().partition("-")
    for day in (first, last or first):
        if day not in WEEKDAYS:
            raise ValueError(f"{day!r} is no weekday; they are {', '.join(WEEKDAYS)}")
    begin, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
    if end < begin:
        raise ValueError(f"{text!r} ends before it begins; a week begins on mon")
    return WEEKDAYS[begin : end + 1]


_VALUES: Final[Mapping[str, Callable[[str], object]]] = {
    "audit_accepted": _flag,
    "may_open": _flag,
    "maintained": _flag,
    "sla": _flag,
    "on_call": _flag,
    "services": _list,
    "hours": _hours,
    "phone": _phone,
    "valid_from": _day,
    "valid_to": _day,
}
