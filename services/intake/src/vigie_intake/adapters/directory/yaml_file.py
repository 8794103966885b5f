"""Customers in YAML: ``customers:`` by id, each as its sheet."""

from __future__ import annotations

from vigie.lined_yaml import BadFile, Lined, parse
from vigie.policy import Policies
from vigie_intake.adapters.directory.written import BadCustomers, Locate, Place, Written, judge


def read_yaml(path: str, content: bytes, policies: Policies) -> list[Written]:
    """Everybody in the file. Raises BadCustomers."""
    try:
        lined = parse(content, path)
    except BadFile as error:
        raise BadCustomers([error]) from error
    document = lined.value
    customers = document.get("customers") if isinstance(document, dict) else None
    if not isinstance(customers, dict) or len(document) != 1 or not customers:
        raise BadCustomers([BadFile(path, 1, "holds nothing but `customers:`, a mapping of ids to sheets")])
    written, complaints = [], []
    for customer, members in customers.items():
        one, wrong = judge(path, str(customer), members, _locate(lined, str(customer)), policies)
        complaints += wrong
        if one is not None:
            written.append(one)
    if complaints:
        raise BadCustomers(complaints)
    return written


def _locate(lined: Lined, customer: str) -> Locate:
    def locate(place: Place) -> tuple[int, str]:
        return lined.line_of(("customers", customer, *place)), ".".join(map(str, (customer, *place)))

    return locate
