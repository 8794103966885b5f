"""What a command makes of a customer: the differences between what is known and what should be, as events.

A sheet that says what is known makes nothing happen, so that a file may be imported every night. Whatever was known
before, after a sheet the customer is as it says; a property test holds both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, assert_never

from vigie.contracts.customers import (
    AfterRegistration,
    AuditAcceptanceWithdrawn,
    AuditAccepted,
    ContactAdded,
    ContactChanged,
    ContactRemoved,
    ContractChanged,
    ContractEnded,
    ContractSigned,
    ContractWithdrawn,
    CustomerHoursSet,
    CustomerRegistered,
    CustomerRenamed,
    DirectoryEvent,
    Location,
    Named,
    Reach,
    SiteAdded,
    SiteChanged,
    SiteRemoved,
    TrainingWithdrawn,
    UserTrained,
)
from vigie.decider import Wake
from vigie_intake.core.directory import refusals
from vigie_intake.core.directory.commands import (
    AcceptAudit,
    DirectoryCommand,
    EndContract,
    RecordCustomer,
    RecordTraining,
)
from vigie_intake.core.directory.customers import Contract, Customer, Person, Product, Registered, Unregistered
from vigie_intake.core.directory.sheet import ContactEntry, ContractEntry

Events = tuple[DirectoryEvent, ...]


def decide(state: Customer, command: DirectoryCommand | Wake) -> Events:
    """Events; nothing for a repeat; refused where the caller names what is not there."""
    match command:
        case Wake():
            return ()
        case RecordCustomer():
            return _record(state, command)
        case AcceptAudit() | RecordTraining() | EndContract() if isinstance(state, Unregistered):
            raise refusals.CustomerUnknown
        case AcceptAudit():
            accepted = AuditAccepted(customer=command.customer, accepted_at=command.at)
            return () if state.audit_accepted else (accepted,)
        case RecordTraining():
            return _train(state, command)
        case EndContract():
            return _end(state, command)
        case _:
            assert_never(command)


def _record(state: Customer, command: RecordCustomer) -> Events:
    named = Named(name=command.sheet.name)
    match state:
        case Unregistered():
            new = CustomerRegistered(customer=command.customer, registered_at=command.at, personal=named)
            return (new, *_differences(Registered(command.customer, command.sheet.name), command))
        case Registered():
            return tuple(_differences(state, command))
        case _:
            assert_never(state)


def _differences(known: Registered, command: RecordCustomer) -> Iterator[AfterRegistration]:
    customer, at, sheet = command.customer, command.at, command.sheet
    if known.name != sheet.name:
        yield CustomerRenamed(customer=customer, renamed_at=at, personal=Named(name=sheet.name))
    if known.hours != sheet.hours:
        yield CustomerHoursSet(customer=customer, set_at=at, hours=sheet.hours)
    if sheet.audit_accepted and not known.audit_accepted:
        yield AuditAccepted(customer=customer, accepted_at=at)
    if known.audit_accepted and not sheet.audit_accepted:
        yield AuditAcceptanceWithdrawn(customer=customer, withdrawn_at=at)
    numbers = iter(range(known.numbered + 1, known.numbered + 1 + len(sheet.sites) + len(sheet.contacts)))
    yield from _sites(known, command, numbers)
    yield from _contacts(known, command, numbers)
    yield from _contracts(known, command)


def _sites(known: Registered, command: RecordCustomer, numbers: Iterator[int]) -> Iterator[AfterRegistration]:
    by_name = {site.name.casefold(): number for number, site in known.sites.items() if site is not None}
    wanted = {site.name.casefold(): Location(name=site.name, address=site.address) for site in command.sheet.sites}
    for number in sorted(known.sites.keys() - {by_name[name] for name in wanted.keys() & by_name.keys()}):
        yield SiteRemoved(customer=command.customer, removed_at=command.at, site=number)
    for name, location in wanted.items():
        number_known = by_name.get(name)
        if number_known is None:
            yield SiteAdded(customer=command.customer, added_at=command.at, site=next(numbers), personal=location)
        elif known.sites[number_known] != location:
            yield SiteChanged(customer=command.customer, changed_at=command.at, site=number_known, personal=location)


def _contacts(known: Registered, command: RecordCustomer, numbers: Iterator[int]) -> Iterator[AfterRegistration]:
    customer, at = command.customer, command.at
    by_mail = _by_mail(known)
    wanted = {entry.email.casefold(): entry for entry in command.sheet.contacts}
    for number in sorted(known.people.keys() - {by_mail[mail] for mail in wanted.keys() & by_mail.keys()}):
        yield ContactRemoved(customer=customer, removed_at=at, contact=number)
    for mail, entry in wanted.items():
        person = _person(entry)
        said: dict[str, Any] = {
            "customer": customer,
            "language": person.language,
            "may_open": person.may_open,
            "personal": person.reach,
        }
        number_known = by_mail.get(mail)
        if number_known is None:
            number, before = next(numbers), frozenset[Product]()
            yield ContactAdded(added_at=at, contact=number, **said)
        else:
            number, before = number_known, known.people[number_known].trained
            if known.people[number] != Person(person.reach, person.language, person.may_open, before):
                yield ContactChanged(changed_at=at, contact=number, **said)
        yield from _trainings(command, number, before, person.trained)


def _by_mail(known: Registered) -> dict[str, int]:
    return {one.reach.email.casefold(): number for number, one in known.people.items() if one.reach is not None}


def _person(entry: ContactEntry) -> Person:
    reach = Reach(name=entry.name, email=entry.email, phone=entry.phone)
    trained = frozenset(Product(desk, service) for desk, services in entry.trained.items() for service in services)
    return Person(reach, entry.language, entry.may_open, trained)


def _trainings(
    command: RecordCustomer, contact: int, before: frozenset[Product], after: frozenset[Product]
) -> Iterator[AfterRegistration]:
    customer, at = command.customer, command.at
    _allowed(command.desks, (product.desk for product in before ^ after))
    for desk, service in sorted(before - after):
        yield TrainingWithdrawn(customer=customer, withdrawn_at=at, contact=contact, desk=desk, service=service)
    for desk, service in sorted(after - before):
        yield UserTrained(customer=customer, trained_at=at, contact=contact, desk=desk, service=service)


def _contracts(known: Registered, command: RecordCustomer) -> Iterator[AfterRegistration]:
    customer, at = command.customer, command.at
    wanted = {entry.contract: entry for entry in command.sheet.contracts}
    for name in sorted(known.contracts.keys() - wanted.keys()):
        desk = known.contracts[name].desk
        _allowed(command.desks, (desk,))
        yield ContractWithdrawn(customer=customer, withdrawn_at=at, contract=name, desk=desk)
    for name, entry in wanted.items():
        before = known.contracts.get(name)
        after = _contract(entry, command, before)
        if after == before:
            continue
        _allowed(command.desks, (after.desk, before.desk if before else after.desk))
        if before is None:
            yield ContractSigned(customer=customer, signed_at=at, contract=name, **_said(after))
        else:
            yield ContractChanged(customer=customer, changed_at=at, contract=name, **_said(after))


def _contract(entry: ContractEntry, command: RecordCustomer, before: Contract | None) -> Contract:
    kept = before.access_code_hash if before else None
    return Contract(
        desk=entry.desk,
        maintained=entry.maintained,
        sla=entry.sla,
        on_call=entry.on_call,
        services=entry.services,
        valid_from=entry.valid_from,
        valid_to=entry.valid_to,
        access_code_hash=command.access_codes.get(entry.contract, kept),
    )


def _said(contract: Contract) -> dict[str, Any]:
    return {name: getattr(contract, name) for name in Contract.__slots__}


def _train(known: Registered, command: RecordTraining) -> Events:
    contact = _by_mail(known).get(command.email.casefold())
    if contact is None:
        raise refusals.ContactUnknown
    _allowed(command.desks, (command.desk,))
    if Product(command.desk, command.service) in known.people[contact].trained:
        return ()
    return (
        UserTrained(
            customer=command.customer,
            trained_at=command.at,
            contact=contact,
            desk=command.desk,
            service=command.service,
        ),
    )


def _end(known: Registered, command: EndContract) -> Events:
    contract = known.contracts.get(command.contract)
    if contract is None:
        raise refusals.ContractUnknown(command.contract)
    _allowed(command.desks, (contract.desk,))
    if contract.valid_to == command.last_day:
        return ()
    if command.last_day < contract.valid_from:
        raise refusals.EndsBeforeItBegins(command.contract)
    return (
        ContractEnded(
            customer=command.customer,
            ended_at=command.at,
            contract=command.contract,
            desk=contract.desk,
            valid_to=command.last_day,
        ),
    )


def _allowed(desks: frozenset[str], touched: Iterable[str]) -> None:
    for desk in touched:
        if desks and desk not in desks:
            raise refusals.DeskNotYours(desk)
