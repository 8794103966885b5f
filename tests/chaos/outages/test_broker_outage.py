"""Kafka is away while requests come in: nobody is refused, and what was accepted is told once it is back."""

from __future__ import annotations

from support.chaos.outage import Ground, Outage, endure

AT_LEAST = 10.0
"""Seconds: longer than a relay waits for an acknowledgement before it begins anew."""


async def test_a_broker_that_is_away_delays_and_refuses_nobody(
    ground: Ground, seconds: float, a_second: float, timed: bool
) -> None:
    proxy = ground.stand.proxies["kafka"]

    async def gone() -> None:
        await proxy.refuse()
        proxy.cut()

    outage = Outage("broker", "kafka", gone, proxy.heal)
    endured = await endure(ground, outage, max(seconds, AT_LEAST), a_second, within=90)
    print(f"broker away: {endured}")
    assert endured.statuses() == endured.statuses(during=True) == {201}, "somebody waited for it, or was refused"
    assert not timed or endured.slowest() < 5
    assert endured.pids[0] == endured.pids[1], "a service ended"
    assert await ground.violations() == {}
