"""The decisions about the mail of a ticket, or of what is no ticket's: what is written, when it is tried and given up.

Invariants: one mail per person and event; nothing is attempted that was not written down complete; every attempt of a
mail carries the same Message-ID; news older than the policy's patience is told to nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final, assert_never

from vigie.contracts.event import TicketEvent
from vigie.contracts.notifications import (
    CorrespondenceJoined,
    CorrespondenceOpened,
    Correspondent,
    Joining,
    Mail,
    NotificationAttempted,
    NotificationDeferred,
    NotificationEvent,
    NotificationFailed,
    NotificationRequested,
    NotificationSent,
    NotificationSkipped,
    NotifierEvent,
    SkipReason,
)
from vigie.contracts.tickets import TicketOpened
from vigie.decider import Lacking, Wake
from vigie.policy import Policies, Policy, Recipient
from vigie_notifier.core.addressing import Addressed, addressed, asker
from vigie_notifier.core.alone import matter_of, told_alone
from vigie_notifier.core.commands import Join, MailCommand, RecordDeferred, RecordFailed, RecordSent, Tell, TellAlone
from vigie_notifier.core.correspondence import Correspondence, Unsettled, thread_key
from vigie_notifier.core.letters import Letters, one_line

RETRIES: Final = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
"""How long a deferred mail waits, by attempt; the last one for all later."""

NEVER_KNOWN: Final = "no answer of the mail server is known, and it is too late to try again"


def mail_decide(
    policies: Policies, letters: Letters
) -> Callable[[Correspondence, MailCommand | Wake], tuple[NotifierEvent, ...]]:
    """The ``decide`` of a mail stream, for the desks and the templates of this process."""

    def decide(state: Correspondence, command: MailCommand | Wake) -> tuple[NotifierEvent, ...]:
        match command:
            case Tell():
                return tuple(_tell(state, command, policies, letters))
            case TellAlone():
                return tuple(_tell_alone(state, command, policies, letters))
            case Join():
                return tuple(_join(state, command))
            case Wake(at):
                return tuple(_try_again(mail, command) for mail in state.unsettled.values() if mail.due_at <= at)
            case RecordSent() | RecordDeferred() | RecordFailed():
                mail = state.unsettled.get(command.notification_id)
                return () if mail is None else tuple(_outcome(mail, command))
            case _:
                assert_never(command)

    return decide


def _tell(state: Correspondence, tell: Tell, policies: Policies, letters: Letters) -> Iterator[NotifierEvent]:
    opened = state.opened or _opened_by(tell.event)
    if state.opened is None:
        yield opened
    policy = policies.version(opened.policy, opened.policy_version)
    contact = None if opened.personal is None else opened.personal.contact

    def letter(one: Addressed, person: Recipient) -> Mail:
        return letters.write(one.template, one.language, person, tell.event, opened, policy)

    about = {"ticket_id": opened.ticket_id, "number": opened.number, "desk": opened.desk}
    for one in addressed(tell.event, tell.about, asker(opened.language, contact), policy, _joined(state)):
        yield from _mail(state, tell, one, policy, about | _identity(one), letter)


def _tell_alone(
    state: Correspondence, tell: TellAlone, policies: Policies, letters: Letters
) -> Iterator[NotifierEvent]:
    """No correspondence opens, but one may be there: under the policy of that desk and instant."""
    event, matter = tell.event, matter_of(tell.event)
    policy = policies.at(matter.desk, event.occurred_at) if matter.desk else None
    if policy is None:
        return

    def letter(one: Addressed, person: Recipient) -> Mail:
        told = told_alone(one.language, person, event, policy)
        return letters.render(one.template, one.language, person, told, policy)

    about = {"ticket_id": matter.key, "number": matter.reference, "desk": policy.id}
    if state.opened is not None and state.opened.personal is not None:
        asked_by = asker(state.opened.language, state.opened.personal.contact)
    else:
        asked_by = asker(matter.language or policy.languages[0], matter.contact)
    for one in addressed(event, tell.about, asked_by, policy, _joined(state)):
        yield from _mail(state, tell, one, policy, about | _identity(one), letter)


def _join(state: Correspondence, join: Join) -> Iterator[CorrespondenceJoined]:
    """Once for a duplicate; for nobody where its people were erased. Raises Lacking before the ticket's opening."""
    if state.opened is None:
        raise Lacking("TicketOpened")
    merged = join.event
    if merged.personal is None or any(one.duplicate == merged.duplicate.number for one in state.joined):
        return
    yield CorrespondenceJoined(
        ticket_id=merged.ticket_id,
        number=merged.number,
        desk=merged.desk,
        joined_at=merged.merged_at,
        duplicate=merged.duplicate.number,
        personal=Joining(contacts=merged.personal.contacts),
    )


