"""Whether a request becomes a ticket.

The same judgement is made of a request that comes by HTTP (answered at once, nothing written) and of one that comes
as an event (``RequestRefused``): :func:`check_request`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from vigie.contracts.requests import Language, RequestSubmitted
from vigie.contracts.tickets import Asked, InvalidField, RefusalReason, RequestRefused, TicketOpened
from vigie.policy import Policy
from vigie.policy.procedure import refusal
from vigie_intake.core.commands import OpenTicket, RefuseRequest


def known(name: str, ids: Sequence[str], policy: Policy) -> str | None:
    """The id that ``name`` means among ``ids``: itself or one of the desk's other names for it; None: none."""
    if name in ids:
        return name
    meant = policy.aliases.get(name)
    return meant if meant in ids else None


def opening_instant(request: RequestSubmitted, now: datetime) -> datetime:
    """When the customer asked: what the channel says, but never after ``now``, when the request arrived."""
    return min(request.occurred_at or now, now)


def check_request(request: RequestSubmitted, policy: Policy | None, now: datetime) -> tuple[InvalidField, ...]:
    """What keeps ``request`` from becoming a ticket. ``policy``: that of its desk at its time, if there is one."""
    return tuple(_problems(request, policy, now))


def _problems(request: RequestSubmitted, policy: Policy | None, now: datetime) -> Iterator[InvalidField]:
    if request.occurred_at is not None and request.occurred_at > now:
        yield InvalidField(field="occurred_at", problem="lies in the future")
    if policy is None:
        yield InvalidField(field="desk", problem="is no desk, or was none at that time")
        return
    yield from _unknown("kind", request.kind, policy.kinds, policy)
    if request.priority is None and _priority(request, policy) is None:
        yield InvalidField(field="priority", problem="is required")
    yield from _unknown("priority", request.priority, policy.priorities, policy)


def _unknown(field: str, name: str | None, ids: Sequence[str], policy: Policy) -> Iterator[InvalidField]:
    if name is not None and known(name, ids, policy) is None:
        yield InvalidField(field=field, problem=f"is none of {', '.join(ids)}")


def _priority(request: RequestSubmitted, policy: Policy) -> str | None:
    """The priority asked for, or else that of the kind."""
    if request.priority is not None:
        return known(request.priority, policy.priorities, policy)
    return policy.default_priorities.get(known(request.kind, policy.kinds, policy) or "")


def check_kind(name: str | None, policy: Policy) -> tuple[InvalidField, ...]:
    """What is wrong with ``name`` as a kind of request at the desk."""
    return tuple(_unknown("kind", name, policy.kinds, policy))


def check_priority(name: str, policy: Policy) -> tuple[InvalidField, ...]:
    """What is wrong with ``name`` as a priority of the desk."""
    return tuple(_unknown("priority", name, policy.priorities, policy))


def open_ticket(command: OpenTicket, policy: Policy | None) -> tuple[TicketOpened | RequestRefused, ...]:
    """The ticket, or the reason why there is none."""
    request = command.request
    problems = check_request(request, policy, command.now)
    priority = _priority(request, policy) if policy else None
    if policy is None or priority is None or problems:
        return (_refused(command, "invalid", problems),)
    kind = known(request.kind, policy.kinds, policy) or request.kind
    reason = refusal(policy.admission, kind, command.contract, request.service, request.channel)
    if reason is not None:
        return (_refused(command, reason),)
    return (_opened(command, policy, kind, priority),)


def _opened(command: OpenTicket, policy: Policy, kind: str, priority: str) -> TicketOpened:
    request = command.request
    return TicketOpened(
        ticket_id=command.key,
        number=command.number,
        desk=request.desk,
        opened_at=command.at,
        channel=request.channel,
        customer=request.customer,
        kind=kind,
        service=request.service,
        reason=request.reason,
        priority=priority,
        language=_language(request, policy),
        contract=command.contract,
        policy=policy.id,
        policy_version=policy.version,
        policy_hash=policy.hash,
        personal=Asked(contact=request.contact.recorded(), subject=request.subject, description=request.description),
    )


def _language(request: RequestSubmitted, policy: Policy) -> Language:
    wanted = request.contact.language
    return wanted if wanted in policy.languages else policy.languages[0]


def _refused(command: OpenTicket, reason: RefusalReason, problems: tuple[InvalidField, ...] = ()) -> RequestRefused:
    request = command.request
    return RequestRefused(
        request_id=command.key,
        desk=request.desk,
        refused_at=command.at,
        reason=reason,
        fields=problems,
        channel=request.channel,
        customer=request.customer,
        kind=request.kind,
        priority=request.priority,
        language=request.contact.language,
        personal=Asked(contact=request.contact.recorded(), subject=request.subject, description=request.description),
    )


def refuse_request(command: RefuseRequest) -> tuple[RequestRefused, ...]:
    """What is said of a request that has wrong fields: those, and as much of the rest as could be read."""
    request = command.request
    contact = request.read.get("contact")
    return (
        RequestRefused(
            request_id=command.key,
            desk=request.read.get("desk"),
            refused_at=command.at,
            reason="invalid",
            fields=request.fields,
            channel=request.read.get("channel"),
            customer=request.read.get("customer"),
            kind=request.read.get("kind"),
            priority=request.read.get("priority"),
            language=contact.language if contact else None,
            personal=request.personal,
        ),
    )
