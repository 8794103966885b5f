"""What a customer has become after each of their events. No rule is here: every event is believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar, assert_never

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
    SiteAdded,
    SiteChanged,
    SiteRemoved,
    TrainingWithdrawn,
    UserTrained,
)
from vigie_intake.core.directory.customers import Contract, Customer, Person, Product, Registered, Unregistered

K = TypeVar("K")
V = TypeVar("V")


def evolve(state: Customer, event: DirectoryEvent) -> Customer:
    """``state`` after ``event``."""
    if isinstance(event, CustomerRegistered):
        return Registered(event.customer, event.personal.name if event.personal else None)
    if isinstance(state, Unregistered):
        raise TypeError(f"{type(event).__name__} happened to a customer who was never registered")
    return _after(state, event)


def _after(known: Registered, event: AfterRegistration) -> Registered:
    match event:
        case CustomerRenamed():
            return replace(known, name=event.personal.name if event.personal else None)
        case CustomerHoursSet():
            return replace(known, hours=event.hours)
        case AuditAccepted():
            return replace(known, audit_accepted=True)
        case AuditAcceptanceWithdrawn():
            return replace(known, audit_accepted=False)
        case SiteAdded() | SiteChanged():
            sites = _with(known.sites, event.site, event.personal)
            return replace(known, sites=sites, numbered=max(known.numbered, event.site))
        case SiteRemoved():
            return replace(known, sites=_without(known.sites, event.site))
        case ContactAdded() | ContactChanged() | ContactRemoved() | UserTrained() | TrainingWithdrawn():
            return _people_after(known, event)
        case ContractSigned() | ContractChanged() | ContractEnded() | ContractWithdrawn():
            return replace(known, contracts=_contracts_after(known.contracts, event))
        case _:
            assert_never(event)


def _people_after(
    known: Registered, event: ContactAdded | ContactChanged | ContactRemoved | UserTrained | TrainingWithdrawn
) -> Registered:
    people = known.people
    match event:
        case ContactAdded():
            person = Person(event.personal, event.language, event.may_open)
            numbered = max(known.numbered, event.contact)
            return replace(known, people=_with(people, event.contact, person), numbered=numbered)
        case ContactChanged():
            old = people[event.contact]
            person = replace(old, reach=event.personal, language=event.language, may_open=event.may_open)
        case ContactRemoved():
            return replace(known, people=_without(people, event.contact))
        case UserTrained():
            old = people[event.contact]
            person = replace(old, trained=old.trained | {Product(event.desk, event.service)})
        case TrainingWithdrawn():
            old = people[event.contact]
            person = replace(old, trained=old.trained - {Product(event.desk, event.service)})
        case _:
            assert_never(event)
    return replace(known, people=_with(people, event.contact, person))


def _contracts_after(
    contracts: Mapping[str, Contract], event: ContractSigned | ContractChanged | ContractEnded | ContractWithdrawn
) -> Mapping[str, Contract]:
    match event:
        case ContractSigned() | ContractChanged():
            contract = Contract(
                desk=event.desk,
                maintained=event.maintained,
                sla=event.sla,
                on_call=event.on_call,
                services=event.services,
                valid_from=event.valid_from,
                valid_to=event.valid_to,
                access_code_hash=event.access_code_hash,
            )
            return _with(contracts, event.contract, contract)
        case ContractEnded():
            return _with(contracts, event.contract, replace(contracts[event.contract], valid_to=event.valid_to))
        case ContractWithdrawn():
            return _without(contracts, event.contract)
        case _:
            assert_never(event)


def _with(mapping: Mapping[K, V], key: K, value: V) -> Mapping[K, V]:
    return {**mapping, key: value}


def _without(mapping: Mapping[K, V], key: K) -> Mapping[K, V]:
    return {name: value for name, value in mapping.items() if name != key}
