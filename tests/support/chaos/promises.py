"""What Serveurcom promises of a technical ticket that runs round the clock, worked out by hand.

Source: « Prise en charge de la requête : ½h maximum en 24/7 », « 4h maximum »; « 2h », « 24h »; « si délai dépassé d'au
moins 15 mn, 30 mn, 1 h » and « 1 h, 12 h, 24 h ». Plain time is all there is: no calendar, no pause, no new priority.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from support.chaos.recording import Record

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
WITHIN = {
    "high": {"take_charge": 30 * MINUTE, "resolution": 4 * HOUR},
    "medium": {"take_charge": 2 * HOUR, "resolution": 24 * HOUR},
}
LADDER = {
    "high": {"N1": 15 * MINUTE, "N2": 30 * MINUTE, "N3": 1 * HOUR},
    "medium": {"N1": 1 * HOUR, "N2": 12 * HOUR, "N3": 24 * HOUR},
}
ENDS = {"take_charge": "taken_in_charge", "resolution": "resolved"}
"""Which fact ends which commitment, as sla-timer names them."""


@dataclass(frozen=True, slots=True)
class Promise:
    """One commitment of one ticket, and when what was promised was done."""

    ticket: str
    clock: str
    priority: str
    due_at: datetime
    done_at: datetime | None

    @property
    def missed(self) -> bool:
        """Done at the limit is in time."""
        return self.done_at is None or self.done_at > self.due_at

    def rungs(self) -> dict[str, datetime]:
        """When each level is called: a rung that is reached at the very instant of the deed counts."""
        times = {level: self.due_at + overrun for level, overrun in LADDER[self.priority].items()}
        return {
            level: at for level, at in times.items() if self.missed and (self.done_at is None or at <= self.done_at)
        }


def promises_of(tickets: Iterable[Record]) -> list[Promise]:
    """All promises that were made, from what intake has said."""
    facts: defaultdict[str, dict[str, Record]] = defaultdict(dict)
    for record in tickets:
        facts[record.attributes["ce_subject"]].setdefault(record.name, record)
    return [promise for ticket, of_ticket in facts.items() for promise in _promises(ticket, of_ticket)]


def _promises(ticket: str, facts: dict[str, Record]) -> Iterator[Promise]:
    if "TicketOpened" not in facts:
        return
    opened = facts["TicketOpened"]
    done = {"take_charge": facts.get("TicketTakenInCharge"), "resolution": facts.get("TicketResolved")}
    priority = opened.data["priority"]
    for clock, budget in WITHIN[priority].items():
        deed = done[clock]
        yield Promise(ticket, clock, priority, opened.occurred_at + budget, None if deed is None else deed.occurred_at)


def broken_promises(tickets: Sequence[Record], told: Sequence[Record]) -> Iterator[tuple[str, str | None]]:
    """For each promise, what it is, and what is wrong with what sla-timer has told of it."""
    said: defaultdict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in told:
        if "clock" in record.data:
            said[record.attributes["ce_subject"], record.data["clock"]].append(record)
    for promise in promises_of(tickets):
        yield f"{promise.clock} of {promise.ticket}", _wrong(promise, said[promise.ticket, promise.clock])


def _wrong(promise: Promise, said: Sequence[Record]) -> str | None:
    who = f"{promise.clock} of {promise.ticket} (due {promise.due_at}, done {promise.done_at})"
    names = Counter(one.name for one in said)
    for one in said:
        if one.name == "DeadlineMissed" and one.occurred_at != promise.due_at:
            return f"{who} was missed at {one.occurred_at}"
    standing = names["DeadlineMissed"] - names["MissRetracted"]
    if standing != int(promise.missed):
        return f"{who}: {names['DeadlineMissed']} misses, {names['MissRetracted']} taken back"
    met = [one for one in said if one.name == "ClockMet"]
    if promise.done_at is not None and not met:
        return f"{who} was neither met nor cancelled"
    if met and met[-1].data["late"] != promise.missed:
        return f"{who} is said to be {'late' if met[-1].data['late'] else 'in time'}"
    return None


def broken_rungs(
    tickets: Sequence[Record], told: Sequence[Record], escalations: Sequence[Record]
) -> Iterator[tuple[str, str | None, int]]:
    """For each promise, what it is, what is wrong with its ladder, and how many levels were called too much because
    the deed was heard of late (those were told that it is over)."""
    raised: defaultdict[tuple[str, str], list[Record]] = defaultdict(list)
    over: set[tuple[str, str]] = set()
    for record in escalations:
        where = record.attributes["ce_subject"], record.data["clock"]
        if record.name == "EscalationRaised":
            raised[where].append(record)
        elif record.name == "EscalationStoodDown":
            over.add(where)
    unheard = _before_the_news(told)
    for promise in promises_of(tickets):
        where = promise.ticket, promise.clock
        wrong, early = _wrong_rungs(promise, raised[where], unheard, where in over)
        yield f"{promise.clock} of {promise.ticket}", wrong, early


def _wrong_rungs(
    promise: Promise, raised: Sequence[Record], unheard: set[tuple[str, str, str]], over: bool
) -> tuple[str | None, int]:
    who = f"{promise.clock} of {promise.ticket} (due {promise.due_at}, done {promise.done_at})"
    rungs = promise.rungs()
    levels = Counter(one.data["level"] for one in raised)
    early = 0
    for level, times in levels.items():
        if times > 1:
            return f"{who}: {level} was called {times} times", early
        if level not in rungs:
            if (promise.ticket, promise.clock, level) not in unheard or not over:
                return f"{who}: {level} was called without a reason", early
            early += 1
    for one in raised:
        level = one.data["level"]
        if one.occurred_at != promise.due_at + LADDER[promise.priority][level]:
            return f"{who}: {level} was called at {one.occurred_at}", early
    if missing := [level for level in rungs if level not in levels]:
        return f"{who}: {', '.join(missing)} was never called", early
    if levels and promise.done_at is not None and not over:
        return f"{who}: {', '.join(levels)} was never told that it is over", early
    return None, early


def _before_the_news(told: Iterable[Record]) -> set[tuple[str, str, str]]:
    """(ticket, clock, level): overruns that sla-timer stated before it had heard of the deed."""
    heard: dict[tuple[str, str], int] = {}
    overruns: list[Record] = []
    for record in told:
        if record.name == "FactLearned":
            heard.setdefault((record.attributes["ce_subject"], record.data["fact"]), record.version)
        elif record.name == "OverrunReached":
            overruns.append(record)
    return {
        (one.attributes["ce_subject"], one.data["clock"], one.data["level"])
        for one in overruns
        if one.version < heard.get((one.attributes["ce_subject"], ENDS[one.data["clock"]]), 0)
    }
