"""From the bytes of a policy file to the policy that the cores read; pure, so that a pin gives it back exactly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

from pydantic import ValidationError

from vigie.calendar import Calendar, CalendarSpec
from vigie.lined_yaml import BadFile, Lined, complaints, parse
from vigie.policy.checks import problems
from vigie.policy.durations import Share
from vigie.policy.errors import BadPolicy
from vigie.policy.model import Applies, OnCallRules, People, PolicyFile, Promise, Warnings
from vigie.policy.naming import labelled, levels_of
from vigie.policy.policy import Commitment, MailRule, OnCall, Policy, Recipient, Rung, Scope, Target

Holidays = Mapping[str, Iterable[str]]
"""Closed dates, ISO 8601, by the calendar's name: JSON as it is."""

NEVER_STALE = timedelta(hours=24)
"""How old news may be to be mailed, for a desk that says nothing of mails."""


def compile_policy(source: bytes, *, holidays: Holidays | None = None, path: str | Path = "policy.yaml") -> Policy:
    """The policy that ``source`` (YAML, UTF-8) says.

    With ``holidays`` each calendar is closed on those dates and no others (see pin.py); without, the library of public
    holidays is asked. ``path`` only names the file in complaints. Raises :class:`BadPolicy`, and KeyError when
    ``holidays`` lacks a calendar of the file.
    """
    return compiled(parsed(source, path), source, holidays)


def parsed(source: bytes, path: str | Path) -> PolicyFile:
    """The file that ``source`` is, checked; raises :class:`BadPolicy` with everything that is wrong with it."""
    lined = lines_of(source, path)
    try:
        file = PolicyFile.model_validate(lined.value)
    except ValidationError as refused:
        raise BadPolicy(complaints(lined, refused)) from refused
    found = [complaint(lined, where, reason) for where, reason in problems(file)]
    if found:
        raise BadPolicy(sorted(found, key=lambda bad: bad.line))
    return file


def lines_of(source: bytes, path: str | Path) -> Lined:
    """``source`` with its lines; raises :class:`BadPolicy` when it is no YAML mapping."""
    try:
        lined = parse(source, path)
    except BadFile as bad:
        raise BadPolicy([bad]) from bad
    if not isinstance(lined.value, dict):
        raise BadPolicy([BadFile(path, 1, "must be a mapping of fields")])
    return lined


def complaint(lined: Lined, where: tuple[str | int, ...], reason: str) -> BadFile:
    """``path:line: field: reason`` about the value at ``where``."""
    return BadFile(lined.path, lined.line_of(where), reason, ".".join(map(str, where)))


def compiled(file: PolicyFile, source: bytes, holidays: Holidays | None) -> Policy:
    """The policy of a checked ``file``, whose bytes are ``source``."""
    calendars = {name: _calendar(spec, name, holidays) for name, spec in file.calendars.items()}
    escalation, mails, on_call = file.escalation, file.notifications, file.on_call
    return Policy(
        id=file.policy,
        version=file.version,
        hash=sha256(source).hexdigest(),
        effective_from=file.effective_from,
        timezone=next(iter(file.calendars.values())).timezone,
        languages=file.languages,
        title=file.title or file.policy,
        calendars=calendars,
        priorities=tuple(file.priorities),
        labels={name: labels for _, name, labels in labelled(file) if labels},
        aliases=_aliases(file),
        kinds=tuple(file.kinds),
        services=file.services,
        reasons=file.reasons,
        commitments=tuple(
            _commitment(name, promise, calendars, file.warnings) for name, promise in file.commitments.items()
        ),
        ladders={priority: _rungs(ladder) for priority, ladder in escalation.on_miss.ladders.items()},
        ladder_scope=Scope(kinds=frozenset(escalation.on_miss.kinds)),
        levels=levels_of(escalation),
        by_hand_requires=escalation.by_hand.requires,
        informs={level: _recipients(people) for level, people in escalation.informs.items()},
        on_call=_on_call(on_call, calendars) if on_call else None,
        on_call_team=_recipients(on_call.informs) if on_call else (),
        mail_rules=tuple(MailRule(rule.on, rule.to, rule.template) for rule in mails.rules) if mails else (),
        mail_from=mails.from_address if mails else "",
        mail_within=mails.within if mails else NEVER_STALE,
        definitions={name: about.definition for name, about in file.priorities.items() if about.definition},
        source=source,
    )


def _calendar(spec: CalendarSpec, name: str, holidays: Holidays | None) -> Calendar:
    if holidays is None:
        return Calendar.compile(spec)
    return Calendar.compile(spec, holidays=[date.fromisoformat(day) for day in holidays[name]])


def _aliases(file: PolicyFile) -> dict[str, str]:
    named = [*file.priorities.items(), *file.kinds.items()]
    return {alias: name for name, about in named for alias in about.aliases}


def _commitment(
    name: str, promise: Promise, calendars: Mapping[str, Calendar], warnings: Warnings | None
) -> Commitment:
    targets = {}
    for priority, target in promise.targets.items():
        within = target.within // timedelta(seconds=1)
        hours = calendars[target.calendar]
        targets[priority] = Target(within, target.calendar, hours, _warn_before(within, warnings))
    return Commitment(name, promise.starts, promise.ends, promise.pauses, _scope(promise.applies_to), targets)


def _warn_before(within: int, warnings: Warnings | None) -> int:
    if warnings is None:
        return 0
    if isinstance(warnings.before, Share):
        return warnings.before.of(within)
    before = warnings.before // timedelta(seconds=1)
    return before if before < within else 0


def _scope(applies_to: Applies) -> Scope:
    contract: dict[str, bool] = {str(key): value for key, value in applies_to.contract.items()}
    return Scope(frozenset(applies_to.kinds), contract or None)


def _rungs(ladder: Mapping[str, timedelta]) -> tuple[Rung, ...]:
    """In the order of time; levels of one instant from the lowest up, as they are written."""
    return tuple(sorted((Rung(level, after) for level, after in ladder.items()), key=lambda rung: rung.after))


def _on_call(rules: OnCallRules, calendars: Mapping[str, Calendar]) -> OnCall:
    covers = rules.covers
    return OnCall(calendars[rules.outside], rules.requires, covers.contract, frozenset(covers.services))


def _recipients(people: People) -> tuple[Recipient, ...]:
    return tuple(Recipient(person.name, person.email, person.language) for person in people)
