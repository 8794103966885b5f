"""Customers as a file says them: each with its sheet, and every complaint with the line it is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from pydantic import TypeAdapter, ValidationError

from vigie.contracts.customers import CustomerId
from vigie.contracts.tickets import InvalidField
from vigie.lined_yaml import BadFile
from vigie.policy import Policies
from vigie_intake.core.directory.sheet import Sheet, check_sheet
from vigie_intake.core.reading import invalid_fields

_ID: TypeAdapter[str] = TypeAdapter(CustomerId)
_PLAINLY = {
    "phone": "is not written like +33612345678",
    "language": "is none of fr, en, es",
    "desk": "is no short name: letters, digits and _ . & / -",
    "contract": "is no short name: letters, digits and _ . & / -",
}
"""What pydantic would say of these is not for people who keep lists."""

Place = tuple[str | int, ...]
Locate = Callable[[Place], tuple[int, str]]
"""The line of a value of the sheet, and what the file calls its field."""


class Written(NamedTuple):
    """A customer in a file."""

    customer: str
    sheet: Sheet


class BadCustomers(Exception):
    """The file cannot be used: each complaint with its line, in their order."""

    def __init__(self, complaints: Sequence[BadFile]) -> None:
        super().__init__(*complaints)
        self.complaints = sorted(complaints, key=lambda one: one.line)


def judge(
    path: str, customer: str, members: object, locate: Locate, policies: Policies
) -> tuple[Written | None, list[BadFile]]:
    """The customer, or what is wrong with what the file says of them."""
    wrong: list[InvalidField] = []
    sheet = None
    try:
        _ID.validate_python(customer)
    except ValidationError:
        line, _ = locate(())
        reason = f"{customer!r} is no id: letters, digits and _ . -, at most 64"
        return None, [BadFile(path, line, reason, "customer")]
    try:
        sheet = Sheet.model_validate(members)
        wrong += check_sheet(sheet, policies)
    except ValidationError as error:
        wrong += [_plainly(one) for one in invalid_fields(error)]
    complaints = []
    for one in wrong:
        line, field = locate(_place(one.field))
        complaints.append(BadFile(path, line, one.problem, field))
    return (Written(customer, sheet) if sheet is not None and not wrong else None), complaints


def _plainly(one: InvalidField) -> InvalidField:
    last = one.field.rpartition(".")[2]
    if last in _PLAINLY and one.problem.startswith(("string should", "input should be 'fr'")):
        return InvalidField(field=one.field, problem=_PLAINLY[last])
    return one


def _place(field: str) -> Place:
    return tuple(int(step) if step.isdigit() else step for step in field.split("."))
