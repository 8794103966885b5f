"""A file of customers into the directory: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from uuid_utils.compat import uuid7

from vigie.contracts.customers import CustomerRegistered
from vigie.contracts.ids import customer_key
from vigie.io.records import Order, Performed
from vigie.lined_yaml import BadFile
from vigie.policy import Policies
from vigie_intake.adapters.directory.csv_file import read_csv
from vigie_intake.adapters.directory.opening import Directory
from vigie_intake.adapters.directory.written import BadCustomers, Written
from vigie_intake.adapters.directory.yaml_file import read_yaml
from vigie_intake.core.directory.commands import RecordCustomer


class Report(NamedTuple):
    """What an import came to, or would: ids of customers, in the order of the file."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]


def read_file(path: Path, policies: Policies, encoding: str = "utf-8") -> list[Written]:
    """Everybody in the file, which its name says to be CSV or YAML. Raises BadCustomers."""
    readers = {".csv": "csv", ".yaml": "yaml", ".yml": "yaml"}
    form = readers.get(path.suffix.lower())
    if form is None:
        raise BadCustomers([BadFile(path, 1, "is neither .csv nor .yaml")])
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadCustomers([BadFile(path, 1, f"cannot be read: {error.strerror or error}")]) from error
    if form == "yaml":
        return read_yaml(str(path), content, policies)
    return read_csv(str(path), content, policies, encoding)


async def record_all(
    directory: Directory, written: Sequence[Written], at: datetime, agent: str, *, rehearse: bool = False
) -> Report:
    """Let all of ``written`` be as their sheets say; with ``rehearse``, only say what that would come to."""
    orders = [
        Order(
            key=customer_key(one.customer),
            command=RecordCustomer(at, one.customer, one.sheet, directory.codes_on(one.customer, one.sheet)),
            id=uuid7(),
            actor=f"agent:{agent}",
            principal=agent,
        )
        for one in written
    ]
    answers = await directory.engine.perform_all(orders, rehearse=rehearse)
    fates = {one.customer: _fate(answer) for one, answer in zip(written, answers, strict=True)}
    return Report(*(tuple(name for name, fate in fates.items() if fate == wanted) for wanted in Report._fields))


def _fate(answer: object) -> str:
    events = answer.events if isinstance(answer, Performed) else ()
    if not events:
        return "unchanged"
    return "new" if isinstance(events[0], CustomerRegistered) else "changed"
