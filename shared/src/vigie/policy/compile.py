"""From the bytes of a policy file to the policy that the cores read; pure, so that a pin gives it back exactly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from vigie.calendar import Calendar, CalendarSpec
from vigie.calendar.spec import WEEKDAYS
from vigie.lined_yaml import BadFile, Lined, complaints, parse
from vigie.policy.checks import problems
from vigie.policy.commitment import Commitment, Occasion, Rung, Scope
from vigie.policy.durations import DayCount
from vigie.policy.errors import BadPolicy
from vigie.policy.model import OnBug, PolicyFile, Promise, Promised, Warnings, When
from vigie.policy.naming import labelled, levels_of
from vigie.policy.parts import AdmissionKey, Applies, ContractKey, Days, People
from vigie.policy.policy import MailRule, Policy, Recipient
from vigie.policy.procedure import (
    Admission,
    Billing,
    Bugs,
    Closure,
    ContractFactor,
    NoContact,
    OnCall,
    PriceGuard,
    Qualified,
    WeeklyList,
)
from vigie.policy.rules import AcceptedBefore, BillingRules, ClosureRules, OnCallRules, Refuse, WeeklyRules
from vigie.policy.targets import DaySpan, DaysTarget, HoursTarget, Target, warning_of

Holidays = Mapping[str, Iterable[str]]
"""Closed dates, ISO 8601, by the calendar's name: JSON as it is."""

_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)

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


def file_of(policy: Policy) -> PolicyFile:
    """The file that ``policy`` was compiled from, as people wrote it."""
    return parsed(policy.source, f"{policy.id}/{policy.version}.yaml")


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
    counting = _Counting(file.days, calendars)
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
            _commitment(name, promise, counting, file.warnings) for name, promise in file.commitments.items()
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
        mail_advice=mails.advice if mails else {},
        desk_team=_recipients(mails.desk) if mails else (),
        definitions={name: about.definition for name, about in file.priorities.items() if about.definition},
        default_priorities={name: kind.priority for name, kind in file.kinds.items() if kind.priority},
        admission=tuple(_admission(rule) for rule in file.admission),
        closure=_closure(file.closure, counting),
        on_unresolved=escalation.on_unresolved,
        bugs=_bugs(escalation.on_bug),
        price_guards=tuple(_price_guard(rule) for rule in file.price_accepted_before),
        billing=_billing(file.billing) if file.billing else None,
        office=calendars[file.customer_hours] if file.customer_hours else None,
        project_files=frozenset(file.project_files),
        queue=file.queue.order if file.queue else ("opened",),
        technicians={one.id: Qualified(frozenset(one.kinds), frozenset(one.services)) for one in file.technicians},
        calls_back=file.calls_back is not None,
        weekly_list=_weekly_list(file.weekly_list, counting) if file.weekly_list else None,
        source=source,
    )


class _Counting(NamedTuple):
    """What turns lengths of time into something that ends: the calendars, and which days count."""

    days: Days
    calendars: Mapping[str, Calendar]

    @property
    def open_days(self) -> Calendar:
        """The calendar of the desk's open days, or else its first one."""
        named = self.days.jours_ouvres
        return self.calendars[named] if named else next(iter(self.calendars.values()))

    def span(self, count: DayCount) -> DaySpan:
        """Holidays and midnights are those of the desk's open days."""
        weekdays = self.days.jours_ouvrables if count.days == "jours_ouvrables" else None
        return DaySpan(count.count, count.days, self.open_days, weekdays)

    def target(self, promised: Promised, warnings: Warnings | None) -> Target:
        before = warnings.before if warnings else None
        if isinstance(promised.within, DayCount):
            return DaysTarget(self.span(promised.within), before)
        name = promised.calendar or ""
        within = promised.within // _SECOND
        return HoursTarget(within, name, self.calendars[name], warning_of(before, promised.within) // _SECOND)


def _calendar(spec: CalendarSpec, name: str, holidays: Holidays | None) -> Calendar:
    if holidays is None:
        return Calendar.compile(spec)
    return Calendar.compile(spec, holidays=[date.fromisoformat(day) for day in holidays[name]])


def _aliases(file: PolicyFile) -> dict[str, str]:
    named = [*file.priorities.items(), *file.kinds.items()]
    return {alias: name for name, about in named for alias in about.aliases}


def _commitment(name: str, promise: Promise, counting: _Counting, warnings: Warnings | None) -> Commitment:
    return Commitment(
        name=name,
        starts=promise.starts,
        ends=promise.ends,
        pauses=promise.pauses,
        scope=_applies(promise.applies_to),
        targets={priority: counting.target(target, warnings) for priority, target in promise.targets.items()},
        occasion=_occasion(promise.when),
    )


def _occasion(when: When | None) -> Occasion | None:
    return Occasion(when.outcome, when.outside == "customer_hours") if when else None


def _applies(applies_to: Applies) -> Scope:
    return _scope(applies_to.kinds, applies_to.contract)


def _scope(kinds: Iterable[str], contract: Mapping[AdmissionKey, bool] | Mapping[ContractKey, bool]) -> Scope:
    return Scope(frozenset(kinds), {str(key): value for key, value in contract.items()} or None)


def _admission(rule: Refuse) -> Admission:
    return Admission(rule.refuse, _scope(rule.kinds, rule.contract), frozenset(rule.services), frozenset(rule.channels))


def _closure(rules: ClosureRules, counting: _Counting) -> Closure:
    lost = rules.no_contact
    return Closure(
        when_solved=rules.solved is not None,
        when_files_requested=rules.files_requested is not None,
        no_answer=counting.span(rules.no_answer.after) if rules.no_answer else None,
        no_contact=NoContact(lost.attempts, counting.span(lost.within)) if lost else None,
    )


def _weekly_list(rules: WeeklyRules, counting: _Counting) -> WeeklyList:
    return WeeklyList(WEEKDAYS.index(rules.on), time.fromisoformat(rules.at), counting.open_days)


def _bugs(rule: OnBug | None) -> Bugs:
    return Bugs(rule.calls, frozenset(rule.excepts)) if rule else Bugs()


def _price_guard(rule: AcceptedBefore) -> PriceGuard:
    return PriceGuard(frozenset(rule.acts), frozenset(rule.modes), _applies(rule.applies_to))


def _billing(rules: BillingRules) -> Billing:
    without_tool = rules.minimum if rules.minimum_without_remote_tool is None else rules.minimum_without_remote_tool
    by_contract = tuple(
        ContractFactor(name, one.factor, _scope((), one.contract)) for name, one in rules.contract_factors.items()
    )
    return Billing(rules.minimum // _MINUTE, without_tool // _MINUTE, rules.factors, rules.phases, by_contract)


def _rungs(ladder: Mapping[str, timedelta]) -> tuple[Rung, ...]:
    """In the order of time; levels of one instant from the lowest up, as they are written."""
    return tuple(sorted((Rung(level, after) for level, after in ladder.items()), key=lambda rung: rung.after))


def _on_call(rules: OnCallRules, calendars: Mapping[str, Calendar]) -> OnCall:
    covers = rules.covers
    return OnCall(calendars[rules.outside], rules.requires, covers.contract, frozenset(covers.services))


def _recipients(people: People) -> tuple[Recipient, ...]:
    return tuple(Recipient(person.name, person.email, person.language) for person in people)
