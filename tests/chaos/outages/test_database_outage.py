"""PostgreSQL is away while requests come in: nobody is told yes who was not written down, and nothing is lost."""

from __future__ import annotations

from support.chaos.faults import GIVEN_UP
from support.chaos.outage import Endured, Ground, Outage, endure

ANSWERED_WITHIN = 15.0
"""Seconds. Vigie gives an answer up after ten; the others are for a machine on which everybody comes back at once."""


def check_answers(endured: Endured, *, timed: bool) -> None:
    """What whoever asked was told, whichever way the database was away."""
    assert endured.statuses() == {201, 503}, "somebody was told nothing, or something else"
    assert endured.statuses(during=True) <= {503}, "somebody was told yes while nothing could be written"
    assert all(int(one.retry_after or 0) > 0 for one in endured.refused()), "a 503 did not say when to come again"
    assert not timed or endured.slowest() < ANSWERED_WITHIN


async def test_a_database_that_is_away_loses_nothing_and_is_missed_by_no_service_for_long(
    ground: Ground, seconds: float, a_second: float, timed: bool
) -> None:
    proxy = ground.stand.proxies["postgres"]

    async def gone() -> None:
        await proxy.refuse()
        proxy.cut()

    endured = await endure(ground, Outage("gone", "postgres", gone, proxy.heal), seconds, a_second, within=60)
    print(f"database away: {endured}")
    check_answers(endured, timed=timed)
    assert endured.statuses(during=True) == {503}, "nobody was told no before the end"
    assert not timed or endured.served_at - endured.ended < 5
    assert endured.pids[0] == endured.pids[1], "a service ended"
    assert await ground.violations() == {}


async def test_a_database_that_says_nothing_is_not_waited_for_and_loses_nothing(
    ground: Ground, seconds: float, a_second: float, timed: bool
) -> None:
    proxy = ground.stand.proxies["postgres"]

    async def silent() -> None:
        proxy.hang()

    outage = Outage("silent", "postgres", silent, proxy.heal, aftermath=GIVEN_UP)
    endured = await endure(ground, outage, seconds, a_second, within=90)
    print(f"database silent: {endured}")
    check_answers(endured, timed=timed)
    assert not timed or endured.served_at - endured.ended < 30
    assert endured.pids[0] == endured.pids[1], "a service ended"
    assert await ground.violations() == {}
