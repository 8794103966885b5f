"""Says in words what a policy states, in one language: the same words on the sheet and where versions are compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from rich.console import RenderableType
from rich.table import Table

from vigie.calendar.spec import WeeklyHours
from vigie.contracts.requests import Language
from vigie.policy.durations import DayCount, Share
from vigie.policy.model import PolicyFile, Promised, When
from vigie.policy.naming import labelled
from vigie.policy.parts import AdmissionKey, Applies, ContractKey, Labels, Person
from vigie.policy.rules import AcceptedBefore, AfterNoContact, ContractFactor, MailRule, Refuse, Technician, WeeklyRules
from vigie.policy.statements import Statement
from vigie.policy.wording import WORDS, Words


def spoken(length: timedelta) -> str:
    """``1 h 30 min``: no days, since a promise of 48 h may take a week of opening hours."""
    minutes, seconds = divmod(length // timedelta(seconds=1), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{amount} {unit}" for amount, unit in ((hours, "h"), (minutes, "min"), (seconds, "s")) if amount]
    return " ".join(parts) or "0 min"


def week_text(hours: WeeklyHours, weekdays: tuple[str, ...]) -> str:
    """Days of the same hours that follow each other, as one; closed ones are not mentioned."""
    return ", ".join(_days_alike(hours, weekdays))


def _days_alike(hours: WeeklyHours, weekdays: tuple[str, ...]) -> Iterator[str]:
    for spans, days in groupby(range(7), key=hours.of):
        names = [weekdays[day] for day in days]
        if spans == ("00:00-24:00",) and len(names) == 7:
            yield "24/7"
        elif spans:
            yield f"{'–'.join(dict.fromkeys((names[0], names[-1])))} {' '.join(spans)}"


def bullets(lines: Iterable[str]) -> RenderableType:
    """A list whose lines are broken under their own beginning."""
    grid = Table.grid(padding=(0, 1))
    for line in lines:
        grid.add_row("•", line)
    return grid


def capital(line: str) -> str:
    """``line`` as a sentence begins; an id stays as it is."""
    return line if "_" in line.partition(" ")[0] else line[:1].upper() + line[1:]


class Teller:
    """Calls things by the labels of ``files``, those of the last one first."""

    def __init__(self, language: Language, *files: PolicyFile) -> None:
        self.language = language
        self.words: Words = WORDS[language]
        self._labels: dict[str, Labels] = {}
        for file in files:
            self._labels |= {name: labels for _, name, labels in labelled(file) if labels}

    def label(self, name: str) -> str:
        """What people call a priority, kind, level or commitment; its id where there is no word for it."""
        return self._labels.get(name, {}).get(self.language, name)

    def subject(self, statement: Statement) -> str:
        """What a statement is about: ``Prise en charge, priorité Élevé``."""
        aspect = self.aspect(statement)
        if statement.entity is None:
            return aspect
        return f"{self._filled(statement.entity, statement.names)}, {aspect}"

    def aspect(self, statement: Statement) -> str:
        """The same without the thing that it belongs to: ``priorité Élevé``."""
        if statement.pattern == "commitments.*.targets.*" and statement.names[1] == "any":
            return self.words.any_priority
        if statement.is_order:
            return self.words.orders[statement.pattern]
        return self._filled(statement.pattern, statement.names)

    def value(self, statement: Statement) -> str:
        """What is said of it: ``30 min (calendrier always)``."""
        if isinstance(statement.value, tuple):
            return ", ".join(self.item(statement.pattern, item) for item in statement.value)
        return self.item(statement.pattern, statement.value)

    def absent(self, pattern: str) -> str | None:
        """What it means to say nothing of it; None: that nothing is said."""
        return self.words.absent.get(pattern)

    def is_phrase(self, pattern: str) -> bool:
        """Whether values of this pattern are said in phrases (``à la résolution``), which fit not every sentence."""
        return pattern in _TERMS or pattern in _PHRASES

    def item(self, pattern: str, value: Any) -> str:
        """One value, or one item of a list, of statements of this pattern."""
        group = _TERMS.get(pattern)
        if group is not None:
            return self.words.terms[group].get(value, str(value))
        if pattern in _LABELLED:
            return self.label(value)
        return self._of_its_type(value, pattern)

    def _of_its_type(self, value: Any, pattern: str) -> str:
        teller = _BY_TYPE.get(type(value))
        if teller is not None:
            return teller(self, value)
        if pattern == "commitments.*.applies_to.contract":
            return self._customers(value)
        if pattern in _QUOTED:
            return self.words.quoted.format(value)
        if pattern == "billing.factors.*":
            return f"× {value:.12g}"
        return str(value)

    def _filled(self, pattern: str, names: tuple[str, ...]) -> str:
        called = [self.label(name) for name in names]
        if pattern.endswith(_BY_LANGUAGE):
            called[-1] = self.words.terms["languages"][names[-1]]
        return self.words.subjects.get(pattern, pattern).format(*called)

    def days(self, count: DayCount) -> str:
        """``3 jours ouvrés``."""
        one, many = self.words.days[count.days]
        return (one if count.count == 1 else many).format(count=count.count)

    def length(self, within: timedelta | DayCount) -> str:
        """``4 h`` or ``3 jours ouvrés``."""
        return self.days(within) if isinstance(within, DayCount) else spoken(within)

    def target(self, promised: Promised) -> str:
        """``4 h (calendrier hojo)``."""
        if promised.calendar is None:
            return self.length(promised.within)
        return f"{self.length(promised.within)} ({self.words.on_calendar.format(calendar=promised.calendar)})"

    def _share(self, share: Share) -> str:
        return self.words.share.format(percent=share.percent)

    def _date(self, day: date) -> str:
        return day.isoformat()

    def _hours(self, hours: WeeklyHours) -> str:
        return week_text(hours, self.words.weekdays)

    def hours_of_day(self, hours: WeeklyHours, weekday: int) -> str:
        """``09:00-12:00 14:00-18:00``, or that it is closed."""
        return " ".join(hours.of(weekday)) or self.words.closed

    def _when(self, when: When) -> str:
        outcome = self.words.terms["outcomes"][when.outcome] if when.outcome else None
        return self._joined(outcome, self.words.outside_customer_hours if when.outside else None)

    def _person(self, person: Person) -> str:
        return f"{person.name} <{person.email}> ({person.language})"

    def _mail(self, rule: MailRule) -> str:
        event, to = self.words.terms["events"].get(rule.on, rule.on), self.words.terms["roles"][rule.to]
        return self.words.mail.format(event=event, to=to, template=rule.template)

    def _refusal(self, rule: Refuse) -> str:
        whom = self._joined(
            self._kinds(rule.kinds),
            self._customers(rule.contract),
            self._about(rule.services),
            self._listed(self.words.by_channels, rule.channels),
        )
        return self.words.refusal.format(whom=whom, reason=self.words.terms["refusals"][rule.refuse])

    def _guard(self, guard: AcceptedBefore) -> str:
        acts = ", ".join(self.words.terms["acts"][act] for act in guard.acts)
        modes = ", ".join(self.words.terms["modes"][mode] for mode in guard.modes)
        return self._joined(f"{acts} ({modes})" if modes else acts, self._applies(guard.applies_to))

    def _applies(self, scope: Applies) -> str:
        return self._joined(self._kinds(scope.kinds), self._customers(scope.contract))

    def _contract_factor(self, one: ContractFactor) -> str:
        return self._joined(f"× {one.factor:.12g}", self._customers(one.contract))

    def _no_contact(self, rule: AfterNoContact) -> str:
        return self.words.attempts.format(attempts=rule.attempts, within=self.days(rule.within))

    def _weekly(self, rule: WeeklyRules) -> str:
        return self.words.weekly.format(day=self.words.terms["weekdays"][rule.on], at=rule.at)

    def _technician(self, one: Technician) -> str:
        what = self._joined(self._kinds(one.kinds), self._about(one.services)) or self.words.any_request
        return f"{one.id} – {what}"

    def _kinds(self, kinds: Iterable[str]) -> str:
        return self._listed(self.words.of_kinds, map(self.label, kinds))

    def _about(self, services: Iterable[str]) -> str:
        return self._listed(self.words.about_services, services)

    def _customers(self, contract: Mapping[AdmissionKey, bool] | Mapping[ContractKey, bool]) -> str:
        terms = self.words.terms
        return self._joined(
            *(terms["with" if has else "without"].get(key, f"{key}: {has}") for key, has in contract.items())
        )

    def _listed(self, template: str, values: Iterable[str]) -> str:
        listed = ", ".join(values)
        return template.format(listed) if listed else ""

    def _joined(self, *parts: str | None) -> str:
        return ", ".join(part for part in parts if part)


_BY_TYPE: Mapping[type, Callable[[Teller, Any], str]] = {
    timedelta: Teller.length,
    DayCount: Teller.length,
    Promised: Teller.target,
    Share: Teller._share,
    date: Teller._date,
    WeeklyHours: Teller._hours,
    When: Teller._when,
    Person: Teller._person,
    MailRule: Teller._mail,
    Refuse: Teller._refusal,
    Technician: Teller._technician,
    WeeklyRules: Teller._weekly,
    AcceptedBefore: Teller._guard,
    ContractFactor: Teller._contract_factor,
    AfterNoContact: Teller._no_contact,
}

_TERMS = {
    "languages": "languages",
    "days.jours_ouvrables": "weekdays",
    "queue.order": "queue_keys",
    "commitments.*.from": "events",
    "commitments.*.until": "events",
    "commitments.*.pauses": "pauses",
    "escalation.on_bug.except": "causes",
    "escalation.by_hand.requires": "requirements",
    "on_call.requires": "details",
    "on_call.covers.contract": "with",
    "calls_back": "calls_back",
    "closure.solved": "at_once",
    "closure.files_requested": "at_once",
}
"""Values that are words of the vocabulary, by the group of terms that says them."""

_PHRASES = frozenset(
    {
        "weekly_list",
        "commitments.*.when",
        "commitments.*.applies_to.contract",
        "closure.no_contact",
        "billing.contract_factors.*",
    }
)

_LABELLED = frozenset(
    {
        "priorities",
        "kinds",
        "commitments",
        "escalation.levels",
        "kinds.*.priority",
        "commitments.*.applies_to.kinds",
        "escalation.on_miss.kinds",
        "escalation.on_unresolved",
        "escalation.on_bug.calls",
    }
)
_QUOTED = frozenset(
    {
        "title",
        "services",
        "reasons",
        "priorities.*.labels.*",
        "priorities.*.definition.*",
        "kinds.*.labels.*",
        "commitments.*.labels.*",
        "escalation.levels.*.labels.*",
        "notifications.advice.*.*",
        "on_call.covers.services",
    }
)


_BY_LANGUAGE = (".labels.*", ".definition.*", ".advice.*.*")
