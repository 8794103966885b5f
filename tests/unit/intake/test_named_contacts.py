"""Whose updates a desk takes, where it asks for named contacts. Whether it does is its policy's to say."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from support.atelier import ABOUT, ATELIER, opened
from support.promises import paris
from support.scenario import given
from vigie.contracts.requests import FilesDelivered, Message, ReplyReceived
from vigie.contracts.terms import ContractTerms
from vigie.contracts.tickets import CustomerReplied, FilesReceived, MessageRefused, words
from vigie.policy import Policies
from vigie.policy.commitment import Scope
from vigie.policy.procedure import Admission
from vigie_intake.core import core
from vigie_intake.core.commands import HearMessage

NAMED = Admission("contact_not_entitled", Scope(contract={"may_open": False}), frozenset(), frozenset({"portal"}))
STRICT = core(Policies([replace(ATELIER, admission=(NAMED,))]))
NOON = paris("2026-03-23 12:00")
REPLY = ReplyReceived(number="T-1001", text="Bonjour")
REPLIED = CustomerReplied(**ABOUT, replied_at=NOON, personal=words("Bonjour"))
MAY, MAY_NOT = ContractTerms(), ContractTerms(may_open=False)
UNKNOWN = ContractTerms(contact_known=False)


def heard(message: Message, sender: ContractTerms | None) -> HearMessage:
    return HearMessage(NOON, NOON, UUID(int=7), message, sender)  # type: ignore[arg-type]


@pytest.mark.parametrize("sender", [MAY, UNKNOWN, None])
def test_who_was_named_whom_nobody_knows_or_who_is_not_said_updates(sender: ContractTerms | None) -> None:
    given(STRICT.decider, opened()).when(heard(REPLY, sender)).then(REPLIED)


@pytest.mark.parametrize("message", [REPLY, FilesDelivered(number="T-1001")])
def test_who_was_named_for_something_else_updates_nothing_and_the_channel_is_told(message: Message) -> None:
    (event,) = given(STRICT.decider, opened()).when(heard(message, MAY_NOT)).events()
    assert isinstance(event, MessageRefused)
    assert event.reason == "contact_not_entitled"


def test_a_desk_that_does_not_ask_takes_everybodys() -> None:
    plain = core(Policies([ATELIER]))
    given(plain.decider, opened()).when(heard(FilesDelivered(number="T-1001"), MAY_NOT)).then(
        FilesReceived(**ABOUT, received_at=NOON)
    )


def test_a_desk_may_ask_that_contacts_are_known_at_all() -> None:
    known = replace(NAMED, scope=Scope(contract={"contact_known": False}))
    strict = core(Policies([replace(ATELIER, admission=(known,))]))
    (event,) = given(strict.decider, opened()).when(heard(REPLY, UNKNOWN)).events()
    assert isinstance(event, MessageRefused)
