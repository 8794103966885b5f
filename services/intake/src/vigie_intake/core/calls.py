"""Telephone calls: which become tickets by themselves, which wait for a technician, which are only counted.

A number shows whom a call may come from and proves nothing. So a call becomes a ticket at once only where that is safe
and everything a ticket needs is known: exactly one contact of the directory has the number, who may open tickets; the
key that was pressed says the kind; the desk's policy says the priority. The ticket says how its contact was found. Any
other call waits: nobody is turned away for calling from another telephone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from vigie.contracts.requests import (
    CallAbandoned,
    CallReceived,
    Language,
    RequestSubmitted,
    VoicemailLeft,
    WrittenContact,
)
from vigie.contracts.tickets import (
    CallGivenUp,
    Calling,
    CallQueued,
    IntakeEvent,
    InvalidField,
    MessageRefused,
    TicketOpened,
)
from vigie.policy import Policy
from vigie_intake.core.commands import CountCall, HearCall, OpenTicket
from vigie_intake.core.opening import known, open_ticket

SUBJECTS: Final[dict[str, dict[Language, str]]] = {
    "phone": {"fr": "Appel téléphonique", "en": "Telephone call", "es": "Llamada telefónica"},
    "voicemail": {"fr": "Message vocal", "en": "Voicemail", "es": "Mensaje de voz"},
}
"""What a ticket is about until a technician has listened."""


def hear_call(command: HearCall, policy: Policy | None) -> Sequence[IntakeEvent]:
    """A ticket (or its refusal, by the contract of whoever seems to call), or a call that waits."""
    problems = _problems(command.call, command.now, policy)
    if policy is None or problems:
        return (_refused(command, problems),)
    request = _request(command, policy)
    if request is None:
        return (_queued(command, policy),)
    events = open_ticket(request, policy)
    return tuple(_as_called(event, command) for event in events)


def count_call(command: CountCall, policy: Policy | None) -> Sequence[IntakeEvent]:
    """The call, counted."""
    call = command.call
    problems = _problems(call, command.now, policy)
    if policy is None or problems:
        return (_refused(command, problems),)
    return (
        CallGivenUp(
            call_id=command.key,
            desk=call.desk,
            given_up_at=command.at,
            kind=_kind(call, policy),
            waited_seconds=call.waited_seconds,
            personal=_calling(call),
        ),
    )


def _problems(
    call: CallReceived | VoicemailLeft | CallAbandoned, now: datetime, policy: Policy | None
) -> tuple[InvalidField, ...]:
    problems = []
    if call.occurred_at is not None and call.occurred_at > now:
        problems.append(InvalidField(field="occurred_at", problem="lies in the future"))
    if policy is None:
        problems.append(InvalidField(field="desk", problem="is no desk, or was none at that time"))
    return tuple(problems)


def _kind(call: CallReceived | VoicemailLeft | CallAbandoned, policy: Policy) -> str | None:
    """What the key that was pressed means; without a key, the only kind of a desk that has but one."""
    if call.ivr_key is None:
        return policy.kinds[0] if len(policy.kinds) == 1 else None
    return known(call.ivr_key, policy.kinds, policy)


def _channel(call: CallReceived | VoicemailLeft) -> str:
    return "voicemail" if isinstance(call, VoicemailLeft) else "phone"


def _request(command: HearCall, policy: Policy) -> OpenTicket | None:
    """The request that the call is, where all that a ticket needs is known."""
    call, caller, kind = command.call, command.caller, _kind(command.call, policy)
    if caller is None or caller.contact is None or kind is None or policy.default_priorities.get(kind) is None:
        return None
    contact, channel = caller.contact, _channel(call)
    language = contact.language if contact.language in policy.languages else policy.languages[0]
    subject = call.subject if isinstance(call, VoicemailLeft) else None
    request = RequestSubmitted(
        desk=call.desk,
        channel=channel,
        customer=caller.customer,
        contact=WrittenContact(**contact.model_dump()),
        kind=kind,
        subject=subject or SUBJECTS[channel][language],
        occurred_at=call.occurred_at,
    )
    return OpenTicket(command.at, command.now, command.key, command.number, request, caller.contract)


def _as_called(event: IntakeEvent, command: HearCall) -> IntakeEvent:
    """A ticket that was opened for a call says how its contact was found, and where the recording is."""
    if not isinstance(event, TicketOpened) or event.personal is None:
        return event
    call = command.call
    recording = call.recording if isinstance(call, VoicemailLeft) else None
    personal = event.personal.model_copy(update={"recording": recording})
    return event.model_copy(update={"identified_by": "caller_number", "personal": personal})


def _queued(command: HearCall, policy: Policy) -> CallQueued:
    return CallQueued(
        call_id=command.key,
        desk=command.call.desk,
        queued_at=command.at,
        channel=_channel(command.call),
        kind=_kind(command.call, policy),
        customer=command.caller.customer if command.caller else None,
        personal=_calling(command.call),
    )


def _calling(call: CallReceived | VoicemailLeft | CallAbandoned) -> Calling | None:
    calling = Calling(
        caller_number=call.caller_number,
        recording=call.recording if isinstance(call, VoicemailLeft) else None,
        subject=call.subject if isinstance(call, VoicemailLeft) else None,
    )
    return calling if calling != Calling() else None


def _refused(command: HearCall | CountCall, problems: tuple[InvalidField, ...]) -> MessageRefused:
    return MessageRefused(
        message_id=command.key,
        message=f"vigie.{type(command.call).__name__}.v1",
        refused_at=command.at,
        reason="invalid",
        fields=problems,
        desk=command.call.desk,
    )
