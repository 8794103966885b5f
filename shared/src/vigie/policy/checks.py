"""What the values of a policy file must be to each other; each check yields where it is wrong, and why.

They are asked only of a file whose every single value is possible (model.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import pairwise
from typing import NamedTuple

from vigie.calendar import CalendarSpec
from vigie.calendar.spec import span_seconds
from vigie.contracts import topics
from vigie.contracts.catalog import EVENTS_BY_TOPIC
from vigie.contracts.event import Event
from vigie.contracts.requests import Language
from vigie.policy.durations import DayCount
from vigie.policy.model import Escalation, OnMiss, PolicyFile, Promise
from vigie.policy.naming import labelled, levels_of
from vigie.policy.parts import Named, People
from vigie.policy.rules import BillingRules

ANY = "any"
RESERVED_PRIORITIES = frozenset({ANY, *OnMiss.model_fields})
"""Words that stand beside priorities in a policy, so that a priority of that name could not be told from them."""

WEEKS_LIMIT = 520
"""Ten years of opening hours."""

MAILABLE: dict[str, type[Event]] = {
    event.__name__: event
    for topic in (topics.TICKETS, topics.SLA, topics.ESCALATIONS)
    for event in EVENTS_BY_TOPIC[topic]
}
"""What a mail may be about. Not about mails, which would go on for ever."""


NOBODYS = frozenset({"CallQueued", "CallGivenUp"})
"""Events about people of whom there is no address: only their telephone is known."""


class Problem(NamedTuple):
    """Something that is wrong: the keys that lead to it, and why."""

    where: tuple[str | int, ...]
    reason: str


def problems(file: PolicyFile) -> Iterator[Problem]:
    """Everything in ``file`` that does not fit the rest of it."""
    yield from _names(file)
    yield from _texts(file)
    yield from _calendars(file)
    yield from _commitments(file)
    yield from _budgets(file)
    yield from _ladders(file)
    yield from _on_call(file)
    yield from _whole_days(file)
    yield from _procedure(file)
    yield from _queue(file)
    yield from _technicians(file)
    yield from _mails(file)


def _names(file: PolicyFile) -> Iterator[Problem]:
    """No name means two things where only the name is given: beside a priority, as an alias, as what has a label."""
    for priority in file.priorities:
        if priority in RESERVED_PRIORITIES:
            yield Problem(("priorities", priority), f"{priority!r} has a meaning of its own and cannot be a priority")
    yield from _aliases(file)
    counted = Counter(name for _, name, _ in labelled(file))
    for where, name, labels in labelled(file):
        if counted[name] > 1 and labels:
            yield Problem(where, f"{name!r} is the id of something else too, so its label would be ambiguous")


def _aliases(file: PolicyFile) -> Iterator[Problem]:
    meanings = {name: name for name in (*file.priorities, *file.kinds)}
    named: list[tuple[str, str, Named]] = [("priorities", name, about) for name, about in file.priorities.items()]
    named += [("kinds", name, about) for name, about in file.kinds.items()]
    for of, name, about in named:
        for index, alias in enumerate(about.aliases):
            if alias in meanings:
                yield Problem((of, name, "aliases", index), f"{alias!r} already means {meanings[alias]!r}")
            meanings.setdefault(alias, name)


def _texts(file: PolicyFile) -> Iterator[Problem]:
    """What is said to people is said in every language of the desk, and in no other."""
    for where, _, labels in labelled(file):
        yield from _in_its_languages(file, (*where, "labels"), labels)
    for priority, about in file.priorities.items():
        yield from _in_its_languages(file, ("priorities", priority, "definition"), about.definition)
    for where, people in _people(file):
        for index, person in enumerate(people):
            if person.language not in file.languages:
                yield Problem((*where, index, "language"), f"the desk does not write in {person.language!r}")


def _in_its_languages(file: PolicyFile, where: tuple[str, ...], said: Mapping[Language, object]) -> Iterator[Problem]:
    for language in said:
        if language not in file.languages:
            yield Problem((*where, language), f"the desk does not write in {language!r}")
    missing = [language for language in file.languages if language not in said]
    if said and missing:
        yield Problem(where, f"is not said in {', '.join(map(repr, missing))}")


def _people(file: PolicyFile) -> Iterator[tuple[tuple[str, ...], People]]:
    for level, people in file.escalation.informs.items():
        yield ("escalation", "informs", level), people
    if file.on_call:
        yield ("on_call", "informs"), file.on_call.informs
    if file.notifications:
        yield ("notifications", "desk"), file.notifications.desk


def _calendars(file: PolicyFile) -> Iterator[Problem]:
    used: list[tuple[tuple[str | int, ...], str | None]] = [(("days", "jours_ouvres"), file.days.jours_ouvres)]
    used += [
        (("commitments", name, "targets", priority, "calendar"), target.calendar)
        for name, promise in file.commitments.items()
        for priority, target in promise.targets.items()
    ]
    used.append((("customer_hours",), file.customer_hours))
    used.append((("on_call", "outside"), file.on_call.outside if file.on_call else None))
    for where, calendar in used:
        if calendar is not None and calendar not in file.calendars:
            yield Problem(where, _unknown("calendar", calendar, file.calendars))


def _commitments(file: PolicyFile) -> Iterator[Problem]:
    for name, promise in file.commitments.items():
        where = ("commitments", name)
        yield from _known_kinds(file, (*where, "applies_to", "kinds"), promise.applies_to.kinds)
        for priority in promise.targets:
            if priority != ANY and priority not in file.priorities:
                yield Problem((*where, "targets", priority), _unknown("priority", priority, file.priorities))
        for priority in file.priorities:
            if ANY not in promise.targets and priority not in promise.targets:
                yield Problem((*where, "targets"), f"has nothing for the priority {priority!r} (nor for 'any')")
        if promise.starts == "OnCallAccepted" and file.on_call is None:
            yield Problem((*where, "from"), "the desk has no 'on_call', so this clock would never start")
        yield from _occasions(file, promise, where)


def _occasions(file: PolicyFile, promise: Promise, where: tuple[str, ...]) -> Iterator[Problem]:
    if promise.when is None:
        return
    if promise.starts != "ContactAttempted":
        yield Problem((*where, "when"), "only says which contact attempts count: 'from' must be ContactAttempted")
    if promise.when.outside and file.customer_hours is None:
        yield Problem((*where, "when", "outside"), "needs 'customer_hours': the calendar for those nobody told theirs")


def _budgets(file: PolicyFile) -> Iterator[Problem]:
    """A deadline that nobody lives to see is a slip of the pen, and may lie beyond what calendars can reckon."""
    for name, promise in file.commitments.items():
        for priority, target in promise.targets.items():
            if isinstance(target.within, DayCount):
                continue
            hours = file.calendars.get(target.calendar or "")
            if hours and target.within > _open_in_a_week(hours) * WEEKS_LIMIT:
                where = ("commitments", name, "targets", priority, "within")
                yield Problem(where, f"takes more than {WEEKS_LIMIT} weeks of {target.calendar!r}")


def _open_in_a_week(calendar: CalendarSpec) -> timedelta:
    spans = [span_seconds(span) for weekday in range(7) for span in calendar.hours.of(weekday)]
    return timedelta(seconds=sum(end - start for start, end in spans))


def _ladders(file: PolicyFile) -> Iterator[Problem]:
    escalation, where = file.escalation, ("escalation", "on_miss")
    yield from _known_kinds(file, (*where, "kinds"), escalation.on_miss.kinds)
    if escalation.on_miss.ladders and not file.commitments:
        yield Problem(where, "there are no 'commitments' to miss")
    order = levels_of(escalation)
    for priority, ladder in escalation.on_miss.ladders.items():
        if priority not in file.priorities:
            yield Problem((*where, priority), _unknown("priority", priority, file.priorities))
        yield from _rungs((*where, priority), ladder, order)
    if escalation.levels:
        yield from _listed_levels(escalation)


def _rungs(where: tuple[str, ...], ladder: Mapping[str, timedelta], order: tuple[str, ...]) -> Iterator[Problem]:
    if not ladder:
        yield Problem(where, "calls no level; leave it out")
    upwards = sorted(ladder, key=order.index)
    for lower, higher in pairwise(upwards):
        if ladder[higher] < ladder[lower]:
            yield Problem((*where, higher), f"{higher!r} would be called before {lower!r}, which stands below it")


def _listed_levels(escalation: Escalation) -> Iterator[Problem]:
    """Where levels are listed, that is all of them."""
    for where, level in _named_levels(escalation):
        if level not in escalation.levels:
            yield Problem(("escalation", *where), _unknown("level", level, escalation.levels))


def _named_levels(escalation: Escalation) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for priority, ladder in escalation.on_miss.ladders.items():
        yield from ((("on_miss", priority, level), level) for level in ladder)
    for index, level in enumerate(escalation.on_unresolved):
        yield ("on_unresolved", index), level
    if escalation.on_bug:
        yield ("on_bug", "calls"), escalation.on_bug.calls
    yield from ((("informs", level), level) for level in escalation.informs)


def _on_call(file: PolicyFile) -> Iterator[Problem]:
    if file.on_call is None:
        return
    for index, service in enumerate(file.on_call.covers.services):
        if service not in file.services:
            yield Problem(("on_call", "covers", "services", index), _unknown("service", service, file.services))


def _whole_days(file: PolicyFile) -> Iterator[Problem]:
    """Days can only be counted where the policy says which."""
    for where, count in _day_counts(file):
        if getattr(file.days, count.days) is None:
            yield Problem(where, f"counts {count.days}, but 'days' does not say which those are")


def _day_counts(file: PolicyFile) -> Iterator[tuple[tuple[str | int, ...], DayCount]]:
    for name, promise in file.commitments.items():
        for priority, target in promise.targets.items():
            if isinstance(target.within, DayCount):
                yield ("commitments", name, "targets", priority, "within"), target.within
    if file.closure.no_answer:
        yield ("closure", "no_answer", "after"), file.closure.no_answer.after
    if file.closure.no_contact:
        yield ("closure", "no_contact", "within"), file.closure.no_contact.within


def _procedure(file: PolicyFile) -> Iterator[Problem]:
    for name, kind in file.kinds.items():
        if kind.priority is not None and kind.priority not in file.priorities:
            yield Problem(("kinds", name, "priority"), _unknown("priority", kind.priority, file.priorities))
    for index, rule in enumerate(file.admission):
        yield from _known_kinds(file, ("admission", index, "kinds"), rule.kinds)
    for index, guard in enumerate(file.price_accepted_before):
        where = ("price_accepted_before", index)
        yield from _known_kinds(file, (*where, "applies_to", "kinds"), guard.applies_to.kinds)
        if guard.modes and "end_intervention" not in guard.acts:
            yield Problem((*where, "modes"), "interventions have modes, and 'end_intervention' is not among the acts")
    if file.billing:
        yield from _minutes(file.billing)
        for name in file.billing.contract_factors.keys() & file.billing.factors.keys():
            yield Problem(("billing", "contract_factors", name), f"{name!r} is one of the 'factors' already")


def _queue(file: PolicyFile) -> Iterator[Problem]:
    """What is asked for in vain is a slip of the pen."""
    if file.queue is None:
        return
    for index, key in enumerate(file.queue.order):
        where = ("queue", "order", index)
        if "opened" in file.queue.order[:index]:
            yield Problem(where, "is never asked: 'opened' before it has decided already")
        if key == "deadline" and not file.commitments:
            yield Problem(where, "there are no 'commitments', so nothing is ever due")


def _technicians(file: PolicyFile) -> Iterator[Problem]:
    """Both ways: nobody is qualified for what the desk does not have, and nothing is left for which nobody is."""
    known = {"kinds": tuple(file.kinds), "services": file.services}
    named = [one.id for one in file.technicians]
    for index, one in enumerate(file.technicians):
        if one.id in named[:index]:
            yield Problem(("technicians", index, "id"), f"{one.id!r} is here a second time")
        for field, names in known.items():
            for place, name in enumerate(getattr(one, field)):
                if name not in names:
                    where = ("technicians", index, field, place)
                    yield Problem(where, _unknown(field.removesuffix("s"), name, names))
    if file.technicians:
        yield from _left_to_nobody(file)


def _left_to_nobody(file: PolicyFile) -> Iterator[Problem]:
    refused = {service for rule in file.admission if not rule.kinds and not rule.contract for service in rule.services}
    served = [service for service in file.services if service not in refused]
    for kind in file.kinds:
        theirs = [one for one in file.technicians if not one.kinds or kind in one.kinds]
        lost = [service for service in served if not any(not one.services or service in one.services for one in theirs)]
        if not theirs:
            yield Problem(("technicians",), f"nobody takes requests of the kind {kind!r}")
        elif lost:
            yield Problem(("technicians",), f"nobody takes requests of the kind {kind!r} about {', '.join(lost)}")


def _minutes(billing: BillingRules) -> Iterator[Problem]:
    for name in ("minimum", "minimum_without_remote_tool"):
        length = getattr(billing, name)
        if length is not None and length % timedelta(minutes=1):
            yield Problem(("billing", name), "is not a whole number of minutes, which is what is charged")


def _mails(file: PolicyFile) -> Iterator[Problem]:
    if file.notifications is None:
        return
    seen = set()
    for index, rule in enumerate(file.notifications.rules):
        where = ("notifications", "rules", index)
        event = MAILABLE.get(rule.on)
        if event is None:
            yield Problem((*where, "on"), _unknown("event", rule.on, MAILABLE))
        elif rule.to == "level" and not {"level", "levels"} & set(event.model_fields):
            yield Problem((*where, "to"), f"{rule.on} names no level whose people could be written to")
        if rule.to == "on_call" and not (file.on_call and file.on_call.informs):
            yield Problem((*where, "to"), "'on_call' informs nobody")
        if rule.to == "desk" and not file.notifications.desk:
            yield Problem((*where, "to"), "'notifications' names nobody in 'desk'")
        if rule.to == "contact" and rule.on in NOBODYS:
            yield Problem((*where, "to"), f"nobody knows where to write to when there is {rule.on}; tell the desk")
        if (rule.on, rule.to) in seen:
            yield Problem(where, f"{rule.on} is told to {rule.to!r} by a rule above")
        seen.add((rule.on, rule.to))
    templates = {rule.template for rule in file.notifications.rules}
    for template, said in file.notifications.advice.items():
        if template not in templates:
            yield Problem(("notifications", "advice", template), f"no rule uses the template {template!r}")
        yield from _in_its_languages(file, ("notifications", "advice", template), said)


def _known_kinds(file: PolicyFile, where: tuple[str | int, ...], kinds: Iterable[str]) -> Iterator[Problem]:
    for index, kind in enumerate(kinds):
        if kind not in file.kinds:
            yield Problem((*where, index), _unknown("kind", kind, file.kinds))


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    listed = list(known)
    if len(listed) > 12:
        return f"there is no {what} {name!r}"
    return f"there is no {what} {name!r}; there is {', '.join(listed) or 'none'}"