def _joined(state: Correspondence) -> list[Recipient]:
    usual = None if state.opened is None else state.opened.language
    return [
        Recipient(contact.name, contact.email, contact.language or usual or "en")
        for one in state.joined
        for contact in (() if one.personal is None else one.personal.contacts)
    ]


def _mail(
    state: Correspondence,
    news: Tell | TellAlone,
    one: Addressed,
    policy: Policy,
    particulars: dict[str, Any],
    letter: Callable[[Addressed, Recipient], Mail],
) -> Iterator[NotifierEvent]:
    """One mail, written and attempted, or why there is none; nothing when it was dealt with before."""
    if state.knows(one.notification_id):
        return
    if one.person is None:
        yield _skipped(particulars, news, "no_recipient")
    elif news.now - news.at > policy.mail_within:
        yield _skipped(particulars, news, "too_old")
    else:
        yield NotificationRequested(
            **particulars,
            requested_at=news.now,
            about=news.about,
            about_at=news.at,
            useful_until=news.at + policy.mail_within,
            sender=policy.mail_from,
            sender_name=one_line(policy.title),
            references=_references(state, one.person),
            personal=letter(one, one.person),
        )
        yield NotificationAttempted(**particulars, attempted_at=news.now, attempt=1)


def _try_again(mail: Unsettled, wake: Wake) -> NotifierEvent:
    particulars = _repeated(mail.requested)
    attempts = mail.standing.attempts
    if wake.at > mail.requested.useful_until:
        return NotificationFailed(
            **particulars, failed_at=wake.at, attempt=max(attempts, 1), code=None, problem=NEVER_KNOWN
        )
    return NotificationAttempted(**particulars, attempted_at=wake.at, attempt=attempts + 1)


def _outcome(mail: Unsettled, outcome: RecordSent | RecordDeferred | RecordFailed) -> Iterator[NotifierEvent]:
    """What an outcome comes to: a final one holds for earlier attempts too, a deferral only for the last."""
    particulars = _repeated(mail.requested)
    attempt = outcome.attempt
    match outcome:
        case RecordSent(sent_at=sent_at):
            yield NotificationSent(**particulars, sent_at=sent_at, attempt=attempt)
        case RecordFailed(failed_at=failed_at, code=code, problem=problem):
            yield NotificationFailed(**particulars, failed_at=failed_at, attempt=attempt, code=code, problem=problem)
        case RecordDeferred(deferred_at=moment, code=code, problem=problem) if attempt == mail.standing.attempts:
            retry_at = moment + RETRIES[min(attempt, len(RETRIES)) - 1]
            about = {**particulars, "attempt": attempt, "code": code, "problem": problem}
            if retry_at > mail.requested.useful_until:
                yield NotificationFailed(**about, failed_at=moment)
            else:
                yield NotificationDeferred(**about, deferred_at=moment, retry_at=retry_at)
        case RecordDeferred():
            pass
        case _:
            assert_never(outcome)


def _opened_by(ticket: TicketEvent) -> CorrespondenceOpened:
    """What is kept of the ticket. Raises Lacking for any event but its opening."""
    if not isinstance(ticket, TicketOpened):
        raise Lacking("TicketOpened")
    asked = ticket.personal
    return CorrespondenceOpened(
        ticket_id=ticket.ticket_id,
        number=ticket.number,
        desk=ticket.desk,
        opened_at=ticket.opened_at,
        customer=ticket.customer,
        kind=ticket.kind,
        priority=ticket.priority,
        language=ticket.language,
        contract=ticket.contract,
        policy=ticket.policy,
        policy_version=ticket.policy_version,
        personal=None if asked is None else Correspondent(contact=asked.contact, subject=asked.subject),
    )


def _references(state: Correspondence, person: Recipient) -> tuple[str, ...]:
    """Every mail of a ticket to a person answers the first one: one conversation, whatever gets lost in between."""
    first = state.threads.get(thread_key(person.email))
    return () if first is None else (first,)


def _skipped(particulars: dict[str, Any], news: Tell | TellAlone, reason: SkipReason) -> NotificationSkipped:
    return NotificationSkipped(**particulars, skipped_at=news.now, about=news.about, reason=reason)


def _identity(one: Addressed) -> dict[str, Any]:
    """Which mail it is: with what it is about, the fields of NotificationEvent."""
    return {
        "notification_id": one.notification_id,
        "template": one.template,
        "language": one.language,
        "role": one.role,
        "message_id": one.message_id,
    }


def _repeated(event: NotificationEvent) -> dict[str, Any]:
    return {name: getattr(event, name) for name in NotificationEvent.model_fields}
