"""To whom the policy wants an event told, with which template, in which language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from vigie.contracts.escalations import EscalationRaised, EscalationStoodDown
from vigie.contracts.event import Event
from vigie.contracts.ids import derived_id
from vigie.contracts.requests import Contact, Language
from vigie.policy.policy import MailRule, Policy, Recipient
from vigie_notifier.core.occasions import worth_telling

CONTACT: Final = "contact"
ON_CALL: Final = "on_call"
LEVEL: Final = "level"
DESK: Final = "desk"


@dataclass(frozen=True, slots=True)
class Addressed:
    """A mail that is to be: who gets which template, and what identifies it for ever."""

    notification_id: UUID
    template: str
    language: Language
    role: str
    person: Recipient | None
    """None: the policy wants somebody told, and there is nobody."""
    message_id: str


class _Place(NamedTuple):
    role: str
    person: Recipient | None


class Asker(NamedTuple):
    """Who asked the desk for something, and in which language they are written to."""

    language: Language
    person: Recipient | None
    """None: nobody knows who it was, any more or at all."""


def asker(language: Language, contact: Contact | None) -> Asker:
    """The contact of a ticket or of a request; None after an erasure, or where it could not be read."""
    return Asker(language, None if contact is None else Recipient(contact.name, contact.email, language))


def addressed(
    event: Event, about: UUID, asked_by: Asker, policy: Policy, too: Sequence[Recipient] = ()
) -> Iterator[Addressed]:
    """The mails about ``event`` (``ce_id`` ``about``), one a person: whom two rules reach, the first one tells.

    ``too``: who asked for the same, and is told what the contact is told.
    """
    reached: set[str] = set()
    for rule in policy.mail_rules:
        if rule.event != type(event).__name__ or not worth_telling(rule.template, event):
            continue
        for index, (role, person) in enumerate(_places(rule, event, (asked_by.person, *too), policy)):
            if person is not None and person.email.casefold() in reached:
                continue
            if person is not None:
                reached.add(person.email.casefold())
            wished = asked_by.language if person is None else person.language
            notification_id = derived_id(about, f"{rule.template} {role}", index)
            yield Addressed(
                notification_id=notification_id,
                template=rule.template,
                language=wished if wished in policy.languages else policy.languages[0],
                role=role,
                person=person,
                message_id=f"{notification_id}@{policy.mail_from.rpartition('@')[2]}",
            )


def _places(rule: MailRule, event: Event, asked: Sequence[Recipient | None], policy: Policy) -> list[_Place]:
    match rule.to:
        case "contact":
            return [_Place(CONTACT, person) for person in asked]
        case "on_call":
            return _team(ON_CALL, policy.on_call_team)
        case "desk":
            return _team(DESK, policy.desk_team)
        case "level":
            return [place for level in _levels(event) for place in _team(level, policy.informs.get(level, ()))]
        case _:
            raise ValueError(f"a mail rule of {policy.id} names nobody we know: {rule.to}")


def _team(role: str, people: tuple[Recipient, ...]) -> list[_Place]:
    return [_Place(role, person) for person in people] or [_Place(role, None)]


def _levels(event: Event) -> tuple[str, ...]:
    match event:
        case EscalationRaised():
            return (event.level,)
        case EscalationStoodDown():
            return event.levels
        case _:
            return ()
