"""How many whole tickets virtual time plays in a second, on one core: `python tests/bench/bench_simulation.py`.

The four real cores decide everything, mails included; there is no I/O. Two lives of a ticket of Serveurcom, a ticket a
minute, so that many are open at once:

- kept: taken in charge, resolved and closed in time;
- late: nobody takes it for two hours, so that three levels are called and stand down again.

Each once more without the notifier: the difference is what writing the mails costs.

The breakdown comes from rounds of their own, in which every function of every core is timed: what is missing in it is
the simulation's own work. Processor time is counted, and the best round, since the machine is shared. Prints a table
and the same as JSON; nothing here fails for being slow.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from vigie.contracts.requests import RequestSubmitted, WrittenContact
from vigie.decider import Core
from vigie.policy import load_policies
from vigie.simulation import Simulation, installed_cores

POLICIES = Path(__file__).parents[2] / "policies"
TICKETS = 150
ROUNDS = 5
AIM = 2_000
"""Whole tickets a second that the product promises itself."""

MORNING = datetime(2026, 3, 23, 9, tzinfo=UTC)
REQUEST = RequestSubmitted(
    desk="serveurcom",
    contact=WrittenContact(name="Jeanne Martin", email="jeanne@acme.example"),
    kind="technical",
    priority="high",
    subject="Plus de téléphone",
)
LIVES = {"kept": timedelta(minutes=10), "late": timedelta(hours=2)}
"""How long nobody takes the ticket in charge; it is resolved and closed at once then."""

AnyCore = Core[Any, Any, Any]


def play(cores: Sequence[AnyCore], unattended: timedelta) -> Simulation:
    """Every ticket's life, in the order of time."""
    simulation = Simulation(cores)
    opened = [MORNING + timedelta(minutes=number) for number in range(TICKETS)]
    steps = sorted([(at, "open", at) for at in opened] + [(at + unattended, "work", at) for at in opened])
    tickets = {}
    for at, step, asked_at in steps:
        if step == "open":
            tickets[asked_at] = simulation.request(REQUEST, at)
        else:
            for action in ("take_charge", "resolve", "close"):
                simulation.act(tickets[asked_at], action, at, agent="amelie")
    simulation.run(steps[-1][0] + timedelta(days=2))
    return simulation


def seconds_of(cores: Sequence[AnyCore], unattended: timedelta) -> float:
    """Processor time of the best round."""
    took = []
    for _ in range(ROUNDS):
        began = time.process_time()
        play(cores, unattended)
        took.append(time.process_time() - began)
    return min(took)


class Stopwatch:
    """Processor time spent in each core, by service and function; what one core calls of another never happens."""

    def __init__(self) -> None:
        self.seconds: defaultdict[tuple[str, str], float] = defaultdict(float)

    def on(self, core: AnyCore) -> AnyCore:
        """``core`` with its functions timed."""

        def timed(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
            def call(*arguments: Any) -> Any:
                began = time.process_time()
                try:
                    return function(*arguments)
                finally:
                    self.seconds[core.service, name] += time.process_time() - began

            return call

        functions = {name: timed(name, getattr(core.decider, name)) for name in ("decide", "evolve", "wake_at")}
        return replace(core, react=timed("react", core.react), decider=replace(core.decider, **functions))


def breakdown(cores: Sequence[AnyCore], unattended: timedelta) -> dict[str, dict[str, float]]:
    """µs a ticket spent in each core, by function."""
    watch = Stopwatch()
    timed = [watch.on(core) for core in cores]
    for _ in range(ROUNDS):
        play(timed, unattended)
    table: dict[str, dict[str, float]] = {core.service: {} for core in cores}
    for (service, function), seconds in watch.seconds.items():
        table[service][function] = round(seconds / ROUNDS / TICKETS * 1e6, 1)
    return table


def measure(cores: Sequence[AnyCore], unattended: timedelta) -> dict[str, Any]:
    """The figures of one life of a ticket."""
    events = len(play(cores, unattended).log)
    seconds = seconds_of(cores, unattended)
    return {
        "tickets_per_second": round(TICKETS / seconds),
        "events_per_ticket": round(events / TICKETS, 1),
        "us_per_event": round(seconds / events * 1e6, 1),
        "us_per_ticket": round(seconds / TICKETS * 1e6),
        "us_per_ticket_in": breakdown(cores, unattended),
    }


def show(figures: dict[str, dict[str, Any]]) -> None:
    """The same for people."""
    for life, of in figures.items():
        print(
            f"{life:15}{of['tickets_per_second']:7,} tickets a second (aim {AIM:,}), "
            f"{of['events_per_ticket']} events each, {of['us_per_event']} µs an event"
        )
        for service, functions in of["us_per_ticket_in"].items():
            told = ", ".join(f"{name} {spent:.0f}" for name, spent in sorted(functions.items()))
            print(f"      {service:12}{sum(functions.values()):7.0f} µs a ticket: {told}")


def main() -> int:
    cores = installed_cores(load_policies(POLICIES))
    unwritten = [core for core in cores if core.service != "notifier"]
    figures: dict[str, dict[str, Any]] = {}
    for life, unattended in LIVES.items():
        figures[life] = measure(cores, unattended)
        figures[f"{life}, no mails"] = measure(unwritten, unattended)
    show(figures)
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
