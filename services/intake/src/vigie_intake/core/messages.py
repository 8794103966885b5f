"""Messages that channels send as events about a ticket: replies, files, what was left with the on-call service.

By HTTP a rule that is broken is an answer; an event gets no answer but another event. So what would be an error there
is ``MessageRefused`` here: in the ticket's stream, where its people see it, or in the message's own when it is about no
ticket. A message about a ticket that is not there yet waits for it (``Lacking``), for as long as the shell is patient.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, assert_never

from vigie.contracts.requests import AboutTicket, FilesDelivered, OnCallMessageLeft, ReplyReceived
from vigie.contracts.tickets import IntakeEvent, InvalidField, LeftMessage, MessageRefused
from vigie.decider import Elsewhere, Lacking, Refused
from vigie.policy import Policies, Policy
from vigie_intake.core.commands import CustomerReply, HearMessage, OnCallMessage, ReceiveFiles, RefuseMessage
from vigie_intake.core.entitlement import check_sender
from vigie_intake.core.on_call import hear_message, refusal_without_ticket
from vigie_intake.core.states import Duplicate, NoTicket, Opened, State, Ticket

Events = tuple[IntakeEvent, ...]
Act = Callable[[Opened, CustomerReply | ReceiveFiles], Events]


def follow_message(
    state: State, command: HearMessage, policies: Policies, policy_of: Callable[[Ticket], Policy], act: Act
) -> Events:
    """Do what the message says. ``act``: what people's actions come to.

    Raises Lacking when the ticket that it names was never opened, Elsewhere when another one goes on in its place.
    """
    message = command.message
    if isinstance(state, NoTicket):
        return _about_no_ticket(command, policies)
    if isinstance(state, Duplicate):
        raise Elsewhere(state.of.ticket_id)
    about = state.ticket.about()
    problems = _problems(command, state.ticket)
    if problems:
        return (_refused(command, "invalid", about, problems),)
    try:
        check_sender(command.sender, state.ticket.kind, policy_of(state.ticket))
        match message:
            case ReplyReceived(text=text):
                return act(state, CustomerReply(at=command.at, text=text))
            case FilesDelivered():
                return act(state, ReceiveFiles(at=command.at))
            case OnCallMessageLeft():
                return hear_message(state, _left(command, message), policy_of(state.ticket), said(message))
            case _:
                assert_never(message)
    except Refused as refusal:
        return (_refused(command, refusal.name, about),)


def refuse_message(command: RefuseMessage) -> tuple[MessageRefused, ...]:
    """What is said of a message that has wrong fields: those, and as much of the rest as could be read."""
    read = command.message.read
    left = LeftMessage(**{name: read[name] for name in LeftMessage.model_fields.keys() & read.keys()})
    return (
        MessageRefused(
            message_id=command.message_id,
            message=command.message.type,
            refused_at=command.at,
            reason="invalid",
            fields=command.message.fields,
            ticket_id=read.get("ticket_id"),
            number=read.get("number"),
            desk=read.get("desk"),
            personal=left if left != LeftMessage() else None,
        ),
    )


def said(message: AboutTicket) -> LeftMessage | None:
    """What the message says in somebody's own words."""
    match message:
        case ReplyReceived(text=text):
            return LeftMessage(text=text)
        case OnCallMessageLeft(contact_details=details, subject=subject) if details or subject:
            return LeftMessage(contact_details=details, subject=subject)
        case _:
            return None


def _about_no_ticket(command: HearMessage, policies: Policies) -> tuple[MessageRefused, ...]:
    message = command.message
    named = message.ticket_id or message.number
    if named is not None or not isinstance(message, OnCallMessageLeft):
        raise Lacking(f"ticket {named}")
    about = {"desk": message.desk}
    problems = _problems(command, None)
    policy = policies.at(message.desk, command.at)
    if policy is None:
        problems = (*problems, InvalidField(field="desk", problem="is no desk, or was none at that time"))
    if policy is None or problems:
        return (_refused(command, "invalid", about, problems),)
    return (_refused(command, refusal_without_ticket(_left(command, message), policy), about),)


def _problems(command: HearMessage, ticket: Ticket | None) -> tuple[InvalidField, ...]:
    message, problems = command.message, []
    if message.occurred_at is not None and message.occurred_at > command.now:
        problems.append(InvalidField(field="occurred_at", problem="lies in the future"))
    if ticket is not None and isinstance(message, OnCallMessageLeft) and message.desk != ticket.desk:
        problems.append(InvalidField(field="desk", problem="is not the desk of that ticket"))
    return tuple(problems)


def _left(command: HearMessage, message: OnCallMessageLeft) -> OnCallMessage:
    return OnCallMessage(
        at=command.at,
        ticket_number=message.number is not None or message.ticket_id is not None,
        contact_details=message.contact_details is not None,
        subject=message.subject is not None,
        service=message.service,
    )


def _refused(
    command: HearMessage, reason: str, about: dict[str, Any], problems: tuple[InvalidField, ...] = ()
) -> MessageRefused:
    return MessageRefused(
        **about,
        message_id=command.message_id,
        message=f"vigie.{type(command.message).__name__}.v1",
        refused_at=command.at,
        reason=reason,
        fields=problems,
        personal=said(command.message),
    )
