"""A minute of chaos: the real stack under load, each service killed, six faults from a seed, and the model's judgement.

SEED gives another one; `make chaos` is the long form.
"""

from __future__ import annotations

import os
import random

import pytest

from support.chaos.faults import SERVICES, Fault, draw
from support.chaos.report import report
from support.chaos.run import Plan, run

QUICK = (
    "service killed",
    "service stopped and started",
    "service frozen",
    "a second replica moves",
    "Kafka killed",
    "PostgreSQL killed",
    "PostgreSQL connections cut",
    "SMTP answers 4xx",
    "SMTP cuts after the mail",
    "clock steps forth and back",
)
"""The kinds that are over within seconds."""


@pytest.mark.timeout(480)
async def test_nothing_is_lost_nothing_doubled_nothing_late_unnoticed() -> None:
    seed = int(os.environ.get("SEED") or 6)
    kills = [Fault("service killed", f"{service}-1", 0.0) for service in SERVICES]
    script = (*kills, *draw(random.Random(seed), 6, QUICK))
    outcome = await run(Plan(seed=seed, script=script, speed=240, rest_within=180))
    print(report(outcome))
    assert outcome.violations == {}
    assert outcome.at_rest


@pytest.mark.timeout(480)
async def test_a_broken_product_turns_the_suite_red() -> None:
    """A relay that skips rows, wake-ups before their time, mails handed over twice, hashes that do not cover the facts,
    a consumer that acknowledges first, a clock that is behind: each is seen by the invariant that is there for it."""
    broken = {
        "intake": "hashes_without_the_facts",
        "sla-timer": "wakes_early,relay_skips_a_row",
        "escalation": "acknowledges_first,records_by_a_slow_clock",
        "notifier": "mails_twice",
    }
    kills = (Fault("service killed", "escalation-1", 0.0),) * 3
    outcome = await run(Plan(seed=1, script=kills, speed=240, rest_within=20, broken=broken))
    print(report(outcome))
    for invariant, said in SEEN.items():
        assert any(said in one for one in outcome.violations.get(invariant, ())), f"{invariant}: {said}"


SEEN = {
    "hash chains whole": "intake ticket-",
    "nothing recorded before its cause": "escalation escalation-",
    "a miss once, never before its time": "DeadlineMissed: take_charge",
    "versions gapless and in order on every topic": "vigie.sla.v1 promises-",
    "what is stored is published, and nothing else": "sla-timer: ",
    "a second copy only after a crash or a cut": "2 copies of 1 attempts",
    "no partition stuck": "escalation of ",  # of intake or of sla-timer: whichever batch was in its hands
}
"""What each of the six says, and where."""
