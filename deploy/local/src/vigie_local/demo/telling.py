"""Events in words, for the timeline that a person watches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from vigie_local.demo.watcher import Seen

Facts = dict[str, Any]

_CLOCKS = {"take_charge": "taking in charge", "resolution": "resolution", "on_call": "on call", "on_site": "visit"}

_WORDS: dict[str, tuple[str, Callable[[Facts], str]]] = {
    "TicketOpened": ("cyan", lambda e: f"opened, priority {e['priority']}: {_personal(e, 'subject')}"),
    "RequestRefused": ("red", lambda e: f"request refused: {e['reason']}"),
    "TicketTakenInCharge": ("green", lambda e: f"taken in charge by {e['taken_by']}"),
    "AgentReplied": ("cyan", lambda e: f"{e['replied_by']} writes: {_personal(e, 'text')}"),
    "CustomerReplied": ("cyan", lambda e: f"the customer writes: {_personal(e, 'text')}"),
    "CustomerAsked": ("cyan", lambda e: f"{e['asked_by']} asks the customer: {_personal(e, 'text')}"),
    "FilesReceived": ("cyan", lambda _: "the customer sends files"),
    "OnCallAccepted": ("yellow", lambda e: f"on-call message: {_personal(e, 'subject')}"),
    "OnCallRefused": ("yellow", lambda e: f"on-call message refused: {e['reason']}"),
    "MessageRefused": ("yellow", lambda e: f"message refused: {e['reason']}"),
    "CallQueued": ("cyan", lambda e: f"a {'voicemail' if e['channel'] == 'voicemail' else 'call'} waits"),
    "ContactAttempted": ("cyan", lambda e: f"{e['attempted_by']} rings the customer: {e['outcome']}"),
    "InterventionEnded": ("cyan", lambda e: f"{e['ended_by']} ends work ({e['mode']}): {e['outcome']}"),
    "OnSitePlanned": ("cyan", lambda e: f"a visit is planned ({e['visitor']})"),
    "ArrivedOnSite": ("cyan", lambda e: f"{e['arrived_by']} is at the customer's"),
    "BugDeclared": ("yellow", lambda e: f"{e['declared_by']} declares a bug: {e['cause']}"),
    "WorkaroundProvided": ("cyan", lambda e: f"workaround: {_personal(e, 'text')}"),
    "FixDelivered": ("cyan", lambda e: f"{e['delivered_by']} delivers a fix"),
    "PriceProposed": ("cyan", lambda e: f"price proposed: {e['amount']} €"),
    "PriceAccepted": ("green", lambda e: f"price accepted: {e['amount']} €" if e["amount"] else "price accepted"),
    "TicketQualified": ("cyan", lambda e: f"about {e['service'] or e['kind']}"),
    "PriorityChanged": ("cyan", lambda e: f"priority {e['previous']} → {e['priority']}"),
    "TicketResolved": ("green", lambda e: f"resolved by {e['resolved_by']}"),
    "TicketClosed": ("green", lambda e: f"closed: {e['reason']}"),
    "TicketReopened": ("cyan", lambda e: f"reopened: {e['reason']}"),
    "ClockMet": ("green", lambda e: f"promise kept{' late' if e['late'] else ''}: {_clock(e)}"),
    "DeadlineApproaching": ("yellow", lambda e: f"promise in danger: {_clock(e)}"),
    "DeadlineMissed": ("red", lambda e: f"promise missed: {_clock(e)}"),
    "MissRetracted": ("yellow", lambda e: f"miss taken back: {_clock(e)}"),
    "EscalationRaised": ("magenta", lambda e: f"{e['level']} is called"),
    "EscalationStoodDown": ("green", lambda e: f"stood down: {', '.join(e['levels'])}"),
    "NotificationFailed": ("red", lambda e: f"mail failed: {e['problem']}"),
}
"""Colour and words; what is not here is not told."""


class Timeline:
    """Prints each event that a person cares about, at the desk's own time."""

    def __init__(self, console: Console, zone: ZoneInfo) -> None:
        self._console = console
        self._zone = zone
        self._recipients: dict[str, str] = {}

    def tell(self, seen: Seen) -> None:
        """One line, or none."""
        if seen.name == "NotificationRequested":
            self._recipients[seen.data["notification_id"]] = _personal(seen.data, "recipient")
        elif seen.name == "NotificationSent":
            to = self._recipients.get(seen.data["notification_id"], "somebody")
            self._print(seen, "blue", f"✉ {to} ({seen.data['template']})")
        elif seen.name in _WORDS:
            colour, words = _WORDS[seen.name]
            self._print(seen, colour, words(seen.data))

    def _print(self, seen: Seen, colour: str, words: str) -> None:
        at = seen.envelope.occurred_at.astimezone(self._zone)
        number = seen.data.get("number") or ""
        line = Text.assemble((f"{at:%a %H:%M:%S}  ", "dim"), f"{number:<10} ", (words, colour))
        self._console.print(line, no_wrap=True, overflow="ellipsis")


def _personal(facts: Facts, name: str) -> str:
    return str((facts.get("personal") or {}).get(name, "…"))


def _clock(facts: Facts) -> str:
    name = str(facts["clock"])
    return _CLOCKS.get(name, name)
