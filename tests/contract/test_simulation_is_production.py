"""The simulation does not drift from production: both are given the same histories, and record the same events.

The histories are every third case of every shipped desk (all of them with VIGIE_EVERY_CASE=1, which takes three times
as long), and some dozens made of a seed that run through the night in which the clocks change. Virtual time plays
them one by one, as `vigie policy test` does. Production is the four services as they are deployed, with a real
PostgreSQL, Kafka and mail server, on one clock; it plays all histories beside each other, by HTTP and by CloudEvents,
and its record is read from the four topics.

Compared, event by event in the order of each stream: topic, `ce_source`, `ce_type`, `ce_time`, `ce_subject`,
`ce_correlationid`, the sequence, which event it was caused by, and every member of the data, mails in full. And of
each step, the error it is refused with.

Not compared:
- Ids and ticket numbers, which chance gives; but what they stand for is (support/likeness.py).
- `ce_recordedtime` and what depends on such names: `ce_hash`, the trace.
- `ce_actor`, which the simulation does not have: nobody has logged in there.
- When the mail server answers among other mails of the ticket, and what caused its answer: it is outside, and virtual
  time has none. Each answer is compared where it belongs, right after its attempt.

Two things are chosen by the test, because in production they are chance: a step comes before the wake-ups of its own
instant, and everybody has heard of it before the ticket's next step. What production does when they come otherwise is
that promises converge, which is tested where promises are.
"""

from __future__ import annotations

import asyncio
import os
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import pytest

from support.agreements import agreed
from support.histories import History, generated, shipped
from support.librdkafka import Event
from support.likeness import Likeness, differences, likeness, of_production, of_simulation
from support.playing import Refusals, play, simulate
from support.production import production
from support.published import everything, without_repeats
from support.stack import Stack, empty_database
from vigie.contracts.terms import ContractTerms
from vigie.policy import load_policies
from vigie.simulation import installed_cores

FOLDER = Path(__file__).parents[2] / "policies"
POLICIES = load_policies(FOLDER)
CORES = installed_cores(POLICIES)
STRIDE = 1 if os.environ.get("VIGIE_EVERY_CASE") else 3
CASES = tuple(shipped(POLICIES, FOLDER))[::STRIDE]
GENERATED = tuple(generated(POLICIES, seed=4, number=24))
HISTORIES = (*CASES, *GENERATED)
pytestmark = pytest.mark.timeout(600)  # of which the first test, which waits for production, takes nearly all
UNTIL = max(history.until for history in HISTORIES)


class Outcome(NamedTuple):
    """What became of a history."""

    events: Likeness
    refusals: Refusals


@pytest.fixture(scope="module")
async def in_production(stack: Stack) -> AsyncIterator[Mapping[str, Outcome]]:
    """What became of each history in production, by its subject."""
    async with empty_database(stack) as database:
        async with production(stack, database, FOLDER) as services:
            await services.agree([agreed(one) for one in HISTORIES if one.contract != ContractTerms()])
            played = await play(HISTORIES, services, UNTIL)
            assert await services.unrest.dead_letters() == []
        told, _ = without_repeats(await asyncio.to_thread(everything, stack.kafka))
        of_ticket = by_subject(told)
        yield {
            subject: Outcome(_likeness_of(of_ticket[subject]), tuple(one.refusals)) for subject, one in played.items()
        }


def by_subject(events: Sequence[Event]) -> dict[str, list[Event]]:
    """All that was said of each ticket, by the subject of its request."""
    of_key: defaultdict[str, list[Event]] = defaultdict(list)
    for event in events:
        of_key[event.key].append(event)
    return {
        event.data["personal"]["subject"]: of_key[event.key]
        for event in events
        if event.headers["ce_type"] in ("vigie.TicketOpened.v1", "vigie.RequestRefused.v1")
    }


def _likeness_of(events: Sequence[Event]) -> Likeness:
    return likeness(UUID(events[0].key), of_production(events))


@pytest.mark.parametrize("history", HISTORIES, ids=lambda history: history.name)
def test_a_history_comes_to_the_same_in_both(history: History, in_production: Mapping[str, Outcome]) -> None:
    real, simulated = in_production[history.subject], simulate(history, CORES, UNTIL)
    found = list(differences(real.events, likeness(simulated.ticket, of_simulation(simulated.ticket, simulated.log))))
    assert not found, "\n".join(found)
    assert real.refusals == simulated.refusals


def test_every_service_has_spoken(in_production: Mapping[str, Outcome]) -> None:
    categories = {category for outcome in in_production.values() for category in outcome.events}
    assert categories == {"ticket", "promises", "escalation", "mail"}
